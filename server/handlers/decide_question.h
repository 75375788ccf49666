// What Recommend and Ask share: the release is pinned, the decision that is followed is opened, the
// question is resolved and decided.
#ifndef EVIDENT_SERVER_HANDLERS_DECIDE_QUESTION_H_
#define EVIDENT_SERVER_HANDLERS_DECIDE_QUESTION_H_

#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "base/digest.h"
#include "base/mutex.h"
#include "decision/decide.h"
#include "evident/v1/decision_service.pb.h"
#include "graph/release/release_manager.h"
#include "server/call.h"
#include "server/knowledge_cache.h"
#include "server/site_mapping.h"

namespace evident::server {

// Marks of questions that are being answered. Thread safe.
class MarksUnderWay {
 public:
  // Keeps the mark until what it gives is let go of; null when somebody keeps it.
  std::shared_ptr<const void> Take(const Digest& mark);

 private:
  struct Taken {
    Mutex mutex;
    std::set<Digest> marks EVIDENT_GUARDED_BY(mutex);
  };
  const std::shared_ptr<Taken> taken_ = std::make_shared<Taken>();
};

// What decisions are made from. All outlive it.
struct DecisionSources {
  const audit::Log& log;
  const graph::ReleaseManager& releases;
  KnowledgeCache& cache;
  const SiteMappingStore* mapping = nullptr;  // null: the site binds no codes
  std::shared_ptr<MarksUnderWay> under_way = std::make_shared<MarksUnderWay>();
};

// What the call's entry says of a question, answered or refused.
void NoteQuestion(const v1::QuestionFrame& frame, EntryNotes& notes);

struct DecidedQuestion {
  CompiledRelease index;
  v1::ResolvedQuestion question;
  decision::Decision decision;
};

// Decides a question and notes what it was, but no decision, in the call's entry. `text` null: the
// question has no words. NOT_FOUND: the release, or the decision to follow. PERMISSION_DENIED
// (FOLLOWS_FOREIGN): that one is another caller's. FAILED_PRECONDITION: it is about another subject
// (FOLLOWS_OTHER_SUBJECT), or its body is gone (FOLLOWS_ERASED, FOLLOWS_PRUNED). ResolveQuestion's
// and Decide's errors.
absl::StatusOr<DecidedQuestion> DecideQuestion(const DecisionSources& sources, Call& call,
                                               const v1::QuestionFrame& frame,
                                               const std::string* text);

// Decides a question that was asked before, in whatever release; notes nothing.
absl::StatusOr<decision::Decision> DecideAgain(const decision::KnowledgeIndex& index,
                                               const Call& call, const v1::QuestionFrame& frame);

// Field 1 of their responses; the decision record goes into the call's notes.
absl::StatusOr<std::string> Recommend(const DecisionSources& sources, Call& call,
                                      const v1::RecommendRequest& request);
absl::StatusOr<std::string> Ask(const DecisionSources& sources, Call& call,
                                const v1::AskRequest& request);

// The same for an item of a batch, which is answered from `head` where it selects no release. A
// request id is INVALID_ARGUMENT: a batch is asked again by its items.
absl::StatusOr<std::string> RecommendItem(const DecisionSources& sources, Call& item,
                                          const graph::GraphReader& head,
                                          const v1::BatchRecommendRequest& request);

// INVALID_ARGUMENT (QUESTION_INVALID) for a frame with a request id.
absl::Status RefuseRequestId(const v1::QuestionFrame& frame);

absl::StatusOr<v1::DescribeFactsResponse> DescribeFacts(const DecisionSources& sources, Call& call,
                                                        const v1::DescribeFactsRequest& request);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_DECIDE_QUESTION_H_
