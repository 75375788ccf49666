// The Merkle tree over the digests of a release's buckets (docs/formats/records.md), kept from one
// release to the next: a change costs the paths of its buckets, not the whole tree.
#ifndef EVIDENT_GRAPH_MODEL_CONTENT_TREE_H_
#define EVIDENT_GRAPH_MODEL_CONTENT_TREE_H_

#include <cstdint>
#include <map>
#include <vector>

#include "base/digest.h"

namespace evident::graph {

// Digests of buckets that change, by bucket.
using BucketDigestMap = std::map<uint16_t, Digest>;

// Not thread safe. About 4 MiB.
class ContentTree {
 public:
  // Of the digests of all kBucketCount buckets, zero for an empty one; of empty buckets alone.
  explicit ContentTree(std::vector<Digest> buckets);
  ContentTree();

  const std::vector<Digest>& buckets() const { return buckets_; }

  // The content digest: the RFC 6962 root over all buckets in order.
  const Digest& root() const { return levels_.back()[0]; }

  // What it would be with these buckets.
  Digest RootWith(const BucketDigestMap& changed) const;

  void Set(const BucketDigestMap& changed);

 private:
  // Hashes above the changed places of a level, by place; ends with the root.
  using Hashes = std::map<uint32_t, Digest>;
  Hashes Leaves(const BucketDigestMap& changed) const;
  Hashes Above(size_t level, const Hashes& below) const;

  std::vector<Digest> buckets_;
  std::vector<std::vector<Digest>> levels_;  // leaf hashes first, the root last
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_CONTENT_TREE_H_
