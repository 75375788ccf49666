// Coverage and mutation over a pack that its cases see whole, and over what is left of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/status_matchers.h"
#include "graph/pack/starter_pack.h"
#include "workbench/coverage.h"
#include "workbench/mutation.h"
#include "workbench/test_packs.h"

namespace evident::workbench {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// The starter pack without these cases.
graph::Pack Without(const std::vector<std::string>& slugs) {
  graph::Pack pack = *graph::ReadPack(*graph::StarterPack("p", "2026-01-31"));
  std::erase_if(pack.cases, [&](const graph::PackCase& one) {
    return std::find(slugs.begin(), slugs.end(), one.slug) != slugs.end();
  });
  return pack;
}

Coverage CoverageOf(const graph::Pack& pack) {
  const auto coverage = MeasureCoverage(pack, *CompilePacks({&pack}), kTestNowNs);
  EXPECT_THAT(coverage, IsOk());
  return coverage.ok() ? *coverage : Coverage();
}

std::vector<std::string> UnseenOf(const Coverage& coverage) {
  std::vector<std::string> unseen;
  for (const CoveredKind& kind : coverage.kinds) {
    for (const std::string& what : kind.unseen) unseen.push_back(kind.kind + ": " + what);
  }
  return unseen;
}

TEST(CoverageTest, CasesThatSeeEverythingCoverAll) {
  const Coverage coverage = CoverageOf(Without({}));
  EXPECT_THAT(UnseenOf(coverage), IsEmpty());
  EXPECT_EQ(coverage.seen(), coverage.all());
  EXPECT_GT(coverage.all(), 10u);
  EXPECT_EQ(coverage.percent(), 100.0);
}

TEST(CoverageTest, WhatACaseAloneSawIsNamedWithoutIt) {
  const Coverage coverage = CoverageOf(Without({"high-score"}));
  EXPECT_LT(coverage.percent(), 100.0);
  EXPECT_EQ(coverage.all() - coverage.seen(), UnseenOf(coverage).size());
  EXPECT_THAT(UnseenOf(coverage), Contains(HasSubstr("second-statement applies")));
  EXPECT_EQ(CoverageOf(Without({"low-score", "high-score", "unknown-score"})).seen(), 0u);
}

std::vector<std::string> SurvivorsOf(const graph::Pack& pack) {
  const auto report = Mutate(pack, {}, kTestNowNs, [](size_t, size_t) { return true; });
  EXPECT_THAT(report, IsOk());
  std::vector<std::string> survivors;
  if (!report.ok()) return survivors;
  EXPECT_GE(report->mutants, 4u);
  for (const Survivor& one : report->survivors) survivors.push_back(one.node + " " + one.change);
  return survivors;
}

TEST(MutationTest, CasesThatHoldThePackLetNoMutantLive) {
  EXPECT_THAT(SurvivorsOf(Without({})), IsEmpty());
}

TEST(MutationTest, WhatNoCaseNoticesIsNamed) {
  EXPECT_THAT(SurvivorsOf(Without({"high-score", "unknown-score"})),
              Contains(HasSubstr("p/second-statement")));
}

TEST(MutationTest, CasesThatFailAlreadyAreNoMeasure) {
  graph::Pack pack = Without({});
  pack.cases[0].expect.absent.push_back(pack.cases[0].expect.applies[0]);
  const auto report = Mutate(pack, {}, kTestNowNs, [](size_t, size_t) { return true; });
  EXPECT_THAT(report, HasReason("CASES_FAIL"));
  EXPECT_THAT(report.status().message(), HasSubstr(pack.cases[0].slug));
}

TEST(MutationTest, WhoHasSeenEnoughEndsIt) {
  const graph::Pack pack = Without({});
  size_t seen = 0;
  const auto report = Mutate(pack, {}, kTestNowNs, [&](size_t done, size_t all) {
    EXPECT_LE(done, all);
    return ++seen < 2;
  });
  EXPECT_EQ(report.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(seen, 2u);
}

}  // namespace
}  // namespace evident::workbench
