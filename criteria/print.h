// The one-line form of criteria, for people. Grammar: docs/formats/criterion.md.
#ifndef EVIDENT_CRITERIA_PRINT_H_
#define EVIDENT_CRITERIA_PRINT_H_

#include <string>

#include "criteria/expression.h"

namespace evident::criteria {

enum class Names {
  kFull,  // `pack/slug`
  kBare,  // `slug`
};

// Parses back to an equal tree (kFull). Empty for the absent criterion.
std::string Print(const ExpressionPtr& expression, Names names);
std::string Print(const Expression& node, Names names);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_PRINT_H_
