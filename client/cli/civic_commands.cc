#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/commands.h"
#include "client/cli/progress.h"
#include "graph/model/bulk_graph.h"
#include "graph/model/node_id.h"
#include "graph/pack/civic_reader.h"
#include "graph/pack/graph_file.h"

namespace evident::cli {
namespace {

constexpr unsigned kFileMode = 0644;

struct CivicArguments {
  std::string folder;
  std::string out;
  std::string label;
  bool strict = false;
};

// "evidence": 3706, ...
std::map<std::string, size_t> CountsOf(const graph::GraphDraft& draft) {
  std::map<std::string, size_t> counts;
  for (const v1::NodeRecord& node : draft.nodes) {
    ++counts[v1::NodeKind_Name(graph::KindOf(node)).substr(sizeof("NODE_KIND_") - 1)];
  }
  return counts;
}

nlohmann::ordered_json AsJson(const std::vector<graph::BrokenRow>& rows) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const graph::BrokenRow& row : rows) {
    all.push_back({{"file", row.file}, {"line", row.line}, {"why", row.why}});
  }
  return all;
}

void PrintJson(const graph::CivicSnapshot& snapshot) {
  std::cout << nlohmann::ordered_json{{"rows", snapshot.rows},
                                      {"nodes", CountsOf(snapshot.draft)},
                                      {"edges", snapshot.draft.edges.size()},
                                      {"unresolved", snapshot.unresolved},
                                      {"doubts", AsJson(snapshot.doubts)},
                                      {"broken", AsJson(snapshot.broken)}}
                   .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
            << "\n";
}

void Print(const graph::CivicSnapshot& snapshot) {
  for (const auto& [file, rows] : snapshot.rows) std::cout << file << ": " << rows << " rows\n";
  for (const auto& [kind, count] : CountsOf(snapshot.draft)) {
    std::cout << "  " << kind << " " << count << "\n";
  }
  std::cout << "  edges " << snapshot.draft.edges.size() << "\n";
  for (const std::string& link : snapshot.unresolved) {
    std::cout << "kept unresolved: " << Printable(link) << "\n";
  }
  for (const graph::BrokenRow& row : snapshot.doubts) {
    std::cout << "DOUBTED " << row.file << ":" << row.line << ": " << Printable(row.why) << "\n";
  }
  for (const graph::BrokenRow& row : snapshot.broken) {
    std::cout << "BROKEN " << row.file << ":" << row.line << ": " << Printable(row.why) << "\n";
  }
  std::cout << snapshot.broken.size() << " broken rows\n";
}

absl::Status Run(const CivicArguments& arguments, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const graph::CivicFiles files, graph::LoadCivicFiles(arguments.folder));
  graph::CivicOptions options;
  options.strict = arguments.strict;
  options.progress = [](size_t done, size_t all) { ShowProgress("rows", done, all); };
  EVIDENT_ASSIGN_OR_RETURN(const graph::CivicSnapshot snapshot, graph::ReadCivic(files, options));
  session.json() ? PrintJson(snapshot) : Print(snapshot);
  if (arguments.out.empty()) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(graph::BulkGraph graph,
                           graph::ToBulkGraph(graph::kCivicPack, snapshot.draft));
  graph.label = arguments.label;
  return WriteFileAtomically(arguments.out, graph::WriteGraphFile(graph), kFileMode);
}

void Add(CLI::App& civic, Session& session, const char* name, const char* what, bool writes) {
  auto arguments = std::make_shared<CivicArguments>();
  CLI::App* const command = civic.add_subcommand(name, what);
  command->add_option("folder", arguments->folder, "Folder of the snapshot")->required();
  command->add_flag("--strict", arguments->strict, "Refuse a snapshot with a broken row");
  if (writes) {
    command->add_option("--out", arguments->out, "The graph file to write")->required();
    command->add_option("--label", arguments->label, "Label to propose for the release");
  }
  command->callback([arguments, &session] {
    const absl::Status status = Run(*arguments, session);
    status.ok() ? session.Done() : session.Fail(status);
  });
}

}  // namespace

void AddCivicCommands(CLI::App& app, Session& session) {
  CLI::App* const civic = app.add_subcommand("civic", "Snapshots of CIViC");
  civic->require_subcommand(1);
  Add(*civic, session, "check", "Read a snapshot and say what it holds", false);
  Add(*civic, session, "convert", "Write a snapshot as a graph file, for graph import", true);
}

}  // namespace evident::cli
