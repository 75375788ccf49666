// A process that appends to a log, with each of its system calls that touch files failing in turn,
// or being its last: whatever it was that broke, the log opens again, and with all that was
// acknowledged.
//
// EVIDENT_SYSCALLS=all tries every call; otherwise some of each kind.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "audit/log/test_log.h"
#include "base/encoding.h"
#include "tests/crash/programs.h"

namespace evident::crash {
namespace {

constexpr char kStrace[] = "/usr/bin/strace";
constexpr int kEntriesBefore = 3;
constexpr int kEntries = 5;
constexpr size_t kFileBytesMax = 16u << 20;
constexpr uint64_t kStepOfSome = 29;  // between the calls that are tried, unless it is all of them

struct Case {
  const char* name;
  const char* call;
  const char* fault;  // strace's words
};

class AppendingProcess : public audit::TestLog {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(Before());
    auto log = audit::Log::Open(audit::TestLogOptions(Before()));
    ASSERT_THAT(log, IsOk());
    ASSERT_EQ(AppendUntilFailure(**log, kEntriesBefore).size(),
              static_cast<size_t>(kEntriesBefore));
  }

  std::string Before() const { return dir_.path() + "/before"; }
  std::string Folder() const { return dir_.path() + "/now"; }
  std::string Trace() const { return dir_.path() + "/trace"; }
  std::string Receipts() const { return dir_.path() + "/receipts"; }
  std::string Output() const { return dir_.path() + "/output"; }

  // On a copy of the log; its exit code.
  int Append(const std::vector<std::string>& under, bool early = false) {
    for (const std::string& left : {Folder(), Trace(), Receipts(), Output()}) {
      std::filesystem::remove_all(left);
    }
    std::filesystem::copy(Before(), Folder(), std::filesystem::copy_options::recursive);
    std::vector<std::string> command = under;
    for (const std::string& word : {BuiltProgram("append_to_log", "tests/crash/append_to_log"),
                                    Folder(), Receipts(), std::to_string(kEntries)}) {
      command.push_back(word);
    }
    if (early) command.push_back("early");
    return WaitForProgram(BeginProgram(command, Output()));
  }

  std::vector<std::string> Tracing(const std::string& call) const {
    return {kStrace, "-f", "-qq", "-o", Trace(), "-e", "trace=" + call};
  }

  int AppendWithFault(const Case& fault, uint64_t nth, bool early = false) {
    const std::string call = fault.call;
    std::vector<std::string> under = Tracing(call);
    under.insert(under.end(),
                 {"-e", "inject=" + call + ":" + fault.fault + ":when=" + std::to_string(nth)});
    return Append(under, early);
  }

  // False where processes may not be followed, as in some sandboxes.
  bool CanFollow() { return Append(Tracing("fdatasync")) == 0; }

  bool WasInjected() const {
    const std::string trace = ReadFile(Trace(), kFileBytesMax).value_or("");
    return trace.find("(INJECTED)") != std::string::npos ||
           trace.find("killed by SIGKILL") != std::string::npos;
  }

  // A line that was cut off was not handed over.
  std::vector<audit::Acknowledged> HeldReceipts() const {
    std::vector<audit::Acknowledged> held;
    std::istringstream lines(ReadFile(Receipts(), kFileBytesMax).value_or(""));
    for (std::string line; std::getline(lines, line) && !lines.eof();) {
      const size_t space = line.find(' ');
      audit::Acknowledged one;
      one.answer = line.substr(0, space);
      one.committed.receipt_bytes = *HexDecode(line.substr(space + 1));
      EXPECT_TRUE(one.committed.receipt.ParseFromString(one.committed.receipt_bytes));
      const auto verified = audit::VerifyReceipt(one.committed.receipt_bytes, one.answer,
                                                 std::nullopt, signer_.verifier());
      EXPECT_THAT(verified, IsOk());
      if (verified.ok()) one.committed.index = verified->entry.index;
      held.push_back(std::move(one));
    }
    return held;
  }

  // What is wrong with the log afterwards; "" when nothing is.
  std::string Aftermath() const {
    const auto log = audit::Log::Open(audit::TestLogOptions(Folder()));
    if (!log.ok()) return "it does not open: " + log.status().ToString();
    if ((*log)->Size() < 1 + kEntriesBefore) return "what was there before is gone";
    std::string wrong = Check(**log, HeldReceipts());
    if (wrong.empty() && !(*log)->AppendAndWait(Draft("after", "subject of after")).ok()) {
      wrong = "it takes nothing more";
    }
    return wrong;
  }
};

class SyscallTest : public AppendingProcess, public testing::WithParamInterface<Case> {};

TEST_P(SyscallTest, WhatWasAcknowledgedIsThereWhateverFails) {
  if (!CanFollow()) GTEST_SKIP() << "strace follows nothing here: " << LastWords(Output());
  const char* const wanted = std::getenv("EVIDENT_SYSCALLS");
  const uint64_t step = wanted != nullptr && std::string(wanted) == "all" ? 1 : kStepOfSome;
  int tried = 0;
  for (uint64_t nth = 1; true; nth += step) {
    const int code = AppendWithFault(GetParam(), nth);
    if (!WasInjected()) {
      EXPECT_EQ(code, 0) << LastWords(Output());
      break;
    }
    ++tried;
    const bool ended_by_itself = code == 0 || (code >= 3 && code <= 6);
    EXPECT_TRUE(ended_by_itself || code == -SIGKILL)
        << GetParam().name << " " << nth << " ended with " << code << ": " << LastWords(Output());
    EXPECT_EQ(Aftermath(), "") << GetParam().name << " " << nth << ": " << LastWords(Output());
  }
  EXPECT_GT(tried, 0);
  RecordProperty("tried", tried);
}

TEST_F(AppendingProcess, OneThatAcknowledgesTooEarlyTurnsRed) {
  if (!CanFollow()) GTEST_SKIP() << "strace follows nothing here: " << LastWords(Output());
  std::string wrong;
  // The calls of its opening come first.
  for (uint64_t nth = 75; nth > 0 && wrong.empty(); --nth) {
    AppendWithFault({"", "write", "error=EIO"}, nth, true);
    if (WasInjected()) wrong = Aftermath();
  }
  EXPECT_EQ(wrong, "another leaf, or none");
}

constexpr Case kCases[] = {
    {"write_fails", "write", "error=EIO"},
    {"write_is_the_last", "write", "signal=SIGKILL"},
    {"pwrite64_fails", "pwrite64", "error=EIO"},
    {"pwrite64_is_the_last", "pwrite64", "signal=SIGKILL"},
    {"fdatasync_fails", "fdatasync", "error=EIO"},
    {"fdatasync_is_the_last", "fdatasync", "signal=SIGKILL"},
    {"fsync_fails", "fsync", "error=EIO"},
    {"fsync_is_the_last", "fsync", "signal=SIGKILL"},
    {"openat_fails", "openat", "error=EIO"},
    {"openat_is_the_last", "openat", "signal=SIGKILL"},
    {"rename_fails", "rename", "error=EIO"},
    {"rename_is_the_last", "rename", "signal=SIGKILL"},
    {"unlink_fails", "unlink", "error=EIO"},
    {"unlink_is_the_last", "unlink", "signal=SIGKILL"},
    {"fallocate_fails", "fallocate", "error=ENOSPC"},
    {"ftruncate_is_the_last", "ftruncate", "signal=SIGKILL"},
    {"write_finds_the_disk_full", "write", "error=ENOSPC"},
};

INSTANTIATE_TEST_SUITE_P(Calls, SyscallTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace evident::crash
