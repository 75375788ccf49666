// CurationService: acts on drafts that publish nothing.
#ifndef EVIDENT_SERVER_HANDLERS_DRAFT_EDITS_H_
#define EVIDENT_SERVER_HANDLERS_DRAFT_EDITS_H_

#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"
#include "server/call.h"
#include "server/handlers/draft_frame.h"
#include "server/method.h"

namespace evident::server {

// All: INVALID_ARGUMENT (REQUEST_INVALID) with every violation; DraftToActOn's errors; the store's.

absl::StatusOr<Reply> CreateDraft(const DraftSources& sources, Call& call,
                                  const v1::CreateDraftRequest& request);

// ChangeOf's errors (draft_changes.h). RESOURCE_EXHAUSTED (DRAFT_TOO_LARGE) past kDraftChangesMax
// nodes.
absl::StatusOr<Reply> ApplyChanges(const DraftSources& sources, Call& call,
                                   const v1::ApplyChangesRequest& request);

// FAILED_PRECONDITION: DRAFT_EMPTY; DRAFT_NOT_OPEN when it is handed in already. ChangesOnto's and
// PreviewChanges' errors.
absl::StatusOr<Reply> SubmitDraft(const DraftSources& sources, Call& call,
                                  const v1::SubmitDraftRequest& request);

// PERMISSION_DENIED (REVIEWER_IS_AUTHOR); FAILED_PRECONDITION (DRAFT_NOT_SUBMITTED).
absl::StatusOr<Reply> ReviewDraft(const DraftSources& sources, Call& call,
                                  const v1::ReviewDraftRequest& request);

absl::StatusOr<Reply> AbandonDraft(const DraftSources& sources, Call& call,
                                   const v1::AbandonDraftRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_DRAFT_EDITS_H_
