// What commands have in common that write the log into a folder, or check one.
#ifndef EVIDENT_CLIENT_CLI_FOLDER_COMMAND_H_
#define EVIDENT_CLIENT_CLI_FOLDER_COMMAND_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "client/cli/session.h"

namespace evident::cli {

// Streams until one comes to the end of the log: a stream ends at its deadline, and another goes on
// from there, unless it got nowhere. `next` tells the entry that the folder takes next. The error
// of the last stream.
absl::Status StreamToTheEnd(const std::function<uint64_t()>& next,
                            const std::function<absl::Status()>& stream);

// Runs a call that hands over part after part. An error of `take` ends it, and is its error.
template <typename Part, typename Call, typename Take>
absl::Status TakeParts(const Call& call, const Take& take) {
  absl::Status failed;
  const absl::Status ended = call([&failed, &take](const Part& part) {
    failed = take(part);
    return failed.ok();
  });
  return failed.ok() ? ended : failed;
}

// Tells how many entries a folder has now, and had before.
void PrintGrowth(const std::string& folder, uint64_t before, uint64_t size, const Session& session);

// How such a command ends: what is damaged, or of another log, is not verified.
void EndFolderCommand(const absl::Status& status, Session& session);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_FOLDER_COMMAND_H_
