#include "server/handlers/decide_question.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "decision/decide.h"
#include "decision/describe_facts.h"
#include "decision/question.h"
#include "server/handlers/entry_view.h"
#include "server/handlers/opened_decision.h"
#include "server/handlers/release_selection.h"

namespace evident::server {
namespace {

absl::Status CannotFollow(absl::StatusCode code, std::string_view reason, const std::string& name,
                          std::string_view why) {
  return MakeError(code, reason, Beginning(name, kNameBytesMax) + ": " + std::string(why),
                   {{"question.follows", std::string(why)}});
}

// Refused requests are recorded as well: what is too long for its field stays in the request alone.
std::string Noted(const std::string& text, size_t bytes_max) {
  return text.size() <= bytes_max ? text : std::string();
}

// What is wrong with a question, collected: a caller is told all of it at once.
class Faults {
 public:
  // True when `status` is what the caller wrote wrongly, which is kept.
  bool Take(const absl::Status& status, std::string_view field) {
    if (!absl::IsInvalidArgument(status)) return false;
    std::vector<Violation> violations = ErrorViolations(status);
    if (violations.empty()) {
      violations.push_back({std::string(field), std::string(status.message())});
    }
    violations_.insert(violations_.end(), violations.begin(), violations.end());
    if (++taken_ == 1) first_ = status;
    return true;
  }

  // OK when nothing was taken; what was taken, when it was one status alone.
  absl::Status Merged() const {
    if (taken_ < 2) return first_;
    return MakeError(absl::StatusCode::kInvalidArgument, "QUESTION_INVALID",
                     "the question has " + std::to_string(violations_.size()) + " errors; first: " +
                         violations_[0].field + ": " + violations_[0].description,
                     violations_);
  }

