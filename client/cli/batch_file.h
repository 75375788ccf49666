// Questions of a batch, one JSON object a line.
//
//   {"client_reference": "case-17", "subject": "p-4711", "facts": {"ecog": 1, "pain": true}}
//
// The keys are those of evident.v1.QuestionFrame; `facts` are as in a file of facts.
#ifndef EVIDENT_CLIENT_CLI_BATCH_FILE_H_
#define EVIDENT_CLIENT_CLI_BATCH_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::cli {

// Each line laid over `common`: what a line says itself counts, lists and facts included. Empty
// lines are left out. INVALID_ARGUMENT (BATCH_FILE_INVALID) with every violation and its line, a
// name that stands twice in one object among them; no questions at all; text that is not UTF-8.
absl::StatusOr<std::vector<v1::BatchRecommendRequest>> ReadBatch(const std::string& text,
                                                                 const std::string& file,
                                                                 const v1::QuestionFrame& common);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_BATCH_FILE_H_
