// Every fuzz target on its seeds and on mutations of them, the same ones on every machine.
#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/mutator.h"

namespace evident::fuzz {
namespace {

constexpr size_t kMutations = 4'000;
constexpr size_t kBytesMax = 4u << 20;  // of all mutations of one target together

class FuzzSmokeTest : public testing::TestWithParam<Target> {};

TEST_P(FuzzSmokeTest, PropertyHoldsForSeedsAndTheirMutations) {
  const Seeds seeds = GetParam().seeds();
  ASSERT_FALSE(seeds.empty());
  for (const std::string& seed : seeds) RunTarget(GetParam(), seed);
  RunTarget(GetParam(), "");
  Mutator mutator(GetParam().name, seeds);
  size_t bytes = 0;
  for (size_t i = 0; i < kMutations && bytes < kBytesMax; ++i) {
    const std::string input = mutator.Next();
    bytes += input.size();
    RunTarget(GetParam(), input);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzSmokeTest, testing::ValuesIn(Targets()),
                         [](const testing::TestParamInfo<Target>& target) {
                           return std::string(target.param.name);
                         });

TEST(FuzzSmokeDeathTest, PropertyThatDoesNotHoldShowsTheInput) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const Target target{"never", [](std::string_view) { Require(false, "that it holds"); }, nullptr};
  EXPECT_DEATH(RunTarget(target, "\x01\xff"),
               "never: does not hold: that it holds\ninput of 2 bytes: 01ff");
}

TEST(MutatorTest, MutationsDifferAndAreTheSameEachTime) {
  Mutator one("name", {"some seed", "another"});
  Mutator two("name", {"some seed", "another"});
  std::set<std::string> seen;
  for (size_t i = 0; i < 1'000; ++i) {
    const std::string mutation = one.Next();
    EXPECT_EQ(mutation, two.Next());
    seen.insert(mutation);
  }
  EXPECT_GT(seen.size(), 900u);
}

}  // namespace
}  // namespace evident::fuzz
