#include "audit/log/stored_tree.h"

#include <optional>
#include <string>
#include <utility>

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
  tree->edge_ = {size, std::move(edge)};
  tree->committed_ = tree->edge_;
  return tree;
}

uint64_t StoredTree::size() const {
  MutexLock lock(mutex_);
  return edge_.size;
}

void StoredTree::Append(const Digest& leaf_hash, kv::WriteBatch& batch) {
  MutexLock lock(mutex_);
  Digest hash = leaf_hash;
  uint64_t count = ++edge_.size;  // hashes at this tile level
  for (uint8_t level = 0;; ++level, count /= kTileHashes) {
    if (edge_.tiles.size() <= level) edge_.tiles.emplace_back();
    Tile& tile = edge_.tiles[level];
    tile.Append(hash);
    if (!tile.full()) return;
    const uint64_t n = count / kTileHashes - 1;
    batch.Put(kStoreTiles, TileKey(level, n), tile.Bytes());
    hash = *tile.Hash(kTileHeight, 0);
    unwritten_.insert_or_assign({level, n}, std::exchange(tile, Tile()));
  }
}

void StoredTree::Commit() {
  MutexLock lock(mutex_);
  committed_ = edge_;
  for (auto& [id, tile] : unwritten_) Remember(id, std::move(tile));
  unwritten_.clear();
}

void StoredTree::Rollback() {
  MutexLock lock(mutex_);
  edge_ = committed_;
  unwritten_.clear();
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
    const uint64_t full_tiles = (edge_.size >> (kTileHeight * tile_level)) / kTileHashes;
    if (id.second >= full_tiles) {
      std::optional<Digest> hash;
      if (tile_level < edge_.tiles.size() && id.second == full_tiles) {
        hash = edge_.tiles[tile_level].Hash(height, within);
      }
      if (hash.has_value()) return *hash;
      return Missing("TILE_MISSING",
                     "hash " + std::to_string(index) + " of level " + std::to_string(level));
    }
    for (const std::map<TileId, Tile>* const tiles : {&unwritten_, &recent_}) {
      const auto found = tiles->find(id);
      if (found != tiles->end()) return *found->second.Hash(height, within);
    }
  }
  EVIDENT_ASSIGN_OR_RETURN(Tile tile, ReadTile(id));
  const Digest hash = *tile.Hash(height, within);
  MutexLock lock(mutex_);
  Remember(id, std::move(tile));
  return hash;
}

}  // namespace evident::audit
