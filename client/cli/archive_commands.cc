#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/status.h"
#include "client/cli/archive_folder.h"
#include "client/cli/commands.h"
#include "client/cli/folder_command.h"
#include "client/cli/receipt_check.h"

namespace evident::cli {
namespace {

// One stream from where the archive has come to, to the end of the log.
absl::Status OneStream(client::Client& client, ArchiveFolder& archive) {
  v1::ExportBodiesRequest request;
  request.set_begin(archive.next());
  std::string checkpoint;
  EVIDENT_RETURN_IF_ERROR(TakeParts<v1::ExportBodiesResponse>(
      [&](const auto& part) { return client.ExportBodies(request, part); },
      [&](const v1::ExportBodiesResponse& part) {
        for (const v1::StoredEntry& entry : part.entries()) {
          EVIDENT_RETURN_IF_ERROR(archive.Add(entry));
        }
        checkpoint = part.checkpoint();
        return absl::OkStatus();
      }));
  return archive.Finish(checkpoint);
}

absl::Status Archive(const std::string& folder, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  EVIDENT_ASSIGN_OR_RETURN(ArchiveFolder archive, ArchiveFolder::Open(folder, keys));
  const uint64_t before = archive.size();
  EVIDENT_RETURN_IF_ERROR(StreamToTheEnd([&archive] { return archive.next(); },
                                         [&] { return OneStream(*client, archive); }));
  PrintGrowth(folder, before, archive.size(), session);
  return absl::OkStatus();
}

absl::Status Check(const std::string& folder, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const ArchiveCheck check, CheckArchive(folder, keys));
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"verified", true},
                                        {"entries", check.entries},
                                        {"bodies", check.bodies},
                                        {"files", check.files},
                                        {"manifest_sha256", check.manifest.Hex()}}
                     .dump(2)
              << "\n";
  } else {
    std::cout << "archive verified: " << check.entries << " entries, " << check.bodies
              << " bodies, " << check.files << " files\nmanifest " << check.manifest.Hex() << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddArchiveCommands(CLI::App& audit, Session& session) {
  auto folder = std::make_shared<std::string>();
  CLI::App* const archive = audit.add_subcommand(
      "archive", "Copy the sealed bodies of all entries into files, or go on doing so");
  archive->add_option("folder", *folder, "Where; made when it is missing")->required();
  archive->callback([=, &session] { EndFolderCommand(Archive(*folder, session), session); });

  auto archived = std::make_shared<std::string>();
  CLI::App* const check =
      audit.add_subcommand("check-archive", "Check an archive offline, every body of it");
  check->add_option("folder", *archived, "What archive wrote")->required();
  check->callback([=, &session] { EndFolderCommand(Check(*archived, session), session); });
}

}  // namespace evident::cli
