#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "audit/export/tile_directory.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/folder_command.h"
#include "client/cli/progress.h"
#include "client/cli/receipt_check.h"
#include "nlohmann/json.hpp"

namespace evident::cli {
namespace {

// What the server sends, put into the folder stretch by stretch.
class TileExport {
 public:
  explicit TileExport(audit::TileDirectory tiles) : tiles_(std::move(tiles)) {}

  // One stream, which its deadline may end. Those of the call and of TileDirectory.
  absl::Status Stream(client::Client& client) {
    v1::ExportEntriesRequest request;
    request.set_begin(tiles_.size());
    return TakeParts<v1::ExportEntriesResponse>(
        [&](const auto& part) { return client.ExportEntries(request, part); },
        [this](const v1::ExportEntriesResponse& part) { return Take(part); });
  }

  uint64_t size() const { return tiles_.size(); }

 private:
  absl::Status Take(const v1::ExportEntriesResponse& part) {
    if (!part.has_leaves()) return tiles_.Publish(part.checkpoint());
    for (const std::string& leaf : part.leaves().leaves()) {
      EVIDENT_RETURN_IF_ERROR(tiles_.Append(leaf));
    }
    return absl::OkStatus();
  }

  audit::TileDirectory tiles_;
};

absl::Status ExportTiles(const std::string& folder, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  uint64_t before = 0;
  uint64_t size = 0;
  for (bool first = true;; first = false) {
    EVIDENT_ASSIGN_OR_RETURN(audit::TileDirectory tiles, audit::TileDirectory::Open(folder, keys));
    TileExport run(std::move(tiles));
    const uint64_t begin = run.size();
    if (first) before = begin;
    const absl::Status status = run.Stream(*client);
    size = run.size();
    if (status.ok()) break;
    // A stream ends at its deadline: what is published stays, and another goes on from there.
    if (!absl::IsDeadlineExceeded(status) || size == begin) return status;
  }
  PrintGrowth(folder, before, size, session);
  return absl::OkStatus();
}

absl::Status CheckFolder(const std::string& folder, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const audit::TileCheck check, audit::CheckTiles(folder, keys));
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"verified", true},
                                        {"entries", check.entries},
                                        {"tiles", check.tiles}}
                     .dump(2)
              << "\n";
  } else {
    std::cout << "tiles verified: " << check.entries << " entries, " << check.tiles << " tiles\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddTileCommands(CLI::App& audit, Session& session) {
  auto folder = std::make_shared<std::string>();
  CLI::App* const tiles = audit.add_subcommand(
      "export-tiles", "Publish the log's tree as files for any web server, or go on doing so");
  tiles->add_option("folder", *folder, "Where; made when it is missing")->required();
  tiles->callback([=, &session] { EndFolderCommand(ExportTiles(*folder, session), session); });

  auto published = std::make_shared<std::string>();
  CLI::App* const check =
      audit.add_subcommand("check-tiles", "Check published tiles offline, every leaf of them");
  check->add_option("folder", *published, "What export-tiles wrote")->required();
  check->callback([=, &session] { EndFolderCommand(CheckFolder(*published, session), session); });
}

}  // namespace evident::cli
