#include "audit/log/tile.h"

#include <algorithm>

namespace evident::audit {

std::optional<Tile> Tile::FromBytes(std::string_view bytes) {
  if (bytes.size() != kTileBytes) return std::nullopt;
  Tile tile;
  for (size_t at = 0; at < bytes.size(); at += Digest{}.bytes.size()) {
    Digest hash;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), hash.bytes.size(),
                hash.bytes.begin());
    tile.Append(hash);
  }
  return tile;
}

void Tile::Append(const Digest& hash) {
  levels_[0].push_back(hash);
  for (size_t height = 0; height < kTileHeight && levels_[height].size() % 2 == 0; ++height) {
    const std::vector<Digest>& below = levels_[height];
    levels_[height + 1].push_back(NodeHash(below[below.size() - 2], below.back()));
  }
}

std::optional<Digest> Tile::Hash(size_t height, size_t index) const {
  if (height > kTileHeight || index >= levels_[height].size()) return std::nullopt;
  return levels_[height][index];
}

std::string Tile::Bytes() const {
  std::string bytes;
  bytes.reserve(levels_[0].size() * sizeof(Digest));
  for (const Digest& hash : levels_[0]) bytes += hash.view();
  return bytes;
}

}  // namespace evident::audit
