#include <yaml-cpp/yaml.h>

#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/commands.h"
#include "client/cli/draft_output.h"
#include "client/cli/import_output.h"
#include "client/cli/pack_folders.h"
#include "client/cli/words.h"
#include "graph/pack/reader.h"

namespace evident::cli {
namespace {

struct ImportOptions {
  std::string directory;
  std::string label;
  bool validate_only = false;
  bool discard_acts = false;
  std::optional<uint32_t> expected_head;
  bool as_draft = false;
  std::string draft;
  std::string etag;
  std::string request_id;
};

struct ExportOptions {
  std::string pack;
  std::string directory;
  std::string release;
};

// The name under which the server is to expect the pack; whether all of it is right is the
// server's to say.
absl::StatusOr<std::string> PackName(const graph::PackFiles& files) {
  const auto file = files.find("pack.yaml");
  try {
    if (file != files.end()) {
      const YAML::Node root = YAML::Load(file->second);
      if (root.IsMap() && root["name"] && root["name"].IsScalar()) {
        return root["name"].as<std::string>();
      }
    }
  } catch (const YAML::Exception& error) {
    return MakeError(absl::StatusCode::kInvalidArgument, "PACK_INVALID",
                     "pack.yaml:" + std::to_string(error.mark.line + 1) + ":" +
                         std::to_string(error.mark.column + 1) + ": " + error.msg);
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "PACK_INVALID",
                   "there is no pack.yaml with the pack's name");
}

void RunImport(const ImportOptions& options, Session& session) {
  const auto files = graph::LoadPackFiles(options.directory);
  if (!files.ok()) return session.Fail(files.status());
  const auto name = PackName(*files);
  if (!name.ok()) return session.Fail(name.status());
  v1::ImportPackHeader header;
  header.set_pack(*name);
  header.set_label(options.label);
  header.set_validate_only(options.validate_only);
  header.set_publish(!options.validate_only && !options.as_draft && options.draft.empty());
  header.set_draft(options.draft);
  header.set_draft_etag(options.etag);
  header.set_request_id(options.request_id);
  header.set_discard_acts(options.discard_acts);
  if (options.expected_head) header.set_expected_head(*options.expected_head);
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  const std::vector<std::pair<std::string, std::string>> sent(files->begin(), files->end());
  const auto response = (*client)->ImportPack(header, sent);
  if (!response.ok()) return session.Fail(response.status());
  if (session.json()) {
    session.PrintJson(*response);
  } else if (response->has_draft()) {
    PrintDraft(response->draft());
  } else {
    PrintImport(*response, options.validate_only);
  }
  session.Done();
}

void RunExport(const ExportOptions& options, Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  v1::ExportPackRequest request;
  request.set_pack(options.pack);
  if (!options.release.empty()) request.mutable_release()->set_name(options.release);
  graph::PackFiles files;
  uint32_t release = 0;
  const absl::Status status =
      (*client)->ExportPack(request, [&](const v1::ExportPackResponse& response) {
        files[response.file().path()] = response.file().content();
        release = response.release();
        return true;
      });
  if (!status.ok()) return session.Fail(status);
  const absl::Status written = WritePackFolder(options.directory, files);
  if (!written.ok()) return session.Fail(written);
  if (!session.json()) {
    std::cout << "wrote " << files.size() << " files of " << Printable(options.pack)
              << " as of releases/" << release << "\n";
  }
  session.Done();
}

}  // namespace

void AddPackCommands(CLI::App& app, Session& session) {
  CLI::App* const pack = app.add_subcommand("pack", "Packs of knowledge");
  pack->require_subcommand(1);

  AddPackAuthoring(*pack, session);
  AddPackChecks(*pack, session);

  auto options = std::make_shared<ImportOptions>();
  CLI::App* const command = pack->add_subcommand("import", "Publish a pack on the server");
  command->add_option("directory", options->directory, "The pack's folder")->required();
  command->add_option("--label", options->label, "Label of the release; default the pack's");
  command->add_flag("--validate-only", options->validate_only, "Check all, store nothing");
  command->add_flag("--discard-acts", options->discard_acts,
                    "Undo what curators did on the server and the pack does not hold");
  command->add_option("--expected-head", options->expected_head,
                      "Refuse when the newest release is another number");
  command->add_flag("--as-draft", options->as_draft, "Make it a draft instead of a release");
  command->add_option("--draft", options->draft, "Replace the changes of this draft, drafts/N");
  command->add_option("--etag", options->etag, "With --draft: the etag that you looked at")
      ->needs("--draft");
  command->add_option("--request-id", options->request_id,
                      "An id of your own: the same import again is then not done twice");
  command->callback([options, &session] { RunImport(*options, session); });

  auto exported = std::make_shared<ExportOptions>();
  CLI::App* const out = pack->add_subcommand("export", "Write a pack of the server as YAML");
  out->add_option("pack", exported->pack, "Its name")->required();
  out->add_option("directory", exported->directory, "The folder, new or empty")->required();
  out->add_option("--release", exported->release, "releases/N; default the newest");
  out->callback([exported, &session] { RunExport(*exported, session); });
}

}  // namespace evident::cli
