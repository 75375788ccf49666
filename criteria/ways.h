// The ways in which a criterion can come out true or false, over all values of its open facts.
#ifndef EVIDENT_CRITERIA_WAYS_H_
#define EVIDENT_CRITERIA_WAYS_H_

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "criteria/cells.h"

namespace evident::criteria {

// What suffices for an outcome: of each fact named by its number, ascending, a value in the cells.
// No set is empty. Facts that are not named may have any value or none.
struct Way {
  std::vector<std::pair<size_t, CellSet>> demands;
};

// Looks for ways with `open` facts free to have any value, known ones too, and all others as
// given. Everything passed in must outlive it. Not thread safe.
class WayFinder {
 public:
  WayFinder(const ExpressionPtr& expression, const std::vector<std::string>& open,
            const Facts& facts, const Context& context);

  // By number: what ways name.
  const std::vector<FactCells>& cells() const { return cells_; }

  // Ways to `outcome` (kTrue or kFalse) with at most `changes_max` changed facts, none of them
  // implied by another. Together they are complete: whatever values of the open facts bring the
  // outcome about lie in one of them; those that make a rule hold that cannot
  // (Context::eliminations) are left out. Nullopt when more than kDecidingEvaluationsMax pairs had
  // to be looked at.
  std::optional<std::vector<Way>> Find(Truth outcome,
                                       size_t changes_max = std::numeric_limits<size_t>::max());

  // How many of the facts that the way names are not as they must be now.
  size_t Changes(const Way& way) const;

 private:
  // How a criterion comes out wherever the way is kept to.
  Truth EvaluateWithin(const Expression& node, const Way& way) const;
  Truth EvaluateLeafWithin(const Expression& leaf, const Way& way) const;
  bool IsRuledOut(const Way& way) const;
  std::vector<Way> FindAt(const Expression& node, bool holds);
  std::vector<Way> FindAtLeaf(const Expression& leaf, bool holds) const;
  std::vector<Way> Product(const std::vector<Way>& some, const std::vector<Way>& others);
  void Add(std::vector<Way>& ways, Way way);

  const ExpressionPtr& expression_;
  const Facts& facts_;
  const Context& context_;
  std::vector<FactCells> cells_;
  std::vector<CellSet> possible_;  // of each fact, those that no rule of the context excludes
  size_t changes_max_ = 0;
  size_t steps_ = 0;
};

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_WAYS_H_
