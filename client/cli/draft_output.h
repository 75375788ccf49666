// Drafts for people, on a terminal.
#ifndef EVIDENT_CLIENT_CLI_DRAFT_OUTPUT_H_
#define EVIDENT_CLIENT_CLI_DRAFT_OUTPUT_H_

#include "evident/v1/curation_service.pb.h"

namespace evident::cli {

void PrintDraft(const v1::Draft& draft);
void PrintDraftInFull(const v1::GetDraftResponse& response);
void PrintDrafts(const v1::ListDraftsResponse& response);
void PrintFindings(const v1::LintDraftResponse& response);
void PrintCases(const v1::TestDraftResponse& response);
void PrintRendered(const v1::RenderDraftResponse& response);
void PrintPublished(const v1::PublishDraftResponse& response, bool validated);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_DRAFT_OUTPUT_H_
