#include "criteria/deciding.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base/limits.h"
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

}  // namespace evident::criteria
