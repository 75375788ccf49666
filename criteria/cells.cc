#include "criteria/cells.h"

#include <algorithm>

#include "criteria/representatives.h"

namespace evident::criteria {
namespace {

void CollectLeaves(const Expression& node, const std::string& fact,
                   std::vector<const Expression*>& leaves) {
  if (node.is_leaf() && node.fact == fact) leaves.push_back(&node);
  for (const ExpressionPtr& part : node.parts) CollectLeaves(*part, fact, leaves);
}

bool Alike(const std::vector<const Expression*>& leaves, const Value& a, const Value& b,
           const Context& context) {
  return std::all_of(leaves.begin(), leaves.end(), [&](const Expression* leaf) {
    return EvaluateLeaf(*leaf, a, context) == EvaluateLeaf(*leaf, b, context);
  });
}

// The cell that `value` is like and that lies nearest to it in order.
std::optional<size_t> CellOf(const ExpressionPtr& expression, const FactCells& cells,
                             const Value& value, const Context& context) {
  const FactDefinition* const definition = context.schema.Find(cells.fact);
  if (definition == nullptr || !CheckValue(*definition, value).ok()) return std::nullopt;
  std::vector<const Expression*> leaves;
  CollectLeaves(*expression, cells.fact, leaves);
  const auto place = std::lower_bound(
      cells.values.begin(), cells.values.end(), value,
      [](const Value& a, const Value& b) { return CompareValues(a, b).value() < 0; });
  CellSet alike(cells.values.size());
  for (size_t i = 0; i < cells.values.size(); ++i) {
    if (Alike(leaves, cells.values[i], value, context)) alike.Add(i);
  }
  if (alike.empty()) return std::nullopt;
  return alike.NearestTo(static_cast<size_t>(place - cells.values.begin()));
}

}  // namespace

bool CellSet::empty() const {
  return std::all_of(words_.begin(), words_.end(), [](uint64_t word) { return word == 0; });
}

bool CellSet::Includes(const CellSet& other) const {
  for (size_t i = 0; i < words_.size(); ++i) {
    if ((other.words_[i] & ~words_[i]) != 0) return false;
  }
  return true;
}

void CellSet::Intersect(const CellSet& other) {
  for (size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
}

size_t CellSet::NearestTo(size_t cell) const {
  const size_t cells = words_.size() * 64;
  for (size_t distance = 0; distance < cells + cell; ++distance) {
    if (distance <= cell && cell - distance < cells && Has(cell - distance)) return cell - distance;
    if (cell + distance < cells && Has(cell + distance)) return cell + distance;
  }
  return 0;
}

FactCells CellsOf(const ExpressionPtr& expression, const std::string& fact, const Facts& facts,
                  const Context& context) {
  FactCells cells{fact, RepresentativeValues(expression, fact, context), std::nullopt};
  const auto found = facts.find(fact);
  if (found != facts.end()) cells.current = CellOf(expression, cells, found->second, context);
  return cells;
}

}  // namespace evident::criteria
