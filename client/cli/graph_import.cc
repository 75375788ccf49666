#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/import_output.h"
#include "client/cli/progress.h"
#include "graph/pack/graph_file.h"
#include "graph/pack/synthetic_graph.h"

namespace evident::cli {
namespace {

constexpr size_t kPieceBytes = kPackFileBytesMax;
constexpr unsigned kFileMode = 0644;

struct ImportOptions {
  std::string file;
  std::string label;
  bool validate_only = false;
  bool discard_acts = false;
  std::optional<uint32_t> expected_head;
};

// In the order of their paths.
std::vector<std::pair<std::string, std::string>> PiecesOf(const std::string& bytes) {
  std::vector<std::pair<std::string, std::string>> pieces;
  for (size_t at = 0; at < bytes.size(); at += kPieceBytes) {
    pieces.emplace_back("piece-" + ZeroPadded(pieces.size(), 8), bytes.substr(at, kPieceBytes));
  }
  return pieces;
}

absl::StatusOr<v1::ImportPackResponse> Send(const ImportOptions& options, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(options.file, kPackBytesMax));
  // What is wrong with the file is found before anything is sent.
  EVIDENT_ASSIGN_OR_RETURN(const graph::BulkGraph graph, graph::ReadGraphFile(bytes));
  v1::ImportPackHeader header;
  header.set_pack(graph.pack);
  header.set_label(options.label);
  header.set_validate_only(options.validate_only);
  header.set_publish(!options.validate_only);
  header.set_discard_acts(options.discard_acts);
  header.set_graph_file(true);
  if (options.expected_head) header.set_expected_head(*options.expected_head);
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  client->SetTimeoutMs(kDeadlineMaxMs);
  const auto pieces = PiecesOf(bytes);
  const auto begin = std::chrono::steady_clock::now();
  EVIDENT_ASSIGN_OR_RETURN(v1::ImportPackResponse response,
                           client->ImportPack(header, pieces, [&pieces](size_t sent) {
                             ShowProgress("sent", sent, pieces.size());
                           }));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  response.add_notes(
      std::to_string(graph.edges.size()) + " edges in " +
      std::to_string(static_cast<int64_t>(seconds * 1000)) + " ms, " +
      std::to_string(static_cast<int64_t>(static_cast<double>(graph.edges.size()) / seconds)) +
      " a second");
  return response;
}

void RunImport(const ImportOptions& options, Session& session) {
  const auto response = Send(options, session);
  if (!response.ok()) return session.Fail(response.status());
  session.json() ? session.PrintJson(*response) : PrintImport(*response, options.validate_only);
  session.Done();
}

struct GenerateOptions {
  uint32_t edges = 0;
  uint32_t nodes = 0;
  uint64_t seed = 1;
  std::string out;
};

void RunGenerate(const GenerateOptions& options, Session& session) {
  graph::SyntheticShape shape = graph::ShapeOf(options.edges);
  if (options.nodes != 0) shape.nodes = options.nodes;
  shape.seed = options.seed;
  const auto graph = graph::SyntheticGraph(shape);
  if (!graph.ok()) return session.Fail(graph.status());
  const std::string bytes = graph::WriteGraphFile(*graph);
  const absl::Status written = WriteFileAtomically(options.out, bytes, kFileMode);
  if (!written.ok()) return session.Fail(written);
  std::cout << options.out << ": " << graph->nodes.size() << " nodes, " << graph->edges.size()
            << " edges, " << bytes.size() << " bytes\n";
  session.Done();
}

}  // namespace

void AddGraphImports(CLI::App& graph, Session& session) {
  auto import = std::make_shared<ImportOptions>();
  CLI::App* const command = graph.add_subcommand("import", "Publish a graph file on the server");
  command->add_option("file", import->file, "The graph file")->required();
  command->add_option("--label", import->label, "Label of the release; default the file's");
  command->add_flag("--validate-only", import->validate_only, "Check all, store nothing");
  command->add_flag("--discard-acts", import->discard_acts,
                    "Undo what curators did on the server and the file does not hold");
  command->add_option("--expected-head", import->expected_head,
                      "Refuse when the newest release is another number");
  command->callback([import, &session] { RunImport(*import, session); });

  auto generate = std::make_shared<GenerateOptions>();
  CLI::App* const make =
      graph.add_subcommand("generate", "Write a synthetic graph file, to measure with");
  make->add_option("--edges", generate->edges, "How many edges")->required();
  make->add_option("--nodes", generate->nodes, "How many nodes; default in proportion");
  make->add_option("--seed", generate->seed, "Equal seeds give equal files");
  make->add_option("--out", generate->out, "The file to write")->required();
  make->callback([generate, &session] { RunGenerate(*generate, session); });
}

}  // namespace evident::cli
