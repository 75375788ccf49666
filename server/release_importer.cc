#include "server/release_importer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "graph/model/bulk_graph.h"
#include "graph/pack/graph_file.h"
#include "graph/pack/reader.h"
#include "graph/pack/writer.h"
#include "graph/release/draft_changes.h"
#include "graph/release/lost_acts.h"
#include "graph/storage/draft_rows.h"
#include "server/handlers/draft_checks.h"
#include "server/handlers/draft_frame.h"
#include "server/handlers/knowledge_reads.h"
#include "server/handlers/node_view.h"
#include "server/handlers/request_mark.h"

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

// What was validated, as the release that it became.
v1::ImportPackResponse AsPublished(const graph::ReleaseManager& releases,
                                   v1::ImportPackResponse validated,
                                   const storage::v1::ReleaseRecord& release) {
  *validated.mutable_release() = ViewRelease(release);
  *validated.mutable_token() = TokenOf(releases, release);
  validated.set_unchanged(false);
  return validated;
}

// The same with what publishing it came to: the head may be another than it was validated on.
v1::ImportPackResponse AsPublished(const graph::ReleaseManager& releases,
                                   const v1::ImportPackResponse& validated,
                                   const graph::PublishResult& result) {
  v1::ImportPackResponse response = ResponseOf(releases, result, 0);
  *response.mutable_notes() = validated.notes();
  return response;
}

absl::StatusOr<std::vector<graph::AttachedRow>> Answers(const graph::ReleaseManager& releases,
                                                        const ImportAct& act,
                                                        const v1::ImportPackResponse& response) {
  if (act.call == nullptr) return std::vector<graph::AttachedRow>();
  return RowsOfAnswer(releases.drafts(), *act.call, response.SerializeAsString(), act.intent);
}

// The rows that go with the release: the pack's text from it on, and the answer.
absl::StatusOr<std::vector<graph::AttachedRow>> Attached(
    const graph::ReleaseManager& releases, const ImportAct& act,
    const v1::ImportPackResponse& validated, const storage::v1::PackTextRecord& text,
    const storage::v1::ReleaseRecord& release) {
  EVIDENT_ASSIGN_OR_RETURN(auto rows,
                           Answers(releases, act, AsPublished(releases, validated, release)));
  rows.push_back(graph::DraftStore::PackTextAt(ReleaseNumber(release.number()), text));
  return rows;
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

  absl::StatusOr<v1::ImportPackResponse> Publish(const ImportAct& act) override {
    request_.author = act.author;
    request_.intent = act.intent;
    request_.now_ns = clock_.NowNs();
    request_.validate_only = false;
    // It comes without text: what an earlier import of files left is this release's no more.
    storage::v1::PackTextRecord none;
    none.set_pack(bulk_.pack);
    request_.attached = [&](const graph::GraphReader& release) {
      return Attached(releases_, act, validated_, none, release.release());
    };
    EVIDENT_ASSIGN_OR_RETURN(const graph::PublishResult result,
                             releases_.PublishBulk(bulk_, request_, alive_));
    return AsPublished(releases_, validated_, result);
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
           storage::v1::PackTextRecord text, v1::ImportPackResponse validated)
      : releases_(releases),
        clock_(clock),
        request_(std::move(request)),
        text_(std::move(text)),
        validated_(std::move(validated)) {}

  v1::ImportPackResponse Validated() const override { return validated_; }

  absl::StatusOr<v1::ImportPackResponse> Publish(const ImportAct& act) override {
    graph::PublishRequest request = std::move(request_);
    request.author = act.author;
    request.intent = act.intent;
    request.now_ns = clock_.NowNs();
    request.attached = [&](const graph::GraphReader& release) {
      return Attached(releases_, act, validated_, text_, release.release());
    };
    EVIDENT_ASSIGN_OR_RETURN(const graph::PublishResult result,
                             releases_.Publish(std::move(request)));
    if (result.unchanged) {
      EVIDENT_RETURN_IF_ERROR(KeepText(ReleaseNumber(result.release.number())));
    }
    return AsPublished(releases_, validated_, result);
  }

 private:
  // Cases may differ where no node does.
  absl::Status KeepText(ReleaseNumber release) {
    EVIDENT_ASSIGN_OR_RETURN(const auto kept, releases_.drafts().PackText(text_.pack(), release));
    if (kept && kept->SerializeAsString() == text_.SerializeAsString()) return absl::OkStatus();
    return releases_.drafts().PutPackText(graph::DraftStore::PackTextAt(release, text_));
  }

  graph::ReleaseManager& releases_;
  const Clock& clock_;
  graph::PublishRequest request_;
  const storage::v1::PackTextRecord text_;
  const v1::ImportPackResponse validated_;
};

// A pack that is to be a draft.
class PreparedDraft final : public PreparedImport {
 public:
  // A record without a number begins a new draft.
  PreparedDraft(graph::ReleaseManager& releases, const Clock& clock, graph::DraftWrite write,
                v1::ImportPackResponse validated)
      : releases_(releases),
        clock_(clock),
        write_(std::move(write)),
        validated_(std::move(validated)) {}

  v1::ImportPackResponse Validated() const override { return validated_; }

