#include <algorithm>
#include <utility>

#include "base/date.h"
#include "decision/evaluation.h"

namespace evident::decision {
namespace {

// Whether a day lies between two dates, each of which may be absent. Dates of a release have been
// checked.
bool IsValidOn(const std::string& from, const std::string& to, const std::string& day) {
  // ISO dates order as their text does.
  return (from.empty() || from <= day) && (to.empty() || day <= to);
}

bool HasUnresolved(const StatementPlan& plan) {
  const auto& paths = plan.provenance.provenance.paths();
  return std::any_of(paths.begin(), paths.end(), [](const v1::ProvenancePath& path) {
    return path.citation().cites().unresolved();
  });
}

// Rejected is the weakest, then never submitted, submitted, under review, approved.
int Strength(v1::ReviewState state) {
  return state == v1::REVIEW_STATE_REJECTED ? -1 : static_cast<int>(state);
}

class Selector {
 public:
  explicit Selector(Evaluation& evaluation) : evaluation_(evaluation) {}

  void Run() {
    for (StatementResult& result : evaluation_.statements) ExcludeByItself(result);
    for (StatementResult& result : evaluation_.statements) ExcludeSuperseded(result);
    for (StatementResult& result : evaluation_.statements) Evaluate(result);
  }

 private:
  void Exclude(StatementResult& result, v1::ExclusionReason reason, std::string detail) {
    result.exclusion = reason;
    result.detail = std::move(detail);
  }

  static bool IsOut(const StatementResult& result) {
    return result.exclusion != v1::EXCLUSION_REASON_UNSPECIFIED;
  }

  void ExcludeByItself(StatementResult& result) {
    const StatementPlan& plan = evaluation_.plan(result);
    const v1::ResolvedQuestion& question = evaluation_.question;
    const v1::Statement& statement = plan.statement();
    const auto guideline = evaluation_.index.guidelines().find(plan.guideline);
    const bool guideline_valid =
        guideline == evaluation_.index.guidelines().end() ||
        IsValidOn(guideline->second.node->guideline().valid_from(),
                  guideline->second.node->guideline().valid_to(), question.as_valid_on());
    if (!guideline_valid ||
        !IsValidOn(statement.valid_from(), statement.valid_to(), question.as_valid_on())) {
      return Exclude(result, v1::EXCLUSION_REASON_NOT_VALID,
                     "not valid on " + question.as_valid_on());
    }
    const v1::Filters& filters = question.filters();
    if (filters.hold_back_unresolved() && HasUnresolved(plan)) {
      return Exclude(result, v1::EXCLUSION_REASON_HELD_BACK, "a citation of it is unresolved");
    }
    if (filters.review_state_min() != v1::REVIEW_STATE_UNSPECIFIED &&
        Strength(statement.review_state()) < Strength(filters.review_state_min())) {
      return Exclude(result, v1::EXCLUSION_REASON_HELD_BACK,
                     "its review state is weaker than asked for");
    }
    const bool issuer_fits =
        filters.issuers().empty() ||
        std::any_of(plan.issuers.begin(), plan.issuers.end(), [&](const std::string& issuer) {
          return std::count(filters.issuers().begin(), filters.issuers().end(), issuer) > 0;
        });
    if (!issuer_fits) {
      Exclude(result, v1::EXCLUSION_REASON_HELD_BACK, "it is of another issuer than asked for");
    }
  }

  // A newer statement counts whether or not it fits the patient, but not while it is out of
  // validity itself.
  void ExcludeSuperseded(StatementResult& result) {
    if (IsOut(result)) return;
    for (const size_t newer : evaluation_.plan(result).superseded_by) {
      const StatementResult* const other = evaluation_.Find(newer);
      if (other == nullptr || other->exclusion == v1::EXCLUSION_REASON_NOT_VALID) continue;
      return Exclude(result, v1::EXCLUSION_REASON_SUPERSEDED,
                     "superseded by " + evaluation_.index.statements()[newer].name());
    }
  }

  bool ParentIsOut(const StatementPlan& plan) {
    if (!plan.parent.has_value()) return false;
    const StatementResult* const parent = evaluation_.Find(*plan.parent);
    const StatementPlan& parent_plan = evaluation_.index.statements()[*plan.parent];
    if (parent != nullptr && IsOut(*parent) &&
        parent->exclusion != v1::EXCLUSION_REASON_CRITERION) {
      return true;
    }
    return criteria::Evaluate(parent_plan.combined, evaluation_.facts, evaluation_.context) ==
           criteria::Truth::kFalse;
  }

  void Evaluate(StatementResult& result) {
    if (IsOut(result)) return;
    const StatementPlan& plan = evaluation_.plan(result);
    const criteria::Truth own =
        criteria::Evaluate(plan.own, evaluation_.facts, evaluation_.context);
    if (own == criteria::Truth::kFalse) return Exclude(result, v1::EXCLUSION_REASON_CRITERION, "");
    if (ParentIsOut(plan)) {
      return Exclude(result, v1::EXCLUSION_REASON_PARENT,
                     "details " + evaluation_.index.statements()[*plan.parent].name());
    }
    const criteria::Truth combined =
        criteria::Evaluate(plan.combined, evaluation_.facts, evaluation_.context);
    if (combined == criteria::Truth::kTrue) {
      result.applicability = v1::APPLICABILITY_APPLIES;
      return;
    }
    result.applicability = v1::APPLICABILITY_UNDECIDED;
    result.sets = criteria::FindDecidingSets(plan.combined, evaluation_.facts, evaluation_.context);
  }

  Evaluation& evaluation_;
};

}  // namespace

void SelectStatements(Evaluation& evaluation) { Selector(evaluation).Run(); }

}  // namespace evident::decision
