#include "server/release_importer.h"

#include <optional>
#include <string>
#include <utility>

#include "base/status.h"
#include "graph/model/bulk_graph.h"
#include "graph/pack/graph_file.h"
#include "graph/pack/reader.h"
#include "graph/release/lost_acts.h"
#include "server/handlers/knowledge_reads.h"
#include "server/handlers/node_view.h"

namespace evident::server {
namespace {

v1::ImportPackResponse ResponseOf(const graph::ReleaseManager& releases,
                                  const graph::PublishResult& result, size_t cases) {
  v1::ImportPackResponse response;
  if (result.release.number() > 0) *response.mutable_release() = ViewRelease(result.release);
  response.set_unchanged(result.unchanged);
  response.set_nodes_changed(result.nodes_changed);
  response.set_edges_changed(result.edges_changed);
  if (result.release.number() > 0) *response.mutable_token() = TokenOf(releases, result.release);
  if (cases > 0) response.add_notes("the pack holds " + std::to_string(cases) + " cases");
  return response;
}

std::string MemoryNote(const graph::MemoryGraph& graph) {
  return "the release takes about " + std::to_string(graph.memory_bytes() >> 20) +
         " MiB of memory when it is compiled";
}

// A graph file that was found sound.
class PreparedGraph final : public PreparedImport {
 public:
  PreparedGraph(graph::ReleaseManager& releases, const Clock& clock, graph::BulkRelease bulk,
                graph::PublishRequest request, v1::ImportPackResponse validated,
                graph::CheckAlive alive)
      : releases_(releases),
        clock_(clock),
        bulk_(std::move(bulk)),
        request_(std::move(request)),
        validated_(std::move(validated)),
        alive_(std::move(alive)) {}

  v1::ImportPackResponse Validated() const override { return validated_; }

  absl::StatusOr<v1::ImportPackResponse> Publish(const std::string& author,
                                                 const std::string& intent) override {
    request_.author = author;
    request_.intent = intent;
    request_.now_ns = clock_.NowNs();
    request_.validate_only = false;
    EVIDENT_ASSIGN_OR_RETURN(const graph::PublishResult result,
                             releases_.PublishBulk(bulk_, request_, alive_));
    v1::ImportPackResponse response = ResponseOf(releases_, result, 0);
    response.add_notes(MemoryNote(*bulk_.rows->graph));
    return response;
  }

 private:
  graph::ReleaseManager& releases_;
  const Clock& clock_;
  const graph::BulkRelease bulk_;
  graph::PublishRequest request_;
  const v1::ImportPackResponse validated_;
  const graph::CheckAlive alive_;
};

class Prepared final : public PreparedImport {
 public:
  Prepared(graph::ReleaseManager& releases, const Clock& clock, graph::PublishRequest request,
           size_t cases, v1::ImportPackResponse validated)
      : releases_(releases),
        clock_(clock),
        request_(std::move(request)),
        cases_(cases),
        validated_(std::move(validated)) {}

  v1::ImportPackResponse Validated() const override { return validated_; }

  absl::StatusOr<v1::ImportPackResponse> Publish(const std::string& author,
                                                 const std::string& intent) override {
    graph::PublishRequest request = std::move(request_);
    request.author = author;
    request.intent = intent;
    request.now_ns = clock_.NowNs();
    EVIDENT_ASSIGN_OR_RETURN(const graph::PublishResult result,
                             releases_.Publish(std::move(request)));
    return ResponseOf(releases_, result, cases_);
  }

