#include "server/handlers/draft_reads.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "graph/model/node_id.h"
#include "graph/release/draft_changes.h"
#include "graph/traverse/diff.h"
#include "server/handlers/draft_checks.h"
#include "server/page_token.h"
#include "workbench/draft_page.h"
#include "workbench/render_node.h"

namespace evident::server {
namespace {

absl::StatusOr<PagePosition> PositionOf(const std::string& scope, const std::string& token) {
  if (token.empty()) return PagePosition();
  return ReadPageToken(scope, token);
}

// A published draft is in conflict with nothing any more.
absl::StatusOr<bool> ConflictOf(const DraftView& view,
                                const storage::v1::DraftChangeRecord& change) {
  if (view.record.release() > 0) return false;
  return graph::InConflict(*view.head, change);
}

bool IsAsked(const v1::ListDraftsRequest& request, const storage::v1::DraftRecord& record) {
  if (request.state() != v1::DRAFT_STATE_UNSPECIFIED) return record.state() == request.state();
  return record.state() != v1::DRAFT_STATE_PUBLISHED && record.state() != v1::DRAFT_STATE_ABANDONED;
}

// Guidelines, statements and the others as their kinds are numbered.
std::vector<const storage::v1::DraftChangeRecord*> InReadingOrder(const DraftView& view) {
  std::vector<const storage::v1::DraftChangeRecord*> changes;
  for (const auto& [place, change] : view.changes) changes.push_back(&change);
  std::sort(changes.begin(), changes.end(), [](const auto* a, const auto* b) {
    const auto key = [](const storage::v1::DraftChangeRecord& change) {
      return std::make_tuple(change.kind(), change.node().statement().order(), change.name());
    };
    return key(*a) < key(*b);
  });
  return changes;
}

}  // namespace

absl::StatusOr<v1::GetDraftResponse> GetDraft(const DraftSources& sources, Call& call,
                                              const v1::GetDraftRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  EVIDENT_ASSIGN_OR_RETURN(const DraftView view, ViewOf(sources.releases, request.draft()));
  const std::string scope = call.method() + "\n" + sources.releases.database_id() + "\n" +
                            request.draft() + "\n" + EtagOf(view.record);
  EVIDENT_ASSIGN_OR_RETURN(const PagePosition position, PositionOf(scope, request.page_token()));
  v1::GetDraftResponse response;
  *response.mutable_draft() = ViewDraft(view.record);
  response.set_head(view.head->release().number());
  for (auto at = view.changes.lower_bound(static_cast<uint32_t>(position.next));
       at != view.changes.end(); ++at) {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    if (response.changes_size() == page_size || response.ByteSizeLong() > kPageBytesMax) {
      response.set_next_page_token(MakePageToken(scope, {at->first, 0}));
      break;
    }
    const storage::v1::DraftChangeRecord& record = at->second;
    v1::DraftChange& change = *response.add_changes();
    change.set_kind(record.kind());
    change.set_name(record.name());
    change.set_base(record.base());
    EVIDENT_ASSIGN_OR_RETURN(const bool conflict, ConflictOf(view, record));
    change.set_conflict(conflict);
    EVIDENT_ASSIGN_OR_RETURN(
        auto difference,
        graph::DiffNode(*view.head, *view.after, graph::MakeNodeId(record.kind(), record.name())));
    if (difference) *change.mutable_difference() = *std::move(difference);
  }
  return response;
}

absl::StatusOr<v1::ListDraftsResponse> ListDrafts(const DraftSources& sources, Call& call,
                                                  const v1::ListDraftsRequest& request) {
  ActFields fields;
  if (!v1::DraftState_IsValid(request.state())) fields.Refuse("state", "is no known state");
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const std::string scope = call.method() + "\n" + sources.releases.database_id() + "\n" +
                            std::to_string(request.state());
  EVIDENT_ASSIGN_OR_RETURN(const PagePosition position, PositionOf(scope, request.page_token()));
  EVIDENT_ASSIGN_OR_RETURN(
      const std::vector<storage::v1::DraftRecord> records,
      sources.releases.drafts().List(static_cast<uint32_t>(position.next), kDraftsScannedMax));
  v1::ListDraftsResponse response;
  for (const storage::v1::DraftRecord& record : records) {
    if (IsAsked(request, record)) *response.add_drafts() = ViewDraft(record);
    const bool full =
        response.drafts_size() == page_size || response.ByteSizeLong() > kPageBytesMax;
    if (!full && &record != &records.back()) continue;
    // Numbers have no gaps: below any but 1 there are more.
    if (record.number() > 1) {
      response.set_next_page_token(MakePageToken(scope, {record.number(), 0}));
    }
    break;
  }
  return response;
}

absl::StatusOr<v1::LintDraftResponse> LintDraft(const DraftSources& sources, Call& call,
                                                const v1::LintDraftRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const DraftView view, ViewOf(sources.releases, request.draft()));
  EVIDENT_ASSIGN_OR_RETURN(std::vector<v1::DraftFinding> findings, FindingsOf(view, call));
  v1::LintDraftResponse response;
  response.set_count(findings.size());
  for (size_t i = 0; i < std::min(findings.size(), kDraftFindingsShownMax); ++i) {
    *response.add_findings() = std::move(findings[i]);
  }
  return response;
}

