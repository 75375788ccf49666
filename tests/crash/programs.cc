#include "tests/crash/programs.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"

namespace evident::crash {
namespace {

constexpr size_t kOutputBytesMax = 16u << 20;
constexpr size_t kLastWordsBytes = 2000;

}  // namespace

std::string BuiltProgram(const char* name, const char* in_runfiles) {
  const char* const folder = std::getenv("EVIDENT_BIN_DIR");
  return folder == nullptr ? in_runfiles : std::string(folder) + "/" + name;
}

pid_t BeginProgram(std::vector<std::string> command, const std::string& output) {
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  execv(arguments[0], arguments.data());
  _exit(127);
}

int WaitForProgram(pid_t process) {
  int status = 0;
  if (waitpid(process, &status, 0) != process) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string LastWords(const std::string& output) {
  const std::string text = ReadFile(output, kOutputBytesMax).value_or("");
  return text.size() <= kLastWordsBytes ? text : text.substr(text.size() - kLastWordsBytes);
}

absl::Status RunProgram(const std::vector<std::string>& command) {
  const TempDir dir;
  const std::string output = dir.path() + "/output";
  const int code = WaitForProgram(BeginProgram(command, output));
  if (code == 0) return absl::OkStatus();
  std::string words;
  for (const std::string& word : command) words += word + " ";
  words += "ended with " + std::to_string(code) + ": " + LastWords(output);
  return absl::FailedPreconditionError(absl::string_view(words.data(), words.size()));
}

}  // namespace evident::crash
