// Programs as children that end with their parent.
#ifndef EVIDENT_TESTS_CRASH_PROGRAMS_H_
#define EVIDENT_TESTS_CRASH_PROGRAMS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace evident::crash {

// A program of this tree: in $EVIDENT_BIN_DIR, or where Bazel puts it.
std::string BuiltProgram(const char* name, const char* in_runfiles);

// Begins a program, by its path, with both its outputs appended to a file.
pid_t BeginProgram(std::vector<std::string> command, const std::string& output);

// Its exit code, or minus the signal that ended it.
int WaitForProgram(pid_t process);

// The last of what a program printed.
std::string LastWords(const std::string& output);

// Runs a program to its end; FAILED_PRECONDITION with what it printed unless it exits with 0.
absl::Status RunProgram(const std::vector<std::string>& command);

}  // namespace evident::crash

#endif  // EVIDENT_TESTS_CRASH_PROGRAMS_H_
