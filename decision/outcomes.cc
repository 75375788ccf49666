#include <algorithm>
#include <set>

#include "base/status.h"
#include "decision/class_only.h"
#include "decision/evaluation.h"
#include "decision/option_states.h"
#include "decision/question.h"
#include "graph/model/node_id.h"

namespace evident::decision {
namespace {

using criteria::Truth;

std::string PackOf(const v1::NodeRecord& node) { return node.pack(); }

bool IsDecision(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_RECOMMENDED || outcome == v1::OUTCOME_CONSIDERED ||
         outcome == v1::OUTCOME_ADVISED_AGAINST;
}

// What is not in force says nothing; what is held back by a filter is still said.
bool IsOutOfForce(const StatementResult& result) {
  return result.exclusion == v1::EXCLUSION_REASON_NOT_VALID ||
         result.exclusion == v1::EXCLUSION_REASON_SUPERSEDED ||
         result.exclusion == v1::EXCLUSION_REASON_WITHDRAWN;
}

class PointSettler {
 public:
  explicit PointSettler(Evaluation& evaluation) : evaluation_(evaluation) {}

  absl::Status Run() {
    std::set<std::string> packs;
    std::set<size_t> decided;
    for (const StatementResult& result : evaluation_.statements) {
      const StatementPlan& plan = evaluation_.plan(result);
      packs.insert(PackOf(*plan.content->node));
      decided.insert(plan.content->decision_points.begin(), plan.content->decision_points.end());
    }
    const auto& points = evaluation_.index.decision_points();
    for (size_t at = 0; at < points.size(); ++at) {
      EVIDENT_RETURN_IF_ERROR(evaluation_.proceed());
      if (decided.count(at) != 0 || packs.count(PackOf(*points[at].node)) != 0) {
        evaluation_.points.push_back(Settle(at));
      }
    }
    return absl::OkStatus();
  }

 private:
  // Candidates that decide here, elaborations left out: those never decide alone.
  std::vector<const StatementResult*> Deciding(size_t at) const {
    std::vector<const StatementResult*> deciding;
    for (const StatementResult& result : evaluation_.statements) {
      const StatementPlan& plan = evaluation_.plan(result);
      const auto& points = plan.content->decision_points;
      if (plan.parents.empty() && std::count(points.begin(), points.end(), at) > 0) {
        deciding.push_back(&result);
      }
    }
    return deciding;
  }

  PointResult Settle(size_t at) {
    const DecisionPointPlan& plan = evaluation_.index.decision_points()[at];
    const std::vector<const StatementResult*> deciding = Deciding(at);
    PointResult result;
    result.at = at;
    for (const StatementResult* const one : deciding) {
      if (!one->excluded()) result.statements.push_back(evaluation_.plan(*one).name());
    }
    const Truth at_issue =
        criteria::Evaluate(plan.at_issue, evaluation_.facts, evaluation_.context);
    AddMissing(plan, at_issue, result);
    if (at_issue == Truth::kFalse) {
      result.outcome = v1::OUTCOME_NOT_AT_ISSUE;
    } else if (HasConflict(at, v1::CONFLICT_STATE_STANDING)) {
      result.outcome = v1::OUTCOME_CONFLICT;
    } else if (FindSilences(at, deciding)) {
      result.outcome = v1::OUTCOME_NOT_COVERED;
    } else if (!result.missing_facts.empty()) {
      result.outcome = v1::OUTCOME_UNDECIDED;
    } else {
      SettleByStatements(deciding, result);
    }
    // A decision that facts may turn into a conflict holds on condition.
    if (IsDecision(result.outcome) && HasConflict(at, v1::CONFLICT_STATE_POSSIBLE)) {
      result.conditional = true;
    }
    return result;
  }

  void AddMissing(const DecisionPointPlan& plan, Truth at_issue, PointResult& result) const {
    std::set<std::string> seen;
    const auto add = [&](const std::string& fact) {
      if (seen.insert(fact).second) result.missing_facts.push_back(fact);
    };
    if (at_issue == Truth::kFalse) return;
    if (at_issue == Truth::kUnknown) {
      const criteria::DecidingSets sets =
          criteria::FindDecidingSets(plan.at_issue, evaluation_.facts, evaluation_.context);
      for (const auto& set : sets.decides) std::for_each(set.begin(), set.end(), add);
    }
    for (const std::string& fact : plan.point().partition()) {
      if (evaluation_.facts.find(fact) == evaluation_.facts.end()) add(fact);
    }
  }

