// A tile of the Merkle tree: up to 256 neighbouring hashes and the hashes between them and the
// tile's root.
#ifndef EVIDENT_AUDIT_LOG_TILE_H_
#define EVIDENT_AUDIT_LOG_TILE_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/proof/merkle.h"
#include "base/digest.h"

namespace evident::audit {

inline constexpr size_t kTileHeight = 8;  // levels of the tree that one tile spans
inline constexpr size_t kTileHashes = size_t{1} << kTileHeight;
inline constexpr size_t kTileBytes = kTileHashes * 32;  // of a full tile

// A value. Not thread safe.
class Tile {
 public:
  // A full tile from its stored bytes; nullopt unless they are kTileBytes.
  static std::optional<Tile> FromBytes(std::string_view bytes);

  void Append(const Digest& hash);  // not to a full one

  size_t width() const { return levels_[0].size(); }
  bool full() const { return width() == kTileHashes; }

  // The root of the subtree `height` levels above the tile's hashes, the `index`-th there; nullopt
  // when the tile does not hold all of it yet.
  std::optional<Digest> Hash(size_t height, size_t index) const;

  std::string Bytes() const;  // the hashes, one after another

 private:
  std::array<std::vector<Digest>, kTileHeight + 1> levels_;  // [0] the hashes, [8] the root
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_TILE_H_
