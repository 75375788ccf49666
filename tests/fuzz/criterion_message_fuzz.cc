// Criteria as messages: what decodes encodes, decodes again equal, and keeps its limits.
#include "base/status.h"
#include "criteria/parse.h"
#include "evident/v1/criterion.pb.h"
#include "graph/model/criterion_codec.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

void RunCriterionMessage(std::string_view input) {
  v1::Criterion message;
  if (!message.ParseFromArray(input.data(), static_cast<int>(input.size()))) return;
  const absl::StatusOr<criteria::ExpressionPtr> tree = graph::DecodeCriterion(message);
  if (!tree.ok()) {
    RequireRefusal(tree.status(),
                   {absl::StatusCode::kInvalidArgument, absl::StatusCode::kResourceExhausted},
                   {"CRITERION_MALFORMED", "VALUE_MALFORMED", "DATE_INVALID", "CRITERION_TOO_DEEP",
                    "CRITERION_TOO_LARGE"});
    return;
  }
  Require(criteria::CheckSize(*tree).ok(), "what decodes keeps the limits");
  const v1::Criterion encoded = graph::EncodeCriterion(*tree);
  const criteria::ExpressionPtr again =
      Must(graph::DecodeCriterion(encoded), "what is encoded decodes");
  Require(criteria::Equal(again, *tree), "what is encoded decodes equal");
  Require(graph::EncodeCriterion(again).SerializeAsString() == encoded.SerializeAsString(),
          "encoding is canonical");
}

Seeds CriterionMessageSeeds() {
  Seeds seeds;
  for (const char* const line :
       {"a and (b or not c)", "all(any(known a))", "x in -1..<3", "x in 1.50 [g/dL]<..2 [g/dL]",
        "x != 'a' or x is_a y", "x within 6 months and x >= 2026-01-31", "x = false"}) {
    const auto resolve = [](std::string_view written, criteria::NameUse) {
      return absl::StatusOr<std::string>("p/" + std::string(written));
    };
    const auto tree = Must(criteria::Parse(line, resolve), "a seed is read");
    seeds.push_back(graph::EncodeCriterion(tree).SerializeAsString());
  }
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(criterion_message, RunCriterionMessage, CriterionMessageSeeds);
