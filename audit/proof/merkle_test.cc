#include "audit/proof/merkle.h"

#include <gtest/gtest.h>

#include <map>

#include "base/encoding.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

constexpr uint64_t kSizeMax = 300;

Digest Entry(uint64_t i) { return LeafHash("entry " + std::to_string(i)); }

// RFC 6962 section 2.1, word for word.
Digest NaiveRoot(std::span<const Digest> leaves) {
  if (leaves.empty()) return EmptyRoot();
  if (leaves.size() == 1) return leaves[0];
  size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return NodeHash(NaiveRoot(leaves.subspan(0, split)), NaiveRoot(leaves.subspan(split)));
}

// RFC 6962 section 2.1.1, PATH, word for word.
std::vector<Digest> NaivePath(uint64_t m, std::span<const Digest> leaves) {
  if (leaves.size() <= 1) return {};
  size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const bool in_left = m < split;
  std::vector<Digest> path = in_left ? NaivePath(m, leaves.subspan(0, split))
                                     : NaivePath(m - split, leaves.subspan(split));
  path.push_back(NaiveRoot(in_left ? leaves.subspan(split) : leaves.subspan(0, split)));
  return path;
}

// What the frontier reported while the leaves were appended, and nothing else.
class RecordedSource final : public HashSource {
 public:
  explicit RecordedSource(uint64_t size) {
    for (uint64_t i = 0; i < size; ++i) {
      leaves_.push_back(Entry(i));
      frontier_.Append(leaves_.back(), [this](int level, uint64_t index, const Digest& hash) {
        EXPECT_TRUE(hashes_.emplace(std::pair(level, index), hash).second);
      });
      roots_.push_back(frontier_.Root());
    }
  }
  absl::StatusOr<Digest> Hash(int level, uint64_t index) override {
    const auto found = hashes_.find({level, index});
    if (found != hashes_.end()) return found->second;
    return absl::NotFoundError("asked for a subtree that is not complete");
  }
  std::span<const Digest> leaves(uint64_t size) const {
    return std::span(leaves_).subspan(0, size);
  }
  Digest root(uint64_t size) const { return size == 0 ? EmptyRoot() : roots_[size - 1]; }

 private:
  TreeFrontier frontier_;
  std::vector<Digest> leaves_;
  std::vector<Digest> roots_;
  std::map<std::pair<int, uint64_t>, Digest> hashes_;
};

TEST(MerkleTest, RootsAreThoseOfOtherImplementations) {
  RecordedSource source(257);
  const std::pair<size_t, const char*> kGolden[] = {
      {1, "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE="},
      {255, "z2Z5PmMp3/JC6zzuCm82rT46GW3MVzoex3XhAr6GPxw="},
      {256, "2mWW2VNp9f7zIquOTg2jsLUCNqqcijsdJG90Ecni4y4="},
      {257, "XB/f6DU1gCLyOS3keNvgU/wTDP4dOggoeakM9r8Uv34="}};
  for (const auto& [size, root] : kGolden) {
    EXPECT_EQ(Base64Encode(source.root(size).view()), root) << size;
  }
}

TEST(MerkleTest, FrontierAndSourceGiveTheNaiveRootAtEverySize) {
  RecordedSource source(kSizeMax);
  for (uint64_t size = 0; size <= kSizeMax; ++size) {
    const Digest naive = NaiveRoot(source.leaves(size));
    EXPECT_EQ(source.root(size), naive) << size;
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest computed, TreeRoot(source, size));
    EXPECT_EQ(computed, naive) << size;
    EVIDENT_ASSERT_OK_AND_ASSIGN(TreeFrontier loaded, TreeFrontier::Load(source, size));
    EXPECT_EQ(loaded.Root(), naive) << size;
    loaded.Append(Entry(size));
    if (size < kSizeMax) {
      EXPECT_EQ(loaded.Root(), source.root(size + 1)) << size;
    }
  }
}