  bool HasConflict(size_t at, v1::ConflictState state) const {
    return std::any_of(evaluation_.conflicts.begin(), evaluation_.conflicts.end(),
                       [&](const ConflictResult& conflict) {
                         if (conflict.state != state) return false;
                         for (const size_t side : {conflict.plan->left, conflict.plan->right}) {
                           const auto& points =
                               evaluation_.index.statements()[side].content->decision_points;
                           if (std::count(points.begin(), points.end(), at) > 0) return true;
                         }
                         return false;
                       });
  }

  // Whether the patient falls into a cell of the partition that no statement covers; lists it and
  // who is silent there.
  bool FindSilences(size_t at, const std::vector<const StatementResult*>& deciding) {
    bool uncovered = false;
    for (const std::string& fact : evaluation_.index.decision_points()[at].point().partition()) {
      const auto value = evaluation_.facts.find(fact);
      if (value == evaluation_.facts.end()) continue;
      const criteria::Facts only = {{fact, value->second}};
      // Nor what other facts exclude.
      const criteria::Context alone = ContextOf(evaluation_.question, evaluation_.index);
      size_t testing = 0;
      bool covered = false;
      SilenceResult silent{at, fact, v1::SILENCE_KIND_SILENT_ON, {}};
      for (const StatementResult* const one : deciding) {
        const StatementPlan& plan = evaluation_.plan(*one);
        if (IsOutOfForce(*one)) continue;
        if (criteria::FactsOf(one->combined).count(fact) == 0) {
          if (one->applies() && plan.statement().polarity() != v1::POLARITY_UNSPECIFIED) {
            silent.statements.push_back(plan.name());
          }
          continue;
        }
        ++testing;
        covered = covered || criteria::Evaluate(one->combined, only, alone) != Truth::kFalse;
      }
      if (testing == 0 || covered) continue;
      uncovered = true;
      evaluation_.silences.push_back({at, fact, v1::SILENCE_KIND_NOT_COVERED, {}});
      if (!silent.statements.empty()) evaluation_.silences.push_back(std::move(silent));
    }
    return uncovered;
  }

  void SettleByStatements(const std::vector<const StatementResult*>& deciding,
                          PointResult& result) const {
    const auto of = [&](v1::Polarity polarity) {
      std::vector<const StatementResult*> chosen;
      for (const StatementResult* const one : deciding) {
        const bool fits = evaluation_.plan(*one).statement().polarity() == polarity;
        if (fits && one->applies() && Survives(*one)) chosen.push_back(one);
      }
      return chosen;
    };
    const auto recommended = of(v1::POLARITY_RECOMMEND);
    const auto considered = of(v1::POLARITY_CONSIDER);
    bool undecided = false;
    bool against = false;
    for (const StatementResult* const one : deciding) {
      const v1::Polarity polarity = evaluation_.plan(*one).statement().polarity();
      undecided = undecided || (one->undecided() && polarity != v1::POLARITY_UNSPECIFIED);
      // What applied and lost every option is advised against as well.
      against = against || (one->applies() && polarity != v1::POLARITY_UNSPECIFIED);
    }
    if (!recommended.empty()) {
      result.outcome = v1::OUTCOME_RECOMMENDED;
      result.conditional = Hangs(recommended);
    } else if (!considered.empty()) {
      result.outcome = v1::OUTCOME_CONSIDERED;
      result.conditional = Hangs(considered);
    } else if (against) {
      result.outcome = v1::OUTCOME_ADVISED_AGAINST;
    } else {
      result.outcome = undecided ? v1::OUTCOME_UNDECIDED : v1::OUTCOME_NONE_APPLIES;
    }
    const bool something = !recommended.empty() || !considered.empty();
    result.class_only = something && IsClassOnly(evaluation_, result.at);
  }

  static bool Hangs(const std::vector<const StatementResult*>& chosen) {
    for (const StatementResult* const one : chosen) {
      for (const OptionResult& option : one->options) {
        if (Counts(option) && option.hangs) return true;
      }
    }
    return false;
  }

  Evaluation& evaluation_;
};

}  // namespace

absl::Status SettleDecisionPoints(Evaluation& evaluation) { return PointSettler(evaluation).Run(); }

}  // namespace evident::decision