 private:
  size_t taken_ = 0;
  absl::Status first_;
  std::vector<Violation> violations_;
};

absl::StatusOr<CompiledRelease> CompiledOf(const DecisionSources& sources,
                                           const PinnedRelease& pinned) {
  return sources.cache.For(pinned, sources.releases.Head()->release().number());
}

// The resolved question of the decision that `frame` follows; nullopt when it follows none.
absl::StatusOr<std::optional<v1::ResolvedQuestion>> OpenEarlier(const audit::Log& log,
                                                                const Call& call,
                                                                const v1::QuestionFrame& frame) {
  const std::string& name = frame.follows();
  if (name.empty()) return std::optional<v1::ResolvedQuestion>();
  EVIDENT_ASSIGN_OR_RETURN(const FoundEntry found, FindEntry(log, name));
  if (found.leaf.kind != audit::LeafKind::kDecision) {
    return CannotFollow(absl::StatusCode::kInvalidArgument, "FOLLOWS_NO_DECISION", name,
                        "that entry is no decision");
  }
  EVIDENT_ASSIGN_OR_RETURN(OpenedBody opened, OpenUnlessGone(log, found.index));
  if (!opened.opened()) {
    const bool erased = opened.state == v1::BODY_STATE_ERASED;
    return CannotFollow(absl::StatusCode::kFailedPrecondition,
                        erased ? "FOLLOWS_ERASED" : "FOLLOWS_PRUNED", name,
                        erased ? "that decision was erased" : opened.gone);
  }
  v1::EntryBody& body = *opened.sealed.mutable_body();
  if (!IsCallersOwn(call, body)) {
    return CannotFollow(absl::StatusCode::kPermissionDenied, "FOLLOWS_FOREIGN", name,
                        "that decision is another caller's");
  }
  if (body.subject() != frame.subject()) {
    return CannotFollow(absl::StatusCode::kFailedPrecondition, "FOLLOWS_OTHER_SUBJECT", name,
                        "that decision is about another subject");
  }
  return std::optional<v1::ResolvedQuestion>(
      std::move(*body.mutable_decision()->mutable_question()));
}

// The bytes that the receipt commits to; the record goes into the call's notes.
std::string Answered(Call& call, DecidedQuestion decided) {
  call.notes().decision = std::move(decided.decision.record);
  return std::move(decided.decision.answer_bytes);
}

}  // namespace

std::shared_ptr<const void> MarksUnderWay::Take(const Digest& mark) {
  {
    MutexLock lock(taken_->mutex);
    if (!taken_->marks.insert(mark).second) return nullptr;
  }
  return std::shared_ptr<const void>(taken_.get(), [taken = taken_, mark](const void*) {
    MutexLock lock(taken->mutex);
    taken->marks.erase(mark);
  });
}

void NoteQuestion(const v1::QuestionFrame& frame, EntryNotes& notes) {
  notes.subject = Noted(frame.subject(), kSubjectBytesMax);
  notes.client_reference = Noted(frame.client_reference(), kClientReferenceBytesMax);
  notes.purpose_of_use = Noted(frame.purpose_of_use(), kNameBytesMax);
  notes.on_behalf_of = Noted(frame.on_behalf_of(), kNameBytesMax);
  notes.follows = Noted(frame.follows(), kNameBytesMax);
}

absl::StatusOr<DecidedQuestion> DecideQuestion(const DecisionSources& sources, Call& call,
                                               const v1::QuestionFrame& frame,
                                               const std::string* text) {
  call.notes().engine_semantics = decision::kEngineSemantics;
  NoteQuestion(frame, call.notes());
  Faults faults;
  if (text != nullptr && text->empty()) {
    faults.Take(MakeError(absl::StatusCode::kInvalidArgument, "QUESTION_INVALID",
                          "the question has no words",
                          {{"text", "must not be empty; Recommend takes questions without words"}}),
                "text");
  }
  const auto earlier = OpenEarlier(sources.log, call, frame);
  if (!earlier.ok() && !faults.Take(earlier.status(), "question.follows")) return earlier.status();
  const auto pinned = PinRelease(sources.releases, frame.release(), "question.release", call);
  if (!pinned.ok()) {
    // Without a release there is nothing to hold the rest against.
    return faults.Take(pinned.status(), "question.release") ? faults.Merged() : pinned.status();
  }
  const bool by_itself = frame.concepts_size() + frame.codes_size() > 0 || text != nullptr;
  if (!earlier.ok() && !by_itself) return faults.Merged();
  EVIDENT_ASSIGN_OR_RETURN(const CompiledRelease index, CompiledOf(sources, *pinned));
  decision::QuestionInputs inputs;
  inputs.received_ns = call.received_ns();
  inputs.earlier = earlier.ok() && *earlier ? &**earlier : nullptr;
  inputs.text = text;
  // Of one file, however often it is read again meanwhile.
  const auto mapping = sources.mapping != nullptr ? sources.mapping->Current() : nullptr;
  if (mapping != nullptr) inputs.mapping = &mapping->mapping();
  auto question = decision::ResolveQuestion(frame, *index, inputs);
  if (!question.ok() && !faults.Take(question.status(), "question")) return question.status();
  EVIDENT_RETURN_IF_ERROR(faults.Merged());
  EVIDENT_ASSIGN_OR_RETURN(decision::Decision decided, decision::Decide(*index, *question, [&call] {
                             return call.CheckAlive();
                           }));
  return DecidedQuestion{index, *std::move(question), std::move(decided)};
}

absl::StatusOr<decision::Decision> DecideAgain(const decision::KnowledgeIndex& index,
                                               const Call& call, const v1::QuestionFrame& frame) {
  decision::QuestionInputs inputs;
  inputs.received_ns = call.received_ns();
  // A question whose words linked to nothing has no concepts, and was answered.
  const std::string no_words;
  if (frame.concepts().empty()) inputs.text = &no_words;
  EVIDENT_ASSIGN_OR_RETURN(const v1::ResolvedQuestion question,
                           decision::ResolveQuestion(frame, index, inputs));
  return decision::Decide(index, question, [&call] { return call.CheckAlive(); });
}

absl::StatusOr<std::string> Recommend(const DecisionSources& sources, Call& call,
                                      const v1::RecommendRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(DecidedQuestion decided,
                           DecideQuestion(sources, call, request.question(), nullptr));
  return Answered(call, std::move(decided));
}

absl::StatusOr<std::string> Ask(const DecisionSources& sources, Call& call,
                                const v1::AskRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(DecidedQuestion decided,
                           DecideQuestion(sources, call, request.question(), &request.text()));
  return Answered(call, std::move(decided));
}

absl::Status RefuseRequestId(const v1::QuestionFrame& frame) {
  if (frame.request_id().empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "QUESTION_INVALID",
                   "only Recommend and Ask take a request_id",
                   {{"question.request_id", "must be empty here"}});
}

absl::StatusOr<std::string> RecommendItem(const DecisionSources& sources, Call& item,
                                          const graph::GraphReader& head,
                                          const v1::BatchRecommendRequest& request) {
  EVIDENT_RETURN_IF_ERROR(RefuseRequestId(request.question()));
  v1::QuestionFrame frame = request.question();
  if (frame.release().selector_case() == v1::ReleaseSelector::SELECTOR_NOT_SET) {
    frame.mutable_release()->set_name(ReleaseName(head.release().number()));
  }
  EVIDENT_ASSIGN_OR_RETURN(DecidedQuestion decided, DecideQuestion(sources, item, frame, nullptr));
  return Answered(item, std::move(decided));
}

absl::StatusOr<v1::DescribeFactsResponse> DescribeFacts(const DecisionSources& sources, Call& call,
                                                        const v1::DescribeFactsRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const PinnedRelease pinned,
                           PinRelease(sources.releases, request.release(), "release", call));
  EVIDENT_ASSIGN_OR_RETURN(const CompiledRelease index, CompiledOf(sources, pinned));
  return decision::DescribeFacts(request, *index, [&call] { return call.CheckAlive(); });
}

}  // namespace evident::server
