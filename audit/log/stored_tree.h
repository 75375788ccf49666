// The log's Merkle tree: full tiles in the store, the right edge in memory.
#ifndef EVIDENT_AUDIT_LOG_STORED_TREE_H_
#define EVIDENT_AUDIT_LOG_STORED_TREE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/log/tile.h"
#include "audit/proof/merkle.h"
#include "base/mutex.h"
#include "kv/database.h"

namespace evident::audit {

// Thread safe: one thread may append while others make proofs over sizes that it has reached. The
// store is read without a lock held, so that a proof over old entries never holds up an append. The
// store must outlive it.
class StoredTree final : public HashSource {
 public:
  // Recomputes the right edge from stored leaves and tiles: at most 255 of them a level. DATA_LOSS
  // (LEAF_MISSING, TILE_MISSING).
  static absl::StatusOr<std::unique_ptr<StoredTree>> Load(const kv::Database& store, uint64_t size);

  uint64_t size() const;

  // Adds a leaf's hash; tiles that it completes go into `batch`, and stay in memory until Commit.
  void Append(const Digest& leaf_hash, kv::WriteBatch& batch);

  // What was appended is in the store.
  void Commit();

  // What was appended since the last Commit never came to be.
  void Rollback();

  // Over all that was appended.
  absl::StatusOr<Digest> Root() { return TreeRoot(*this, size()); }

  // DATA_LOSS (TILE_MISSING), also for what lies beyond the tree.
  absl::StatusOr<Digest> Hash(int level, uint64_t index) override;

 private:
  using TileId = std::pair<uint8_t, uint64_t>;  // tile level, n

  explicit StoredTree(const kv::Database& store) : store_(store) {}

  absl::StatusOr<Tile> ReadTile(TileId id) const;
  void Remember(TileId id, Tile tile) EVIDENT_REQUIRES(mutex_);

  // By tile level: the open tile.
  struct Edge {
    uint64_t size = 0;
    std::vector<Tile> tiles;
  };

  const kv::Database& store_;
  mutable Mutex mutex_;
  Edge edge_ EVIDENT_GUARDED_BY(mutex_);
  Edge committed_ EVIDENT_GUARDED_BY(mutex_);                    // as of the last Commit
  std::map<TileId, Tile> unwritten_ EVIDENT_GUARDED_BY(mutex_);  // completed since then
  std::map<TileId, Tile> recent_ EVIDENT_GUARDED_BY(mutex_);     // full tiles, read or made lately
  std::deque<TileId> recent_order_ EVIDENT_GUARDED_BY(mutex_);   // oldest first
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_STORED_TREE_H_
