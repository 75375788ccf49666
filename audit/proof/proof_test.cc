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

NoteSigner Signer(const std::string& name = "test.example/1") {
  return *NoteSigner::FromSeed(name, std::string(32, 's'));
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

TEST(LeafTest, EveryDetailReadsBackAndNothingMayStandBehindIt) {
  const std::pair<LeafKind, LeafDetail> kDetails[] = {
      {LeafKind::kOutcome, OutcomeDetail{EntryIndex(1u << 20)}},
      {LeafKind::kStreamClose, StreamCloseDetail{9, Sha256("rolling")}},
      {LeafKind::kErasure, ErasureDetail{{1, 2, 3}}},
      {LeafKind::kKey, KeyDetail{Sha256("key")}},
      {LeafKind::kIncarnation, IncarnationDetail{7, Sha256("root")}},
      {LeafKind::kAggregate, AggregateDetail{1000, 2}},
      {LeafKind::kPruning, PruningDetail{EntryIndex(9), EntryIndex(300)}},
      {LeafKind::kFeedback, NoDetail{}}};
  const size_t kWidths[] = {8, 40, 16, 32, 40, 10, 16, 0};
  for (size_t i = 0; i < std::size(kDetails); ++i) {
    Leaf leaf = SomeLeaf();
    leaf.kind = kDetails[i].first;
    leaf.detail = kDetails[i].second;
    EVIDENT_ASSERT_OK_AND_ASSIGN(std::string bytes, EncodeLeaf(leaf));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Leaf again, DecodeLeaf(bytes));
    EXPECT_EQ(again, leaf) << LeafKindName(leaf.kind);
    bytes[152 + kWidths[i]] = 1;
    EXPECT_THAT(DecodeLeaf(bytes), HasReason("LEAF_MALFORMED")) << LeafKindName(leaf.kind);
  }
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

TEST_F(ReceiptTest, FailsOnAnyFlippedBitOfTheAnswer) {
  const std::string answer = "answer";
  for (size_t at = 0; at < answer.size() * 8; ++at) {
    std::string bad = answer;
    bad[at / 8] = static_cast<char>(bad[at / 8] ^ (1 << at % 8));
    EXPECT_THAT(VerifyReceipt(bytes_, bad, std::nullopt, signer_.verifier()),
                HasReason("ANSWER_MISMATCH"));
  }
}

// Every run of bytes cut out or doubled, so that no field can be left out or repeated.
TEST_F(ReceiptTest, FailsOnAnyByteCutOutOrDoubled) {
  for (size_t at = 0; at < bytes_.size(); ++at) {
    std::string cut = bytes_;
    cut.erase(at, 1);
    EXPECT_FALSE(VerifyReceipt(cut, "answer", std::nullopt, signer_.verifier()).ok()) << at;
    std::string doubled = bytes_;
    doubled.insert(at, 1, bytes_[at]);
    EXPECT_FALSE(VerifyReceipt(doubled, "answer", std::nullopt, signer_.verifier()).ok()) << at;
    EXPECT_FALSE(
        VerifyReceipt(bytes_.substr(0, at), "answer", std::nullopt, signer_.verifier()).ok());
  }
}

TEST_F(ReceiptTest, RefusesUnknownFieldsOtherOrdersAndMoreSignatures) {
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(bytes_));
  const auto refused = [&](const std::string& bytes, const char* reason) {
    EXPECT_THAT(VerifyReceipt(bytes, "answer", std::nullopt, signer_.verifier()),
                HasReason(reason));
  };
  refused(bytes_ + "\x38\x01", "RECEIPT_MALFORMED");  // field 7
  refused(bytes_ + bytes_, "RECEIPT_MALFORMED");
  refused(std::string(20000, ' '), "RECEIPT_MALFORMED");
  refused("", "LEAF_MALFORMED");
  const std::string checkpoint = receipt.checkpoint();
  const std::string line = checkpoint.substr(checkpoint.find("\n\n") + 2);
  v1::Receipt changed = receipt;
  changed.set_checkpoint(checkpoint + line);
  refused(SerializeReceipt(changed), "RECEIPT_MALFORMED");
  const std::string text = checkpoint.substr(0, checkpoint.find("\n\n") + 1);
  const std::string other = *Signer("other.example/1").Sign(text);
  changed.set_checkpoint(checkpoint + other.substr(text.size() + 1));
  refused(SerializeReceipt(changed), "SIGNATURE_UNKNOWN");
}

TEST_F(ReceiptTest, GivesEachFailureItsOwnReason) {
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(bytes_));
  const auto refused = [&](const v1::Receipt& changed, const char* reason) {
    EXPECT_THAT(
        VerifyReceipt(SerializeReceipt(changed), "answer", std::nullopt, signer_.verifier()),
        HasReason(reason));
  };
  v1::Receipt changed = receipt;
  changed.set_entry("decisions/test.example.1-3");
  refused(changed, "PROOF_INVALID");
  changed.set_entry("decisions/test.example.2-4");
  refused(changed, "ORIGIN_MISMATCH");
  changed.set_entry("entries/test.example.1-4");
  refused(changed, "ENTRY_NAME_MISMATCH");
  changed.set_entry("decisions/test.example.1-04");
  refused(changed, "ENTRY_NAME_INVALID");
  changed = receipt;
  changed.mutable_inclusion_proof()->RemoveLast();
  refused(changed, "PROOF_INVALID");
  changed.add_inclusion_proof("short");
  refused(changed, "RECEIPT_MALFORMED");
  changed = receipt;
  changed.set_request_salt(SaltWithCheck(std::string(31, 'r')));
  refused(changed, "RECEIPT_MALFORMED");
  changed.clear_request_salt();
  refused(changed, "RECEIPT_MALFORMED");
  changed = receipt;
  changed.set_answer_salt(SaltWithCheck(std::string(32, 'x')));
  refused(changed, "ANSWER_MISMATCH");
}

// A refused call has a request and no response.
TEST_F(ReceiptTest, OfACallWithoutResponseVerifiesWithoutAnswerOnly) {
  Leaf leaf = SomeLeaf();
  leaf.kind = LeafKind::kRefusal;
  leaf.answer_commitment = Digest{};
  ReceiptParts parts;
  parts.log = {"test.example", 1};
  parts.leaf = *EncodeLeaf(leaf);
  parts.request_salt = std::string(32, 'r');
  parts.checkpoint = *SignCheckpoint({"test.example/1", 1, LeafHash(parts.leaf)}, signer_);
  const auto receipt = BuildReceipt(parts);
  ASSERT_THAT(receipt, IsOk());
  const std::string bytes = SerializeReceipt(*receipt);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const VerifiedReceipt verified,
                               VerifyReceipt(bytes, std::nullopt, "request", signer_.verifier()));
  EXPECT_EQ(verified.entry.ToString(), "entries/test.example.1-0");
  EXPECT_THAT(VerifyReceipt(bytes, "", std::nullopt, signer_.verifier()),
              HasReason("ANSWER_MISMATCH"));
  parts.answer_salt = std::string(32, 'a');
  EXPECT_THAT(BuildReceipt(parts), HasReason("RECEIPT_MALFORMED"));
  parts.answer_salt.clear();
  parts.request_salt.clear();
  EXPECT_THAT(BuildReceipt(parts), HasReason("RECEIPT_MALFORMED"));
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
