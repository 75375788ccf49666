// Reads the one-line form: `distant_metastases and ecog <= 1 and not recent_bleeding`. Grammar:
// docs/formats/criterion.md.
#ifndef EVIDENT_CRITERIA_PARSE_H_
#define EVIDENT_CRITERIA_PARSE_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "criteria/expression.h"

namespace evident::criteria {

enum class NameUse { kFact, kConcept };

// The full name of what a criterion names; an error's message says what is known instead.
using NameResolver =
    std::function<absl::StatusOr<std::string>(std::string_view written, NameUse use)>;

// Null for text of spaces only: the absent criterion. INVALID_ARGUMENT (CRITERION_SYNTAX) with one
// violation whose field is the 1-based column in bytes ("column 12") and which says what was
// expected there; the resolver's errors likewise. RESOURCE_EXHAUSTED: CRITERION_TOO_LONG past
// kCriterionTextBytesMax, CRITERION_TOO_LARGE past kCriterionNodesMax, CRITERION_TOO_DEEP past
// kCriterionDepthMax levels of the tree, or of parentheses and negations, with the column of the
// first condition, or else of what stands, too deep. Types are not looked at: see check.h.
absl::StatusOr<ExpressionPtr> Parse(std::string_view text, const NameResolver& resolve);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_PARSE_H_
