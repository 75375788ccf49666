// Facts as arguments: name=value.
#ifndef EVIDENT_CLIENT_CLI_FACT_ARGUMENT_H_
#define EVIDENT_CLIENT_CLI_FACT_ARGUMENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "evident/v1/value.pb.h"

namespace evident::cli {

// The value as graph::ParseValueText reads it. INVALID_ARGUMENT: no '=', no name, no value.
absl::StatusOr<v1::Fact> ParseFactArgument(const std::string& argument);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_FACT_ARGUMENT_H_
