#include "decision/add_ons.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "base/status.h"
#include "decision/option_states.h"

namespace evident::decision {
namespace {

bool IsAddOn(const ComponentPlan& component) { return !component.edge.add_on_to().empty(); }

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

  absl::Status Run() {
    for (StatementResult& result : evaluation_.statements) {
      EVIDENT_RETURN_IF_ERROR(evaluation_.proceed());
      const std::vector<OptionPlan>& plans = evaluation_.plan(result).content->options;
      for (size_t i = 0; i < result.options.size(); ++i) {
        if (std::none_of(plans[i].components.begin(), plans[i].components.end(), IsAddOn)) continue;
        EVIDENT_RETURN_IF_ERROR(Settle(plans[i], result, result.options[i]));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Settle(const OptionPlan& plan, const StatementResult& statement,
                      OptionResult& option) {
    bool incomplete = false;
    for (size_t i = 0; i < plan.components.size(); ++i) {
      const ComponentPlan& add_on = plan.components[i];
      ComponentResult& component = option.components[i];
      if (!IsAddOn(add_on) || component.state == v1::OPTION_STATE_REMOVED) continue;
      std::optional<Basis> own = OwnBasis(add_on, plan, option);
      if (!own.has_value()) {
        EVIDENT_ASSIGN_OR_RETURN(own, BestBasis(add_on, statement));
      }
      const Basis& basis = *own;
      Raise(component.state, basis.state);
      incomplete = incomplete || basis.incomplete;
      const std::string added = "added to " + DisplayOf(add_on.edge.add_on_to());
      if (basis.state == v1::OPTION_STATE_REMOVED) {
        option.removals.push_back(
            {"", added + ", of which nothing is left", add_on.intervention, {}});
      } else if (!basis.if_facts.empty()) {
        option.removals.push_back({"", added, add_on.intervention, basis.if_facts});
      }
    }
    SetState(plan, statement, option);
    option.incomplete = option.incomplete || incomplete;
    return absl::OkStatus();
  }

  std::string DisplayOf(const std::string& name) const {
    const auto found = evaluation_.index.concepts().find(name);
    return found == evaluation_.index.concepts().end()
               ? name
               : found->second->clinical_concept().display();
  }

  // Whether the add-on can be added to the component: it gives what is named, and not the same
  // again.
  bool IsBase(const ComponentPlan& component, const ComponentPlan& add_on) const {
    const KnowledgeIndex& index = evaluation_.index;
    return !IsAddOn(component) && index.Includes(component.intervention, add_on.edge.add_on_to()) &&
           !index.IsA(component.intervention, add_on.intervention) &&
           !index.IsA(add_on.intervention, component.intervention);
  }

  // What of the add-on's own option it is added to: there, or gone. Nullopt when nothing of the
  // option is. What it hangs on is shown with it.
  std::optional<Basis> OwnBasis(const ComponentPlan& add_on, const OptionPlan& plan,
                                const OptionResult& option) const {
    std::optional<Basis> basis;
    for (size_t i = 0; i < plan.components.size(); ++i) {
      if (!IsBase(plan.components[i], add_on)) continue;
      if (!basis.has_value()) basis.emplace();
      basis->state = std::min(basis->state, option.components[i].state);
    }
    return basis;
  }

  bool Selects(const StatementPlan& other, const StatementResult& result) const {
    const StatementPlan& plan = evaluation_.plan(result);
    const auto& points = plan.content->decision_points;
    const auto shared = [&](size_t at) { return std::count(points.begin(), points.end(), at) > 0; };
    const auto is_other = [&](size_t at) { return &evaluation_.index.statements()[at] == &other; };
    return std::any_of(other.content->decision_points.begin(), other.content->decision_points.end(),
                       shared) ||
           std::any_of(plan.parents.begin(), plan.parents.end(), is_other);
  }

  // Whether something is left of the option that the add-on can be added to.
  bool IsBasis(const OptionPlan& plan, const OptionResult& option,
               const ComponentPlan& add_on) const {
    if (option.state == v1::OPTION_STATE_REMOVED) return false;
    for (size_t i = 0; i < plan.components.size(); ++i) {
      const bool is_left = option.components[i].state != v1::OPTION_STATE_REMOVED;
      if (is_left && IsBase(plan.components[i], add_on)) return true;
    }
    return false;
  }

  // Of all that other statements leave, what is surest.
  absl::StatusOr<Basis> BestBasis(const ComponentPlan& add_on, const StatementResult& statement) {
    std::optional<Basis> best;
    for (const StatementResult& other : evaluation_.statements) {
      EVIDENT_RETURN_IF_ERROR(evaluation_.proceed());
      const StatementPlan& plan = evaluation_.plan(other);
      if (&other == &statement || !Selects(plan, statement)) continue;
      for (size_t i = 0; i < other.options.size(); ++i) {
        if (!IsBasis(plan.content->options[i], other.options[i], add_on)) continue;
        Basis basis = BasisOf(plan.content->options[i], other, other.options[i]);
        const bool better = !best.has_value() || std::pair(basis.incomplete, basis.state) <
                                                     std::pair(best->incomplete, best->state);
        if (better) best = std::move(basis);
      }
    }
    return best.value_or(Basis());
  }

  Basis BasisOf(const OptionPlan& plan, const StatementResult& other, const OptionResult& option) {
    Basis basis{option.state, option.incomplete, {}};
    if (other.undecided()) {
      Raise(basis.state, v1::OPTION_STATE_CONDITIONAL);
      AddSets(other.sets.decides, basis.if_facts);
    }
    for (const RemovalResult& removal : option.removals) AddSets(removal.if_facts, basis.if_facts);
    for (size_t i = 0; i < plan.components.size(); ++i) {
      if (option.components[i].own != criteria::Truth::kUnknown) continue;
      AddSets(SetsOf(plan.components[i]), basis.if_facts);
    }
    return basis;
  }

  // What decides a component's own condition; looked for once.
  const criteria::FactSets& SetsOf(const ComponentPlan& component) {
    const auto [place, fresh] = sets_.try_emplace(&component);
    if (fresh) {
      place->second =
          criteria::FindDecidingSets(component.condition, evaluation_.facts, evaluation_.context)
              .decides;
    }
    return place->second;
  }

  Evaluation& evaluation_;
  std::map<const ComponentPlan*, criteria::FactSets> sets_;
};

}  // namespace

absl::Status SettleAddOns(Evaluation& evaluation) { return AddOnSettler(evaluation).Run(); }

}  // namespace evident::decision
