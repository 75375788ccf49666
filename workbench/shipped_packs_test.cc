// Every case of every pack that ships, and of the example on the page about packs.
#include "workbench/mutation.h"
#include "workbench/test_packs.h"

namespace evident::workbench {
namespace {

// How many cases ran.
size_t ExpectCasesPass(const graph::Pack& pack) {
  const auto knowledge = CompilePacks({&pack});
  EXPECT_THAT(knowledge, IsOk());
  if (!knowledge.ok()) return 0;
  const auto results = RunCases(pack, *knowledge, kTestNowNs);
  EXPECT_THAT(results, IsOk());
  if (!results.ok()) return 0;
  for (const CaseResult& result : *results) {
    for (const std::string& failure : result.failures) {
      ADD_FAILURE() << pack.name << " " << result.place << " " << result.slug << ": " << failure;
    }
  }
  return results->size();
}

TEST(ShippedPacksTest, EveryCaseOfEveryPackComesOutAsItSays) {
  const std::vector<graph::Pack> packs = ShippedPacks();
  EXPECT_GE(packs.size(), 2u);
  for (const graph::Pack& pack : packs) {
    EXPECT_GE(ExpectCasesPass(pack), 20u) << pack.name << " ships too few cases";
  }
}

TEST(ShippedPacksTest, EveryCaseOfTheExampleOnThePageComesOutAsItSays) {
  const auto pack = graph::ReadPack(graph::ExamplePack());
  ASSERT_THAT(pack, IsOk());
  EXPECT_EQ(ExpectCasesPass(*pack), 3u);
}

TEST(ShippedPacksTest, EveryChangeOfAPolarStatementOrCriterionIsNoticed) {
  for (const graph::Pack& pack : ShippedPacks()) {
    const auto report = Mutate(pack, {}, kTestNowNs, [](size_t, size_t) { return true; });
    ASSERT_THAT(report, IsOk()) << pack.name;
    EXPECT_GE(report->mutants, 30u) << pack.name;
    for (const Survivor& survivor : report->survivors) {
      ADD_FAILURE() << survivor.node << ": " << survivor.change << ", and no case noticed";
    }
  }
}

TEST(ShippedPacksTest, ACaseThatExpectsSomethingElseFails) {
  graph::Pack pack = LoadPack("fictional-emberfern-wilt");
  for (graph::PackCase& one : pack.cases) {
    if (one.slug != "young-wilt") continue;
    one.expect.absent.push_back("fictional-emberfern-wilt/young-pair");
    one.expect.outcome = v1::OUTCOME_CONFLICT;
  }
  const auto knowledge = CompilePacks({&pack});
  ASSERT_THAT(knowledge, IsOk());
  const auto results = RunCases(pack, *knowledge, kTestNowNs);
  ASSERT_THAT(results, IsOk());
  size_t failures = 0;
  for (const CaseResult& result : *results) {
    EXPECT_TRUE(result.failures.empty() || result.slug == "young-wilt") << result.slug;
    failures += result.failures.size();
  }
  EXPECT_EQ(failures, 2u);
}

}  // namespace
}  // namespace evident::workbench
