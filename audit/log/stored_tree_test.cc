#include "audit/log/stored_tree.h"

#include <gtest/gtest.h>

#include "audit/log/store.h"
#include "base/file.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

// Past two tiles of the second level.
constexpr uint64_t kLeaves = 2 * 256 * 256 + 300;

class StoredTreeTest : public testing::Test {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = dir_.path() + "/log";
    options.create = true;
    EVIDENT_ASSERT_OK_AND_ASSIGN(store_, OpenStore(options));
    EVIDENT_ASSERT_OK_AND_ASSIGN(tree_, StoredTree::Load(*store_, 0));
    kv::WriteBatch batch;
    for (uint64_t i = 0; i < kLeaves; ++i) {
      const std::string leaf = "leaf " + std::to_string(i);
      batch.Put(kStoreLeaves, IndexKey(EntryIndex(i)), leaf);
      tree_->Append(LeafHash(leaf), batch);
      frontier_.Append(LeafHash(leaf));
      if (i % 5000 == 0 || i + 1 == kLeaves) {
        EVIDENT_ASSERT_OK(store_->Write(batch, kv::Durability::kBuffered));
        tree_->Commit();
        batch = kv::WriteBatch();
      }
    }
  }
  void ExpectProofs(StoredTree& tree) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest root, tree.Root());
    EXPECT_EQ(root, frontier_.Root());
    for (const uint64_t i : {uint64_t{0}, uint64_t{255}, uint64_t{256}, uint64_t{65535},
                             uint64_t{65536}, uint64_t{100000}, kLeaves - 1}) {
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto path, InclusionProof(tree, i, kLeaves));
      EVIDENT_EXPECT_OK(
          VerifyInclusion(LeafHash("leaf " + std::to_string(i)), i, kLeaves, path, root));
      EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest old_root, TreeRoot(tree, i + 1));
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto proof, ConsistencyProof(tree, i + 1, kLeaves));
      EVIDENT_EXPECT_OK(VerifyConsistency(i + 1, old_root, kLeaves, root, proof));
    }
  }

  TempDir dir_;
  std::unique_ptr<kv::Database> store_;
  std::unique_ptr<StoredTree> tree_;
  TreeFrontier frontier_;
};

TEST_F(StoredTreeTest, ProvesAcrossTilesBeforeAndAfterALoad) {
  ExpectProofs(*tree_);
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto loaded, StoredTree::Load(*store_, kLeaves));
  ExpectProofs(*loaded);
  EXPECT_THAT(loaded->Hash(0, kLeaves), HasReason("TILE_MISSING"));
  EXPECT_THAT(loaded->Hash(20, 0), HasReason("TILE_MISSING"));
}

// More tiles than are remembered, none of them in the store yet.
TEST_F(StoredTreeTest, UnwrittenTilesStayInMemoryUntilTheyAreCommittedOrTakenBack) {
  constexpr uint64_t kTiles = 200;
  const Digest before = *tree_->Root();
  for (const bool committed : {false, true}) {
    kv::WriteBatch batch;
    for (uint64_t i = 0; i < kTiles * kTileHashes; ++i) tree_->Append(LeafHash("more"), batch);
    const uint64_t size = tree_->size();
    EVIDENT_EXPECT_OK(InclusionProof(*tree_, kLeaves + 300, size));
    EVIDENT_EXPECT_OK(InclusionProof(*tree_, 7, size));
    if (committed) {
      EVIDENT_ASSERT_OK(store_->Write(batch, kv::Durability::kBuffered));
      tree_->Commit();
      EVIDENT_EXPECT_OK(InclusionProof(*tree_, kLeaves + 300, size));
    } else {
      tree_->Rollback();
      EXPECT_EQ(tree_->size(), kLeaves);
      EXPECT_EQ(*tree_->Root(), before);
      ExpectProofs(*tree_);
      EXPECT_THAT(tree_->Hash(0, kLeaves), HasReason("TILE_MISSING"));
    }
  }
}

TEST_F(StoredTreeTest, MissingLeavesAndTilesAreLosses) {
  kv::WriteBatch batch;
  batch.Delete(kStoreTiles, TileKey(0, 3));
  EVIDENT_ASSERT_OK(store_->Write(batch, kv::Durability::kBuffered));
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto loaded, StoredTree::Load(*store_, kLeaves));
  EXPECT_THAT(InclusionProof(*loaded, 3 * 256 + 7, kLeaves), HasReason("TILE_MISSING"));
  batch.Delete(kStoreLeaves, IndexKey(EntryIndex(kLeaves - 1)));
  EVIDENT_ASSERT_OK(store_->Write(batch, kv::Durability::kBuffered));
  EXPECT_THAT(StoredTree::Load(*store_, kLeaves), HasReason("LEAF_MISSING"));
}

}  // namespace
}  // namespace evident::audit
