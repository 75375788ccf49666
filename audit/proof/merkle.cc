#include "audit/proof/merkle.h"

#include <bit>
#include <utility>

#include "base/status.h"

namespace evident::audit {
namespace {

absl::Status Range(const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "PROOF_RANGE", why);
}

absl::Status InvalidProof(const char* why) {
  return MakeError(absl::StatusCode::kDataLoss, "PROOF_INVALID",
                   std::string("a Merkle proof ") + why);
}

// The largest power of two below `size`, which is at least 2.
uint64_t SplitPoint(uint64_t size) { return std::bit_floor(size - 1); }

// The root over leaves [begin, begin + size); begin is a multiple of the power of two that holds
// size.
absl::StatusOr<Digest> RangeRoot(HashSource& source, uint64_t begin, uint64_t size) {
  if (std::has_single_bit(size)) {
    const int level = std::countr_zero(size);
    return source.Hash(level, begin >> level);
  }
  const uint64_t split = SplitPoint(size);
  EVIDENT_ASSIGN_OR_RETURN(const Digest left, RangeRoot(source, begin, split));
  EVIDENT_ASSIGN_OR_RETURN(const Digest right, RangeRoot(source, begin + split, size - split));
  return NodeHash(left, right);
}

// RFC 9162 section 2.1.4.1, SUBPROOF over leaves [begin, begin + size) of which the first `old` are
// asked for.
absl::Status SubProof(HashSource& source, uint64_t begin, uint64_t size, uint64_t old, bool whole,
                      std::vector<Digest>& proof) {
  if (old == size) {
    if (whole) return absl::OkStatus();
    EVIDENT_ASSIGN_OR_RETURN(const Digest root, RangeRoot(source, begin, size));
    proof.push_back(root);
    return absl::OkStatus();
  }
  const uint64_t split = SplitPoint(size);
  const bool in_left = old <= split;
  EVIDENT_RETURN_IF_ERROR(
      in_left ? SubProof(source, begin, split, old, whole, proof)
              : SubProof(source, begin + split, size - split, old - split, false, proof));
  EVIDENT_ASSIGN_OR_RETURN(const Digest other, in_left
                                                   ? RangeRoot(source, begin + split, size - split)
                                                   : RangeRoot(source, begin, split));
  proof.push_back(other);
  return absl::OkStatus();
}

// Drops the shared low levels: while fn's lowest bit is clear, both go up.
void ClimbLeft(uint64_t& fn, uint64_t& sn) {
  while ((fn & 1) == 0 && fn != 0) {
    fn >>= 1;
    sn >>= 1;
  }
}

}  // namespace

Digest LeafHash(std::string_view leaf) { return Sha256({std::string_view("\0", 1), leaf}); }

Digest NodeHash(const Digest& left, const Digest& right) {
  return Sha256({std::string_view("\1", 1), left.view(), right.view()});
}

Digest EmptyRoot() { return Sha256(""); }

Digest PerfectRoot(std::span<const Digest> hashes) {
  std::vector<Digest> level(hashes.begin(), hashes.end());
  while (level.size() > 1) {
    for (size_t i = 0; i < level.size() / 2; ++i) {
      level[i] = NodeHash(level[2 * i], level[2 * i + 1]);
    }
    level.resize(level.size() / 2);
  }
  return level[0];
}

absl::StatusOr<TreeFrontier> TreeFrontier::Load(HashSource& source, uint64_t size) {
  TreeFrontier frontier;
  frontier.size_ = size;
  uint64_t begin = 0;
  for (uint64_t rest = size; rest != 0;) {
    const uint64_t width = std::bit_floor(rest);
    EVIDENT_ASSIGN_OR_RETURN(const Digest hash, RangeRoot(source, begin, width));
    frontier.hashes_.push_back(hash);
    begin += width;
    rest -= width;
  }
  return frontier;
}

absl::StatusOr<TreeFrontier> TreeFrontier::FromHashes(std::vector<Digest> hashes, uint64_t size) {
  if (hashes.size() != static_cast<size_t>(std::popcount(size))) {
    return MakeError(absl::StatusCode::kDataLoss, "FRONTIER_MALFORMED",
                     "the edge of a tree of " + std::to_string(size) + " leaves does not have " +
                         std::to_string(hashes.size()) + " hashes");
  }
  TreeFrontier frontier;
  frontier.size_ = size;
  frontier.hashes_ = std::move(hashes);
  return frontier;
}

void TreeFrontier::Append(const Digest& leaf_hash, const Completed& completed) {
  Digest hash = leaf_hash;
  int level = 0;
  uint64_t index = size_;
  if (completed) completed(level, index, hash);
  // Each set low bit of the old size is a complete subtree that this one joins.
  for (uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    hash = NodeHash(hashes_.back(), hash);
    hashes_.pop_back();
    index >>= 1;
    ++level;
    if (completed) completed(level, index, hash);
  }
  hashes_.push_back(hash);
  ++size_;
}

