#include "graph/model/content_tree.h"

#include <gtest/gtest.h>

#include <random>

#include "graph/model/keys.h"
#include "graph/model/rows.h"

namespace evident::graph {
namespace {

TEST(ContentTreeTest, AnEmptyTreeHasTheRootOfEmptyBuckets) {
  EXPECT_EQ(ContentTree().root(), ContentRoot(std::vector<Digest>(kBucketCount)));
  EXPECT_EQ(ContentTree().RootWith({}), ContentTree().root());
}

TEST(ContentTreeTest, ChangesAmountToATreeMadeAnew) {
  std::mt19937 random(1);
  std::vector<Digest> buckets(kBucketCount);
  ContentTree tree;
  for (int step = 0; step < 20; ++step) {
    BucketDigestMap changed;
    for (size_t i = 0; i < 1 + random() % 5; ++i) {
      // Neighbours share a path; a bucket may become empty again.
      const auto bucket = static_cast<uint16_t>(step % 2 == 0 ? random() : random() % 4);
      changed[bucket] = random() % 4 == 0 ? Digest{} : Sha256(std::to_string(random()));
    }
    for (const auto& [bucket, digest] : changed) buckets[bucket] = digest;
    const Digest before = tree.root();
    EXPECT_EQ(tree.RootWith(changed), ContentRoot(buckets));
    EXPECT_EQ(tree.root(), before);
    tree.Set(changed);
    EXPECT_EQ(tree.root(), ContentRoot(buckets));
    EXPECT_EQ(tree.buckets(), buckets);
  }
}

TEST(ContentTreeTest, TheFirstAndTheLastBucketCount) {
  for (const uint16_t bucket : {uint16_t{0}, uint16_t{UINT16_MAX}}) {
    std::vector<Digest> buckets(kBucketCount);
    buckets[bucket] = Sha256("x");
    EXPECT_EQ(ContentTree().RootWith({{bucket, Sha256("x")}}), ContentTree(buckets).root());
  }
}

}  // namespace
}  // namespace evident::graph
