#include "criteria/deciding.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "criteria/print.h"

namespace evident::criteria {
namespace {

using FactList = std::vector<std::string>;

// Tries values for facts until the criterion comes out as wanted.
class Search {
 public:
  Search(const ExpressionPtr& expression, const Facts& facts, const Context& context)
      : expression_(expression), facts_(facts), context_(context) {}

  // Whether some values of `chosen` (on top of the facts) make the criterion true, or, with
  // `either`, decide it.
  bool Reaches(const FactList& chosen, bool either) {
    Facts trial = facts_;
    return Try(chosen, 0, either, trial);
  }

  // The facts with values for `chosen` that make the criterion true; every chosen fact differs from
  // before.
  std::optional<Facts> Change(const FactList& chosen) {
    Facts trial = facts_;
    for (const std::string& fact : chosen) trial.erase(fact);
    if (!Try(chosen, 0, false, trial)) return std::nullopt;
    return trial;
  }

  bool exhausted() const { return evaluations_ > kDecidingEvaluationsMax; }

 private:
  bool Try(const FactList& chosen, size_t next, bool either, Facts& trial) {
    if (++evaluations_ > kDecidingEvaluationsMax) return false;
    const Truth truth = Evaluate(expression_, trial, context_);
    if (truth == Truth::kTrue) return true;
    // A decided criterion stays decided whatever else becomes known.
    if (truth == Truth::kFalse) return either;
    if (next == chosen.size()) return false;
    const std::string& fact = chosen[next];
    for (const Value& value : Values(fact)) {
      trial.insert_or_assign(fact, value);
      if (Try(chosen, next + 1, either, trial)) return true;
      trial.erase(fact);
    }
    return false;
  }

  const std::vector<Value>& Values(const std::string& fact) {
    const auto [found, fresh] = values_.try_emplace(fact);
    if (fresh) found->second = RepresentativeValues(expression_, fact, context_);
    return found->second;
  }

  const ExpressionPtr& expression_;
  const Facts& facts_;
  const Context& context_;
  std::map<std::string, std::vector<Value>> values_;
  size_t evaluations_ = 0;
};

bool Includes(const FactList& whole, const FactList& part) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

// Calls `visit` with every subset of `all` of `size`, in order; stops when it returns false.
template <typename Visit>
bool ForSubsets(const FactList& all, size_t size, size_t from, FactList& chosen,
                const Visit& visit) {
  if (chosen.size() == size) return visit(chosen);
  for (size_t i = from; i < all.size(); ++i) {
    chosen.push_back(all[i]);
    const bool go_on = ForSubsets(all, size, i + 1, chosen, visit);
    chosen.pop_back();
    if (!go_on) return false;
  }
  return true;
}

FactSets MinimalSets(const FactList& unknown, bool either, Search& search) {
  FactSets found;
  for (size_t size = 1; size <= unknown.size(); ++size) {
    FactList chosen;
    const bool finished = ForSubsets(unknown, size, 0, chosen, [&](const FactList& subset) {
      const bool covered = std::any_of(found.begin(), found.end(), [&](const FactList& smaller) {
        return Includes(subset, smaller);
      });
      if (!covered && search.Reaches(subset, either)) found.push_back(subset);
      return !search.exhausted() && found.size() < kDecidingSetsMax;
    });
    if (!finished) break;
  }
  return found;
}

// The conditions on changed facts that came out differently, as they must be.
std::vector<std::string> ChangedConditions(const ExpressionPtr& expression, const Facts& before,
                                           const Facts& after, const FactList& changed,
                                           const Context& context) {
  const std::vector<LeafResult> old_leaves = EvaluateLeaves(expression, before, context);
  const std::vector<LeafResult> new_leaves = EvaluateLeaves(expression, after, context);
  std::vector<std::string> conditions;
  for (size_t i = 0; i < old_leaves.size(); ++i) {
    const Expression& leaf = *old_leaves[i].leaf;
    const bool concerns = std::binary_search(changed.begin(), changed.end(), leaf.fact);
    if (!concerns || old_leaves[i].truth == new_leaves[i].truth) continue;
    std::string text = Print(leaf, Names::kBare);
    if (new_leaves[i].truth == Truth::kFalse) text = "not " + text;
    if (std::find(conditions.begin(), conditions.end(), text) == conditions.end()) {
      conditions.push_back(std::move(text));
    }
  }
  return conditions;
}

}  // namespace

DecidingSets FindDecidingSets(const ExpressionPtr& expression, const Facts& facts,
                              const Context& context) {
  DecidingSets sets;
  if (Evaluate(expression, facts, context) != Truth::kUnknown) return sets;
  FactList unknown;
  for (const std::string& fact : FactsOf(expression)) {
    if (facts.find(fact) == facts.end()) unknown.push_back(fact);
  }
  Search search(expression, facts, context);
  sets.exact = unknown.size() <= kDecidingFactsExactMax;
  if (sets.exact) {
    sets.decides = MinimalSets(unknown, true, search);
    sets.to_apply = MinimalSets(unknown, false, search);
    sets.exact = !search.exhausted() && sets.decides.size() < kDecidingSetsMax &&
                 sets.to_apply.size() < kDecidingSetsMax;
  }
  if (!sets.exact) sets.decides = sets.to_apply = {unknown};
  return sets;
}

std::vector<std::string> NearestChange(const ExpressionPtr& expression, const Facts& facts,
                                       const Context& context) {
  if (Evaluate(expression, facts, context) != Truth::kFalse) return {};
  const std::set<std::string> used = FactsOf(expression);
  const FactList all(used.begin(), used.end());
  Search search(expression, facts, context);
  std::vector<std::string> conditions;
  for (size_t size = 1; size <= std::min(all.size(), kChangedFactsMax); ++size) {
    FactList chosen;
    const bool none = ForSubsets(all, size, 0, chosen, [&](const FactList& subset) {
      const std::optional<Facts> after = search.Change(subset);
      if (!after.has_value()) return !search.exhausted();
      conditions = ChangedConditions(expression, facts, *after, subset, context);
      return false;
    });
    if (!none) break;
  }
  return conditions;
}

}  // namespace evident::criteria
