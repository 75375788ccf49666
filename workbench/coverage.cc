#include "workbench/coverage.h"

#include <map>
#include <set>
#include <utility>

#include "base/date.h"
#include "base/status.h"
#include "criteria/evaluate.h"
#include "criteria/print.h"
#include "decision/decide.h"
#include "decision/knowledge_index.h"
#include "decision/question.h"
#include "graph/model/enum_words.h"
#include "workbench/cases.h"
#include "workbench/lint_view.h"

namespace evident::workbench {
namespace {

using decision::KnowledgeIndex;
using decision::StatementPlan;

constexpr v1::Truth kTruths[] = {v1::TRUTH_TRUE, v1::TRUTH_FALSE, v1::TRUTH_UNKNOWN};

// Everything of one kind that there is, and what of it was seen.
class Tally {
 public:
  explicit Tally(std::string kind) : kind_(std::move(kind)) {}
  void Expect(const std::string& what) { all_.insert(what); }
  void See(const std::string& what) {
    if (all_.count(what) > 0) seen_.insert(what);
  }
  CoveredKind Result() const {
    CoveredKind result{kind_, all_.size(), {}};
    for (const std::string& what : all_) {
      if (seen_.count(what) == 0) result.unseen.push_back(what);
    }
    return result;
  }

 private:
  const std::string kind_;
  std::set<std::string> all_;
  std::set<std::string> seen_;
};

class Measure {
 public:
  Measure(const graph::Pack& pack, const KnowledgeIndex& index) : pack_(pack), index_(index) {
    // No condition comes out before it has facts, whatever the day.
    const criteria::Context context = decision::ContextOn(Date{}, index);
    for (const StatementPlan& plan : index.statements()) {
      if (plan.content->node->pack() == pack.name) ExpectStatement(plan, context);
    }
    for (const decision::ConflictPlan& conflict : index.conflicts()) {
      if (IsOwn(index.statements()[conflict.left])) conflicts_.Expect(ConflictText(conflict));
    }
    for (const decision::DecisionPointPlan& point : index.decision_points()) {
      if (point.node->pack() != pack.name) continue;
      outcomes_.Expect(Bare(point.name()) + " at issue");
      if (point.at_issue != nullptr) outcomes_.Expect(Bare(point.name()) + " not at issue");
    }
  }

  void See(const decision::Decision& decision) {
    for (const v1::StatementOutcome& outcome : decision.record.statements()) SeeOutcome(outcome);
    for (const v1::Recommendation& item : decision.answer.recommendations()) SeeShown(item);
    for (const v1::Conflict& conflict : decision.answer.conflicts()) {
      conflicts_.See(Bare(conflict.statement()) + " x " + Bare(conflict.against()));
    }
    for (const v1::DecisionPointOutcome& point : decision.answer.decision_points()) {
      const bool out = point.outcome() == v1::OUTCOME_NOT_AT_ISSUE;
      outcomes_.See(Bare(point.name()) + (out ? " not at issue" : " at issue"));
    }
  }

  Coverage Result() const {
    return {{statements_.Result(), conditions_.Result(), components_.Result(), paths_.Result(),
             conflicts_.Result(), outcomes_.Result()}};
  }

 private:
  bool IsOwn(const StatementPlan& plan) const { return plan.content->node->pack() == pack_.name; }

  std::string ConflictText(const decision::ConflictPlan& conflict) const {
    return Bare(index_.statements()[conflict.left].name()) + " x " +
           Bare(index_.statements()[conflict.right].name());
  }

  void ExpectStatement(const StatementPlan& plan, const criteria::Context& context) {
    const std::string name = Bare(plan.name());
    statements_.Expect(name + " applies");
    if (plan.combined != nullptr) {
      statements_.Expect(name + " undecided");
      statements_.Expect(name + " out");
    }
    ExpectLeaves(name, plan.combined, context, conditions_);
    for (size_t i = 0; i < plan.content->options.size(); ++i) {
      for (const decision::ComponentPlan& part : plan.content->options[i].components) {
        const std::string where = name + ", " + Bare(part.intervention);
        components_.Expect(where);
        ExpectLeaves(where, part.condition, context, components_);
      }
    }
    for (const v1::ProvenancePath& path : plan.content->provenance.provenance.paths()) {
      paths_.Expect(PathText(name, path));
    }
  }

