#include "criteria/ways.h"

#include <algorithm>

#include "base/limits.h"

namespace evident::criteria {
namespace {

// Both at once; nullopt when no value of some fact meets both.
std::optional<Way> Join(const Way& a, const Way& b) {
  Way joined;
  auto left = a.demands.begin();
  auto right = b.demands.begin();
  while (left != a.demands.end() || right != b.demands.end()) {
    if (right == b.demands.end() || (left != a.demands.end() && left->first < right->first)) {
      joined.demands.push_back(*left++);
    } else if (left == a.demands.end() || right->first < left->first) {
      joined.demands.push_back(*right++);
    } else {
      joined.demands.push_back(*left++);
      joined.demands.back().second.Intersect((right++)->second);
      if (joined.demands.back().second.empty()) return std::nullopt;
    }
  }
  return joined;
}

// Whether whatever meets `special` meets `general` as well.
bool Implies(const Way& special, const Way& general) {
  auto at = special.demands.begin();
  for (const auto& [fact, cells] : general.demands) {
    while (at != special.demands.end() && at->first < fact) ++at;
    if (at == special.demands.end() || at->first != fact || !cells.Includes(at->second)) {
      return false;
    }
  }
  return true;
}

}  // namespace

WayFinder::WayFinder(const ExpressionPtr& expression, const std::vector<std::string>& open,
                     const Facts& facts, const Context& context)
    : expression_(expression), facts_(facts), context_(context) {
  for (const std::string& fact : open) {
    std::vector<ExpressionPtr> told_apart = {expression};
    const auto eliminated = context.eliminations.find(fact);
    const Elimination* const elimination =
        eliminated == context.eliminations.end() ? nullptr : &eliminated->second;
    if (elimination != nullptr) {
      for (const Ruling& ruling : elimination->rulings()) told_apart.push_back(ruling.rule);
    }
    cells_.push_back(CellsOf(AllOf(told_apart), fact, facts, context));
    const std::vector<Value>& values = cells_.back().values;
    CellSet& possible = possible_.emplace_back(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      const bool excluded =
          elimination != nullptr && elimination->Against(values[i], context) != nullptr;
      if (!excluded) possible.Add(i);
    }
  }
}

Truth WayFinder::EvaluateLeafWithin(const Expression& leaf, const Way& way) const {
  const auto demand = std::find_if(way.demands.begin(), way.demands.end(), [&](const auto& one) {
    return cells_[one.first].fact == leaf.fact;
  });
  if (demand == way.demands.end()) {
    const auto known = facts_.find(leaf.fact);
    return known == facts_.end() ? Truth::kUnknown : EvaluateLeaf(leaf, known->second, context_);
  }
  const std::vector<Value>& values = cells_[demand->first].values;
  std::optional<Truth> all;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!demand->second.Has(i)) continue;
    const Truth truth = EvaluateLeaf(leaf, values[i], context_);
    if (all.value_or(truth) != truth) return Truth::kUnknown;
    all = truth;
  }
  return all.value_or(Truth::kUnknown);
}

Truth WayFinder::EvaluateWithin(const Expression& node, const Way& way) const {
  if (node.is_leaf()) return EvaluateLeafWithin(node, way);
  if (node.kind == NodeKind::kNot) return Negate(EvaluateWithin(*node.parts[0], way));
  const bool is_all = node.kind == NodeKind::kAllOf;
  Truth result = is_all ? Truth::kTrue : Truth::kFalse;
  for (const ExpressionPtr& part : node.parts) {
    const Truth truth = EvaluateWithin(*part, way);
    result = is_all ? std::min(result, truth) : std::max(result, truth);
  }
  return result;
}

bool WayFinder::IsRuledOut(const Way& way) const {
  return std::any_of(way.demands.begin(), way.demands.end(), [&](const auto& demand) {
    const auto found = context_.eliminations.find(cells_[demand.first].fact);
    if (found == context_.eliminations.end()) return false;
    const std::vector<Ruling>& rulings = found->second.rulings();
    return std::any_of(rulings.begin(), rulings.end(), [&](const Ruling& ruling) {
      return EvaluateWithin(*ruling.rule, way) == Truth::kTrue;
    });
  });
}

std::optional<std::vector<Way>> WayFinder::Find(Truth outcome, size_t changes_max) {
  changes_max_ = changes_max;
  steps_ = 0;
  std::vector<Way> ways = FindAt(*expression_, outcome == Truth::kTrue);
  if (steps_ > kDecidingEvaluationsMax) return std::nullopt;
  std::erase_if(ways, [this](const Way& way) { return IsRuledOut(way); });
  return ways;
}

size_t WayFinder::Changes(const Way& way) const {
  return static_cast<size_t>(
      std::count_if(way.demands.begin(), way.demands.end(), [this](const auto& demand) {
        const std::optional<size_t>& current = cells_[demand.first].current;
        return !current.has_value() || !demand.second.Has(*current);
      }));
}

std::vector<Way> WayFinder::FindAt(const Expression& node, bool holds) {
  if (node.is_leaf()) return FindAtLeaf(node, holds);
  if (node.kind == NodeKind::kNot) return FindAt(*node.parts[0], !holds);
  // A false all_of needs one false part, as a true any_of needs one true part.
  const bool needs_every_part = (node.kind == NodeKind::kAllOf) == holds;
  std::vector<Way> ways;
  if (needs_every_part) ways.emplace_back();
  for (const ExpressionPtr& part : node.parts) {
    std::vector<Way> found = FindAt(*part, holds);
    if (needs_every_part) {
      ways = Product(ways, found);
    } else {
      for (Way& way : found) Add(ways, std::move(way));
    }
  }
  return ways;
}

std::vector<Way> WayFinder::FindAtLeaf(const Expression& leaf, bool holds) const {
  const Truth wanted = holds ? Truth::kTrue : Truth::kFalse;
  const auto open = std::find_if(cells_.begin(), cells_.end(),
                                 [&](const FactCells& cells) { return cells.fact == leaf.fact; });
  if (open == cells_.end()) {
    const auto known = facts_.find(leaf.fact);
    const bool fits =
        known != facts_.end() && EvaluateLeaf(leaf, known->second, context_) == wanted;
    return fits ? std::vector<Way>(1) : std::vector<Way>();
  }
  CellSet cells(open->values.size());
  const CellSet& possible = possible_[static_cast<size_t>(open - cells_.begin())];
  for (size_t i = 0; i < open->values.size(); ++i) {
    if (possible.Has(i) && EvaluateLeaf(leaf, open->values[i], context_) == wanted) cells.Add(i);
  }
  if (cells.empty()) return {};
  Way way;
  way.demands.emplace_back(static_cast<size_t>(open - cells_.begin()), std::move(cells));
  return {std::move(way)};
}

std::vector<Way> WayFinder::Product(const std::vector<Way>& some, const std::vector<Way>& others) {
  std::vector<Way> ways;
  for (const Way& one : some) {
    for (const Way& other : others) {
      if (++steps_ > kDecidingEvaluationsMax) return {};
      std::optional<Way> joined = Join(one, other);
      if (joined.has_value() && Changes(*joined) <= changes_max_) Add(ways, *std::move(joined));
    }
  }
  return ways;
}

void WayFinder::Add(std::vector<Way>& ways, Way way) {
  steps_ += ways.size();
  if (steps_ > kDecidingEvaluationsMax) return;
  for (const Way& present : ways) {
    if (Implies(way, present)) return;
  }
  std::erase_if(ways, [&](const Way& present) { return Implies(present, way); });
  ways.push_back(std::move(way));
}

}  // namespace evident::criteria
