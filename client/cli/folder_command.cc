#include "client/cli/folder_command.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/status.h"

namespace evident::cli {

absl::Status StreamToTheEnd(const std::function<uint64_t()>& next,
                            const std::function<absl::Status()>& stream) {
  while (true) {
    const uint64_t begin = next();
    const absl::Status end = stream();
    if (!absl::IsDeadlineExceeded(end) || next() == begin) return end;
  }
}

void PrintGrowth(const std::string& folder, uint64_t before, uint64_t size,
                 const Session& session) {
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"folder", folder},
                                        {"size", size},
                                        {"added", size - before}}
                     .dump(2)
              << "\n";
  } else {
    std::cout << folder << ": " << size << " entries, " << size - before << " of them new\n";
  }
}

void EndFolderCommand(const absl::Status& status, Session& session) {
  // Damaged, or with other entries than the log has, or more.
  if (absl::IsDataLoss(status) || ErrorReason(status) == "ENTRY_UNKNOWN") {
    session.FailVerification(status);
  } else if (!status.ok()) {
    session.Fail(status);
  }
}

}  // namespace evident::cli
