#include "graph/model/rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "google/protobuf/util/message_differencer.h"
#include "graph/model/canonical.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

EdgeDraft Cites(const std::string& mark) {
  EdgeDraft edge{v1::NODE_KIND_STATEMENT, "p/s", v1::EDGE_KIND_CITES,
                 v1::NODE_KIND_REFERENCE, "p/r", {}};
  edge.record.mutable_cites()->set_mark(mark);
  return edge;
}

// The root of RFC 6962, section 2.1, by its definition.
Digest SlowRoot(const std::vector<Digest>& leaves, size_t begin, size_t end) {
  if (end - begin == 1) return Sha256({std::string_view("\0", 1), leaves[begin].view()});
  const size_t middle = (begin + end) / 2;
  return Sha256({std::string_view("\1", 1), SlowRoot(leaves, begin, middle).view(),
                 SlowRoot(leaves, middle, end).view()});
}

// The content digest by the words of docs/formats/records.md.
Digest SlowContentDigest(const Rows& rows) {
  std::vector<Digest> buckets(kBucketCount);
  std::set<uint16_t> used;
  for (const auto& [key, record] : rows.nodes) used.insert(BucketOf(LeadingId(key)));
  for (const auto& [key, record] : rows.out) used.insert(BucketOf(LeadingId(key)));
  for (const uint16_t bucket : used) {
    std::string bytes;
    for (int kind = 0; kind < 256; ++kind) {
      for (const RowMap* map : {&rows.nodes, &rows.out}) {
        for (const auto& [key, record] : *map) {
          if (static_cast<uint8_t>(key[0]) != kind || BucketOf(LeadingId(key)) != bucket) continue;
          AppendU32(bytes, static_cast<uint32_t>(key.size()));
          bytes += key;
          AppendU32(bytes, static_cast<uint32_t>(record.size()));
          bytes += record;
        }
      }
    }
    buckets[bucket] = Sha256(bytes);
  }
  return SlowRoot(buckets, 0, buckets.size());
}

TEST(RowsTest, ParallelEdgesAreNumberedByTheirBytes) {
  GraphDraft draft;
  draft.edges = {Cites("b"), Cites("c"), Cites("a")};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows rows, BuildRows(draft));
  ASSERT_EQ(rows.out.size(), 3u);
  uint16_t ordinal = 0;
  for (const char* mark : {"a", "b", "c"}) {
    const std::string key = OutRow(MakeNodeId(v1::NODE_KIND_STATEMENT, "p/s"), v1::EDGE_KIND_CITES,
                                   MakeNodeId(v1::NODE_KIND_REFERENCE, "p/r"), ordinal++);
    EXPECT_EQ(rows.out.at(key), *CanonicalBytes(Cites(mark).record));
  }
}

TEST(RowsTest, ANodeWithMoreEdgesOfAKindThanOrdinalsIsRefused) {
  GraphDraft draft;
  for (size_t i = 0; i < kOutDegreeMax; ++i) {
    draft.edges.push_back(Cites(std::to_string(i)));
    draft.edges.back().dst = "p/r" + std::to_string(i % 2);
  }
  // Edges of another kind, and what leads to the node, do not count.
  draft.edges.push_back(
      {v1::NODE_KIND_STATEMENT, "p/s", v1::EDGE_KIND_CONCERNS, v1::NODE_KIND_FACT, "p/f", {}});
  draft.edges.push_back(Cites("other"));
  draft.edges.back().src = "p/other";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows rows, BuildRows(draft));
  EXPECT_EQ(rows.out.size(), kOutDegreeMax + 2);
  draft.edges.push_back(Cites("one more"));
  const auto refused = BuildRows(draft);
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kInvalidArgument, "kOutDegreeMax"));
  EXPECT_EQ(ErrorViolations(refused.status()).size(), 1u);
}

TEST(RowsTest, EveryFaultOfADraftIsNamedAtOnce) {
  GraphDraft draft;
  draft.nodes = {ConceptNode("p/twice", "A"), ConceptNode("p/twice", "B"),
                 ConceptNode("p/Upper", "A"), ConceptNode("p/nfd", "e\u0301"), v1::NodeRecord()};
  draft.nodes.back().set_name("p/bare");
  draft.edges = {Cites("a"), Cites("a"), Cites("e\u0301")};
  const auto rows = BuildRows(draft);
  EXPECT_THAT(rows, FailsWith(absl::StatusCode::kInvalidArgument, "6 errors"));
  EXPECT_THAT(rows, HasReason("GRAPH_INVALID"));
  std::vector<std::string> fields;
  for (const Violation& violation : ErrorViolations(rows.status()))
    fields.push_back(violation.field);
  EXPECT_THAT(fields, testing::ElementsAre("p/twice", "p/Upper", "p/nfd", "p/bare", "p/s -> p/r",
                                           "p/s -> p/r"));
}

TEST(RowsTest, IndexTermsOfConceptsAndFacts) {
  v1::NodeRecord node = ConceptNode("p/slug", "Fo\u00f6-Bar");
  node.mutable_clinical_concept()->add_synonyms("foo  bar");
  node.mutable_clinical_concept()->add_synonyms("Other");
  node.mutable_clinical_concept()->add_synonyms("...");
  v1::Code& code = *node.mutable_clinical_concept()->add_codes();
  code.set_system("urn:x");
  code.set_code("1");
  using Terms = std::vector<std::pair<Index, std::string>>;
  EXPECT_EQ(IndexTerms(node), (Terms{{Index::kWords, "foo bar"},
                                     {Index::kWords, "other"},
                                     {Index::kCode, "urn:x|1"},
                                     {Index::kSlug, "slug"}}));
  v1::NodeRecord fact;
  fact.set_name("p/f");
  fact.mutable_fact()->set_display("Shown");
  fact.mutable_fact()->add_labels("Label");
  fact.mutable_fact()->add_phrases()->set_phrase("A phrase");
  EXPECT_EQ(IndexTerms(fact), (Terms{{Index::kWords, "a phrase"},
                                     {Index::kWords, "label"},
                                     {Index::kWords, "shown"},
                                     {Index::kSlug, "f"}}));
  EXPECT_EQ(IndexTerms(ReferenceNode("doi:10.1/x", "p")), (Terms{{Index::kSlug, "doi:10.1/x"}}));
}

