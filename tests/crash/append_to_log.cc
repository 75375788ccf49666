// Appends entries, each of a subject of its own, to the log in a folder, and a line for each that
// was acknowledged to a file: the answer, a space, the receipt in hex.
//
//   append_to_log FOLDER RECEIPTS COUNT [early]
//
// With "early" it is a mutant, which acknowledges an entry before it is durable.
//
// Exits with 0; 3 when the log did not open; 4 when an entry was refused; 5 when a line could not
// be written; 6 when the log did not close cleanly. Tests only.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "audit/log/test_entries.h"
#include "base/encoding.h"
#include "base/file.h"

namespace evident::crash {
namespace {

int Refused(int code, const absl::Status& status) {
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return code;
}

int AppendAll(audit::Log& log, std::FILE* receipts, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string answer = "answer-" + std::to_string(i);
    const auto committed = log.AppendAndWait(audit::TestDraft(answer, "subject of " + answer));
    if (!committed.ok()) return Refused(4, committed.status());
    const std::string line = answer + " " + HexEncode(committed->receipt_bytes) + "\n";
    if (std::fputs(line.c_str(), receipts) < 0 || std::fflush(receipts) != 0) return 5;
  }
  return 0;
}

int Run(const std::string& folder, const std::string& file, int count, bool early) {
  audit::LogOptions options = audit::TestLogOptions(folder);
  options.stepped = true;  // on one thread: strace counts the calls of each thread
  options.mutants.release_before_sync = early;
  const auto log = audit::Log::Open(std::move(options));
  if (!log.ok()) return Refused(3, log.status());
  std::FILE* const receipts = std::fopen(file.c_str(), "ae");
  if (receipts == nullptr) return 5;
  const int code = AppendAll(**log, receipts, count);
  std::fclose(receipts);
  const absl::Status closed = (*log)->Close();
  return code != 0 || closed.ok() ? code : Refused(6, closed);
}

}  // namespace
}  // namespace evident::crash

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) return 2;
  return evident::crash::Run(argv[1], argv[2], std::atoi(argv[3]), argc == 5);
}
