// CurationService: publishing a draft, and packs as text.
#ifndef EVIDENT_SERVER_HANDLERS_PUBLISH_DRAFT_H_
#define EVIDENT_SERVER_HANDLERS_PUBLISH_DRAFT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"
#include "server/call.h"
#include "server/handlers/draft_frame.h"
#include "server/method.h"
#include "server/server_stream.h"

namespace evident::server {

// FAILED_PRECONDITION: DRAFT_NOT_APPROVED, DRAFT_REJECTED, DRAFT_EMPTY, DRAFT_LINT_ERRORS and
// DRAFT_CASES_FAIL with a violation each. ABORTED: HEAD_MOVED, DRAFT_CONFLICT, DRAFT_MOVED.
// DraftToActOn's, FindingsOf's, CasesOf's and Publish's errors.
absl::StatusOr<Reply> PublishDraft(const DraftSources& sources, Call& call,
                                   const v1::PublishDraftRequest& request);

// INVALID_ARGUMENT (REQUEST_INVALID): no pack. PinRelease's and WritePack's errors.
absl::StatusOr<std::unique_ptr<MessageSource>> ExportPack(const DraftSources& sources, Call& call,
                                                          const v1::ExportPackRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_PUBLISH_DRAFT_H_
