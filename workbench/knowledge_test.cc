// Every case of every pack that ships.
#include <algorithm>
#include <string>
#include <vector>

#include "base/status_matchers.h"
#include "graph/pack/reader.h"
#include "gtest/gtest.h"
#include "workbench/cases.h"
#include "workbench/test_packs.h"

namespace evident::workbench {
namespace {

constexpr int64_t kNowNs = 1'790'000'000'000'000'000;

class KnowledgeTest : public testing::TestWithParam<std::string> {};

TEST_P(KnowledgeTest, EveryCaseComesOutAsExpected) {
  const graph::Pack pack = ShippedPack(GetParam());
  ASSERT_FALSE(pack.cases.empty());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto index, CompileAlone(pack));
  for (const CaseResult& result : RunCases(pack.cases, *index, kNowNs)) {
    for (const std::string& mismatch : result.mismatches) {
      ADD_FAILURE() << result.place << ": " << result.slug << ": " << mismatch;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, KnowledgeTest, testing::ValuesIn(ShippedPackNames()),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace evident::workbench
