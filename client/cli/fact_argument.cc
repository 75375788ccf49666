#include "client/cli/fact_argument.h"

#include <utility>

#include "base/status.h"
#include "graph/model/value_text.h"

namespace evident::cli {
namespace {

absl::Status Refuse(const std::string& argument, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "FACT_ARGUMENT_INVALID",
                   "fact '" + argument + "': " + why);
}

}  // namespace

absl::StatusOr<v1::Fact> ParseFactArgument(const std::string& argument) {
  const size_t equals = argument.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == argument.size()) {
    return Refuse(argument, "expected name=value");
  }
  auto value = graph::ParseValueText(argument.substr(equals + 1));
  if (!value.ok()) return Refuse(argument, std::string(value.status().message()));
  v1::Fact fact;
  fact.set_name(argument.substr(0, equals));
  *fact.mutable_value() = *std::move(value);
  return fact;
}

}  // namespace evident::cli
