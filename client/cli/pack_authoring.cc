// Beginning a pack, its schemas for editors, and comparing two packs, without a server.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/diff_output.h"
#include "client/cli/pack_folders.h"
#include "client/cli/text.h"
#include "graph/pack/pack_schema.h"
#include "graph/pack/reader.h"
#include "graph/pack/starter_pack.h"
#include "graph/traverse/diff.h"
#include "workbench/cases.h"

namespace evident::cli {
namespace {

struct NewOptions {
  std::string name;
  std::string directory;
};

absl::Status RunNew(const NewOptions& options, Session& session) {
  const std::string today = DateOfTimeNs(Clock::System().NowNs()).ToString();
  EVIDENT_ASSIGN_OR_RETURN(const graph::PackFiles files, graph::StarterPack(options.name, today));
  EVIDENT_RETURN_IF_ERROR(WritePackFolder(options.directory, files));
  if (!session.json()) {
    for (const auto& [path, content] : files) {
      std::cout << (std::filesystem::path(options.directory) / path).string() << "\n";
    }
    std::cout << "a pack that lints clean and passes its cases; nothing in it is clinical yet\n";
  }
  session.Done();
  return absl::OkStatus();
}

struct DiffOptions {
  PackFolders before;  // whose required packs are those of both
  std::string after;
};

absl::StatusOr<v1::DiffReleasesResponse> DiffPacks(const LoadedPacks& before,
                                                   const LoadedPacks& after) {
  EVIDENT_ASSIGN_OR_RETURN(const auto left, workbench::CompilePacks(before.All()));
  EVIDENT_ASSIGN_OR_RETURN(const auto right, workbench::CompilePacks(after.All()));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids,
                           graph::NodesOfEither(*left, *right, std::nullopt));
  v1::DiffReleasesResponse response;
  for (const NodeId& id : ids) {
    EVIDENT_ASSIGN_OR_RETURN(auto difference, graph::DiffNode(*left, *right, id));
    if (difference) *response.add_differences() = *std::move(difference);
  }
  return response;
}

absl::Status RunDiff(const DiffOptions& options, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const LoadedPacks before, LoadPacks(options.before));
  EVIDENT_ASSIGN_OR_RETURN(const LoadedPacks after,
                           LoadPacks({options.after, options.before.required}));
  EVIDENT_ASSIGN_OR_RETURN(const v1::DiffReleasesResponse response, DiffPacks(before, after));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    Text text(OptionsForStdout());
    PrintDifferences(text, response.differences());
    text.Line(std::to_string(response.differences_size()) + " nodes differ");
    std::cout << text.str();
  }
  session.Done();
  return absl::OkStatus();
}

}  // namespace

void AddPackAuthoring(CLI::App& pack, Session& session) {
  auto begin = std::make_shared<NewOptions>();
  CLI::App* const create = pack.add_subcommand("new", "Begin a pack in a new folder");
  create->add_option("name", begin->name, "The pack's name, a slug")->required();
  create->add_option("directory", begin->directory, "The folder, new or empty")->required();
  create->callback([begin, &session] {
    const absl::Status status = RunNew(*begin, session);
    if (!status.ok()) session.Fail(status);
  });

  auto kind = std::make_shared<std::string>();
  CLI::App* const schema =
      pack.add_subcommand("schema", "JSON Schema of the files of a folder, for editors");
  schema->add_option("folder", *kind, "A folder of a pack, or pack for pack.yaml")->required();
  schema->callback([kind, &session] {
    const auto text = graph::PackSchema(*kind);
    if (!text.ok()) return session.Fail(text.status());
    std::cout << *text;
    session.Done();
  });

  auto options = std::make_shared<DiffOptions>();
  CLI::App* const diff =
      pack.add_subcommand("diff", "What differs between two packs, without a server");
  AddPackFolders(*diff, options->before)->required();
  diff->add_option("after", options->after, "The folder of the pack that is newer")->required();
  diff->callback([options, &session] {
    const absl::Status status = RunDiff(*options, session);
    if (!status.ok()) session.Fail(status);
  });
}

}  // namespace evident::cli
