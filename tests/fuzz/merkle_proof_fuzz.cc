// Proofs of the Merkle tree: of one root, each leaf and each older tree has one proof.
#include <map>

#include "audit/proof/merkle.h"
#include "base/encoding.h"
#include "base/status.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

constexpr uint64_t kSize = 23;

Digest LeafAt(uint64_t index) { return audit::LeafHash("leaf " + std::to_string(index)); }

// All complete subtrees of a tree of kSize leaves.
class WholeTree final : public audit::HashSource {
 public:
  WholeTree() {
    for (uint64_t i = 0; i < kSize; ++i) {
      frontier_.Append(LeafAt(i), [this](int level, uint64_t index, const Digest& hash) {
        hashes_[{level, index}] = hash;
      });
      roots_.push_back(frontier_.Root());
    }
  }
  absl::StatusOr<Digest> Hash(int level, uint64_t index) override {
    const auto found = hashes_.find({level, index});
    Require(found != hashes_.end(), "only complete subtrees are asked for");
    return found->second;
  }
  Digest Root(uint64_t size) const {
    return size == 0 ? audit::EmptyRoot() : roots_[static_cast<size_t>(size - 1)];
  }

 private:
  audit::TreeFrontier frontier_;
  std::map<std::pair<int, uint64_t>, Digest> hashes_;
  std::vector<Digest> roots_;
};

WholeTree& Tree() {
  static auto* const tree = new WholeTree();
  return *tree;
}

std::vector<Digest> ReadHashes(std::string_view bytes) {
  std::vector<Digest> hashes;
  for (; bytes.size() >= 32; bytes.remove_prefix(32)) {
    hashes.push_back(Must(Digest::FromBytes(bytes.substr(0, 32)), "32 bytes"));
  }
  return hashes;
}

void RequireVerdict(const absl::Status& verdict, bool right, std::string_view property) {
  Require(verdict.ok() == right, property);
  if (!verdict.ok()) RequireRefusal(verdict, {absl::StatusCode::kDataLoss}, {"PROOF_INVALID"});
}

// number (8), then hashes: a proof of that leaf, and of the tree of that size, against the root.
void RunMerkleProof(std::string_view input) {
  ByteReader reader(input);
  const uint64_t number = reader.U64();
  const std::vector<Digest> proof = ReadHashes(reader.rest());
  const Digest root = Tree().Root(kSize);

  const auto path = audit::InclusionProof(Tree(), number, kSize);
  Require(path.ok() == (number < kSize), "leaves of the tree have a proof");
  RequireVerdict(audit::VerifyInclusion(LeafAt(number), number, kSize, proof, root),
                 path.ok() && *path == proof, "only the leaf's own proof is accepted");

  const auto consistency = audit::ConsistencyProof(Tree(), number, kSize);
  Require(consistency.ok() == (number <= kSize), "older trees have a proof");
  const Digest old_root = number <= kSize ? Tree().Root(number) : root;
  RequireVerdict(audit::VerifyConsistency(number, old_root, kSize, root, proof),
                 consistency.ok() && *consistency == proof,
                 "only the older tree's own proof is accepted");

  // Sizes that no tree here has: any verdict, but one.
  for (const uint64_t size : {number, number + 1, ~number, number << 32 | kSize}) {
    audit::VerifyInclusion(LeafAt(number), number, size, proof, root).IgnoreError();
    audit::VerifyConsistency(number, old_root, size, root, proof).IgnoreError();
  }
}

Seeds MerkleProofSeeds() {
  Seeds seeds;
  for (uint64_t number = 0; number <= kSize; ++number) {
    const auto paths = {audit::InclusionProof(Tree(), number, kSize),
                        audit::ConsistencyProof(Tree(), number, kSize)};
    for (const absl::StatusOr<std::vector<Digest>>& path : paths) {
      if (!path.ok()) continue;
      std::string seed;
      AppendU64(seed, number);
      for (const Digest& hash : *path) seed += hash.view();
      seeds.push_back(std::move(seed));
    }
  }
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(merkle_proof, RunMerkleProof, MerkleProofSeeds);
