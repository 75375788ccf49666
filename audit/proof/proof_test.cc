#include <gtest/gtest.h>

#include "audit/proof/checkpoint.h"
#include "audit/proof/commitment.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/leaf.h"
#include "audit/proof/merkle.h"
#include "audit/proof/note.h"
#include "audit/proof/receipt.h"
#include "audit/proof/rpc_numbers.h"
#include "base/encoding.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

// Hashes of complete subtrees over given leaf hashes.
class VectorSource final : public HashSource {
 public:
  explicit VectorSource(std::vector<Digest> leaves) : leaves_(std::move(leaves)) {}
  absl::StatusOr<Digest> Hash(int level, uint64_t index) override {
    const size_t width = size_t{1} << level;
    return PerfectRoot(std::span(leaves_).subspan(index * width, width));
  }

 private:
  const std::vector<Digest> leaves_;
};

std::vector<Digest> Leaves(size_t n) {
  std::vector<Digest> leaves;
  for (size_t i = 0; i < n; ++i) leaves.push_back(LeafHash("entry " + std::to_string(i)));
  return leaves;
}

// RFC 6962 section 2.1, word for word.
Digest NaiveRoot(std::span<const Digest> leaves) {
  if (leaves.empty()) return EmptyRoot();
  if (leaves.size() == 1) return leaves[0];
  size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return NodeHash(NaiveRoot(leaves.subspan(0, split)), NaiveRoot(leaves.subspan(split)));
}

TEST(MerkleTest, RootsAreThoseOfOtherImplementations) {
  const std::pair<size_t, const char*> kGolden[] = {
      {1, "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE="},
      {255, "z2Z5PmMp3/JC6zzuCm82rT46GW3MVzoex3XhAr6GPxw="},
      {256, "2mWW2VNp9f7zIquOTg2jsLUCNqqcijsdJG90Ecni4y4="},
      {257, "XB/f6DU1gCLyOS3keNvgU/wTDP4dOggoeakM9r8Uv34="}};
  for (const auto& [size, root] : kGolden) {
    VectorSource source(Leaves(size));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest computed, TreeRoot(source, size));
    EXPECT_EQ(Base64Encode(computed.view()), root) << size;
    TreeFrontier frontier;
    for (const Digest& leaf : Leaves(size)) frontier.Append(leaf);
    EXPECT_EQ(frontier.Root(), computed);
  }
}

TEST(MerkleTest, EveryInclusionProofVerifiesAndNoOtherDoes) {
  for (uint64_t size = 1; size <= 70; ++size) {
    const std::vector<Digest> leaves = Leaves(size);
    VectorSource source(leaves);
    const Digest root = NaiveRoot(leaves);
    for (uint64_t i = 0; i < size; ++i) {
      EVIDENT_ASSERT_OK_AND_ASSIGN(auto proof, InclusionProof(source, i, size));
      EVIDENT_EXPECT_OK(VerifyInclusion(leaves[i], i, size, proof, root));
      EXPECT_FALSE(VerifyInclusion(leaves[i], (i + 1) % size, size, proof, root).ok() && size > 1);
      proof.push_back(root);
      EXPECT_THAT(VerifyInclusion(leaves[i], i, size, proof, root), HasReason("PROOF_INVALID"));
      proof.pop_back();
      if (proof.empty()) continue;
      proof.back().bytes[0] ^= 1;
      EXPECT_THAT(VerifyInclusion(leaves[i], i, size, proof, root), HasReason("PROOF_INVALID"));
      proof.pop_back();
      EXPECT_THAT(VerifyInclusion(leaves[i], i, size, proof, root), HasReason("PROOF_INVALID"));
    }
    EXPECT_THAT(InclusionProof(source, size, size), HasReason("PROOF_RANGE"));
  }
}

TEST(MerkleTest, EveryConsistencyProofVerifiesAndNoOtherDoes) {
  const std::vector<Digest> leaves = Leaves(40);
  VectorSource source(leaves);
  for (uint64_t second = 0; second <= 40; ++second) {
    const Digest new_root = NaiveRoot(std::span(leaves).subspan(0, second));
    for (uint64_t first = 0; first <= second; ++first) {
      const Digest old_root = NaiveRoot(std::span(leaves).subspan(0, first));
      EVIDENT_ASSERT_OK_AND_ASSIGN(auto proof, ConsistencyProof(source, first, second));
      EVIDENT_EXPECT_OK(VerifyConsistency(first, old_root, second, new_root, proof));
      Digest other = old_root;
      other.bytes[3] ^= 4;
      EXPECT_THAT(VerifyConsistency(first, other, second, new_root, proof),
                  HasReason("PROOF_INVALID"));
      proof.push_back(new_root);
      EXPECT_THAT(VerifyConsistency(first, old_root, second, new_root, proof),
                  HasReason("PROOF_INVALID"));
    }
  }
  EXPECT_THAT(ConsistencyProof(source, 5, 4), HasReason("PROOF_RANGE"));
}

