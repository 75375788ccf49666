// The one-line form of criteria, for people. Grammar: docs/formats/criterion.md.
#ifndef EVIDENT_CRITERIA_PRINT_H_
#define EVIDENT_CRITERIA_PRINT_H_

#include <string>
#include <string_view>

#include "criteria/expression.h"

namespace evident::criteria {

enum class Names {
  kFull,  // `pack/slug`
  kBare,  // `slug`; the full name where the slug alone would not be read as a name
};

std::string PrintName(std::string_view full_name, Names names);

// Parses back to an equal tree (kFull). Empty for the absent criterion.
std::string Print(const ExpressionPtr& expression, Names names);
std::string Print(const Expression& node, Names names);

// What a leaf asks, or with `holds` false its opposite: `ecog > 1` for `ecog <= 1`.
std::string PrintCondition(const Expression& leaf, bool holds, Names names);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_PRINT_H_
