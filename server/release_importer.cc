#include "server/release_importer.h"

#include <string>
#include <utility>

#include "base/status.h"
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
  const std::shared_ptr<const graph::GraphReader> head = releases_.Head();
  EVIDENT_ASSIGN_OR_RETURN(graph::Pack pack, graph::ReadPack(files, {head.get()}));
  if (pack.name != header.pack()) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "PACK_NAME_MISMATCH",
        "the header announces the pack '" + header.pack() + "', the files are '" + pack.name + "'",
        {{"header.pack", "must be the name in pack.yaml: '" + pack.name + "'"}});
  }
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

}  // namespace evident::server