absl::StatusOr<v1::TestDraftResponse> TestDraft(const DraftSources& sources, Call& call,
                                                const v1::TestDraftRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const DraftView view, ViewOf(sources.releases, request.draft()));
  EVIDENT_ASSIGN_OR_RETURN(DraftCases cases, CasesOf(sources.releases, view, call));
  v1::TestDraftResponse response;
  for (v1::DraftCase& one : cases.cases) *response.add_cases() = std::move(one);
  response.set_failed(cases.failed);
  for (const std::string& pack : cases.packs_without) response.add_packs_without_cases(pack);
  return response;
}

absl::StatusOr<v1::RenderDraftResponse> RenderDraft(const DraftSources& sources, Call& call,
                                                    const v1::RenderDraftRequest& request) {
  ActFields fields;
  if (!v1::RenderFormat_IsValid(request.format())) fields.Refuse("format", "is no known format");
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const DraftView view, ViewOf(sources.releases, request.draft()));
  if (view.changes.size() > kDraftRenderedMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DRAFT_TOO_LARGE_TO_RENDER",
                     request.draft() + " changes " + std::to_string(view.changes.size()) +
                         " nodes; at most " + std::to_string(kDraftRenderedMax) +
                         " are rendered: read it with GetDraft");
  }
  v1::RenderDraftResponse response;
  *response.mutable_draft() = ViewDraft(view.record);
  for (const storage::v1::DraftChangeRecord* const change : InReadingOrder(view)) {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    EVIDENT_ASSIGN_OR_RETURN(
        auto node, workbench::RenderNode(*view.head, *view.after, change->kind(), change->name()));
    if (!node) continue;
    EVIDENT_ASSIGN_OR_RETURN(const bool conflict, ConflictOf(view, *change));
    node->set_conflict(conflict);
    *response.add_nodes() = *std::move(node);
  }
  EVIDENT_ASSIGN_OR_RETURN(const DraftCases cases, CasesOf(sources.releases, view, call));
  response.set_case_count(static_cast<uint32_t>(cases.cases.size()));
  for (v1::DraftCase& one : cases.Affected()) *response.add_cases() = std::move(one);
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<v1::DraftFinding> findings, FindingsOf(view, call));
  for (const v1::DraftFinding& finding : findings) {
    if (!finding.known()) *response.add_findings() = finding;
  }
  if (request.format() == v1::RENDER_FORMAT_HTML) {
    response.set_html(workbench::DraftPage(response));
  }
  return response;
}

}  // namespace evident::server
