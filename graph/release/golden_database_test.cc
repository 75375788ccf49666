// The whole database of the worked example in docs/formats/keys.md.
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/model/doc_blocks.h"
#include "graph/model/test_graphs.h"
#include "graph/release/release_manager.h"
#include "graph/storage/test_database.h"

namespace evident::graph {
namespace {

TEST(GoldenDatabaseTest, APublishedReleaseHasExactlyTheRowsOfThePage) {
  const TempDir dir;
  GraphDatabaseOptions options;
  options.path = dir.path() + "/graph";
  options.create = true;
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto releases, ReleaseManager::Open(options));
  PublishRequest request;
  request.pack = "example";
  request.draft = ExampleGraph();
  request.label = "example 1";
  request.author = "author";
  request.now_ns = 1'700'000'000'000'000'000;
  EVIDENT_ASSERT_OK(releases->Publish(request));
  releases.reset();

  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto database, OpenGraphDatabase(options));
  std::string text;
  for (const StoredRow& row : AllRows(*database)) {
    text += std::string(FamilyName(row.family)) + "\n  " + HexEncode(row.key) + "\n  " +
            HexEncode(row.value) + "\n";
  }
  EXPECT_EQ(text, DocBlock("keys.md", "text database"));
}

// What the page shows can be put in place by any program, and is then served.
TEST(GoldenDatabaseTest, ThePagesRowsAreServed) {
  const TempDir dir;
  GraphDatabaseOptions options;
  options.path = dir.path() + "/graph";
  options.create = true;
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto database, OpenGraphDatabase(options));
  std::istringstream page(DocBlock("keys.md", "text database"));
  kv::WriteBatch batch;
  int rows = 0;
  for (std::string family, key, value; page >> family >> key >> value;) {
    for (size_t at = kNamesFamily.index; at <= kReleasesFamily.index; ++at) {
      if (family == FamilyName(kv::Family{at})) {
        batch.Put(kv::Family{at}, *HexDecode(key), *HexDecode(value));
        ++rows;
      }
    }
  }
  EXPECT_EQ(rows, 17);
  EVIDENT_ASSERT_OK(database->Write(batch, kv::Durability::kSync));
  database.reset();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, ReleaseManager::Open(options));
  EXPECT_EQ(releases->Head()->release().label(), "example 1");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NodePtr plan, FindByName(*releases->Head(), "example/plan"));
  ASSERT_NE(plan, nullptr);
  EXPECT_EQ(plan->guideline().title(), "Plan");
}

}  // namespace
}  // namespace evident::graph
