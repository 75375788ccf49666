// The worked examples of docs/formats, byte for byte: they were made by a program of another
// language, so both must be right for these tests to pass.
#include <gtest/gtest.h>

#include <cstdlib>
#include <span>

#include "audit/proof/body_envelope.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/commitment.h"
#include "audit/proof/leaf.h"
#include "audit/proof/merkle.h"
#include "audit/proof/note.h"
#include "audit/proof/receipt.h"
#include "audit/proof/rpc_numbers.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

std::string Page(const std::string& page) {
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  const auto text =
      ReadFile(std::string(top == nullptr ? "." : top) + "/docs/formats/" + page, 1u << 20);
  EXPECT_THAT(text, IsOk());
  return text.ok() ? *text : std::string();
}

// What stands in the page's fenced block of this kind and name, with its last newline.
std::string Block(const std::string& page, const std::string& kind, const std::string& name) {
  const std::string text = Page(page);
  const std::string fence = "\n```" + kind + " " + name + "\n";
  const size_t begin = text.find(fence);
  const size_t end = text.find("\n```\n", begin + fence.size() - 1);
  EXPECT_NE(begin, std::string::npos) << page << " has no example " << name;
  if (begin == std::string::npos || end == std::string::npos) return {};
  return text.substr(begin + fence.size(), end + 1 - begin - fence.size());
}

std::string Hex(const std::string& page, const std::string& name) {
  std::string digits;
  for (const char c : Block(page, "hex", name)) {
    if (c != '\n') digits += c;
  }
  const auto bytes = HexDecode(digits);
  EXPECT_THAT(bytes, IsOk()) << page << " " << name;
  return bytes.ok() ? *bytes : std::string();
}

std::string Line(const std::string& page, const std::string& name) {
  std::string line = Block(page, "text", name);
  if (!line.empty()) line.pop_back();
  return line;
}

// `n` bytes that count up from `first`.
std::string Counting(uint8_t first, size_t n) {
  std::string bytes;
  for (size_t i = 0; i < n; ++i) bytes += static_cast<char>(first + i);
  return bytes;
}

Leaf ExampleLeaf() {
  Leaf leaf;
  leaf.kind = LeafKind::kDecision;
  leaf.outcome = 5;
  leaf.rpc = 1;
  leaf.commit_time_ns = 1'700'000'000'000'000'000;
  leaf.release = Sha256("release");
  leaf.request_commitment = CommitRequest(Counting(0x00, 32), "the request");
  leaf.answer_commitment = CommitAnswer(Counting(0x20, 32), "the answer");
  leaf.body_hash = Sha256(Hex("body-envelope.md", "envelope"));
  return leaf;
}

