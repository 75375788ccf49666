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

// The smallest change of facts (at most kChangedFactsMax, supplied and missing ones alike) that
// makes a false criterion true, as the conditions on them that must then hold and that suffice, in
// one-line form with bare names. Of several changes of one size the first by the facts' names, of
// several values the nearest. Empty when there is no change so small, or kDecidingEvaluationsMax
// did not suffice to find it.
std::vector<std::string> NearestChange(const ExpressionPtr& expression, const Facts& facts,
                                       const Context& context);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_DECIDING_H_
