// CurationService: looking at drafts.
#ifndef EVIDENT_SERVER_HANDLERS_DRAFT_READS_H_
#define EVIDENT_SERVER_HANDLERS_DRAFT_READS_H_

#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"
#include "server/call.h"
#include "server/handlers/draft_frame.h"

namespace evident::server {

// FindDraft's errors, PageSize's and ReadPageToken's; the readers'.
absl::StatusOr<v1::GetDraftResponse> GetDraft(const DraftSources& sources, Call& call,
                                              const v1::GetDraftRequest& request);

// INVALID_ARGUMENT (REQUEST_INVALID): an unknown state. PageSize's and ReadPageToken's errors.
absl::StatusOr<v1::ListDraftsResponse> ListDrafts(const DraftSources& sources, Call& call,
                                                  const v1::ListDraftsRequest& request);

// ViewOf's and FindingsOf's errors.
absl::StatusOr<v1::LintDraftResponse> LintDraft(const DraftSources& sources, Call& call,
                                                const v1::LintDraftRequest& request);

// ViewOf's and CasesOf's errors.
absl::StatusOr<v1::TestDraftResponse> TestDraft(const DraftSources& sources, Call& call,
                                                const v1::TestDraftRequest& request);

// ViewOf's, FindingsOf's and CasesOf's errors. RESOURCE_EXHAUSTED (DRAFT_TOO_LARGE_TO_RENDER) past
// kDraftRenderedMax nodes.
absl::StatusOr<v1::RenderDraftResponse> RenderDraft(const DraftSources& sources, Call& call,
                                                    const v1::RenderDraftRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_DRAFT_READS_H_
