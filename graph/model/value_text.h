// Values as people write them where no type is at hand: on a command line, in a site's mapping.
#ifndef EVIDENT_GRAPH_MODEL_VALUE_TEXT_H_
#define EVIDENT_GRAPH_MODEL_VALUE_TEXT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "evident/v1/value.pb.h"

namespace evident::graph {

// The spelling decides the type: true or false; 3 (integer); 9.0[g/dL] (decimal with its UCUM unit
// in brackets, [1] for none); 2026-01-31 (date); anything else is a coded value. INVALID_ARGUMENT
// (VALUE_MALFORMED): nothing, or a decimal without its unit; ParseDecimal's errors.
absl::StatusOr<v1::Value> ParseValueText(const std::string& text);

// A decimal with its unit. ParseDecimal's errors.
absl::StatusOr<v1::Quantity> ParseQuantity(std::string_view number, std::string_view unit);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_VALUE_TEXT_H_
