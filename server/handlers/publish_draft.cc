#include "server/handlers/publish_draft.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "graph/pack/writer.h"
#include "graph/release/draft_changes.h"
#include "graph/storage/draft_rows.h"
#include "server/handlers/decision_effects.h"
#include "server/handlers/draft_checks.h"
#include "server/handlers/knowledge_reads.h"
#include "server/handlers/node_view.h"
#include "server/handlers/prepared_effect.h"
#include "server/handlers/publish_change.h"
#include "server/handlers/release_selection.h"
#include "server/handlers/request_mark.h"

namespace evident::server {
namespace {

absl::Status Refuse(const char* reason, const std::string& message,
                    const std::vector<Violation>& violations = {}) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message, violations);
}

absl::Status CheckState(const DraftSources& sources, const storage::v1::DraftRecord& record) {
  const std::string name = DraftName(record.number());
  if (record.state() == v1::DRAFT_STATE_REJECTED) {
    return Refuse("DRAFT_REJECTED", name + " was rejected; a change opens it again");
  }
  if (!sources.four_eyes || record.state() == v1::DRAFT_STATE_APPROVED) return absl::OkStatus();
  return Refuse("DRAFT_NOT_APPROVED",
                name +
                    " has to be approved by somebody who did not change it, as "
                    "knowledge.four_eyes asks");
}

// Who approved what is published now: approvals before the last change do not count.
std::vector<std::string> ReviewersOf(const storage::v1::DraftRecord& record) {
  std::set<std::string> reviewers;
  for (const v1::DraftEvent& event : record.events()) {
    if (event.act() == v1::DRAFT_ACT_CHANGE) reviewers.clear();
    if (event.act() == v1::DRAFT_ACT_APPROVE) reviewers.insert(event.by());
  }
  return {reviewers.begin(), reviewers.end()};
}

absl::Status CheckFindings(const std::string& draft,
                           const std::vector<v1::DraftFinding>& findings) {
  std::vector<Violation> errors;
  for (const v1::DraftFinding& finding : findings) {
    if (finding.known() || finding.severity() != "error") continue;
    errors.push_back({finding.node(), finding.rule() + ": " + finding.message()});
  }
  if (errors.empty()) return absl::OkStatus();
  return Refuse("DRAFT_LINT_ERRORS",
                draft + " brings what must not be published; first: " + errors[0].field + ": " +
                    errors[0].description,
                errors);
}

absl::Status CheckCases(const v1::PublishDraftRequest& request, const DraftCases& cases) {
  if (cases.failed == 0 || !request.accept_failing_cases().empty()) return absl::OkStatus();
  std::vector<Violation> failures;
  for (const v1::DraftCase& one : cases.cases) {
    if (!one.failures().empty())
      failures.push_back({one.pack() + "/" + one.name(), one.failures(0)});
  }
  return Refuse("DRAFT_CASES_FAIL",
                std::to_string(cases.failed) + " cases fail over " + request.draft() +
                    "; first: " + failures[0].field + ": " + failures[0].description,
                failures);
}

// What is asked of the release manager and answered, worked out before it is announced.
struct Publication {
  storage::v1::DraftRecord record;
  graph::PublishRequest request;
  std::optional<storage::v1::PackTextRecord> text;
  v1::PublishDraftResponse response;
  std::string note;
};

// The rows that go with the release: the draft as it is published, the pack's text, the answer.
absl::StatusOr<std::vector<graph::AttachedRow>> Attached(const DraftSources& sources,
                                                         const Call& call,
                                                         const std::string& intent,
                                                         const storage::v1::ReleaseRecord& release,
                                                         Publication& publication,
                                                         storage::v1::DraftRecord& record) {
  record.set_release(release.number());
  *publication.response.mutable_draft() = ViewDraft(record);
  *publication.response.mutable_release() = ViewRelease(release);
  *publication.response.mutable_token() = TokenOf(sources.releases, release);
  EVIDENT_ASSIGN_OR_RETURN(std::vector<graph::AttachedRow> rows,
                           RowsOfAnswer(sources.releases.drafts(), call,
                                        publication.response.SerializeAsString(), intent));
  rows.push_back(graph::DraftStore::RowOf(record));
  if (publication.text) {
    rows.push_back(
        graph::DraftStore::PackTextAt(ReleaseNumber(release.number()), *publication.text));
  }
  return rows;
}

absl::StatusOr<std::string> PublishNow(const DraftSources& sources, Call& call,
                                       const std::string& intent, Publication& publication) {
  call.notes().effect = "nothing was published";
  AddEvent(DraftActorOf(call, intent), v1::DRAFT_ACT_PUBLISH, publication.note, publication.record);
  publication.record.set_state(v1::DRAFT_STATE_PUBLISHED);
  publication.request.intent = intent;
  publication.request.now_ns = call.clock().NowNs();
  graph::PublishResult result;
  EVIDENT_RETURN_IF_ERROR(sources.releases.drafts().Publish(
      publication.record, [&](storage::v1::DraftRecord record) -> absl::Status {
        publication.request.attached = [&](const graph::GraphReader& release) {
          return Attached(sources, call, intent, release.release(), publication, record);
        };
        EVIDENT_ASSIGN_OR_RETURN(result, sources.releases.Publish(publication.request));
        return absl::OkStatus();
      }));
  call.notes().effect = "published " + ReleaseName(result.release.number());
  EVIDENT_ASSIGN_OR_RETURN(call.notes().release,
                           Digest::FromBytes(result.release.release_digest()));
  ForgetOldAnswers(sources.releases.drafts(), call);
  return publication.response.SerializeAsString();
}

