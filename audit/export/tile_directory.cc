#include "audit/export/tile_directory.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "audit/log/tile.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/leaf.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr unsigned kPublicFolder = 0755;
constexpr unsigned kPublicFile = 0644;
constexpr char kCheckpointFile[] = "checkpoint";
constexpr size_t kBundleBytesMax = kTileHashes * (kLeafBytes + 2);

absl::Status Damaged(const std::string& path, const std::string& why) {
  return MakeError(absl::StatusCode::kDataLoss, "TILES_DAMAGED", path + ": " + why);
}

// In groups of three digits, all but the last with an x before them.
std::string NumberPath(uint64_t n) {
  std::string path = ZeroPadded(n % 1000, 3);
  for (n /= 1000; n > 0; n /= 1000) path = "x" + ZeroPadded(n % 1000, 3) + "/" + path;
  return path;
}

std::string PathOf(const std::string& kind, uint64_t n, size_t width) {
  const std::string path = "tile/" + kind + "/" + NumberPath(n);
  return width == kTileHashes ? path : path + ".p/" + std::to_string(width);
}

// Hashes that the tree of `size` leaves has at this level of tiles.
uint64_t HashesAt(size_t tile_level, uint64_t size) {
  const size_t shift = kTileHeight * tile_level;
  return shift >= 64 ? 0 : size >> shift;
}

// How many of `count` hashes tile `n` holds.
size_t WidthOf(uint64_t n, uint64_t count) {
  return static_cast<size_t>(std::min<uint64_t>(count - n * kTileHashes, kTileHashes));
}

std::string BytesOf(const std::vector<Digest>& hashes, size_t from, size_t width) {
  std::string bytes;
  bytes.reserve(width * 32);
  for (size_t i = 0; i < width; ++i) bytes += hashes[from + i].view();
  return bytes;
}

absl::StatusOr<std::vector<std::string>> ParseBundle(const std::string& path,
                                                     std::string_view bytes, size_t width) {
  std::vector<std::string> leaves;
  ByteReader reader(bytes);
  while (!reader.done()) {
    const size_t length = reader.U16();
    const std::string_view leaf = reader.Bytes(length);
    if (!reader.ok() || length != kLeafBytes) {
      return Damaged(path, "leaf " + std::to_string(leaves.size()) + " of it does not have " +
                               std::to_string(kLeafBytes) + " bytes");
    }
    leaves.emplace_back(leaf);
  }
  if (leaves.size() == width) return leaves;
  return Damaged(
      path, "it has " + std::to_string(leaves.size()) + " leaves, not " + std::to_string(width));
}

// A file of a published folder, which is there and not too long.
absl::StatusOr<std::string> ReadPart(const std::string& folder, const std::string& path,
                                     size_t bytes_max) {
  absl::StatusOr<std::string> bytes = ReadFile(folder + "/" + path, bytes_max);
  if (bytes.ok()) return bytes;
  return Damaged(path, std::string(bytes.status().message()));
}

absl::StatusOr<Checkpoint> ReadPublished(const std::string& folder, const LogKeys& keys) {
  const std::string path = folder + "/" + kCheckpointFile;
  EVIDENT_ASSIGN_OR_RETURN(const std::string note, ReadFile(path, kNoteBytesMax));
  auto checkpoint = OpenCheckpoint(note, keys);
  if (!checkpoint.ok()) return Annotate(checkpoint.status(), path);
  return checkpoint;
}

// The tile level that the roots of complete subtrees of this height are hashes of; nullopt when
// none is.
std::optional<size_t> TileLevelOf(int level) {
  const auto height = static_cast<size_t>(level);
  return height % kTileHeight == 0 ? std::optional(height / kTileHeight) : std::nullopt;
}

// Builds the tree of a published folder from its leaves and holds it against the tiles.
class TileReader {
 public:
  TileReader(const std::string& folder, TileCheck& check) : folder_(folder), check_(check) {}

  absl::Status Append(std::string_view leaf) {
    absl::Status status;
    tree_.Append(LeafHash(leaf), [&](int level, uint64_t, const Digest& hash) {
      const std::optional<size_t> tile_level = TileLevelOf(level);
      if (tile_level.has_value() && status.ok()) status = Add(*tile_level, hash);
    });
    return status;
  }

  // The partial ones.
  absl::Status Finish() {
    for (size_t level = 0; level < open_.size(); ++level) {
      if (!open_[level].hashes.empty()) EVIDENT_RETURN_IF_ERROR(Compare(level));
    }
    return absl::OkStatus();
  }

  Digest Root() const { return tree_.Root(); }

 private:
  struct Open {
    uint64_t n = 0;
    std::vector<Digest> hashes;
  };

  absl::Status Add(size_t level, const Digest& hash) {
    if (open_.size() == level) open_.emplace_back();
    Open& open = open_[level];
    open.hashes.push_back(hash);
    if (open.hashes.size() < kTileHashes) return absl::OkStatus();
    EVIDENT_RETURN_IF_ERROR(Compare(level));
    ++open.n;
    open.hashes.clear();
    return absl::OkStatus();
  }

