// A log's tree as files for any web server (docs/formats/tiles.md), built from its leaves alone:
// what is published is what the signed checkpoint covers, or nothing.
#ifndef EVIDENT_AUDIT_EXPORT_TILE_DIRECTORY_H_
#define EVIDENT_AUDIT_EXPORT_TILE_DIRECTORY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/proof/log_keys.h"
#include "audit/proof/merkle.h"
#include "base/digest.h"

namespace evident::audit {

// "tile/0/x001/067", or "tile/0/x001/067.p/5" where `width` is not 256; "tile/entries/..."
// likewise.
std::string TilePath(int tile_level, uint64_t n, size_t width);
std::string EntryBundlePath(uint64_t n, size_t width);

struct TileCheck {
  uint64_t entries = 0;
  uint64_t tiles = 0;  // partial ones included, bundles not
};

// Reads every leaf of a published folder, builds the tree from them, and holds it against each tile
// and the checkpoint, whose signature must verify under one of `keys`. DATA_LOSS (TILES_DAMAGED)
// naming the first file that is wrong or missing; NOT_FOUND: no checkpoint; OpenCheckpoint's
// errors.
absl::StatusOr<TileCheck> CheckTiles(const std::string& folder, const LogKeys& keys);

// Extends a published folder. Not thread safe; one at a time for a folder.
class TileDirectory {
 public:
  // The folder as it is published, or a new one, which is made. Its right edge is read and must
  // lead to its checkpoint. CheckTiles' errors.
  static absl::StatusOr<TileDirectory> Open(const std::string& folder, const LogKeys& keys);

  // Entries that are published.
  uint64_t size() const { return published_; }

  // The leaf of entry size(), then those that follow; nothing is written yet. RESOURCE_EXHAUSTED
  // (TILES_UNCOVERED) past kTileStretchMax of them without a checkpoint.
  absl::Status Append(std::string_view leaf);

  // Publishes what was appended: `note` must be a signed checkpoint of exactly these entries.
  // Tiles and bundles are written and synced first, then the checkpoint, then the partial files go
  // that it no longer needs; after a crash in between the folder is as before or as after, and
  // writing it again is right. DATA_LOSS (TILES_FORKED) when the root is another: the log that
  // signed it does not begin with what is published here, or the leaves are not its; nothing is
  // written then. OpenCheckpoint's errors; WriteFileAtomically's.
  absl::Status Publish(std::string_view note);

 private:
  TileDirectory(std::string folder, LogKeys keys)
      : folder_(std::move(folder)), keys_(std::move(keys)) {}

  struct Level {
    uint64_t published = 0;      // hashes in files
    std::vector<Digest> hashes;  // from the beginning of the tile that `published` ends in
  };

  class EdgeHashes;

  absl::Status ReadEdge();
  absl::Status Write(const std::string& path, std::string_view bytes);
  absl::Status WriteBundles();
  absl::Status WriteTiles();
  void DropPartials(uint64_t old_size) const;
  void Settle(uint64_t size);

  const std::string folder_;
  const LogKeys keys_;
  uint64_t published_ = 0;
  std::vector<std::string> leaves_;  // from the beginning of the bundle that is not full
  std::vector<Level> levels_;
  TreeFrontier tree_;
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_EXPORT_TILE_DIRECTORY_H_
