#include "audit/log/stored_tree.h"

#include <optional>
#include <string>

#include "audit/log/store.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr size_t kRecentTilesMax = 128;

absl::Status Missing(const char* reason, const std::string& what) {
  return MakeError(absl::StatusCode::kDataLoss, reason, "the audit log lacks " + what);
}

}  // namespace

absl::StatusOr<std::unique_ptr<StoredTree>> StoredTree::Load(const kv::Database& store,
                                                             uint64_t size) {
  std::unique_ptr<StoredTree> tree(new StoredTree(store));
  std::vector<Tile> edge(1);
  for (uint64_t i = size - size % kTileHashes; i < size; ++i) {
    EVIDENT_ASSIGN_OR_RETURN(const auto leaf, store.Get(kStoreLeaves, IndexKey(EntryIndex(i))));
    if (!leaf.has_value()) return Missing("LEAF_MISSING", "leaf " + std::to_string(i));
    edge[0].Append(LeafHash(*leaf));
  }
  uint64_t full = size / kTileHashes;
  for (uint8_t level = 1; full > 0; ++level, full /= kTileHashes) {
    edge.emplace_back();
    for (uint64_t n = full - full % kTileHashes; n < full; ++n) {
      EVIDENT_ASSIGN_OR_RETURN(const Tile tile,
                               tree->ReadTile({static_cast<uint8_t>(level - 1), n}));
      edge[level].Append(*tile.Hash(kTileHeight, 0));
    }
  }
  MutexLock lock(tree->mutex_);
  tree->size_ = size;
  tree->edge_ = std::move(edge);
  return tree;
}

uint64_t StoredTree::size() const {
  MutexLock lock(mutex_);
  return size_;
}

void StoredTree::Append(const Digest& leaf_hash, kv::WriteBatch& batch) {
  MutexLock lock(mutex_);
  Digest hash = leaf_hash;
  uint64_t count = ++size_;  // hashes at this tile level
  for (uint8_t level = 0;; ++level, count /= kTileHashes) {
    if (edge_.size() <= level) edge_.emplace_back();
    edge_[level].Append(hash);
    if (!edge_[level].full()) return;
    const uint64_t n = count / kTileHashes - 1;
    batch.Put(kStoreTiles, TileKey(level, n), edge_[level].Bytes());
    hash = *edge_[level].Hash(kTileHeight, 0);
    Remember({level, n}, std::move(edge_[level]));
    edge_[level] = Tile();
  }
}

void StoredTree::Remember(TileId id, Tile tile) {
  if (!recent_.insert_or_assign(id, std::move(tile)).second) return;
  recent_order_.push_back(id);
  if (recent_order_.size() > kRecentTilesMax) {
    recent_.erase(recent_order_.front());
    recent_order_.pop_front();
  }
}

absl::StatusOr<Tile> StoredTree::ReadTile(TileId id) const {
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store_.Get(kStoreTiles, TileKey(id.first, id.second)));
  std::optional<Tile> tile = Tile::FromBytes(bytes.value_or(""));
  if (tile.has_value()) return *std::move(tile);
  return Missing("TILE_MISSING",
                 "tile " + std::to_string(id.second) + " of level " + std::to_string(id.first));
}

absl::StatusOr<Digest> StoredTree::Hash(int level, uint64_t index) {
  const auto tile_level = static_cast<uint8_t>(level / static_cast<int>(kTileHeight));
  const size_t height = static_cast<size_t>(level) % kTileHeight;
  const uint64_t per_tile = kTileHashes >> height;
  const TileId id{tile_level, index / per_tile};
  const size_t within = index % per_tile;
  {
    MutexLock lock(mutex_);
    const uint64_t full_tiles = (size_ >> (kTileHeight * tile_level)) / kTileHashes;
    if (id.second >= full_tiles) {
      std::optional<Digest> hash;
      if (tile_level < edge_.size() && id.second == full_tiles) {
        hash = edge_[tile_level].Hash(height, within);
      }
      if (hash.has_value()) return *hash;
      return Missing("TILE_MISSING",
                     "hash " + std::to_string(index) + " of level " + std::to_string(level));
    }
    if (const auto found = recent_.find(id); found != recent_.end()) {
      return *found->second.Hash(height, within);
    }
  }
  EVIDENT_ASSIGN_OR_RETURN(Tile tile, ReadTile(id));
  const Digest hash = *tile.Hash(height, within);
  MutexLock lock(mutex_);
  Remember(id, std::move(tile));
  return hash;
}

}  // namespace evident::audit
