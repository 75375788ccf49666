#include "criteria/nearest_change.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/limits.h"
#include "criteria/print.h"
#include "criteria/ways.h"

namespace evident::criteria {
namespace {

// New values of facts.
struct Change {
  Facts values;
  size_t distance = 0;        // cells passed over, of all facts together
  std::vector<size_t> cells;  // that the values lie in
};

Change ChangeFor(const Way& way, const WayFinder& finder) {
  Change change;
  for (const auto& [fact, demanded] : way.demands) {
    const FactCells& cells = finder.cells()[fact];
    if (cells.current.has_value() && demanded.Has(*cells.current)) continue;
    const size_t from = cells.current.value_or(0);
    const size_t to = demanded.NearestTo(from);
    change.values.emplace(cells.fact, cells.values[to]);
    change.cells.push_back(to);
    change.distance += to > from ? to - from : from - to;
  }
  return change;
}

bool Nearer(const Change& a, const Change& b) {
  const auto names = [](const Change& change) {
    std::vector<std::string> facts;
    for (const auto& [fact, value] : change.values) facts.push_back(fact);
    return facts;
  };
  return std::make_tuple(a.values.size(), names(a), a.distance, a.cells) <
         std::make_tuple(b.values.size(), names(b), b.distance, b.cells);
}

struct Condition {
  std::string fact;
  std::string text;
  bool operator==(const Condition&) const = default;
};

using Conditions = std::vector<Condition>;

// Writes the conditions on changed facts that make a criterion come out.
class ConditionWriter {
 public:
  ConditionWriter(const Facts& after, const std::set<std::string>& changed, const Context& context)
      : after_(after), changed_(changed), context_(context) {}

  // The fewest for `node`, which comes out as `holds`.
  Conditions Write(const ExpressionPtr& node, bool holds) const {
    if (node->is_leaf()) {
      if (changed_.count(node->fact) == 0) return {};
      return {{node->fact, PrintCondition(*node, holds, Names::kBare)}};
    }
    if (node->kind == NodeKind::kNot) return Write(node->parts[0], !holds);
    const bool needs_every_part = (node->kind == NodeKind::kAllOf) == holds;
    return needs_every_part ? WriteEvery(*node, holds) : WriteOne(*node, holds);
  }

 private:
  Conditions WriteEvery(const Expression& node, bool holds) const {
    Conditions all;
    for (const ExpressionPtr& part : node.parts) {
      for (Condition& condition : Write(part, holds)) {
        const bool fresh = std::find(all.begin(), all.end(), condition) == all.end();
        if (fresh) all.push_back(std::move(condition));
      }
    }
    return all;
  }

  Conditions WriteOne(const Expression& node, bool holds) const {
    std::optional<Conditions> fewest;
    for (const ExpressionPtr& part : node.parts) {
      if (Evaluate(part, after_, context_) != (holds ? Truth::kTrue : Truth::kFalse)) continue;
      Conditions conditions = Write(part, holds);
      if (!fewest.has_value() || conditions.size() < fewest->size()) fewest = std::move(conditions);
    }
    return fewest.value_or(Conditions());
  }

  const Facts& after_;
  const std::set<std::string>& changed_;
  const Context& context_;
};

// Tries changes, the nearest first, each with what it makes necessary.
class Search {
 public:
  Search(const ExpressionPtr& expression, const Facts& supplied, const DerivationPlan& plan,
         const Context& context)
      : expression_(expression), supplied_(supplied), plan_(plan), context_(context) {}

  std::vector<std::string> Run() {
    if (expression_ == nullptr || !IsFalseNow()) return {};
    for (most_ = 1; most_ <= kChangedFactsMax; ++most_) {
      if (Extend({})) return Describe();
    }
    return {};
  }

 private:
  // All facts after a change.
  struct After {
    Facts facts;
    std::vector<Violation> contradictions;
    Context context;
  };

