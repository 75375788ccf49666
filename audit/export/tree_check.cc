#include "audit/export/tree_check.h"

#include "audit/log/store.h"
#include "audit/proof/checkpoint.h"
#include "base/encoding.h"

namespace evident::audit {
namespace {

constexpr size_t kHashBytes = 32;
constexpr int kLevelsPerTile = 8;

std::string TileName(int level, uint64_t n) {
  return "tile " + std::to_string(n) + " of level " + std::to_string(level);
}

}  // namespace

uint64_t TreeCheck::Want(std::string_view note, const std::string& what) {
  const auto checkpoint = OpenCheckpoint(note, keys_);
  if (!checkpoint.ok()) {
    findings_.Problem(what + ": " + std::string(checkpoint.status().message()));
    return 0;
  }
  wanted_.emplace(checkpoint->size, std::pair(checkpoint->root, what));
  return checkpoint->size;
}

void TreeCheck::Append(const Digest& leaf_hash) {
  tree_.Append(leaf_hash, [this](int level, uint64_t, const Digest& hash) {
    if (level % kLevelsPerTile == 0) Complete(level / kLevelsPerTile, hash);
  });
  MeetRoots();
}

void TreeCheck::Complete(int tile_level, const Digest& hash) {
  std::vector<Digest>& tile = open_tiles_[tile_level];
  tile.push_back(hash);
  if (tile.size() < kTileHashes) return;
  // The append that fills this tile is the last one of its leaves.
  const uint64_t n = tree_.size() >> (kLevelsPerTile * (tile_level + 1));
  CompareTile(tile_level, n, tile);
  tile.clear();
}

void TreeCheck::CompareTile(int tile_level, uint64_t n, const std::vector<Digest>& hashes) {
  const auto stored = store_.Get(kStoreTiles, TileKey(static_cast<uint8_t>(tile_level), n));
  if (!stored.ok()) return findings_.Failed(stored.status());
  const std::string name = TileName(tile_level, n);
  if (!stored->has_value()) return findings_.Problem(name + ": it is missing");
  if ((*stored)->size() != kTileHashes * kHashBytes) {
    return findings_.Problem(name + ": it does not have 256 hashes");
  }
  for (size_t i = 0; i < kTileHashes; ++i) {
    if (std::string_view(**stored).substr(i * kHashBytes, kHashBytes) == hashes[i].view()) continue;
    findings_.Problem(name + ": its hash " + std::to_string(i) + " is not what the leaves give");
    if (tile_level != 0) continue;
    const uint64_t index = n * kTileHashes + i;
    if (broken_) {
      findings_.EntryProblem(index, "its leaf, or its hash in " + name + ", was changed");
      if (index >= sound_size_ && index < stretch_end_) stretch_end_ = 0;
    } else {
      suspects_.push_back(index);
    }
  }
}

void TreeCheck::MeetRoots() {
  const auto [begin, end] = wanted_.equal_range(tree_.size());
  for (auto wanted = begin; wanted != end; ++wanted) {
    if (wanted->second.first == tree_.Root()) {
      sound_size_ = tree_.size();
      suspects_.clear();
    } else if (!broken_) {
      findings_.Problem(wanted->second.second + ": the leaves give another root");
      NameChangedEntries();
      broken_ = true;
    }
  }
  wanted_.erase(begin, end);
}

// Where a tile and a leaf differ and the signed root is not met, it is the leaf that was changed.
void TreeCheck::NameChangedEntries() {
  for (const uint64_t index : suspects_) {
    findings_.EntryProblem(index, "its leaf is not the one that was signed");
  }
  // The tile that is open still may tell which, once it is full.
  if (suspects_.empty()) stretch_end_ = tree_.size();
}

void TreeCheck::NameStretch() {
  if (stretch_end_ == 0) return;
  if (stretch_end_ == sound_size_ + 1) {
    return findings_.EntryProblem(sound_size_, "its leaf is not the one that was signed");
  }
  findings_.StretchProblem(sound_size_, stretch_end_ - 1,
                           "the leaf of one of them is not the one that was signed");
}

uint64_t TreeCheck::Finish() {
  NameStretch();
  for (const auto& [size, mark] : wanted_) {
    if (size == 0) continue;
    findings_.Problem(mark.second + ": its size " + std::to_string(size) + " is beyond the log's " +
                      std::to_string(tree_.size()));
  }
  uint64_t tiles = 0;
  const auto rows = store_.NewIterator(kStoreTiles);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    ++tiles;
    ByteReader key(rows->key());
    const int level = key.U8();
    const uint64_t n = key.U64();
    const int shift = kLevelsPerTile * (level + 1);
    if (!key.done() || shift >= 64 || n >= tree_.size() >> shift) {
      findings_.Problem("tile " + HexEncode(rows->key()) + ": no such tile is full yet");
    }
  }
  findings_.Failed(rows->status());
  return tiles;
}

}  // namespace evident::audit
