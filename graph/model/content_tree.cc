#include "graph/model/content_tree.h"

#include <string_view>
#include <utility>

#include "base/parallel.h"
#include "graph/model/keys.h"

namespace evident::graph {
namespace {

// RFC 6962, section 2.1.
Digest LeafHash(const Digest& bucket) { return Sha256({std::string_view("\0", 1), bucket.view()}); }
Digest PairHash(const Digest& left, const Digest& right) {
  return Sha256({std::string_view("\1", 1), left.view(), right.view()});
}

constexpr size_t kHashedEach = 4096;  // by one thread at a time

// As many hashes as `count`, each by its place.
template <typename HashAt>
std::vector<Digest> MakeLevel(size_t count, const HashAt& hash_at) {
  std::vector<Digest> level(count);
  RunForEach(count, kHashedEach, [&](size_t i) { level[i] = hash_at(i); });
  return level;
}

}  // namespace

ContentTree::ContentTree() : ContentTree(std::vector<Digest>(kBucketCount)) {}

ContentTree::ContentTree(std::vector<Digest> buckets) : buckets_(std::move(buckets)) {
  // Most buckets of a small graph are empty: each level hashes their subtree once.
  Digest empty = LeafHash(Digest{});
  levels_.push_back(MakeLevel(buckets_.size(), [&](size_t i) {
    return buckets_[i].is_zero() ? empty : LeafHash(buckets_[i]);
  }));
  while (levels_.back().size() > 1) {
    const std::vector<Digest>& below = levels_.back();
    const Digest above_empty = PairHash(empty, empty);
    std::vector<Digest> above = MakeLevel(below.size() / 2, [&](size_t i) {
      const Digest& left = below[2 * i];
      const Digest& right = below[2 * i + 1];
      return left == empty && right == empty ? above_empty : PairHash(left, right);
    });
    empty = above_empty;
    levels_.push_back(std::move(above));
  }
}

ContentTree::Hashes ContentTree::Leaves(const BucketDigestMap& changed) const {
  Hashes leaves;
  for (const auto& [bucket, digest] : changed) leaves.emplace(bucket, LeafHash(digest));
  return leaves;
}

ContentTree::Hashes ContentTree::Above(size_t level, const Hashes& below) const {
  const auto at = [&](uint32_t place) {
    const auto found = below.find(place);
    return found == below.end() ? levels_[level][place] : found->second;
  };
  Hashes above;
  for (const auto& [place, hash] : below) {
    const uint32_t left = place & ~1u;
    above.try_emplace(place / 2, PairHash(at(left), at(left + 1)));
  }
  return above;
}

Digest ContentTree::RootWith(const BucketDigestMap& changed) const {
  if (changed.empty()) return root();
  Hashes hashes = Leaves(changed);
  for (size_t level = 0; level + 1 < levels_.size(); ++level) hashes = Above(level, hashes);
  return hashes.at(0);
}

void ContentTree::Set(const BucketDigestMap& changed) {
  for (const auto& [bucket, digest] : changed) buckets_[bucket] = digest;
  Hashes hashes = Leaves(changed);
  for (size_t level = 0; level < levels_.size(); ++level) {
    Hashes above = level + 1 < levels_.size() ? Above(level, hashes) : Hashes();
    for (const auto& [place, hash] : hashes) levels_[level][place] = hash;
    hashes = std::move(above);
  }
}

}  // namespace evident::graph