Digest TreeFrontier::Root() const {
  if (hashes_.empty()) return EmptyRoot();
  Digest root = hashes_.back();
  for (size_t i = hashes_.size() - 1; i-- > 0;) root = NodeHash(hashes_[i], root);
  return root;
}

absl::StatusOr<Digest> TreeRoot(HashSource& source, uint64_t size) {
  if (size == 0) return EmptyRoot();
  return RangeRoot(source, 0, size);
}

absl::StatusOr<std::vector<Digest>> InclusionProof(HashSource& source, uint64_t index,
                                                   uint64_t size) {
  if (index >= size) {
    return Range("entry " + std::to_string(index) + " is not among the first " +
                 std::to_string(size));
  }
  std::vector<Digest> proof;
  uint64_t begin = 0;
  uint64_t width = size;
  std::vector<std::pair<uint64_t, uint64_t>> siblings;  // (begin, size), from the root down
  while (width > 1) {
    const uint64_t split = SplitPoint(width);
    if (index - begin < split) {
      siblings.emplace_back(begin + split, width - split);
      width = split;
    } else {
      siblings.emplace_back(begin, split);
      begin += split;
      width -= split;
    }
  }
  for (size_t i = siblings.size(); i-- > 0;) {
    EVIDENT_ASSIGN_OR_RETURN(const Digest hash,
                             RangeRoot(source, siblings[i].first, siblings[i].second));
    proof.push_back(hash);
  }
  return proof;
}

absl::StatusOr<std::vector<Digest>> ConsistencyProof(HashSource& source, uint64_t old_size,
                                                     uint64_t new_size) {
  if (old_size > new_size) {
    return Range("size " + std::to_string(old_size) + " is larger than " +
                 std::to_string(new_size));
  }
  std::vector<Digest> proof;
  if (old_size == 0 || old_size == new_size) return proof;
  EVIDENT_RETURN_IF_ERROR(SubProof(source, 0, new_size, old_size, true, proof));
  return proof;
}

absl::Status VerifyInclusion(const Digest& leaf_hash, uint64_t index, uint64_t size,
                             std::span<const Digest> proof, const Digest& root) {
  if (index >= size) return InvalidProof("is for an entry beyond the log");
  uint64_t fn = index;
  uint64_t sn = size - 1;
  Digest hash = leaf_hash;
  for (const Digest& sibling : proof) {
    if (sn == 0) return InvalidProof("has hashes too many");
    if ((fn & 1) != 0 || fn == sn) {
      hash = NodeHash(sibling, hash);
      if ((fn & 1) == 0) ClimbLeft(fn, sn);
    } else {
      hash = NodeHash(hash, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0) return InvalidProof("has hashes too few");
  return hash == root ? absl::OkStatus() : InvalidProof("does not lead to the root");
}

absl::Status VerifyConsistency(uint64_t old_size, const Digest& old_root, uint64_t new_size,
                               const Digest& new_root, std::span<const Digest> proof) {
  if (old_size > new_size) return InvalidProof("goes from a larger size to a smaller one");
  if (old_size == 0 || old_size == new_size) {
    const bool same = old_size == 0 ? old_root == EmptyRoot() : old_root == new_root;
    if (!proof.empty()) return InvalidProof("has hashes too many");
    return same ? absl::OkStatus() : InvalidProof("does not lead to both roots");
  }
  if (proof.empty()) return InvalidProof("has hashes too few");
  uint64_t fn = old_size - 1;
  uint64_t sn = new_size - 1;
  while ((fn & 1) != 0) {
    fn >>= 1;
    sn >>= 1;
  }
  // A complete old tree is its own first hash, and the proof leaves it out.
  const bool implied = std::has_single_bit(old_size);
  Digest old_hash = implied ? old_root : proof[0];
  Digest new_hash = old_hash;
  for (const Digest& sibling : proof.subspan(implied ? 0 : 1)) {
    if (sn == 0) return InvalidProof("has hashes too many");
    if ((fn & 1) != 0 || fn == sn) {
      old_hash = NodeHash(sibling, old_hash);
      new_hash = NodeHash(sibling, new_hash);
      if ((fn & 1) == 0) ClimbLeft(fn, sn);
    } else {
      new_hash = NodeHash(new_hash, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0) return InvalidProof("has hashes too few");
  if (old_hash != old_root || new_hash != new_root) {
    return InvalidProof("does not lead to both roots");
  }
  return absl::OkStatus();
}

}  // namespace evident::audit