NoteSigner Signer(const std::string& name = "test.example/1") {
  return *NoteSigner::FromSeed(name, std::string(32, 's'));
}

TEST(NoteTest, KeysAndSignaturesReadBack) {
  const NoteSigner signer = Signer();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NoteSigner again, NoteSigner::Parse(signer.ToText()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NoteVerifier key,
                               NoteVerifier::Parse(signer.verifier().ToText()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string note, again.Sign("one\ntwo\n"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const OpenedNote opened, OpenNote(note, {&key, 1}));
  EXPECT_EQ(opened.text, "one\ntwo\n");
  EXPECT_EQ(opened.verified.size(), 1u);
}

TEST(NoteTest, RefusesWhatIsNoNote) {
  const NoteSigner signer = Signer();
  const std::string good = *signer.Sign("text\n");
  for (const std::string& bad :
       {std::string("text\n"), std::string("text\n\n"), good.substr(0, good.size() - 1),
        good + "x\n", std::string("te\x01xt\n") + good.substr(5), std::string("\xff\n") + good}) {
    EXPECT_THAT(ParseNote(bad), HasReason("NOTE_MALFORMED")) << bad;
  }
  std::string flipped = good;
  flipped[0] = 'T';
  EXPECT_THAT(OpenNote(flipped, {&signer.verifier(), 1}), HasReason("SIGNATURE_INVALID"));
  const NoteVerifier other = Signer("other.example/1").verifier();
  EXPECT_THAT(OpenNote(good, {&other, 1}), HasReason("SIGNATURE_MISSING"));
  EXPECT_FALSE(IsValidNoteName("a b"));
  EXPECT_FALSE(IsValidNoteName("a+b"));
  EXPECT_FALSE(IsValidNoteName(""));
  EXPECT_THAT(NoteVerifier::Parse("name+00000000+AAAA"), HasReason("VERIFIER_KEY_MALFORMED"));
}

TEST(CheckpointTest, IsStrict) {
  const Checkpoint checkpoint{"test.example/1", 5, Sha256("root")};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Checkpoint again, ParseCheckpoint(checkpoint.ToText()));
  EXPECT_EQ(again, checkpoint);
  const std::string root = Base64Encode(Sha256("root").view());
  for (const std::string& bad :
       {"test.example/1\n05\n" + root + "\n", "test.example/1\n5\n" + root,
        "test.example\n5\n" + root + "\n", "test.example/1\n5\n" + root + "\nmore\n",
        "test.example/1\n0\n" + root + "\n", std::string("test.example/1\n5\nAAAA\n")}) {
    EXPECT_THAT(ParseCheckpoint(bad), HasReason("CHECKPOINT_MALFORMED")) << bad;
  }
}

TEST(EntryNameTest, HasOneSpelling) {
  const EntryName entry{{"a-b.example", 2}, EntryIndex(17), true};
  EXPECT_EQ(entry.ToString(), "decisions/a-b.example.2-17");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const EntryName again, ParseEntryName(entry.ToString()));
  EXPECT_EQ(again, entry);
  for (const char* bad : {"decisions/a.1-01", "decisions/a.0-1", "entries/A.1-1", "entry/a.1-1",
                          "entries/a-1", "entries/a.1-", "entries/a.1-99999999999999999999"}) {
    EXPECT_THAT(ParseEntryName(bad), HasReason("ENTRY_NAME_INVALID")) << bad;
  }
}

Leaf SomeLeaf() {
  Leaf leaf;
  leaf.kind = LeafKind::kDecision;
  leaf.outcome = 5;
  leaf.rpc = 1;
  leaf.commit_time_ns = 1'700'000'000'000'000'000;
  leaf.release = Sha256("release");
  leaf.request_commitment = CommitRequest(std::string(32, 'r'), "request");
  leaf.answer_commitment = CommitAnswer(std::string(32, 'a'), "answer");
  leaf.body_hash = Sha256("body");
  return leaf;
}

TEST(LeafTest, LaysOutEveryFieldWhereTheFormatSays) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeLeaf(SomeLeaf()));
  ASSERT_EQ(bytes.size(), kLeafBytes);
  EXPECT_EQ(HexEncode(bytes.substr(0, 24)),
            "45564c310100050000010000"
            "00000000"
            "17979cfe362a0000");
  EXPECT_EQ(bytes.substr(24, 32), Sha256("release").view());
  EXPECT_EQ(bytes.substr(120, 32), Sha256("body").view());
  EXPECT_EQ(bytes.substr(152), std::string(72, '\0'));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Leaf again, DecodeLeaf(bytes));
  EXPECT_EQ(again, SomeLeaf());
}

