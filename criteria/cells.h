// Sets of a fact's values, seen through what a criterion can tell apart.
#ifndef EVIDENT_CRITERIA_CELLS_H_
#define EVIDENT_CRITERIA_CELLS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "criteria/evaluate.h"

namespace evident::criteria {

// A set of cells of one fact, by number.
class CellSet {
 public:
  explicit CellSet(size_t cells) : words_((cells + 63) / 64) {}
  void Add(size_t cell) { words_[cell / 64] |= uint64_t{1} << (cell % 64); }
  bool Has(size_t cell) const { return (words_[cell / 64] >> (cell % 64) & 1) != 0; }
  bool empty() const;

  // Both sets are of one fact.
  bool Includes(const CellSet& other) const;
  void Intersect(const CellSet& other);

  // The cell of the set that is nearest to `cell`, the lower one of two. The set is not empty.
  size_t NearestTo(size_t cell) const;

 private:
  std::vector<uint64_t> words_;
};

// A fact with one value for each cell: any other value that it can have comes out in every leaf of
// the criterion as one of these does.
struct FactCells {
  std::string fact;           // full name
  std::vector<Value> values;  // ascending; the value's place is the cell's number
  // The cell that the patient's value is like; nullopt when it is not known or not one that the
  // fact can have.
  std::optional<size_t> current;
};

FactCells CellsOf(const ExpressionPtr& expression, const std::string& fact, const Facts& facts,
                  const Context& context);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_CELLS_H_