TEST(RowsTest, RecordsUnderAnotherKeyAreRefused) {
  const v1::NodeRecord node = ConceptNode("p/a", "A");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, CanonicalBytes(node));
  const std::string row = NodeRow(MakeNodeId(node));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NodePtr parsed, ParseNodeRow(row, bytes));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*parsed, node));
  const std::string other = NodeRow(MakeNodeId(v1::NODE_KIND_CONCEPT, "p/b"));
  EXPECT_THAT(ParseNodeRow(other, bytes), FailsWith(absl::StatusCode::kDataLoss, HexEncode(other)));
  EXPECT_THAT(ParseNodeRow(row, bytes + "x"),
              FailsWith(absl::StatusCode::kDataLoss, HexEncode(row)));
  EXPECT_THAT(ParseEdgeRecord("key", "x"),
              FailsWith(absl::StatusCode::kDataLoss, HexEncode("key")));
}

TEST(ContentDigestTest, IsWhatThePageSays) {
  EXPECT_EQ(ContentDigest({}), SlowContentDigest({}));
  RandomPack pack(1, "base");
  pack.Next();
  EVIDENT_ASSERT_OK_AND_ASSIGN(Rows rows, BuildRows(pack.Next()));
  EXPECT_EQ(ContentDigest(rows), SlowContentDigest(rows));
  // Two kinds in one bucket, each with node and edge.
  Rows crowded;
  for (const char kind : {'\x01', '\x02', '\xff'}) {
    const std::string id = kind + std::string(15, 'b');
    crowded.nodes[id] = "node";
    crowded.out[id + std::string(20, 'e')] = "edge";
  }
  EXPECT_EQ(ContentDigest(crowded), SlowContentDigest(crowded));
}

TEST(ContentDigestTest, TheOrderOfADraftDoesNotMatter) {
  std::mt19937_64 random(7);
  RandomPack pack(7, "base");
  GraphDraft draft = pack.Next();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows rows, BuildRows(draft));
  for (int round = 0; round < 10; ++round) {
    std::shuffle(draft.nodes.begin(), draft.nodes.end(), random);
    std::shuffle(draft.edges.begin(), draft.edges.end(), random);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows shuffled, BuildRows(draft));
    EXPECT_EQ(ContentDigest(shuffled), ContentDigest(rows));
  }
}

TEST(ContentDigestTest, ChangesWithEveryByteOfEveryRow) {
  RandomPack pack(3, "base");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows rows, BuildRows(pack.Next()));
  const Digest digest = ContentDigest(rows);
  const auto expect_other = [&](const Rows& changed) { EXPECT_NE(ContentDigest(changed), digest); };
  for (RowMap Rows::*family : {&Rows::nodes, &Rows::out}) {
    for (const auto& [key, record] : rows.*family) {
      Rows changed = rows;
      (changed.*family).erase(key);
      expect_other(changed);
      (changed.*family)[key] = record + "x";
      expect_other(changed);
      if (record.empty()) continue;
      (changed.*family)[key] = record;
      (changed.*family)[key].back() ^= 1;
      expect_other(changed);
      (changed.*family).erase(key);
      std::string other_key = key;
      other_key.back() = static_cast<char>(other_key.back() ^ 1);
      (changed.*family)[other_key] = record;
      expect_other(changed);
    }
  }
}

TEST(ReleaseDigestTest, ChangesWithEveryFieldAndTheParentAndNotWithItself) {
  storage::v1::ReleaseRecord record;
  record.set_content_digest(std::string(32, 'c'));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest plain, ReleaseDigest(Digest{}, record));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest chained, ReleaseDigest(plain, record));
  EXPECT_NE(chained, plain);
  std::set<std::string> seen = {plain.Hex()};
  const google::protobuf::Reflection& reflection = *record.GetReflection();
  for (int i = 0; i < record.GetDescriptor()->field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *record.GetDescriptor()->field(i);
    storage::v1::ReleaseRecord changed = record;
    switch (field.cpp_type()) {
      case google::protobuf::FieldDescriptor::CPPTYPE_UINT32:
        reflection.SetUInt32(&changed, &field, 7);
        break;
      case google::protobuf::FieldDescriptor::CPPTYPE_UINT64:
        reflection.SetUInt64(&changed, &field, 7);
        break;
      case google::protobuf::FieldDescriptor::CPPTYPE_INT64:
        reflection.SetInt64(&changed, &field, 7);
        break;
      default:
        if (field.is_repeated()) {
          reflection.AddString(&changed, &field, std::string(32, 'x'));
        } else {
          reflection.SetString(&changed, &field, std::string(32, 'x'));
        }
    }
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest digest, ReleaseDigest(Digest{}, changed));
    const bool is_new = seen.insert(digest.Hex()).second;
    EXPECT_EQ(is_new, field.name() != "release_digest") << field.name();
  }
}

TEST(ReleaseDigestTest, NeedsAContentDigest) {
  storage::v1::ReleaseRecord record;
  record.set_content_digest("short");
  EXPECT_EQ(ReleaseDigest(Digest{}, record).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace evident::graph
