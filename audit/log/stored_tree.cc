#include "audit/log/stored_tree.h"

#include <span>

#include "audit/log/store.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr int kLevelsPerTile = 8;
constexpr size_t kRecentTilesMax = 128;
constexpr size_t kHashBytes = 32;

absl::Status Missing(const char* reason, const std::string& what) {
  return MakeError(absl::StatusCode::kDataLoss, reason, "the audit log lacks " + what);
}

}  // namespace

absl::StatusOr<StoredTree> StoredTree::Load(const kv::Database& store, uint64_t size) {
  StoredTree tree(store);
  tree.size_ = size;
  tree.edge_.emplace_back();
  for (uint64_t i = size - size % kTileHashes; i < size; ++i) {
    EVIDENT_ASSIGN_OR_RETURN(const auto leaf, store.Get(kStoreLeaves, IndexKey(EntryIndex(i))));
    if (!leaf.has_value()) return Missing("LEAF_MISSING", "leaf " + std::to_string(i));
    tree.edge_[0].push_back(LeafHash(*leaf));
  }
  uint64_t full = size / kTileHashes;
  for (uint8_t level = 1; full > 0; ++level, full /= kTileHashes) {
    tree.edge_.emplace_back();
    for (uint64_t n = full - full % kTileHashes; n < full; ++n) {
      EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest>* const tile,
                               tree.FullTile(static_cast<uint8_t>(level - 1), n));
      tree.edge_[level].push_back(PerfectRoot(*tile));
    }
  }
  return tree;
}

void StoredTree::Append(const Digest& leaf_hash, kv::WriteBatch& batch) {
  Digest hash = leaf_hash;
  uint64_t count = ++size_;  // hashes at this tile level
  for (uint8_t level = 0;; ++level, count /= kTileHashes) {
    if (edge_.size() <= level) edge_.emplace_back();
    edge_[level].push_back(hash);
    if (edge_[level].size() < kTileHashes) return;
    const uint64_t n = count / kTileHashes - 1;
    std::string bytes;
    for (const Digest& one : edge_[level]) bytes += one.view();
    batch.Put(kStoreTiles, TileKey(level, n), bytes);
    hash = PerfectRoot(edge_[level]);
    Remember(level, n, std::move(edge_[level]));
    edge_[level].clear();
  }
}

void StoredTree::Remember(uint8_t tile_level, uint64_t n, std::vector<Digest> hashes) {
  const TileId id{tile_level, n};
  if (!recent_.insert_or_assign(id, std::move(hashes)).second) return;
  recent_order_.push_back(id);
  if (recent_order_.size() > kRecentTilesMax) {
    recent_.erase(recent_order_.front());
    recent_order_.pop_front();
  }
}

absl::StatusOr<const std::vector<Digest>*> StoredTree::FullTile(uint8_t tile_level, uint64_t n) {
  const TileId id{tile_level, n};
  if (const auto found = recent_.find(id); found != recent_.end()) return &found->second;
  const std::string what = "tile " + std::to_string(n) + " of level " + std::to_string(tile_level);
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store_->Get(kStoreTiles, TileKey(tile_level, n)));
  if (!bytes.has_value() || bytes->size() != kTileHashes * kHashBytes) {
    return Missing("TILE_MISSING", what);
  }
  std::vector<Digest> hashes;
  for (size_t at = 0; at < bytes->size(); at += kHashBytes) {
    hashes.push_back(*Digest::FromBytes(std::string_view(*bytes).substr(at, kHashBytes)));
  }
  Remember(tile_level, n, std::move(hashes));
  return &recent_.at(id);
}

absl::StatusOr<Digest> StoredTree::TileHash(uint8_t tile_level, uint64_t index) {
  const uint64_t n = index / kTileHashes;
  const uint64_t count = size_ >> (kLevelsPerTile * tile_level);
  if (n < count / kTileHashes) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest>* const tile, FullTile(tile_level, n));
    return (*tile)[index % kTileHashes];
  }
  if (tile_level >= edge_.size() || index % kTileHashes >= edge_[tile_level].size()) {
    return Missing("TILE_MISSING", "hash " + std::to_string(index) + " of tile level " +
                                       std::to_string(tile_level));
  }
  return edge_[tile_level][index % kTileHashes];
}

absl::StatusOr<Digest> StoredTree::Hash(int level, uint64_t index) {
  const auto tile_level = static_cast<uint8_t>(level / kLevelsPerTile);
  const uint64_t width = uint64_t{1} << (level % kLevelsPerTile);
  std::vector<Digest> hashes;
  for (uint64_t i = 0; i < width; ++i) {
    EVIDENT_ASSIGN_OR_RETURN(const Digest hash, TileHash(tile_level, index * width + i));
    hashes.push_back(hash);
  }
  return PerfectRoot(hashes);
}

}  // namespace evident::audit
