// The criterion tree: an immutable typed expression over facts, in Kleene's three-valued logic.
#ifndef EVIDENT_CRITERIA_EXPRESSION_H_
#define EVIDENT_CRITERIA_EXPRESSION_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "criteria/value.h"

namespace evident::criteria {

enum class NodeKind : uint8_t {
  kAllOf,
  kAnyOf,
  kNot,
  kComparison,  // fact op value
  kRange,       // low <= fact <= high, each bound inclusive unless said
  kIsA,         // the fact's coded value stands for `concept_name` or one below it
  kWithin,  // the date lies at most `amount` `unit`s before the day of evaluation, and not after it
  kKnown,   // the fact is known; unknown otherwise, never false
};

enum class Operator : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
};

enum class CalendarUnit : uint8_t { kDay, kWeek, kMonth, kYear };

struct Expression;
// Null stands for the absent criterion, which always holds.
using ExpressionPtr = std::shared_ptr<const Expression>;

// A node. Which members mean something depends on the kind; the factories below set them.
struct Expression {
  NodeKind kind = NodeKind::kAllOf;
  std::vector<ExpressionPtr> parts;  // kAllOf, kAnyOf: at least one; kNot: one; none null
  std::string fact;                  // full name; every kind but the three above
  Operator op = Operator::kEqual;
  Value value = false;  // kComparison
  Value low = false;    // kRange
  Value high = false;
  bool low_exclusive = false;
  bool high_exclusive = false;
  std::string concept_name;  // kIsA, full name
  int32_t amount = 0;        // kWithin, at least 1
  CalendarUnit unit = CalendarUnit::kDay;

  bool is_leaf() const {
    return kind != NodeKind::kAllOf && kind != NodeKind::kAnyOf && kind != NodeKind::kNot;
  }
};

ExpressionPtr AllOf(std::vector<ExpressionPtr> parts);
ExpressionPtr AnyOf(std::vector<ExpressionPtr> parts);
ExpressionPtr Not(ExpressionPtr part);
ExpressionPtr Comparison(std::string fact, Operator op, Value value);
ExpressionPtr Range(std::string fact, Value low, Value high, bool low_exclusive = false,
                    bool high_exclusive = false);
ExpressionPtr IsA(std::string fact, std::string concept_name);
ExpressionPtr Within(std::string fact, int32_t amount, CalendarUnit unit);
ExpressionPtr Known(std::string fact);

// Same shape and members. Null equals null only.
bool Equal(const ExpressionPtr& a, const ExpressionPtr& b);

// Full names of the facts that the tree tests, sorted.
std::set<std::string> FactsOf(const ExpressionPtr& expression);

// RESOURCE_EXHAUSTED (CRITERION_TOO_DEEP, CRITERION_TOO_LARGE) past kCriterionDepthMax or
// kCriterionNodesMax.
absl::Status CheckSize(const ExpressionPtr& expression);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_EXPRESSION_H_