  absl::StatusOr<v1::ImportPackResponse> Publish(const ImportAct& act) override {
    const bool fresh = write_.record.number() == 0;
    AddEvent({act.author, clock_.NowNs(), act.intent},
             fresh ? v1::DRAFT_ACT_CREATE : v1::DRAFT_ACT_CHANGE, "imported from a pack",
             write_.record);
    v1::ImportPackResponse response = validated_;
    const auto attach = [&](const storage::v1::DraftRecord& stored) {
      *response.mutable_draft() = ViewDraft(stored);
      return Answers(releases_, act, response);
    };
    graph::DraftStore& store = releases_.drafts();
    EVIDENT_RETURN_IF_ERROR(
        (fresh ? store.Create(write_, attach) : store.Save(write_, attach)).status());
    return response;
  }

 private:
  graph::ReleaseManager& releases_;
  const Clock& clock_;
  graph::DraftWrite write_;
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
  if (four_eyes_ && header.publish()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "FOUR_EYES",
                     "knowledge.four_eyes asks for a second pair of eyes: import the pack as a "
                     "draft, to be reviewed and published");
  }
  if (header.graph_file()) return PrepareGraph(header, files, check_alive);
  const std::shared_ptr<const graph::GraphReader> head = releases_.Head();
  EVIDENT_ASSIGN_OR_RETURN(graph::Pack pack, graph::ReadPack(files, {head.get()}));
  EVIDENT_RETURN_IF_ERROR(CheckName(header, pack.name));
  EVIDENT_RETURN_IF_ERROR(check_alive());
  if (!header.discard_acts()) EVIDENT_RETURN_IF_ERROR(CheckActs(*head, pack.draft));
  if (!header.publish() && !header.validate_only()) {
    return PrepareDraft(header, files, std::move(pack));
  }
  storage::v1::PackTextRecord text = TextOf(pack.name, graph::SurroundingsOf(files, pack));
  graph::PublishRequest request;
  request.pack = pack.name;
  request.draft = std::move(pack.draft);
  request.label = header.label().empty() ? pack.label : header.label();
  if (header.has_expected_head()) request.expected_head = ReleaseNumber(header.expected_head());
  graph::PublishRequest trial = request;
  trial.validate_only = true;
  trial.now_ns = clock_.NowNs();
  EVIDENT_ASSIGN_OR_RETURN(const graph::PublishResult tried, releases_.Publish(std::move(trial)));
  return std::make_unique<Prepared>(releases_, clock_, std::move(request), std::move(text),
                                    ResponseOf(releases_, tried, pack.cases.size()));
}

absl::StatusOr<std::unique_ptr<PreparedImport>> ReleaseImporter::PrepareDraft(
    const v1::ImportPackHeader& header, const ImportFiles& files, graph::Pack pack) {
  const std::shared_ptr<const graph::GraphReader> head = releases_.Head();
  graph::DraftWrite write;
  if (!header.draft().empty()) {
    EVIDENT_ASSIGN_OR_RETURN(write.record,
                             DraftToActOn(releases_, header.draft(), header.draft_etag()));
    EVIDENT_ASSIGN_OR_RETURN(const graph::DraftChanges there,
                             releases_.drafts().Changes(write.record.number()));
    for (const auto& [place, change] : there) write.removed.push_back(place);
  } else {
    write.record.set_title(header.label().empty() ? pack.label : header.label());
    write.record.set_base(head->release().number());
  }
  write.record.set_state(v1::DRAFT_STATE_OPEN);
  EVIDENT_ASSIGN_OR_RETURN(auto changes, graph::ChangesOfPack(*head, pack.name, pack.draft));
  if (changes.size() > kDraftChangesMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DRAFT_TOO_LARGE",
                     "the draft would change " + std::to_string(changes.size()) +
                         " nodes; the cap is " + std::to_string(kDraftChangesMax));
  }
  uint32_t next = std::max(write.record.next_change(), graph::kFirstChangePlace);
  v1::ImportPackResponse response;
  if (head->release().number() > 0) *response.mutable_release() = ViewRelease(head->release());
  response.set_nodes_changed(changes.size());
  for (storage::v1::DraftChangeRecord& change : changes) {
    write.changes[next++] = std::move(change);
  }
  write.record.set_next_change(next);
  write.record.set_changes(static_cast<uint32_t>(response.nodes_changed()));
  write.text = TextOf(pack.name, graph::SurroundingsOf(files, pack));
  return std::make_unique<PreparedDraft>(releases_, clock_, std::move(write), std::move(response));
}

absl::StatusOr<std::optional<std::string>> ReleaseImporter::AnsweredBefore(Call& call) {
  return server::AnsweredBefore(releases_.drafts(), call);
}

absl::StatusOr<std::unique_ptr<PreparedImport>> ReleaseImporter::PrepareGraph(
    const v1::ImportPackHeader& header, const ImportFiles& files,
    const std::function<absl::Status()>& check_alive) {
  if (!header.publish() && !header.validate_only()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "IMPORT_HEADER",
                     "a graph file is published or validated; drafts are made of packs in YAML",
                     {{"header.publish", "must be set, or validate_only"}});
  }
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
