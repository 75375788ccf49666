#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/date.h"
#include "base/status.h"
#include "decision/evaluation.h"
#include "decision/statement_joins.h"
#include "graph/traverse/review.h"

namespace evident::decision {
namespace {

// Whether a day lies between two dates, each of which may be absent. Dates of a release have been
// checked.
bool IsValidOn(const std::string& from, const std::string& to, const std::string& day) {
  // ISO dates order as their text does.
  return (from.empty() || from <= day) && (to.empty() || day <= to);
}

bool HasUnresolved(const StatementPlan& plan) {
  const auto& paths = plan.content->provenance.provenance.paths();
  return std::any_of(paths.begin(), paths.end(), [](const v1::ProvenancePath& path) {
    return path.citation().cites().unresolved();
  });
}

// Why a statement is out; unspecified: it is not.
struct Verdict {
  v1::ExclusionReason exclusion = v1::EXCLUSION_REASON_UNSPECIFIED;
  std::string detail;
  criteria::ExpressionPtr combined;
  bool may_hold = true;  // it is in, or held back and in but for that

  bool is_out() const { return exclusion != v1::EXCLUSION_REASON_UNSPECIFIED; }
};

Verdict Out(v1::ExclusionReason reason, std::string detail) {
  return {reason, std::move(detail), nullptr, false};
}

class Selector {
 public:
  explicit Selector(Evaluation& evaluation)
      : evaluation_(evaluation), day_(evaluation.question.as_valid_on()) {}

  absl::Status Run() {
    for (StatementResult& result : evaluation_.statements) {
      EVIDENT_RETURN_IF_ERROR(evaluation_.proceed());
      const Verdict& verdict = Judge(result.at);
      result.exclusion = verdict.exclusion;
      result.detail = verdict.detail;
      result.combined = verdict.may_hold ? verdict.combined : evaluation_.plan(result).combined;
      if (verdict.may_hold) Apply(verdict, result);
    }
    return absl::OkStatus();
  }

 private:
  void Apply(const Verdict& verdict, StatementResult& result) const {
    const criteria::Truth truth = Evaluate(result.combined);
    if (truth != criteria::Truth::kTrue) {
      result.sets =
          criteria::FindDecidingSets(result.combined, evaluation_.facts, evaluation_.context);
    }
    if (verdict.is_out()) {
      result.held = truth;
    } else {
      result.applicability =
          truth == criteria::Truth::kTrue ? v1::APPLICABILITY_APPLIES : v1::APPLICABILITY_UNDECIDED;
    }
  }

  criteria::Truth Evaluate(const criteria::ExpressionPtr& criterion) const {
    return criteria::Evaluate(criterion, evaluation_.facts, evaluation_.context);
  }

  // Of any statement of the release, a candidate or not: what one details may be none. Publishing
  // bounds how far elaborations lead.
  const Verdict& Judge(size_t at) {
    const auto known = verdicts_.find(at);
    if (known != verdicts_.end()) return known->second;
    const StatementPlan& plan = evaluation_.index.statements()[at];
    std::optional<Verdict> out = OutOfForce(plan);
    if (out.has_value()) return verdicts_[at] = *std::move(out);
    std::optional<Verdict> held = HeldBack(plan);
    out = Superseded(plan);
    Verdict verdict = out.has_value() ? *std::move(out) : ByCriteria(plan, held.has_value());
    if (held.has_value()) {
      held->combined = verdict.combined;
      held->may_hold = verdict.may_hold;
      verdict = *std::move(held);
    }
    return verdicts_[at] = std::move(verdict);
  }

  const v1::Guideline* GuidelineOf(const StatementPlan& plan) const {
    const auto found = evaluation_.index.guidelines().find(plan.content->guideline);
    if (found == evaluation_.index.guidelines().end()) return nullptr;
    return &found->second.node->guideline();
  }

  std::optional<Verdict> OutOfForce(const StatementPlan& plan) const {
    const v1::Statement& statement = plan.statement();
    if (statement.standing() == v1::STANDING_WITHDRAWN) {
      const v1::StandingAct& act = statement.standing_act();
      return Out(v1::EXCLUSION_REASON_WITHDRAWN,
                 act.why().empty() ? "withdrawn" : "withdrawn on " + act.on() + ": " + act.why());
    }
    const v1::Guideline* const guideline = GuidelineOf(plan);
    if (!IsValidOn(statement.valid_from(), statement.valid_to(), day_) ||
        (guideline != nullptr &&
         !IsValidOn(guideline->valid_from(), guideline->valid_to(), day_))) {
      return Out(v1::EXCLUSION_REASON_NOT_VALID, "not valid on " + day_);
    }
    if (guideline == nullptr) return std::nullopt;
    if (guideline->standing() == v1::STANDING_WITHDRAWN) {
      return Out(v1::EXCLUSION_REASON_NOT_VALID, plan.content->guideline + " is withdrawn");
    }
    if (guideline->standing() == v1::STANDING_RETRACTED) {
      return Out(v1::EXCLUSION_REASON_NOT_VALID, plan.content->guideline + " is retracted");
    }
    return std::nullopt;
  }

