#include "server/handlers/decision_effects.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "audit/proof/leaf.h"
#include "base/limits.h"
#include "base/status.h"
#include "decision/question.h"
#include "decision/touched.h"
#include "server/handlers/entry_view.h"
#include "workbench/case_effects.h"

namespace evident::server {
namespace {

enum class Fate { kSame, kChanged, kUndecidable };

// Decides questions over the head and over the draft; equal ones once.
class Rerun {
 public:
  Rerun(const decision::KnowledgeIndex& head, const decision::KnowledgeIndex& draft,
        const Call& call)
      : head_(head), draft_(draft), call_(call) {}

  // CheckAlive's errors.
  absl::StatusOr<Fate> FateOf(const v1::ResolvedQuestion& question) {
    const v1::QuestionFrame frame = decision::FrameToAskAgain(question);
    const auto [place, fresh] = fates_.emplace(frame.SerializeAsString(), Fate::kSame);
    if (fresh) {
      EVIDENT_ASSIGN_OR_RETURN(place->second, Compare(frame));
    }
    return place->second;
  }

  size_t questions() const { return fates_.size(); }

 private:
  absl::StatusOr<Fate> Compare(const v1::QuestionFrame& frame) const {
    const auto before = DecideAgain(head_, call_, frame);
    const auto after = DecideAgain(draft_, call_, frame);
    EVIDENT_RETURN_IF_ERROR(call_.CheckAlive());
    if (!after.ok()) return before.ok() ? Fate::kUndecidable : Fate::kSame;
    if (!before.ok()) return Fate::kChanged;
    const bool same = workbench::AnswerEffects(before->answer, after->answer).empty();
    return same ? Fate::kSame : Fate::kChanged;
  }

  const decision::KnowledgeIndex& head_;
  const decision::KnowledgeIndex& draft_;
  const Call& call_;
  std::map<std::string, Fate> fates_;
};

int64_t HalfOfTheTime(const Call& call) {
  const int64_t now = call.clock().NowNs();
  return now + (call.deadline_ns() - now) / 2;
}

class Walk {
 public:
  Walk(const audit::Log& log, const decision::Touched& touched, Rerun& rerun, const Call& call)
      : log_(log), touched_(touched), rerun_(rerun), call_(call), until_ns_(HalfOfTheTime(call)) {}

  absl::StatusOr<v1::DecisionEffects> Run() {
    for (uint64_t index = log_.Size(); index > 0; --index) {
      EVIDENT_RETURN_IF_ERROR(call_.CheckAlive());
      if (IsSpent()) {
        effects_.set_bounded(true);
        break;
      }
      EVIDENT_RETURN_IF_ERROR(LookAt(EntryIndex(index - 1)));
    }
    for (const std::vector<std::string>* const names : {&changed_, &undecidable_}) {
      for (const std::string& name : *names) {
        if (effects_.names_size() < static_cast<int>(kDecisionsNamedMax)) effects_.add_names(name);
      }
    }
    return std::move(effects_);
  }

 private:
  bool IsSpent() const {
    return effects_.examined() >= kDecisionsExaminedMax ||
           rerun_.questions() >= kDecisionsRerunMax || call_.clock().NowNs() >= until_ns_;
  }

  absl::Status LookAt(EntryIndex index) {
    EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, log_.LeafAt(index));
    if (leaf.kind != audit::LeafKind::kDecision) return absl::OkStatus();
    effects_.set_examined(effects_.examined() + 1);
    EVIDENT_ASSIGN_OR_RETURN(const OpenedBody body, OpenUnlessGone(log_, index));
    if (!body.opened()) {
      effects_.set_erased(effects_.erased() + 1);
      return absl::OkStatus();
    }
    const v1::ResolvedQuestion& question = body.sealed.body().decision().question();
    if (!touched_.May({question.concepts().begin(), question.concepts().end()})) {
      return absl::OkStatus();
    }
    effects_.set_touched(effects_.touched() + 1);
    EVIDENT_ASSIGN_OR_RETURN(const Fate fate, rerun_.FateOf(question));
    if (fate == Fate::kUndecidable) {
      effects_.set_undecidable(effects_.undecidable() + 1);
      return Name(index, undecidable_);
    }
    effects_.set_decided(effects_.decided() + 1);
    if (fate == Fate::kSame) return absl::OkStatus();
    effects_.set_changed(effects_.changed() + 1);
    return Name(index, changed_);
  }

  absl::Status Name(EntryIndex index, std::vector<std::string>& names) const {
    if (names.size() >= kDecisionsNamedMax) return absl::OkStatus();
    EVIDENT_ASSIGN_OR_RETURN(const v1::Entry entry, ViewEntry(log_, index));
    names.push_back(entry.name());
    return absl::OkStatus();
  }

  const audit::Log& log_;
  const decision::Touched& touched_;
  Rerun& rerun_;
  const Call& call_;
  const int64_t until_ns_;
  v1::DecisionEffects effects_;
  std::vector<std::string> changed_;
  std::vector<std::string> undecidable_;
};

}  // namespace

absl::StatusOr<v1::DecisionEffects> EffectsOnDecisions(const DecisionSources& sources,
                                                       const DraftView& view, const Call& call) {
  EVIDENT_ASSIGN_OR_RETURN(const CompiledRelease head,
                           sources.cache.For(view.head, view.head->release().number()));
  EVIDENT_ASSIGN_OR_RETURN(const auto draft, decision::KnowledgeIndex::Build(view.after, head));
  const decision::Touched touched(*head, *draft);
  Rerun rerun(*head, *draft, call);
  return Walk(sources.log, touched, rerun, call).Run();
}

}  // namespace evident::server