  static void ExpectLeaves(const std::string& where, const criteria::ExpressionPtr& criterion,
                           const criteria::Context& context, Tally& tally) {
    for (const criteria::LeafResult& leaf : criteria::EvaluateLeaves(criterion, {}, context)) {
      for (const v1::Truth truth : kTruths) {
        tally.Expect(LeafText(where, criteria::Print(*leaf.leaf, criteria::Names::kBare), truth));
      }
    }
  }

  static std::string LeafText(const std::string& where, const std::string& condition,
                              v1::Truth truth) {
    return where + ": " + condition + " is " + graph::EnumWord(truth);
  }

  static std::string PathText(const std::string& statement, const v1::ProvenancePath& path) {
    const v1::Cites& cites = path.citation().cites();
    const std::string end = !path.citation().reference().empty() ? Bare(path.citation().reference())
                                                                 : "the mark " + cites.mark();
    return statement + " -> " + (path.evidence().empty() ? "" : Bare(path.evidence()) + " -> ") +
           end;
  }

  void SeeOutcome(const v1::StatementOutcome& outcome) {
    const std::string name = Bare(outcome.statement());
    if (outcome.applicability() == v1::APPLICABILITY_APPLIES) statements_.See(name + " applies");
    if (outcome.applicability() == v1::APPLICABILITY_UNDECIDED)
      statements_.See(name + " undecided");
    if (outcome.exclusion() != v1::EXCLUSION_REASON_UNSPECIFIED) statements_.See(name + " out");
    for (const v1::CriterionResult& result : outcome.results()) {
      conditions_.See(LeafText(name, result.condition(), result.truth()));
    }
  }

  void SeeShown(const v1::Recommendation& item) {
    const std::string name = Bare(item.statement());
    for (const v1::AnswerOption& option : item.options()) {
      for (const v1::OptionComponent& part : option.components()) {
        const std::string where = name + ", " + Bare(part.intervention());
        components_.See(where);
        for (const v1::CriterionResult& result : part.results()) {
          components_.See(LeafText(where, result.condition(), result.truth()));
        }
      }
    }
    for (const v1::ProvenancePath& path : item.provenance().paths()) {
      paths_.See(PathText(name, path));
    }
  }

  const graph::Pack& pack_;
  const KnowledgeIndex& index_;
  Tally statements_{"statements"};
  Tally conditions_{"conditions"};
  Tally components_{"components"};
  Tally paths_{"paths"};
  Tally conflicts_{"conflicts"};
  Tally outcomes_{"decisions"};
};

}  // namespace

size_t Coverage::all() const {
  size_t sum = 0;
  for (const CoveredKind& kind : kinds) sum += kind.all;
  return sum;
}

size_t Coverage::seen() const {
  size_t sum = 0;
  for (const CoveredKind& kind : kinds) sum += kind.seen();
  return sum;
}

double Coverage::percent() const {
  return all() == 0 ? 100.0 : 100.0 * static_cast<double>(seen()) / static_cast<double>(all());
}

absl::StatusOr<Coverage> MeasureCoverage(const graph::Pack& pack,
                                         std::shared_ptr<const graph::GraphReader> knowledge,
                                         int64_t received_ns) {
  EVIDENT_ASSIGN_OR_RETURN(const auto index, KnowledgeIndex::Build(std::move(knowledge)));
  Measure measure(pack, *index);
  for (const graph::PackCase& one : pack.cases) {
    const auto question = ResolveCase(pack, one, *index, received_ns);
    if (!question.ok()) continue;
    const auto decision = decision::Decide(*index, *question, [] { return absl::OkStatus(); });
    if (decision.ok()) measure.See(*decision);
  }
  return measure.Result();
}

}  // namespace evident::workbench