  std::optional<Verdict> HeldBack(const StatementPlan& plan) const {
    const v1::Filters& filters = evaluation_.question.filters();
    if (filters.hold_back_unresolved() && HasUnresolved(plan)) {
      return Out(v1::EXCLUSION_REASON_HELD_BACK, "a citation of it is unresolved");
    }
    if (filters.hold_back_retracted() && !plan.content->retracted.empty()) {
      return Out(v1::EXCLUSION_REASON_HELD_BACK,
                 "it rests on " + plan.content->retracted[0] + ", which is retracted or withdrawn");
    }
    if (filters.review_state_min() != v1::REVIEW_STATE_UNSPECIFIED &&
        graph::ReviewStrength(plan.review_state) <
            graph::ReviewStrength(filters.review_state_min())) {
      return Out(v1::EXCLUSION_REASON_HELD_BACK, "its review state is weaker than asked for");
    }
    const bool issuer_fits = filters.issuers().empty() ||
                             std::any_of(plan.content->issuers.begin(), plan.content->issuers.end(),
                                         [&](const std::string& issuer) {
                                           return std::count(filters.issuers().begin(),
                                                             filters.issuers().end(), issuer) > 0;
                                         });
    if (issuer_fits) return std::nullopt;
    return Out(v1::EXCLUSION_REASON_HELD_BACK, "it is of another issuer than asked for");
  }

  // From its first day on, what is newer replaces what is older for good: whether or not it is
  // about what was asked, fits the patient, is held back or has itself ended since.
  std::optional<Verdict> Superseded(const StatementPlan& plan) const {
    const auto begun = [&](const std::string& from) { return from.empty() || from <= day_; };
    for (const size_t at : plan.superseded_by) {
      const StatementPlan& newer = evaluation_.index.statements()[at];
      const v1::Guideline* const guideline = GuidelineOf(newer);
      if (!begun(newer.statement().valid_from())) continue;
      if (guideline != nullptr && !begun(guideline->valid_from())) continue;
      return Out(v1::EXCLUSION_REASON_SUPERSEDED, "superseded by " + newer.name());
    }
    const auto found = evaluation_.index.guidelines().find(plan.content->guideline);
    if (found == evaluation_.index.guidelines().end()) return std::nullopt;
    const GuidelinePlan& own = found->second;
    for (const std::string& newer : own.superseded_by) {
      const auto successor = evaluation_.index.guidelines().find(newer);
      const bool is_known = successor != evaluation_.index.guidelines().end();
      if (!is_known || !begun(successor->second.node->guideline().valid_from())) continue;
      return Out(v1::EXCLUSION_REASON_SUPERSEDED,
                 plan.content->guideline + " is superseded by " + newer);
    }
    // The standing has no date; where the successor is known, its first day says since when.
    if (own.node->guideline().standing() == v1::STANDING_SUPERSEDED && own.superseded_by.empty()) {
      return Out(v1::EXCLUSION_REASON_SUPERSEDED, plan.content->guideline + " is superseded");
    }
    return std::nullopt;
  }

  // What is held back details what is held back, too.
  Verdict ByCriteria(const StatementPlan& plan, bool is_held) {
    if (Evaluate(plan.content->own) == criteria::Truth::kFalse) {
      return Out(v1::EXCLUSION_REASON_CRITERION, "");
    }
    std::string names;
    std::vector<criteria::ExpressionPtr> parents;
    for (const size_t at : plan.parents) {
      const Verdict& parent = Judge(at);
      const bool counts = is_held ? parent.may_hold : !parent.is_out();
      if (counts) parents.push_back(parent.combined);
      names += (names.empty() ? "" : ", ") + evaluation_.index.statements()[at].name();
    }
    if (!plan.parents.empty() && parents.empty()) {
      return Out(v1::EXCLUSION_REASON_PARENT, "details " + names);
    }
    return {v1::EXCLUSION_REASON_UNSPECIFIED, "", CombineCriteria(plan.content->own, parents),
            true};
  }

  Evaluation& evaluation_;
  const std::string day_;
  std::map<size_t, Verdict> verdicts_;  // nodes stay where they are while others are added
};

}  // namespace

absl::Status SelectStatements(Evaluation& evaluation) { return Selector(evaluation).Run(); }

}  // namespace evident::decision
