// A small schema with a concept hierarchy, and random criteria and facts over it. Tests only.
#ifndef EVIDENT_CRITERIA_TEST_TREES_H_
#define EVIDENT_CRITERIA_TEST_TREES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "criteria/evaluate.h"
#include "criteria/parse.h"

namespace evident::criteria {

inline constexpr Date kToday{20'000};  // 2024-10-04

// Facts of every type, all named t/...: alpha, beta, gamma (boolean), grade (0 to 5), count (from
// 0), level ([g/dL], 0 to 3), site (coded), seen (date).
const FactSchema& TestSchema();

// Over TestSchema() on kToday, with bone, skull and liver under organ, and skull under bone.
Context TestContext();
bool TestIsA(std::string_view concept_name, std::string_view ancestor);
bool TestHasConcept(std::string_view name);

// Puts "t/" before bare names and knows every name.
absl::StatusOr<std::string> ResolveTest(std::string_view written, NameUse use);

// Of a criterion that must parse.
ExpressionPtr Tree(std::string_view text);

// "t/grade=2, t/alpha=true": values as criteria write them.
Facts FactsIn(std::string_view text);

// Every value that makes a difference to a random tree, and more: a fact's whole domain, but for
// counts, levels and dates a grid finer than the thresholds and wider.
const std::vector<Value>& Domain(const std::string& fact);

// Written without a thought to speed, sharing nothing with Evaluate().
std::optional<bool> EvaluateSimply(const Expression& node, const Facts& facts);

class RandomTrees {
 public:
  explicit RandomTrees(uint64_t seed) : engine_(seed) {}
  size_t Below(size_t end) { return static_cast<size_t>(engine_() % end); }

  // Well typed, over the facts, at most `depth` deep.
  ExpressionPtr Tree(const std::vector<std::string>& facts, size_t depth);
  // Each fact known with the probability `percent`.
  Facts SomeFacts(const std::vector<std::string>& facts, size_t percent);
  // Different ones of TestSchema().
  std::vector<std::string> Pick(size_t count);

 private:
  ExpressionPtr Leaf(const std::string& fact);
  std::mt19937_64 engine_;
};

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_TEST_TREES_H_