class FileSource final : public MessageSource {
 public:
  FileSource(graph::PackFiles files, uint32_t release)
      : files_(std::move(files)), next_(files_.begin()), release_(release) {}

  absl::StatusOr<Next> Take(Call& call) override {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    if (next_ == files_.end()) return Next();
    v1::ExportPackResponse response;
    response.mutable_file()->set_path(next_->first);
    response.mutable_file()->set_content(next_->second);
    response.set_release(release_);
    ++next_;
    return Next{response.SerializeAsString(), false};
  }

 private:
  const graph::PackFiles files_;
  graph::PackFiles::const_iterator next_;
  const uint32_t release_;
};

}  // namespace

absl::StatusOr<Reply> PublishDraft(const DraftSources& sources, Call& call,
                                   const v1::PublishDraftRequest& request) {
  ActFields fields;
  fields.MayHaveText("accept_failing_cases", request.accept_failing_cases());
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const auto head, HeadFor(sources.releases, request.frame()));
  Publication publication;
  EVIDENT_ASSIGN_OR_RETURN(publication.record,
                           DraftToActOn(sources.releases, request.draft(), request.etag()));
  EVIDENT_RETURN_IF_ERROR(CheckState(sources, publication.record));
  EVIDENT_ASSIGN_OR_RETURN(DraftView view, ViewOf(sources.releases, request.draft()));
  EVIDENT_ASSIGN_OR_RETURN(publication.request.changes, graph::ChangesOnto(*head, view.changes));
  if (publication.request.changes.empty()) {
    return Refuse("DRAFT_EMPTY", request.draft() + " changes nothing");
  }
  publication.request.label = publication.record.title();
  publication.request.author = publication.record.authors(0);
  publication.request.reviewers = ReviewersOf(publication.record);
  publication.request.expected_head = ReleaseNumber(head->release().number());
  graph::PublishRequest trial = publication.request;
  trial.validate_only = true;
  trial.now_ns = call.clock().NowNs();
  EVIDENT_ASSIGN_OR_RETURN(const graph::PublishResult tried,
                           sources.releases.Publish(std::move(trial)));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<v1::DraftFinding> findings, FindingsOf(view, call));
  EVIDENT_ASSIGN_OR_RETURN(const DraftCases cases, CasesOf(sources.releases, view, call));
  v1::PublishDraftResponse& response = publication.response;
  response.set_nodes_changed(tried.nodes_changed);
  response.set_edges_changed(tried.edges_changed);
  for (const v1::DraftFinding& finding : findings) {
    if (!finding.known()) *response.add_findings() = finding;
  }
  for (v1::DraftCase& one : cases.Affected()) *response.add_cases() = std::move(one);
  if (request.frame().validate_only()) {
    if (sources.decisions) {
      EVIDENT_ASSIGN_OR_RETURN(*response.mutable_decisions(),
                               EffectsOnDecisions(*sources.decisions, view, call));
      call.notes().effect = "decided " + std::to_string(response.decisions().decided()) +
                            " recorded decisions again over " + request.draft();
    }
    *response.mutable_release() = ViewRelease(head->release());
    *response.mutable_draft() = ViewDraft(publication.record);
    return Reply{response.SerializeAsString()};
  }
  EVIDENT_RETURN_IF_ERROR(CheckFindings(request.draft(), findings));
  EVIDENT_RETURN_IF_ERROR(CheckCases(request, cases));
  EVIDENT_ASSIGN_OR_RETURN(publication.text,
                           sources.releases.drafts().Text(publication.record.number()));
  publication.note = request.accept_failing_cases();
  auto shared = std::make_shared<Publication>(std::move(publication));
  return WhenAnnounced("publish " + request.draft() + ": " + shared->record.title(),
                       [&sources, shared](Call& applied, const std::string& intent) {
                         return PublishNow(sources, applied, intent, *shared);
                       });
}

absl::StatusOr<std::unique_ptr<MessageSource>> ExportPack(const DraftSources& sources, Call& call,
                                                          const v1::ExportPackRequest& request) {
  ActFields fields;
  fields.NeedName("pack", request.pack());
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const PinnedRelease release,
                           PinRelease(sources.releases, request.release(), "release", call));
  const uint32_t number = release->release().number();
  EVIDENT_ASSIGN_OR_RETURN(
      const auto text, sources.releases.drafts().PackText(request.pack(), ReleaseNumber(number)));
  EVIDENT_ASSIGN_OR_RETURN(
      graph::PackFiles files,
      graph::WritePack(*release, request.pack(),
                       text ? SurroundingsOf(*text) : BareSurroundings(request.pack(), number)));
  return std::unique_ptr<MessageSource>(std::make_unique<FileSource>(std::move(files), number));
}

}  // namespace evident::server
