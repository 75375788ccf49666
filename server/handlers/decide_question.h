// What Recommend and Ask share: the release is pinned, the decision that is followed is opened, the
// question is resolved and decided.
#ifndef EVIDENT_SERVER_HANDLERS_DECIDE_QUESTION_H_
#define EVIDENT_SERVER_HANDLERS_DECIDE_QUESTION_H_

#include <string>

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "evident/v1/decision_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/knowledge_cache.h"

namespace evident::server {

// What decisions are made from. All outlive it.
struct DecisionSources {
  const audit::Log& log;
  const graph::ReleaseManager& releases;
  KnowledgeCache& cache;
};

// The answer's bytes; the decision record goes into the call's notes. `text` null: the question has
// no words. NOT_FOUND: the release, or the decision to follow. PERMISSION_DENIED
// (FOLLOWS_FOREIGN): that one is another caller's. FAILED_PRECONDITION: it is about another subject
// (FOLLOWS_OTHER_SUBJECT), or its body is erased (FOLLOWS_ERASED). ResolveQuestion's and Decide's
// errors.
absl::StatusOr<std::string> DecideQuestion(const DecisionSources& sources, Call& call,
                                           const v1::QuestionFrame& frame, const std::string* text);

// Field 1 of their responses.
absl::StatusOr<std::string> Recommend(const DecisionSources& sources, Call& call,
                                      const v1::RecommendRequest& request);
absl::StatusOr<std::string> Ask(const DecisionSources& sources, Call& call,
                                const v1::AskRequest& request);

absl::StatusOr<v1::DescribeFactsResponse> DescribeFacts(const DecisionSources& sources, Call& call,
                                                        const v1::DescribeFactsRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_DECIDE_QUESTION_H_