  After Apply(const Facts& change) const {
    Facts facts = supplied_;
    for (const auto& [fact, value] : change) facts.insert_or_assign(fact, value);
    std::vector<Violation> contradictions;
    plan_.Derive(facts, context_, contradictions);
    Context context = context_;
    context.eliminations = plan_.Eliminate(facts, context_);
    return {std::move(facts), std::move(contradictions), std::move(context)};
  }

  bool IsFalseNow() const {
    const After now = Apply({});
    return now.contradictions.empty() &&
           Evaluate(expression_, now.facts, now.context) == Truth::kFalse;
  }

  // Whether the change, or it with more, is one to give; then it is `found_`.
  bool Extend(const Facts& change) {
    if (++tried_ > kChangesTriedMax) return false;
    const After after = Apply(change);
    if (!after.contradictions.empty()) return Reconcile(change, after);
    if (Evaluate(expression_, after.facts, after.context) == Truth::kTrue) {
      found_ = change;
      return true;
    }
    // First without what facts that stay as they are exclude, then with it.
    return Reach(expression_, Truth::kTrue, change, after.facts, after.context) ||
           (!after.context.eliminations.empty() &&
            Reach(expression_, Truth::kTrue, change, after.facts, context_));
  }

  // Of facts that contradict each other, changes the one that was supplied; or where the rule of a
  // changed one says otherwise, what that rule rests on.
  bool Reconcile(const Facts& change, const After& after) {
    if (change.size() >= most_) return false;
    const std::string& fact = after.contradictions.front().field;
    const auto known = after.facts.find(fact);
    if (known == after.facts.end()) return false;
    const bool* const value = std::get_if<bool>(&known->second);
    const FactDefinition* const definition = context_.schema.Find(fact);
    if (value == nullptr || definition == nullptr) return false;
    if (change.count(fact) == 0) {
      Facts more = change;
      more.emplace(fact, !*value);
      return Extend(more);
    }
    const ExpressionPtr& rule = *value ? definition->false_when : definition->true_when;
    return rule != nullptr && Reach(rule, Truth::kFalse, change, after.facts, context_);
  }

  // Extends the change by what makes `goal` come out as `outcome`.
  bool Reach(const ExpressionPtr& goal, Truth outcome, const Facts& change, const Facts& facts,
             const Context& context) {
    std::vector<std::string> open;
    for (const std::string& fact : FactsOf(goal)) {
      if (change.count(fact) == 0) open.push_back(fact);
    }
    WayFinder finder(goal, open, facts, context);
    const auto ways = finder.Find(outcome, most_ - change.size());
    if (!ways.has_value()) return false;
    std::vector<Change> further;
    for (const Way& way : *ways) further.push_back(ChangeFor(way, finder));
    std::sort(further.begin(), further.end(), Nearer);
    for (Change& one : further) {
      if (one.values.empty() || one.values.size() + change.size() > most_) continue;
      one.values.insert(change.begin(), change.end());
      if (Extend(one.values)) return true;
    }
    return false;
  }

  // What is not told by the criterion's own conditions is told by its value.
  std::vector<std::string> Describe() const {
    const After after = Apply(found_);
    std::set<std::string> untold;
    for (const auto& [fact, value] : found_) untold.insert(fact);
    const Conditions conditions =
        ConditionWriter(after.facts, untold, after.context).Write(expression_, true);
    std::vector<std::string> all;
    for (const Condition& condition : conditions) {
      untold.erase(condition.fact);
      all.push_back(condition.text);
    }
    for (const std::string& fact : untold) {
      all.push_back(Print(Comparison(fact, Operator::kEqual, found_.at(fact)), Names::kBare));
    }
    return all;
  }

  const ExpressionPtr& expression_;
  const Facts& supplied_;
  const DerivationPlan& plan_;
  const Context& context_;
  size_t most_ = 0;  // facts to change
  size_t tried_ = 0;
  Facts found_;
};

}  // namespace

std::vector<std::string> NearestChange(const ExpressionPtr& expression, const Facts& supplied,
                                       const DerivationPlan& plan, const Context& context) {
  return Search(expression, supplied, plan, context).Run();
}

}  // namespace evident::criteria
