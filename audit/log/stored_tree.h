// The log's Merkle tree: full tiles in the store, the right edge in memory.
#ifndef EVIDENT_AUDIT_LOG_STORED_TREE_H_
#define EVIDENT_AUDIT_LOG_STORED_TREE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/proof/merkle.h"
#include "kv/database.h"

namespace evident::audit {

// Not thread safe. The store must outlive it.
class StoredTree final : public HashSource {
 public:
  // Recomputes the right edge from stored leaves and tiles: at most 255 of them a level. DATA_LOSS
  // (LEAF_MISSING, TILE_MISSING).
  static absl::StatusOr<StoredTree> Load(const kv::Database& store, uint64_t size);

  uint64_t size() const { return size_; }

  // Adds a leaf's hash; tiles that it completes go into `batch`.
  void Append(const Digest& leaf_hash, kv::WriteBatch& batch);

  absl::StatusOr<Digest> Root() { return TreeRoot(*this, size_); }

  absl::StatusOr<Digest> Hash(int level, uint64_t index) override;

 private:
  explicit StoredTree(const kv::Database& store) : store_(&store) {}

  absl::StatusOr<Digest> TileHash(uint8_t tile_level, uint64_t index);
  absl::StatusOr<const std::vector<Digest>*> FullTile(uint8_t tile_level, uint64_t n);
  void Remember(uint8_t tile_level, uint64_t n, std::vector<Digest> hashes);

  using TileId = std::pair<uint8_t, uint64_t>;

  const kv::Database* store_;
  uint64_t size_ = 0;
  std::vector<std::vector<Digest>> edge_;         // by tile level: hashes since the last full tile
  std::map<TileId, std::vector<Digest>> recent_;  // full tiles read or completed lately
  std::deque<TileId> recent_order_;
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_STORED_TREE_H_