TEST(DocsExamplesTest, CommitmentsAndLeavesAreThoseOfThePage) {
  const Leaf leaf = ExampleLeaf();
  EXPECT_EQ(leaf.request_commitment.view(), Hex("leaf.md", "request-commitment"));
  EXPECT_EQ(leaf.answer_commitment.view(), Hex("leaf.md", "answer-commitment"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeLeaf(leaf));
  EXPECT_EQ(HexEncode(bytes), HexEncode(Hex("leaf.md", "leaf")));
  Leaf outcome = leaf;
  outcome.kind = LeafKind::kOutcome;
  outcome.outcome = 0;
  outcome.rpc = RpcNumberOf("/evident.v1.CurationService/ImportPack");
  outcome.commit_time_ns += 1;
  outcome.detail = OutcomeDetail{EntryIndex(258)};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string second, EncodeLeaf(outcome));
  EXPECT_EQ(HexEncode(second), HexEncode(Hex("leaf.md", "outcome")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Leaf decoded, DecodeLeaf(Hex("leaf.md", "outcome")));
  EXPECT_EQ(decoded, outcome);
}

TEST(DocsExamplesTest, TreeKeysAndCheckpointAreThoseOfThePage) {
  const std::string page = "merkle-note-checkpoint.md";
  TreeFrontier tree;
  tree.Append(LeafHash("entry 0"));
  tree.Append(LeafHash("entry 1"));
  EXPECT_EQ(tree.Root().view(), Hex(page, "node"));
  const Digest leaf_hash = LeafHash(Hex("leaf.md", "leaf"));
  EXPECT_EQ(leaf_hash.view(), Hex(page, "leaf-hash"));
  tree.Append(leaf_hash);
  EXPECT_EQ(tree.Root().view(), Hex(page, "root"));

  EVIDENT_ASSERT_OK_AND_ASSIGN(const NoteSigner signer,
                               NoteSigner::FromSeed("demo.example/1", Counting(0, 32)));
  EXPECT_EQ(signer.ToText(), Line(page, "signer-key"));
  EXPECT_EQ(signer.verifier().ToText(), Line(page, "verifier-key"));
  EXPECT_EQ(Sha256(signer.verifier().ToText()).view(), Hex(page, "key-hash"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string note,
                               SignCheckpoint({"demo.example/1", 3, tree.Root()}, signer));
  EXPECT_EQ(note, Block(page, "text", "checkpoint"));
}

TEST(DocsExamplesTest, RootsOfThePageAreThoseOfTheTree) {
  const std::string text = Page("merkle-note-checkpoint.md");
  TreeFrontier tree;
  for (uint64_t size = 1; size <= 257; ++size) {
    tree.Append(LeafHash("entry " + std::to_string(size - 1)));
    const std::string row = "| " + std::to_string(size) + " | `";
    const size_t at = text.find(row);
    if (at == std::string::npos) continue;
    EXPECT_EQ(text.substr(at + row.size(), 44), Base64Encode(tree.Root().view())) << size;
  }
}

TEST(DocsExamplesTest, ReceiptIsThatOfThePageAndVerifies) {
  const std::string tree = "merkle-note-checkpoint.md";
  ReceiptParts parts;
  parts.log = {"demo.example", 1};
  parts.index = EntryIndex(2);
  parts.leaf = Hex("leaf.md", "leaf");
  parts.request_salt = Counting(0x00, 32);
  parts.answer_salt = Counting(0x20, 32);
  parts.inclusion_proof = {*Digest::FromBytes(Hex(tree, "node"))};
  parts.checkpoint = Block(tree, "text", "checkpoint");
  const auto receipt = BuildReceipt(parts);
  ASSERT_THAT(receipt, IsOk());
  const std::string bytes = Hex("receipt.md", "receipt");
  EXPECT_EQ(HexEncode(SerializeReceipt(*receipt)), HexEncode(bytes));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NoteVerifier key,
                               NoteVerifier::Parse(Line(tree, "verifier-key")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const VerifiedReceipt verified,
                               VerifyReceipt(bytes, "the answer", "the request", key));
  EXPECT_EQ(verified.leaf, ExampleLeaf());
  EXPECT_EQ(verified.entry.index, EntryIndex(2));
  EXPECT_EQ(verified.origin, "demo.example/1");
}

TEST(DocsExamplesTest, EnvelopeOfThePageOpens) {
  const std::string page = "body-envelope.md";
  const std::string envelope = Hex(page, "envelope");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const EnvelopeHeader header, ReadEnvelopeHeader(envelope));
  EXPECT_EQ(std::string(header.key_id.begin(), header.key_id.end()), Counting(0x60, 16));
  EXPECT_EQ(header.entry_salt, Counting(0x70, 32));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string entry_key,
                               DeriveEntryKey(Counting(0x40, 32), header.entry_salt));
  EXPECT_EQ(HexEncode(entry_key), HexEncode(Hex(page, "entry-key")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string body, OpenBody(Counting(0x40, 32), envelope));
  EXPECT_EQ(body, "The body of one entry.");
  EXPECT_EQ(envelope.size(), kEnvelopeClearBytes + Hex(page, "frame").size() + kEnvelopeTagBytes);
}

TEST(DocsExamplesTest, EveryRpcNumberStandsOnThePage) {
  const std::string text = Page("rpc-numbers.md");
  size_t rows = 0;
  for (size_t at = text.find("| `/"); at != std::string::npos; at = text.find("| `/", at + 1)) {
    ++rows;
  }
  EXPECT_EQ(rows, RpcNumbers().size());
  for (const RpcNumber& row : RpcNumbers()) {
    const std::string line =
        "| " + std::to_string(row.number) + " | `" + std::string(row.method) + "` |";
    EXPECT_NE(text.find("\n" + line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace evident::audit