  absl::Status Compare(size_t level) {
    const Open& open = open_[level];
    const size_t width = open.hashes.size();
    const std::string path = TilePath(static_cast<int>(level), open.n, width);
    EVIDENT_ASSIGN_OR_RETURN(const std::string stored, ReadPart(folder_, path, kTileBytes));
    ++check_.tiles;
    return stored == BytesOf(open.hashes, 0, width)
               ? absl::OkStatus()
               : Damaged(path, "it is not the tile of the leaves under it");
  }

  const std::string& folder_;
  TileCheck& check_;
  TreeFrontier tree_;
  std::vector<Open> open_;  // by level
};

}  // namespace

std::string TilePath(int tile_level, uint64_t n, size_t width) {
  return PathOf(std::to_string(tile_level), n, width);
}

std::string EntryBundlePath(uint64_t n, size_t width) { return PathOf("entries", n, width); }

absl::StatusOr<TileCheck> CheckTiles(const std::string& folder, const LogKeys& keys) {
  EVIDENT_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ReadPublished(folder, keys));
  TileCheck check;
  TileReader tiles(folder, check);
  for (uint64_t n = 0; check.entries < checkpoint.size; ++n) {
    const size_t width = WidthOf(n, checkpoint.size);
    const std::string path = EntryBundlePath(n, width);
    EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, ReadPart(folder, path, kBundleBytesMax));
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<std::string> leaves,
                             ParseBundle(path, bytes, width));
    for (const std::string& leaf : leaves) EVIDENT_RETURN_IF_ERROR(tiles.Append(leaf));
    check.entries += width;
  }
  EVIDENT_RETURN_IF_ERROR(tiles.Finish());
  if (tiles.Root() == checkpoint.root) return check;
  return Damaged(kCheckpointFile, "its root is not that of the leaves, though each tile fits them");
}

// The complete subtrees that a frontier is made of: all lie within the open tiles.
class TileDirectory::EdgeHashes final : public HashSource {
 public:
  explicit EdgeHashes(const std::vector<Level>& levels) : levels_(levels) {}

  absl::StatusOr<Digest> Hash(int level, uint64_t index) override {
    const Level& here = levels_[static_cast<size_t>(level) / kTileHeight];
    const size_t count = size_t{1} << (static_cast<size_t>(level) % kTileHeight);
    const uint64_t first = here.published - here.published % kTileHashes;
    return PerfectRoot(
        std::span(here.hashes).subspan(static_cast<size_t>(index * count - first), count));
  }

 private:
  const std::vector<Level>& levels_;
};

absl::StatusOr<TileDirectory> TileDirectory::Open(const std::string& folder, const LogKeys& keys) {
  TileDirectory tiles(folder, keys);
  std::error_code ignored;
  if (!std::filesystem::exists(folder + "/" + kCheckpointFile, ignored)) {
    EVIDENT_RETURN_IF_ERROR(MakeDirectories(folder, kPublicFolder));
    return tiles;
  }
  EVIDENT_RETURN_IF_ERROR(tiles.ReadEdge());
  return tiles;
}

// The tiles and the bundle that are not full, and of full levels nothing: their root stands above.
absl::Status TileDirectory::ReadEdge() {
  EVIDENT_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ReadPublished(folder_, keys_));
  published_ = checkpoint.size;
  for (size_t level = 0; HashesAt(level, published_) > 0; ++level) {
    Level& here = levels_.emplace_back();
    here.published = HashesAt(level, published_);
    const size_t width = here.published % kTileHashes;
    if (width == 0) continue;
    const std::string path = TilePath(static_cast<int>(level), here.published / kTileHashes, width);
    EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, ReadPart(folder_, path, kTileBytes));
    if (bytes.size() != width * 32) return Damaged(path, "it has another length");
    for (size_t i = 0; i < width; ++i) {
      EVIDENT_ASSIGN_OR_RETURN(const Digest hash,
                               Digest::FromBytes(std::string_view(bytes).substr(i * 32, 32)));
      here.hashes.push_back(hash);
    }
  }
  if (const size_t width = published_ % kTileHashes; width > 0) {
    const std::string path = EntryBundlePath(published_ / kTileHashes, width);
    EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, ReadPart(folder_, path, kBundleBytesMax));
    EVIDENT_ASSIGN_OR_RETURN(leaves_, ParseBundle(path, bytes, width));
    for (size_t i = 0; i < width; ++i) {
      if (LeafHash(leaves_[i]) == levels_[0].hashes[i]) continue;
      return Damaged(path, "its leaves are not those of the tile");
    }
  }
  EdgeHashes edge(levels_);
  EVIDENT_ASSIGN_OR_RETURN(tree_, TreeFrontier::Load(edge, published_));
  if (tree_.Root() == checkpoint.root) return absl::OkStatus();
  return Damaged(kCheckpointFile, "its root is not that of the tiles at the right edge");
}