TEST(MerkleTest, EveryInclusionProofIsTheNaiveOneAndVerifies) {
  RecordedSource source(kSizeMax);
  for (uint64_t size = 1; size <= kSizeMax; ++size) {
    for (uint64_t i = 0; i < size; ++i) {
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto proof, InclusionProof(source, i, size));
      EVIDENT_EXPECT_OK(VerifyInclusion(Entry(i), i, size, proof, source.root(size)));
      // The naive path costs too much to be made for all of them.
      if ((size <= 40 || size >= 255) && i % 17 == size % 17) {
        EXPECT_EQ(proof, NaivePath(i, source.leaves(size)));
      }
    }
    EXPECT_THAT(InclusionProof(source, size, size), HasReason("PROOF_RANGE"));
  }
}

TEST(MerkleTest, NoOtherInclusionProofVerifies) {
  RecordedSource source(70);
  for (uint64_t size = 1; size <= 70; ++size) {
    const Digest root = source.root(size);
    for (uint64_t i = 0; i < size; ++i) {
      EVIDENT_ASSERT_OK_AND_ASSIGN(auto proof, InclusionProof(source, i, size));
      for (uint64_t other = 0; other <= size; ++other) {
        EXPECT_EQ(VerifyInclusion(Entry(i), other, size, proof, root).ok(), other == i);
      }
      for (Digest& hash : proof) {
        hash.bytes[31] ^= 1;
        EXPECT_THAT(VerifyInclusion(Entry(i), i, size, proof, root), HasReason("PROOF_INVALID"));
        hash.bytes[31] ^= 1;
      }
      proof.push_back(root);
      EXPECT_THAT(VerifyInclusion(Entry(i), i, size, proof, root), HasReason("PROOF_INVALID"));
      proof.pop_back();
      if (proof.empty()) continue;
      proof.pop_back();
      EXPECT_THAT(VerifyInclusion(Entry(i), i, size, proof, root), HasReason("PROOF_INVALID"));
    }
  }
}

TEST(MerkleTest, EveryConsistencyProofVerifies) {
  RecordedSource source(kSizeMax);
  for (uint64_t second = 0; second <= kSizeMax; ++second) {
    for (uint64_t first = 0; first <= second; ++first) {
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto proof, ConsistencyProof(source, first, second));
      EVIDENT_EXPECT_OK(
          VerifyConsistency(first, source.root(first), second, source.root(second), proof));
    }
  }
  EXPECT_THAT(ConsistencyProof(source, 5, 4), HasReason("PROOF_RANGE"));
}

TEST(MerkleTest, NoOtherConsistencyProofVerifies) {
  RecordedSource source(40);
  for (uint64_t second = 0; second <= 40; ++second) {
    for (uint64_t first = 0; first <= second; ++first) {
      EVIDENT_ASSERT_OK_AND_ASSIGN(auto proof, ConsistencyProof(source, first, second));
      const auto fails = [&](uint64_t from, const Digest& old_root, const Digest& new_root) {
        EXPECT_THAT(VerifyConsistency(from, old_root, second, new_root, proof),
                    HasReason("PROOF_INVALID"))
            << from << " of " << first << " to " << second;
      };
      Digest other = source.root(first);
      other.bytes[3] ^= 4;
      fails(first, other, source.root(second));
      // Nothing is claimed of the new root by a log that was empty.
      if (first > 0) fails(first, source.root(first), other);
      fails(second + 1, source.root(first), source.root(second));
      for (size_t i = 0; i < proof.size(); ++i) {
        proof[i].bytes[0] ^= 1;
        fails(first, source.root(first), source.root(second));
        proof[i].bytes[0] ^= 1;
      }
      proof.push_back(other);
      fails(first, source.root(first), source.root(second));
      if (proof.size() < 2) continue;
      proof.resize(proof.size() - 2);
      fails(first, source.root(first), source.root(second));
    }
  }
}

TEST(MerkleTest, ErrorsOfTheSourceComeThrough) {
  RecordedSource source(3);
  EXPECT_EQ(InclusionProof(source, 0, 4).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ConsistencyProof(source, 3, 8).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(TreeRoot(source, 8).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(TreeFrontier::Load(source, 4).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace evident::audit
