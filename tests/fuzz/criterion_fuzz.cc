// The one-line form of criteria: what is read prints, reads back equal, and evaluates.
#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "base/status.h"
#include "criteria/check.h"
#include "criteria/deciding.h"
#include "criteria/parse.h"
#include "criteria/print.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

using criteria::Expression;
using criteria::ExpressionPtr;

absl::StatusOr<std::string> Resolve(std::string_view written, criteria::NameUse use) {
  if (written.substr(0, 2) == "no") {
    return MakeError(absl::StatusCode::kInvalidArgument, "FACT_UNKNOWN", "there is no such fact");
  }
  const bool full = written.find('/') != std::string_view::npos;
  return full ? std::string(written) : "p/" + std::string(written);
}

void RequireGoodRefusal(const absl::Status& status, std::string_view input) {
  RequireRefusal(
      status, {absl::StatusCode::kInvalidArgument, absl::StatusCode::kResourceExhausted},
      {"CRITERION_SYNTAX", "CRITERION_TOO_LONG", "CRITERION_TOO_LARGE", "CRITERION_TOO_DEEP"});
  const std::string reason = ErrorReason(status);
  const std::vector<Violation> violations = ErrorViolations(status);
  if (reason != "CRITERION_SYNTAX" && reason != "CRITERION_TOO_DEEP") return;
  constexpr std::string_view kColumn = "column ";
  Require(violations.size() == 1, "a refusal has one violation");
  const std::string& field = violations[0].field;
  Require(field.substr(0, kColumn.size()) == kColumn, "a refusal names its column");
  size_t column = 0;
  std::from_chars(field.data() + kColumn.size(), field.data() + field.size(), column);
  Require(column >= 1 && column <= input.size() + 1, "the column lies in the line");
}

// Defines each fact by the first value that a condition compares it with.
void Define(const Expression& node, criteria::FactSchema& schema) {
  for (const ExpressionPtr& part : node.parts) Define(*part, schema);
  if (!node.is_leaf() || schema.Find(node.fact) != nullptr) return;
  const criteria::Value& value = node.kind == criteria::NodeKind::kRange ? node.low : node.value;
  criteria::FactDefinition definition;
  definition.name = node.fact;
  definition.type = criteria::TypeOf(value);
  if (node.kind == criteria::NodeKind::kWithin) definition.type = criteria::FactType::kDate;
  if (const auto* const quantity = std::get_if<criteria::Quantity>(&value)) {
    definition.unit = quantity->unit;
  }
  Require(schema.Add(std::move(definition)).ok(), "a fact is defined once");
}

void RequireDecidable(const ExpressionPtr& tree) {
  criteria::FactSchema schema;
  Define(*tree, schema);
  const criteria::Context context{schema, Date{20'000}, nullptr};
  Require(criteria::Evaluate(tree, {}, context) == criteria::Truth::kUnknown,
          "without facts every criterion is unknown");
  const criteria::DecidingSets sets = criteria::FindDecidingSets(tree, {}, context);
  Require(sets.decides.size() <= kDecidingSetsMax && sets.to_apply.size() <= kDecidingSetsMax,
          "deciding sets are capped");
  const std::set<std::string> facts = criteria::FactsOf(tree);
  for (const std::vector<std::string>& set : sets.decides) {
    Require(!set.empty(), "something decides");
    for (const std::string& fact : set) Require(facts.count(fact) == 1, "deciding facts are used");
  }
}

void RunCriterion(std::string_view input) {
  const absl::StatusOr<ExpressionPtr> tree = criteria::Parse(input, Resolve);
  if (!tree.ok()) return RequireGoodRefusal(tree.status(), input);
  const std::string text = criteria::Print(*tree, criteria::Names::kFull);
  Require(text.empty() == (*tree == nullptr), "only the absent criterion has no text");
  if (*tree == nullptr) return;
  RequireDecidable(*tree);
  const bool too_long = text.size() > kCriterionTextBytesMax;
  const auto has_concept = [](std::string_view) { return true; };
  Require(!too_long || !criteria::Check(*tree, {}, has_concept).empty(),
          "what does not read back is not published");
  if (too_long) return;
  const ExpressionPtr again = Must(criteria::Parse(text, Resolve), "what is printed is read");
  Require(criteria::Equal(again, *tree), "what is printed reads back equal");
  Require(criteria::Print(again, criteria::Names::kFull) == text, "printing is canonical");
}

Seeds CriterionSeeds() {
  return {"alpha and grade <= 1 and not recent_bleeding",
          "not (a or b/c) and any(d) or all(e or f) and known g",
          "level in -1.50 [g/dL]<..<12 [g/dL] or pressure >= 140 [mm[Hg]]",
          "site is_a organ and site != 'and' and x = 'not'",
          "seen within 6 months or seen <= 2026-01-31 or seen within 1 day",
          "count in 1..3 and count in 1<..3 and count in -1..<3 and count = 007",
          "n = 9223372036854775807 or n > -9223372036854775808",
          "d = 922337203685477580.7 [1] or d < 0.000000000000000001 [1]",
          "seen > 9999-12-31 or seen < 0001-01-01 or seen within 100000 years",
          "t/known = true and known t/all or nothing",
          "not not not not ((((a))))",
          "a and (b or (c and (d or (e and (f or (g and (h or i and j)))))))"};
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(criterion, RunCriterion, CriterionSeeds);
