// Every case of every pack that ships.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/status_matchers.h"
#include "workbench/cases.h"

namespace evident::workbench {
namespace {

std::string KnowledgeDir() {
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  return std::string(top == nullptr ? "." : top) + "/knowledge";
}

TEST(ShippedPacksTest, EveryCaseOfEveryPackComesOutAsItSays) {
  size_t packs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(KnowledgeDir())) {
    if (!entry.is_directory()) continue;
    ++packs;
    EVIDENT_ASSERT_OK_AND_ASSIGN(const graph::PackFiles files,
                                 graph::LoadPackFiles(entry.path().string()));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const graph::Pack pack, graph::ReadPack(files));
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto knowledge, CompilePacks({&pack}));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto results, RunCases(pack, knowledge));
    EXPECT_GE(results.size(), 5u) << pack.name << " ships too few cases";
    for (const CaseResult& result : results) {
      for (const std::string& failure : result.failures) {
        ADD_FAILURE() << pack.name << " " << result.place << " " << result.slug << ": " << failure;
      }
    }
  }
  EXPECT_GE(packs, 1u);
}

}  // namespace
}  // namespace evident::workbench
