// Every criterion of a small kind, for tests that leave none of them out. Tests only.
#ifndef EVIDENT_CRITERIA_ALL_TREES_H_
#define EVIDENT_CRITERIA_ALL_TREES_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "criteria/evaluate.h"

namespace evident::criteria {

// Every well-typed leaf over TestSchema(): each fact, form and operator with thresholds at the
// edges of the fact's domain and between, each pair of bounds in order, open and closed.
std::vector<ExpressionPtr> AllLeaves();

// The leaves, and over them every tree of at most `levels` levels that is made of negations and of
// groups of one or two parts. With two leaves 2, 16, 562 trees for one, two and three levels.
std::vector<ExpressionPtr> AllTrees(const std::vector<ExpressionPtr>& leaves, size_t levels);

// Calls `visit` with every choice of facts in which each fact named is absent or has one of its
// values in Domain().
void ForEachFacts(const std::vector<std::string>& names,
                  const std::function<void(const Facts&)>& visit);

// Whether some values of `chosen`, tried one by one from the facts' whole domains, bring about
// true, or with `either` a decision. Only what is decided already is not tried further.
bool Reaches(const Expression& tree, const std::vector<std::string>& chosen, size_t next,
             bool either, Facts& facts);

// All subsets of `all`, smallest first, then by name.
std::vector<std::vector<std::string>> Subsets(const std::vector<std::string>& all);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_ALL_TREES_H_
