// The Merkle tree of RFC 6962 section 2.1 over SHA-256: hashes, the growing right edge, proofs and
// their verification (RFC 9162 sections 2.1.3 and 2.1.4).
#ifndef EVIDENT_AUDIT_PROOF_MERKLE_H_
#define EVIDENT_AUDIT_PROOF_MERKLE_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/digest.h"

namespace evident::audit {

Digest LeafHash(std::string_view leaf);                    // H(0x00 || leaf)
Digest NodeHash(const Digest& left, const Digest& right);  // H(0x01 || left || right)
Digest EmptyRoot();                                        // H("")
Digest PerfectRoot(std::span<const Digest> hashes);        // of 2^k hashes, k >= 0

// Hashes of complete subtrees: level 0 is a leaf's, (level, index) covers the 2^level leaves from
// index * 2^level. Asked only for subtrees that lie within the tree. Thread safety: the source's.
class HashSource {
 public:
  virtual ~HashSource() = default;
  virtual absl::StatusOr<Digest> Hash(int level, uint64_t index) = 0;
};

// The right edge of a tree that grows: the roots of its maximal complete subtrees, at most 64
// hashes. A value; not thread safe.
class TreeFrontier {
 public:
  // Told of every subtree that an append completes, the leaf itself (level 0) first.
  using Completed = std::function<void(int level, uint64_t index, const Digest& hash)>;

  TreeFrontier() = default;  // of the empty tree

  // The edge of the tree of `size` leaves: one hash read for each bit set in `size`.
  static absl::StatusOr<TreeFrontier> Load(HashSource& source, uint64_t size);

  // From what hashes() and size() said. DATA_LOSS (FRONTIER_MALFORMED): not one hash for each bit
  // set in `size`.
  static absl::StatusOr<TreeFrontier> FromHashes(std::vector<Digest> hashes, uint64_t size);

  uint64_t size() const { return size_; }
  void Append(const Digest& leaf_hash) { Append(leaf_hash, nullptr); }
  void Append(const Digest& leaf_hash, const Completed& completed);
  Digest Root() const;  // EmptyRoot() for size 0

  // The complete subtrees' roots, widest (leftmost) first.
  const std::vector<Digest>& hashes() const { return hashes_; }

 private:
  uint64_t size_ = 0;
  std::vector<Digest> hashes_;
};

// The root over the first `size` leaves.
absl::StatusOr<Digest> TreeRoot(HashSource& source, uint64_t size);

// The path from leaf `index` to the root of the first `size` leaves, nearest the leaf first.
// INVALID_ARGUMENT (PROOF_RANGE) unless index < size; else the source's errors.
absl::StatusOr<std::vector<Digest>> InclusionProof(HashSource& source, uint64_t index,
                                                   uint64_t size);

// That the tree of `old_size` leaves is a prefix of the one of `new_size`. Empty when the sizes are
// equal or the old one is 0. INVALID_ARGUMENT (PROOF_RANGE) unless old_size <= new_size.
absl::StatusOr<std::vector<Digest>> ConsistencyProof(HashSource& source, uint64_t old_size,
                                                     uint64_t new_size);

// DATA_LOSS (PROOF_INVALID) unless the proof leads from the leaf's hash at `index` to `root`, with
// not one hash too few or too many.
absl::Status VerifyInclusion(const Digest& leaf_hash, uint64_t index, uint64_t size,
                             std::span<const Digest> proof, const Digest& root);

// DATA_LOSS (PROOF_INVALID) unless the proof leads to both roots. Size 0 demands EmptyRoot().
absl::Status VerifyConsistency(uint64_t old_size, const Digest& old_root, uint64_t new_size,
                               const Digest& new_root, std::span<const Digest> proof);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_MERKLE_H_
