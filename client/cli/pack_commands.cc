#include <yaml-cpp/yaml.h>

#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/commands.h"
#include "client/cli/import_output.h"
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
  header.set_publish(!options.validate_only);
  header.set_discard_acts(options.discard_acts);
  if (options.expected_head) header.set_expected_head(*options.expected_head);
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  const std::vector<std::pair<std::string, std::string>> sent(files->begin(), files->end());
  const auto response = (*client)->ImportPack(header, sent);
  if (!response.ok()) return session.Fail(response.status());
  session.json() ? session.PrintJson(*response) : PrintImport(*response, options.validate_only);
  session.Done();
}

}  // namespace

void AddPackCommands(CLI::App& app, Session& session) {
  CLI::App* const pack = app.add_subcommand("pack", "Packs of knowledge");
  pack->require_subcommand(1);

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
  command->callback([options, &session] { RunImport(*options, session); });
}

}  // namespace evident::cli
