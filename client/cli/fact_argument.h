// Facts as arguments: name=value.
#ifndef EVIDENT_CLIENT_CLI_FACT_ARGUMENT_H_
#define EVIDENT_CLIENT_CLI_FACT_ARGUMENT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "evident/v1/value.pb.h"

namespace evident::cli {

// The value's spelling decides its type: true or false; 3 (integer); 9.0[g/dL] (decimal with its
// UCUM unit in brackets, [1] for none); 2026-01-31 (date); anything else is a coded value.
// INVALID_ARGUMENT: no '=', no name, no value.
absl::StatusOr<v1::Fact> ParseFactArgument(const std::string& argument);

// A decimal with its unit. ParseDecimal's errors.
absl::StatusOr<v1::Quantity> ParseQuantity(std::string_view number, std::string_view unit);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_FACT_ARGUMENT_H_
