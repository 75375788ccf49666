// What would settle an unknown criterion, and what would admit a false one.
#ifndef EVIDENT_CRITERIA_DECIDING_H_
#define EVIDENT_CRITERIA_DECIDING_H_

#include <string>
#include <vector>

#include "criteria/evaluate.h"

namespace evident::criteria {

// Sets of facts by full name, each sorted, smallest first, then by name.
using FactSets = std::vector<std::vector<std::string>>;

struct DecidingSets {
  FactSets
      decides;  // inclusion-minimal sets for which some values settle the criterion, either way
  FactSets to_apply;  // inclusion-minimal sets for which some values make it true
  bool exact =
      true;  // false: beyond kDecidingFactsExactMax facts or kDecidingEvaluationsMax; then the one
             // set is of all facts that are unknown, which is enough but may not be minimal
};

// For a criterion that is unknown; empty for one that is decided. Exact also when a fact stands in
// several conditions: each fact is tried at values on both sides of every threshold that the
// criterion puts to it, within its definition.
DecidingSets FindDecidingSets(const ExpressionPtr& expression, const Facts& facts,
                              const Context& context);

// The smallest change of facts (at most kChangedFactsMax, supplied and missing ones alike) that
// makes a false criterion true, as the conditions that must then hold, in one-line form with bare
// names. Empty when there is none so small.
std::vector<std::string> NearestChange(const ExpressionPtr& expression, const Facts& facts,
                                       const Context& context);

// Values of `fact` that tell apart everything that the criterion asks of it, in ascending order.
// For tests and coverage.
std::vector<Value> RepresentativeValues(const ExpressionPtr& expression, const std::string& fact,
                                        const Context& context);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_DECIDING_H_
