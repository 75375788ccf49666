#include "decision/add_ons.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "decision/option_states.h"

namespace evident::decision {
namespace {

constexpr char kNothingLeft[] = "added to what else is selected, of which nothing is left";
constexpr char kAddedTo[] = "added to what else is selected";

bool IsAddOn(const ComponentPlan& component) {
  return component.edge.role() == v1::COMPONENT_ROLE_ADD_ON_TO;
}

// What add-ons are added to, and on which facts it hangs.
struct Basis {
  v1::OptionState state = v1::OPTION_STATE_REMOVED;
  bool incomplete = false;
  criteria::FactSets if_facts;
};

void AddSets(const criteria::FactSets& more, criteria::FactSets& sets) {
  for (const auto& set : more) {
    if (std::find(sets.begin(), sets.end(), set) == sets.end()) sets.push_back(set);
  }
}

class AddOnSettler {
 public:
  explicit AddOnSettler(Evaluation& evaluation) : evaluation_(evaluation) {}

  void Run() {
    for (StatementResult& result : evaluation_.statements) {
      const std::vector<OptionPlan>& plans = evaluation_.plan(result).options;
      for (size_t i = 0; i < result.options.size(); ++i) {
        if (std::none_of(plans[i].components.begin(), plans[i].components.end(), IsAddOn)) continue;
        Settle(plans[i], result, result.options[i]);
      }
    }
  }

 private:
  void Settle(const OptionPlan& plan, const StatementResult& statement, OptionResult& option) {
    const bool alone = std::all_of(plan.components.begin(), plan.components.end(), IsAddOn);
    const Basis basis = alone ? BestBasis(plan, statement) : OwnBasis(plan, option);
    for (size_t i = 0; i < plan.components.size(); ++i) {
      ComponentResult& component = option.components[i];
      if (!IsAddOn(plan.components[i]) || component.state == v1::OPTION_STATE_REMOVED) continue;
      const std::string& intervention = plan.components[i].intervention;
      Raise(component.state, basis.state);
      if (basis.state == v1::OPTION_STATE_REMOVED) {
        option.removals.push_back({"", kNothingLeft, intervention, {}});
      } else if (!basis.if_facts.empty()) {
        option.removals.push_back({"", kAddedTo, intervention, basis.if_facts});
      }
    }
    SetState(plan, statement, option);
    option.incomplete = option.incomplete || basis.incomplete;
  }

  // The other components of the option itself: there, or gone. What they hang on is shown with
  // them.
  static Basis OwnBasis(const OptionPlan& plan, const OptionResult& option) {
    Basis basis;
    for (size_t i = 0; i < plan.components.size(); ++i) {
      if (IsAddOn(plan.components[i])) continue;
      basis.state = std::min(basis.state, option.components[i].state);
    }
    return basis;
  }

  bool Selects(const StatementPlan& other, const StatementResult& result) const {
    const StatementPlan& plan = evaluation_.plan(result);
    const auto& points = plan.decision_points;
    const auto shared = [&](size_t at) { return std::count(points.begin(), points.end(), at) > 0; };
    const auto is_other = [&](size_t at) { return &evaluation_.index.statements()[at] == &other; };
    return std::any_of(other.decision_points.begin(), other.decision_points.end(), shared) ||
           std::any_of(plan.parents.begin(), plan.parents.end(), is_other);
  }

  // Whether something is left of the option that the add-ons can be added to: not the same again.
  bool IsBasis(const OptionPlan& plan, const OptionResult& option,
               const OptionPlan& add_ons) const {
    if (option.state == v1::OPTION_STATE_REMOVED) return false;
    const KnowledgeIndex& index = evaluation_.index;
    for (size_t i = 0; i < plan.components.size(); ++i) {
      const ComponentPlan& component = plan.components[i];
      if (IsAddOn(component) || option.components[i].state == v1::OPTION_STATE_REMOVED) continue;
      const bool same = std::any_of(
          add_ons.components.begin(), add_ons.components.end(), [&](const ComponentPlan& added) {
            return index.IsA(component.intervention, added.intervention) ||
                   index.IsA(added.intervention, component.intervention);
          });
      if (!same) return true;
    }
    return false;
  }

  // Of all that other statements leave, what is surest.
  Basis BestBasis(const OptionPlan& add_ons, const StatementResult& statement) const {
    std::optional<Basis> best;
    for (const StatementResult& other : evaluation_.statements) {
      const StatementPlan& plan = evaluation_.plan(other);
      if (&other == &statement || !Selects(plan, statement)) continue;
      for (size_t i = 0; i < other.options.size(); ++i) {
        if (!IsBasis(plan.options[i], other.options[i], add_ons)) continue;
        Basis basis = BasisOf(plan.options[i], other, other.options[i]);
        const bool better = !best.has_value() || std::pair(basis.incomplete, basis.state) <
                                                     std::pair(best->incomplete, best->state);
        if (better) best = std::move(basis);
      }
    }
    return best.value_or(Basis());
  }

  Basis BasisOf(const OptionPlan& plan, const StatementResult& other,
                const OptionResult& option) const {
    Basis basis{option.state, option.incomplete, {}};
    if (other.undecided()) {
      Raise(basis.state, v1::OPTION_STATE_CONDITIONAL);
      AddSets(other.sets.decides, basis.if_facts);
    }
    for (const RemovalResult& removal : option.removals) AddSets(removal.if_facts, basis.if_facts);
    for (size_t i = 0; i < plan.components.size(); ++i) {
      if (option.components[i].own != criteria::Truth::kUnknown) continue;
      AddSets(criteria::FindDecidingSets(plan.components[i].condition, evaluation_.facts,
                                         evaluation_.context)
                  .decides,
              basis.if_facts);
    }
    return basis;
  }

  Evaluation& evaluation_;
};

}  // namespace

void SettleAddOns(Evaluation& evaluation) { AddOnSettler(evaluation).Run(); }

}  // namespace evident::decision
