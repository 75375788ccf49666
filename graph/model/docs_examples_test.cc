// The worked examples of docs/formats/keys.md and records.md. They were computed without this
// program, from the text of the two pages, so both must be right for these tests to pass.
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "graph/model/canonical.h"
#include "graph/model/doc_blocks.h"
#include "graph/model/keys.h"
#include "graph/model/memory_graph.h"
#include "graph/model/node_id.h"
#include "graph/model/rows.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

constexpr ReleaseNumber kFirst(1);
const NodeId kPlan = MakeNodeId(v1::NODE_KIND_GUIDELINE, "example/plan");
const NodeId kSociety = MakeNodeId(v1::NODE_KIND_ISSUER, "example/society");

std::string KeyHex(const std::string& row) { return HexEncode(AtRelease(row, kFirst)); }

TEST(DocsExamplesTest, IdAndKeysAreThoseOfThePage) {
  EXPECT_EQ(HexEncode(kPlan.view()), DocHex("keys.md", "id"));
  EXPECT_EQ(KeyHex(NodeRow(kPlan)), DocHex("keys.md", "node-key"));
  EXPECT_EQ(KeyHex(OutRow(kPlan, v1::EDGE_KIND_ISSUED_BY, kSociety, 0)),
            DocHex("keys.md", "out-key"));
  EXPECT_EQ(KeyHex(InRow(kSociety, v1::EDGE_KIND_ISSUED_BY, kPlan, 0)),
            DocHex("keys.md", "in-key"));
  EXPECT_EQ(KeyHex(IndexRow(Index::kSlug, "plan", kPlan)), DocHex("keys.md", "index-key"));
  EXPECT_EQ(KeyHex(BucketRow(BucketOf(kPlan))), DocHex("keys.md", "digest-key"));
  EXPECT_EQ(HexEncode(ReleaseKey(kFirst)), DocHex("keys.md", "release-key"));
}

TEST(DocsExamplesTest, RecordAndDigestsAreThoseOfThePage) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows rows, BuildRows(ExampleGraph()));
  const std::string& record = rows.nodes.at(NodeRow(kPlan));
  EXPECT_EQ(HexEncode(record), DocHex("records.md", "record"));

  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string row, HexDecode(DocHex("records.md", "row")));
  Sha256Stream hash;
  AddRow(hash, NodeRow(kPlan), record);
  EXPECT_EQ(hash.Finish().Hex(), Sha256(row).Hex());

  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto graph, MemoryGraph::Build(ExampleGraph(), {}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest digest, graph->NodeDigest(kPlan));
  EXPECT_EQ(digest.Hex(), DocHex("records.md", "node-digest"));
  EXPECT_EQ(BucketDigests(rows)[BucketOf(kPlan)].Hex(), DocHex("records.md", "bucket-digest"));
  EXPECT_EQ(ContentDigest(rows).Hex(), DocHex("records.md", "content-digest"));
}

TEST(DocsExamplesTest, ReleaseDigestIsThatOfThePage) {
  storage::v1::ReleaseRecord record;
  record.set_number(1);
  record.set_label("example 1");
  record.set_publish_time_ns(1'700'000'000'000'000'000);
  record.set_author("author");
  record.set_nodes(3);
  record.set_edges(2);
  record.add_packs("example");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string content,
                               HexDecode(DocHex("records.md", "content-digest")));
  record.set_content_digest(content);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, CanonicalBytes(record));
  EXPECT_EQ(HexEncode(bytes), DocHex("records.md", "release-record"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest digest, ReleaseDigest(Digest{}, record));
  EXPECT_EQ(digest.Hex(), DocHex("records.md", "release-digest"));
}

}  // namespace
}  // namespace evident::graph