 private:
  graph::ReleaseManager& releases_;
  const Clock& clock_;
  graph::PublishRequest request_;
  const size_t cases_;
  const v1::ImportPackResponse validated_;
};

absl::Status CheckName(const v1::ImportPackHeader& header, const std::string& name) {
  if (name == header.pack()) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, "PACK_NAME_MISMATCH",
      "the header announces the pack '" + header.pack() + "', the files are '" + name + "'",
      {{"header.pack", "must be the name in the pack: '" + name + "'"}});
}

// What acts can be lost of: nodes, and what they cite.
graph::GraphDraft NodesAndCitations(const graph::BulkGraph& graph) {
  graph::BulkGraph part;
  part.nodes = graph.nodes;
  part.foreign = graph.foreign;
  part.records = graph.records;
  for (const graph::BulkEdge& edge : graph.edges) {
    if (edge.kind == v1::EDGE_KIND_CITES) part.edges.push_back(edge);
  }
  return graph::ToDraft(part);
}

absl::Status CheckActs(const graph::GraphReader& head, const graph::GraphDraft& draft) {
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Violation> lost, graph::LostActs(head, draft));
  if (lost.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, "ACTS_LOST",
                   "the pack does not hold what curators did here: " + lost[0].field + ": " +
                       lost[0].description + "; export it first, or discard their acts",
                   lost);
}

}  // namespace

absl::StatusOr<std::unique_ptr<PreparedImport>> ReleaseImporter::Prepare(
    const v1::ImportPackHeader& header, const ImportFiles& files,
    const std::function<absl::Status()>& check_alive) {
  EVIDENT_RETURN_IF_ERROR(check_alive());
  if (header.graph_file()) return PrepareGraph(header, files, check_alive);
  const std::shared_ptr<const graph::GraphReader> head = releases_.Head();
  EVIDENT_ASSIGN_OR_RETURN(graph::Pack pack, graph::ReadPack(files, {head.get()}));
  EVIDENT_RETURN_IF_ERROR(CheckName(header, pack.name));
  EVIDENT_RETURN_IF_ERROR(check_alive());
  if (!header.discard_acts()) EVIDENT_RETURN_IF_ERROR(CheckActs(*head, pack.draft));
  graph::PublishRequest request;
  request.pack = pack.name;
  request.draft = std::move(pack.draft);
  request.label = header.label().empty() ? pack.label : header.label();
  if (header.has_expected_head()) request.expected_head = ReleaseNumber(header.expected_head());
  graph::PublishRequest trial = request;
  trial.validate_only = true;
  trial.now_ns = clock_.NowNs();
  EVIDENT_ASSIGN_OR_RETURN(const graph::PublishResult tried, releases_.Publish(std::move(trial)));
  return std::make_unique<Prepared>(releases_, clock_, std::move(request), pack.cases.size(),
                                    ResponseOf(releases_, tried, pack.cases.size()));
}

absl::StatusOr<std::unique_ptr<PreparedImport>> ReleaseImporter::PrepareGraph(
    const v1::ImportPackHeader& header, const ImportFiles& files,
    const std::function<absl::Status()>& check_alive) {
  std::string bytes;
  for (const auto& [path, piece] : files) bytes += piece;
  EVIDENT_ASSIGN_OR_RETURN(const graph::BulkGraph graph, graph::ReadGraphFile(bytes));
  EVIDENT_RETURN_IF_ERROR(CheckName(header, graph.pack));
  EVIDENT_RETURN_IF_ERROR(check_alive());
  if (!header.discard_acts()) {
    EVIDENT_RETURN_IF_ERROR(CheckActs(*releases_.Head(), NodesAndCitations(graph)));
  }
  std::optional<ReleaseNumber> expected;
  if (header.has_expected_head()) expected = ReleaseNumber(header.expected_head());
  EVIDENT_ASSIGN_OR_RETURN(graph::BulkRelease bulk,
                           releases_.PrepareBulk(graph, expected, check_alive));
  graph::PublishRequest request;
  request.label = header.label().empty() ? graph.label : header.label();
  request.validate_only = true;
  request.now_ns = clock_.NowNs();
  EVIDENT_ASSIGN_OR_RETURN(const graph::PublishResult tried,
                           releases_.PublishBulk(bulk, request, check_alive));
  v1::ImportPackResponse validated = ResponseOf(releases_, tried, 0);
  validated.add_notes(MemoryNote(*bulk.rows->graph));
  return std::make_unique<PreparedGraph>(releases_, clock_, std::move(bulk), std::move(request),
                                         std::move(validated), check_alive);
}

}  // namespace evident::server