TEST(LeafTest, RefusesWhatIsReservedOrUnknown) {
  const std::string good = *EncodeLeaf(SomeLeaf());
  for (const size_t at : {0u, 4u, 7u, 10u, 16u, 152u, 223u}) {
    std::string bad = good;
    bad[at] = static_cast<char>(0xff);
    EXPECT_THAT(DecodeLeaf(bad), HasReason("LEAF_MALFORMED")) << at;
  }
  EXPECT_THAT(DecodeLeaf(good.substr(1)), HasReason("LEAF_MALFORMED"));
  Leaf wrong = SomeLeaf();
  wrong.detail = OutcomeDetail{EntryIndex(3)};
  EXPECT_THAT(EncodeLeaf(wrong), HasReason("LEAF_INVALID"));
}

TEST(RpcNumbersTest, AreUniqueAndLeadBack) {
  uint16_t last = 0;
  for (const RpcNumber& row : RpcNumbers()) {
    EXPECT_GT(row.number, last);
    last = row.number;
    EXPECT_EQ(RpcNumberOf(row.method), row.number);
    EXPECT_EQ(RpcMethodOf(row.number), row.method);
  }
  EXPECT_EQ(RpcNumberOf("/evident.v1.DecisionService/Guess"), kUnknownRpc);
}

class ReceiptTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string leaf = *EncodeLeaf(SomeLeaf());
    TreeFrontier frontier;
    std::vector<Digest> leaves = Leaves(6);
    leaves[4] = LeafHash(leaf);
    for (const Digest& one : leaves) frontier.Append(one);
    VectorSource source(leaves);
    ReceiptParts parts;
    parts.log = {"test.example", 1};
    parts.index = EntryIndex(4);
    parts.leaf = leaf;
    parts.request_salt = std::string(32, 'r');
    parts.answer_salt = std::string(32, 'a');
    parts.inclusion_proof = *InclusionProof(source, 4, 6);
    parts.checkpoint = *SignCheckpoint({"test.example/1", 6, frontier.Root()}, signer_);
    const auto receipt = BuildReceipt(parts);
    ASSERT_THAT(receipt, IsOk());
    bytes_ = SerializeReceipt(*receipt);
  }

  const NoteSigner signer_ = Signer();
  std::string bytes_;
};

TEST_F(ReceiptTest, VerifiesOfflineWithTheKeyAlone) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const VerifiedReceipt verified,
                               VerifyReceipt(bytes_, "answer", "request", signer_.verifier()));
  EXPECT_EQ(verified.entry.ToString(), "decisions/test.example.1-4");
  EXPECT_EQ(verified.checkpoint_size, 6u);
  EXPECT_TRUE(verified.request_checked);
  EVIDENT_EXPECT_OK(VerifyReceipt(bytes_, "answer", std::nullopt, signer_.verifier()));
}

TEST_F(ReceiptTest, FailsOnAnyFlippedBit) {
  for (size_t at = 0; at < bytes_.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = bytes_;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      EXPECT_FALSE(VerifyReceipt(bad, "answer", std::nullopt, signer_.verifier()).ok())
          << "byte " << at << " bit " << bit;
    }
  }
}

TEST_F(ReceiptTest, FailsOnAnotherAnswerRequestKeyOrTrailingBytes) {
  EXPECT_THAT(VerifyReceipt(bytes_, "answeR", std::nullopt, signer_.verifier()),
              HasReason("ANSWER_MISMATCH"));
  EXPECT_THAT(VerifyReceipt(bytes_, std::nullopt, std::nullopt, signer_.verifier()),
              HasReason("ANSWER_MISMATCH"));
  EXPECT_THAT(VerifyReceipt(bytes_, "answer", "other", signer_.verifier()),
              HasReason("REQUEST_MISMATCH"));
  const NoteSigner other = *NoteSigner::FromSeed("test.example/1", std::string(32, 'o'));
  EXPECT_FALSE(VerifyReceipt(bytes_, "answer", std::nullopt, other.verifier()).ok());
  EXPECT_THAT(VerifyReceipt(bytes_ + "x", "answer", std::nullopt, signer_.verifier()),
              HasReason("RECEIPT_MALFORMED"));
  EXPECT_THAT(VerifyReceipt(bytes_.substr(0, 50), "answer", std::nullopt, signer_.verifier()),
              HasReason("RECEIPT_MALFORMED"));
}

}  // namespace
}  // namespace evident::audit
