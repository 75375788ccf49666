// Facts of a question as JSON, for programs that fill in forms: the schema to fill in, and what was
// filled in.
//
//   {"ecog": 1, "distant_metastases": true, "histology": "squamous", "last_dose": "2026-01-31",
//    "hemoglobin": {"value": "9.0", "unit": "g/dL"}}
//
// A fact that is left out is unknown, not false. Decimals are text, so that no digit is lost.
#ifndef EVIDENT_CLIENT_CLI_FACTS_JSON_H_
#define EVIDENT_CLIENT_CLI_FACTS_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "evident/v1/decision_service.pb.h"
#include "evident/v1/value.pb.h"

namespace evident::cli {

// JSON Schema (draft 2020-12) of such an object for these facts: the question to ask as title, then
// type, allowed values and range.
std::string FactsSchema(const v1::DescribeFactsResponse& facts);

// Facts in order of their names. INVALID_ARGUMENT (FACTS_FILE_INVALID) with every violation: what
// is not JSON, or no object, a name that stands twice, a value of no type that facts have.
absl::StatusOr<std::vector<v1::Fact>> ReadFactsJson(std::string_view text);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_FACTS_JSON_H_
