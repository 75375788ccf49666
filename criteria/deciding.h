// What would settle an unknown criterion.
#ifndef EVIDENT_CRITERIA_DECIDING_H_
#define EVIDENT_CRITERIA_DECIDING_H_

#include <string>
#include <vector>

#include "criteria/evaluate.h"

namespace evident::criteria {

// Sets of facts by full name, each sorted, smallest first, then by name.
using FactSets = std::vector<std::vector<std::string>>;

struct DecidingSets {
  // Inclusion-minimal sets for which some values settle the criterion, either way.
  FactSets decides;
  // Inclusion-minimal sets for which some values make it true. Empty when nothing can.
  FactSets to_apply;
  // False past kDecidingFactsExactMax facts, kDecidingSetsMax sets or kDecidingEvaluationsMax.
  // Then each list is one set of all facts that are unknown: the minimal sets lie within it.
  bool exact = true;
};

// For a criterion that is unknown; empty for one that is decided. Values are those that the facts'
// definitions allow. Exact also when a fact stands in several conditions.
DecidingSets FindDecidingSets(const ExpressionPtr& expression, const Facts& facts,
                              const Context& context);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_DECIDING_H_
