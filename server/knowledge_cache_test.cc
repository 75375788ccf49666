#include "server/knowledge_cache.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"

namespace evident::server {
namespace {

std::shared_ptr<const graph::GraphReader> Release(uint32_t number) {
  storage::v1::ReleaseRecord record;
  record.set_number(number);
  record.set_content_digest(std::string(32, 'c'));
  record.set_release_digest(std::string(32, 'r'));
  auto graph = graph::MemoryGraph::FromRows({}, record);
  EVIDENT_EXPECT_OK(graph.status());
  return *std::move(graph);
}

TEST(KnowledgeCacheTest, OlderReleasesDoNotDriveTheHeadOut) {
  constexpr uint32_t kHead = 100;
  KnowledgeCache cache;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const CompiledRelease head, cache.For(Release(kHead), kHead));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const CompiledRelease first, cache.For(Release(1), kHead));
  for (uint32_t number = 2; number <= 1 + kCompiledReleasesMax; ++number) {
    EVIDENT_ASSERT_OK(cache.For(Release(number), kHead));
  }
  EXPECT_EQ(*cache.For(Release(kHead), kHead), head);
  EXPECT_NE(*cache.For(Release(1), kHead), first) << "the least recently used went";
}

TEST(KnowledgeCacheTest, ReleasesWithTheSameConceptsShareThem) {
  KnowledgeCache cache;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const CompiledRelease first, cache.For(Release(1), 1));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const CompiledRelease second, cache.For(Release(2), 2));
  EXPECT_NE(first, second);
  EXPECT_EQ(&first->concepts(), &second->concepts());
  EXPECT_EQ(second->reader().release().number(), 2u);
}

}  // namespace
}  // namespace evident::server