absl::Status TileDirectory::Append(std::string_view leaf) {
  if (tree_.size() - published_ >= kTileStretchMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "TILES_UNCOVERED",
                     "more than " + std::to_string(kTileStretchMax) +
                         " leaves (kTileStretchMax) came without a checkpoint that covers them");
  }
  if (leaf.size() != kLeafBytes) {
    return Damaged("entry " + std::to_string(tree_.size()),
                   "its leaf does not have " + std::to_string(kLeafBytes) + " bytes");
  }
  leaves_.emplace_back(leaf);
  tree_.Append(LeafHash(leaf), [this](int level, uint64_t, const Digest& hash) {
    const std::optional<size_t> tile_level = TileLevelOf(level);
    if (!tile_level.has_value()) return;
    if (levels_.size() == *tile_level) levels_.emplace_back();
    levels_[*tile_level].hashes.push_back(hash);
  });
  return absl::OkStatus();
}

absl::Status TileDirectory::Publish(std::string_view note) {
  EVIDENT_ASSIGN_OR_RETURN(const Checkpoint checkpoint, OpenCheckpoint(note, keys_));
  const uint64_t old_size = published_;
  if (checkpoint.size != tree_.size() || checkpoint.root != tree_.Root()) {
    return MakeError(absl::StatusCode::kDataLoss, "TILES_FORKED",
                     "the checkpoint of " + std::to_string(checkpoint.size) +
                         " entries does not cover the " + std::to_string(tree_.size()) +
                         " that are here, of which " + std::to_string(old_size) +
                         " were published before");
  }
  EVIDENT_RETURN_IF_ERROR(WriteBundles());
  EVIDENT_RETURN_IF_ERROR(WriteTiles());
  EVIDENT_RETURN_IF_ERROR(Write(kCheckpointFile, note));
  DropPartials(old_size);
  Settle(checkpoint.size);
  return absl::OkStatus();
}

absl::Status TileDirectory::Write(const std::string& path, std::string_view bytes) {
  const std::string file = folder_ + "/" + path;
  EVIDENT_RETURN_IF_ERROR(
      MakeDirectories(std::filesystem::path(file).parent_path().string(), kPublicFolder));
  return WriteFileAtomically(file, bytes, kPublicFile);
}

absl::Status TileDirectory::WriteBundles() {
  const uint64_t size = tree_.size();
  const uint64_t first = published_ / kTileHashes;
  for (uint64_t n = first; n * kTileHashes < size && size > published_; ++n) {
    const size_t width = WidthOf(n, size);
    std::string bytes;
    for (size_t i = 0; i < width; ++i) {
      const std::string& leaf = leaves_[(n - first) * kTileHashes + i];
      AppendU16(bytes, static_cast<uint16_t>(leaf.size()));
      bytes += leaf;
    }
    EVIDENT_RETURN_IF_ERROR(Write(EntryBundlePath(n, width), bytes));
  }
  return absl::OkStatus();
}

absl::Status TileDirectory::WriteTiles() {
  for (size_t level = 0; level < levels_.size(); ++level) {
    const Level& here = levels_[level];
    const uint64_t count = HashesAt(level, tree_.size());
    const uint64_t first = here.published / kTileHashes;
    for (uint64_t n = first; n * kTileHashes < count && count > here.published; ++n) {
      const size_t width = WidthOf(n, count);
      EVIDENT_RETURN_IF_ERROR(
          Write(TilePath(static_cast<int>(level), n, width),
                BytesOf(here.hashes, static_cast<size_t>(n - first) * kTileHashes, width)));
    }
  }
  return absl::OkStatus();
}

// The partial files of tiles that have grown. One that stays behind does no harm.
void TileDirectory::DropPartials(uint64_t old_size) const {
  const auto drop = [this](const std::string& partial, bool full) {
    const std::filesystem::path path = folder_ + "/" + partial;
    std::error_code ignored;
    if (full) {
      std::filesystem::remove_all(path.parent_path(), ignored);
    } else {
      std::filesystem::remove(path, ignored);
    }
  };
  for (size_t level = 0; level < levels_.size(); ++level) {
    const uint64_t old_count = HashesAt(level, old_size);
    const uint64_t count = HashesAt(level, tree_.size());
    const size_t width = old_count % kTileHashes;
    if (width == 0 || count == old_count) continue;
    const uint64_t n = old_count / kTileHashes;
    const bool full = (n + 1) * kTileHashes <= count;
    drop(TilePath(static_cast<int>(level), n, width), full);
    if (level == 0) drop(EntryBundlePath(n, width), full);
  }
}

// Lets go of what stands in full tiles.
void TileDirectory::Settle(uint64_t size) {
  const auto keep_open = [](auto& list, uint64_t old_count, uint64_t count) {
    const uint64_t dropped = count / kTileHashes - old_count / kTileHashes;
    list.erase(list.begin(), list.begin() + static_cast<ptrdiff_t>(dropped * kTileHashes));
  };
  keep_open(leaves_, published_, size);
  for (size_t level = 0; level < levels_.size(); ++level) {
    const uint64_t count = HashesAt(level, size);
    keep_open(levels_[level].hashes, levels_[level].published, count);
    levels_[level].published = count;
  }
  published_ = size;
}

}  // namespace evident::audit
