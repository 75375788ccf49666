#include "criteria/deciding.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>

#include "base/limits.h"
#include "criteria/print.h"
#include "criteria/ways.h"

namespace evident::criteria {
namespace {

using FactList = std::vector<std::string>;

FactSets MinimalSets(const std::vector<Way>& ways, const WayFinder& finder) {
  FactSets all;
  for (const Way& way : ways) {
    FactList set;
    for (const auto& [fact, cells] : way.demands) set.push_back(finder.cells()[fact].fact);
    all.push_back(std::move(set));
  }
  std::sort(all.begin(), all.end(), [](const FactList& a, const FactList& b) {
    return std::make_pair(a.size(), std::cref(a)) < std::make_pair(b.size(), std::cref(b));
  });
  FactSets minimal;
  for (FactList& set : all) {
    const bool covered = std::any_of(minimal.begin(), minimal.end(), [&](const FactList& smaller) {
      return std::includes(set.begin(), set.end(), smaller.begin(), smaller.end());
    });
    if (!covered) minimal.push_back(std::move(set));
  }
  return minimal;
}

// Nullopt when a limit was met.
std::optional<DecidingSets> ExactSets(const ExpressionPtr& expression, const FactList& unknown,
                                      const Facts& facts, const Context& context) {
  if (unknown.size() > kDecidingFactsExactMax) return std::nullopt;
  WayFinder finder(expression, unknown, facts, context);
  std::optional<std::vector<Way>> ways = finder.Find(Truth::kTrue);
  const std::optional<std::vector<Way>> to_false = finder.Find(Truth::kFalse);
  if (!ways.has_value() || !to_false.has_value()) return std::nullopt;
  DecidingSets sets;
  sets.to_apply = MinimalSets(*ways, finder);
  ways->insert(ways->end(), to_false->begin(), to_false->end());
  sets.decides = MinimalSets(*ways, finder);
  if (std::max(sets.decides.size(), sets.to_apply.size()) > kDecidingSetsMax) return std::nullopt;
  return sets;
}

// A change of facts by their numbers: the cell that each is changed to.
struct Change {
  std::vector<std::pair<size_t, size_t>> cells;
  size_t distance = 0;  // cells passed over, of all facts together
};

Change ChangeFor(const Way& way, const WayFinder& finder) {
  Change change;
  for (const auto& [fact, cells] : way.demands) {
    const std::optional<size_t>& current = finder.cells()[fact].current;
    if (current.has_value() && cells.Has(*current)) continue;
    const size_t from = current.value_or(0);
    const size_t to = cells.NearestTo(from);
    change.cells.emplace_back(fact, to);
    change.distance += to > from ? to - from : from - to;
  }
  return change;
}

bool Nearer(const Change& a, const Change& b) {
  const auto facts = [](const Change& change) {
    std::vector<size_t> numbers;
    for (const auto& [fact, cell] : change.cells) numbers.push_back(fact);
    return numbers;
  };
  return std::make_tuple(a.cells.size(), facts(a), a.distance, a.cells) <
         std::make_tuple(b.cells.size(), facts(b), b.distance, b.cells);
}

using Conditions = std::vector<std::string>;

// Writes the conditions on changed facts that make a criterion come out.
class ConditionWriter {
 public:
  ConditionWriter(const Facts& after, const FactList& changed, const Context& context)
      : after_(after), changed_(changed), context_(context) {}

  // The fewest for `node`, which comes out as `holds`.
  Conditions Write(const ExpressionPtr& node, bool holds) const {
    if (node->is_leaf()) {
      if (!std::binary_search(changed_.begin(), changed_.end(), node->fact)) return {};
      return {PrintCondition(*node, holds, Names::kBare)};
    }
    if (node->kind == NodeKind::kNot) return Write(node->parts[0], !holds);
    const bool needs_every_part = (node->kind == NodeKind::kAllOf) == holds;
    return needs_every_part ? WriteEvery(*node, holds) : WriteOne(*node, holds);
  }

 private:
  Conditions WriteEvery(const Expression& node, bool holds) const {
    Conditions all;
    for (const ExpressionPtr& part : node.parts) {
      for (std::string& condition : Write(part, holds)) {
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
  const FactList& changed_;
  const Context& context_;
};

}  // namespace

DecidingSets FindDecidingSets(const ExpressionPtr& expression, const Facts& facts,
                              const Context& context) {
  if (Evaluate(expression, facts, context) != Truth::kUnknown) return {};
  FactList unknown;
  for (const std::string& fact : FactsOf(expression)) {
    if (facts.find(fact) == facts.end()) unknown.push_back(fact);
  }
  std::optional<DecidingSets> exact = ExactSets(expression, unknown, facts, context);
  if (exact.has_value()) return *std::move(exact);
  return {{unknown}, {unknown}, false};
}

std::vector<std::string> NearestChange(const ExpressionPtr& expression, const Facts& facts,
                                       const Context& context) {
  if (Evaluate(expression, facts, context) != Truth::kFalse) return {};
  const std::set<std::string> used = FactsOf(expression);
  const FactList open(used.begin(), used.end());
  WayFinder finder(expression, open, facts, context);
  const std::optional<std::vector<Way>> ways = finder.Find(Truth::kTrue, kChangedFactsMax);
  if (!ways.has_value() || ways->empty()) return {};
  std::vector<Change> changes;
  for (const Way& way : *ways) changes.push_back(ChangeFor(way, finder));
  const Change& nearest = *std::min_element(changes.begin(), changes.end(), Nearer);
  if (nearest.cells.size() > kChangedFactsMax) return {};
  Facts after = facts;
  FactList changed;
  for (const auto& [fact, cell] : nearest.cells) {
    const FactCells& cells = finder.cells()[fact];
    after.insert_or_assign(cells.fact, cells.values[cell]);
    changed.push_back(cells.fact);
  }
  return ConditionWriter(after, changed, context).Write(expression, true);
}

}  // namespace evident::criteria
