#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/unicode.h"
#include "client/cli/commands.h"
#include "graph/release/backup.h"

namespace evident::cli {
namespace {

void RunCreate(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  (*client)->SetTimeoutMs(kDeadlineMaxMs);
  const auto response = (*client)->CreateBackup();
  if (!response.ok()) return session.Fail(response.status());
  if (session.json()) {
    session.PrintJson(*response);
  } else {
    std::cout << Printable(response->name()) << ": "
              << (response->has_release() ? response->release().name() : "no release yet") << ", "
              << response->files() << " files, " << response->bytes() << " bytes\n";
  }
  session.Done();
}

nlohmann::ordered_json AsJson(const std::string& name, const graph::BackupManifest& manifest) {
  return {{"name", name},
          {"release", manifest.release},
          {"release_digest", manifest.release_digest.Hex()},
          {"content_digest", manifest.content_digest.Hex()},
          {"database_id", manifest.database_id},
          {"made_ns", manifest.made_ns},
          {"intent", manifest.intent},
          {"files", manifest.files.size()},
          {"bytes", manifest.Bytes()}};
}

std::string InWords(const graph::BackupManifest& manifest) {
  return "releases/" + std::to_string(manifest.release) + ", " +
         std::to_string(manifest.files.size()) + " files, " + std::to_string(manifest.Bytes()) +
         " bytes, release digest " + manifest.release_digest.Hex();
}

void RunList(const std::string& directory, Session& session) {
  const auto backups = graph::ListBackups(directory);
  if (!backups.ok()) return session.Fail(backups.status());
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const graph::Backup& backup : *backups) {
    all.push_back(AsJson(backup.name, backup.manifest));
    if (!session.json()) std::cout << backup.name << ": " << InWords(backup.manifest) << "\n";
  }
  if (session.json()) std::cout << all.dump(2) << "\n";
  session.Done();
}

void RunVerify(const std::string& folder, Session& session) {
  const auto problems = graph::CheckBackup(folder);
  if (!problems.ok()) return session.FailVerification(problems.status());
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"problems", *problems}}.dump(
                     2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
              << "\n";
  } else {
    for (const std::string& problem : *problems) {
      std::cout << "PROBLEM " << Printable(problem) << "\n";
    }
    if (problems->empty()) std::cout << "the backup is sound\n";
  }
  session.Done(problems->empty() ? kExitDone : kExitNotVerified);
}

void RunRestore(const std::string& folder, const std::string& target, Session& session) {
  const auto restored = graph::RestoreBackup(folder, target);
  if (!restored.ok()) return session.Fail(restored.status());
  if (session.json()) {
    std::cout << AsJson(target, *restored).dump(2) << "\n";
  } else {
    std::cout << "restored to " << target << ": " << InWords(*restored) << "\n";
  }
  session.Done();
}

}  // namespace

void AddBackupCommands(CLI::App& app, Session& session) {
  CLI::App* const backup = app.add_subcommand("backup", "Backups of the knowledge");
  backup->require_subcommand(1);
  backup->add_subcommand("create", "Have the server make one while it serves")
      ->callback([&session] { RunCreate(session); });

  auto folder = std::make_shared<std::string>();
  CLI::App* const list = backup->add_subcommand("list", "What a directory of backups holds");
  list->add_option("directory", *folder, "The directory")->required();
  list->callback([folder, &session] { RunList(*folder, session); });

  CLI::App* const verify = backup->add_subcommand(
      "verify", "Check every file and every release of a backup; exits with 6");
  verify->add_option("folder", *folder, "The backup's folder")->required();
  verify->callback([folder, &session] { RunVerify(*folder, session); });

  auto target = std::make_shared<std::string>();
  CLI::App* const restore =
      backup->add_subcommand("restore", "Put a backup where a stopped server finds it");
  restore->add_option("folder", *folder, "The backup's folder")->required();
  restore
      ->add_option("--to", *target, "Folder for the database, e.g. data/knowledge; not there yet")
      ->required();
  restore->callback([folder, target, &session] { RunRestore(*folder, *target, session); });
}

}  // namespace evident::cli
