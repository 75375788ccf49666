#include "graph/pack/graph_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/status_matchers.h"
#include "evident/v1/graph_file.pb.h"
#include "graph/model/doc_blocks.h"
#include "graph/model/rows.h"
#include "graph/model/test_graphs.h"
#include "graph/pack/synthetic_graph.h"

namespace evident::graph {
namespace {

std::string Block(const v1::GraphFileBlock& block) {
  EXPECT_LT(block.ByteSizeLong(), 128u) << "a length of one byte";
  return std::string(1, static_cast<char>(block.ByteSizeLong())) + block.SerializeAsString();
}

v1::GraphFileBlock Header(uint64_t nodes, uint64_t edges) {
  v1::GraphFileBlock block;
  block.mutable_header()->set_format(1);
  block.mutable_header()->set_pack("p");
  block.mutable_header()->set_nodes(nodes);
  block.mutable_header()->set_edges(edges);
  return block;
}

v1::GraphFileBlock Node(const std::string& name) {
  v1::GraphFileBlock block;
  *block.mutable_node() = ConceptNode(name, "C");
  return block;
}

v1::GraphFileBlock Edges(uint32_t source, std::vector<uint32_t> targets) {
  v1::GraphFileBlock block;
  block.mutable_edges()->set_source(source);
  block.mutable_edges()->set_kind(v1::EDGE_KIND_IS_A);
  for (const uint32_t target : targets) block.mutable_edges()->add_targets(target);
  return block;
}

std::string Ended(const std::string& bytes) {
  v1::GraphFileBlock end;
  end.mutable_end()->set_sha256(std::string(Sha256(bytes).view()));
  return bytes + Block(end);
}

const std::string kWhole =
    Ended(Block(Header(2, 1)) + Block(Node("p/a")) + Block(Node("p/b")) + Block(Edges(0, {1})));

TEST(GraphFileTest, ReadsWhatIsWrittenDownByHand) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BulkGraph graph, ReadGraphFile(kWhole));
  EXPECT_EQ(graph.pack, "p");
  ASSERT_EQ(graph.nodes.size(), 2u);
  EXPECT_EQ(graph.nodes[1]->name(), "p/b");
  ASSERT_EQ(graph.edges.size(), 1u);
  EXPECT_EQ(graph.edges[0].target, 1u);
  EXPECT_EQ(WriteGraphFile(graph), kWhole);
}

class GraphFileRandomTest : public testing::TestWithParam<uint64_t> {};

TEST_P(GraphFileRandomTest, GivesBackTheGraph) {
  RandomPack random(GetParam(), "other");  // with edges to another pack
  for (int step = 0; step < 4; ++step) {
    const GraphDraft draft = random.Next();
    EVIDENT_ASSERT_OK_AND_ASSIGN(BulkGraph graph, ToBulkGraph("other", draft));
    graph.label = "step " + std::to_string(step);
    const std::string bytes = WriteGraphFile(graph);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const BulkGraph read, ReadGraphFile(bytes));
    EXPECT_EQ(read.label, graph.label);
    EXPECT_EQ(WriteGraphFile(read), bytes);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows rows, BuildRows(draft));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows again, BuildRows(ToDraft(read)));
    EXPECT_EQ(rows.nodes, again.nodes);
    EXPECT_EQ(rows.out, again.out);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, GraphFileRandomTest, testing::Range(uint64_t{1}, uint64_t{11}));

TEST(GraphFileTest, EveryCutIsRefusedWithItsPlace) {
  for (size_t size = 0; size < kWhole.size(); ++size) {
    const auto read = ReadGraphFile(std::string_view(kWhole).substr(0, size));
    ASSERT_THAT(read, FailsWith(absl::StatusCode::kInvalidArgument, "at byte ")) << size;
    ASSERT_THAT(read, HasReason("GRAPH_FILE_INVALID"));
  }
}

TEST(GraphFileTest, EveryFlippedByteIsRefused) {
  for (size_t at = 0; at < kWhole.size(); ++at) {
    std::string flipped = kWhole;
    flipped[at] ^= static_cast<char>(1 << (at % 8));
    EXPECT_FALSE(ReadGraphFile(flipped).ok()) << at;
  }
}

TEST(GraphFileTest, WhatIsOutOfOrderIsRefused) {
  const std::string header = Block(Header(2, 1));
  const std::string nodes = Block(Node("p/a")) + Block(Node("p/b"));
  const auto refused = [](const std::string& bytes, const char* why) {
    EXPECT_THAT(ReadGraphFile(bytes), FailsWith(absl::StatusCode::kInvalidArgument, why));
  };
  refused(nodes, "block 1 at byte 0: a graph file begins with its header");
  refused(header + header, "block 2 at byte");
  refused(header + nodes + Block(Edges(2, {1})), "edges leave node 2 of 2");
  refused(header + nodes + Block(Edges(0, {2})), "an edge leads to node 2 of 2");
  refused(header + nodes + Block(Edges(0, {})), "the edges lead nowhere");
  refused(header + nodes + Block(Edges(0, {1})) + Block(Node("p/c")), "nodes come first");
  refused(Ended(header + nodes), "there were 2 nodes, 0 foreign nodes and 0 edges");
  refused(kWhole + "x", "nothing may follow the end");
  refused(header + nodes + Block(Edges(0, {1})) + Block(v1::GraphFileBlock()), "neither a node");
  v1::GraphFileBlock newer = Header(0, 0);
  newer.mutable_header()->set_format(2);
  EXPECT_THAT(ReadGraphFile(Ended(Block(newer))), HasReason("GRAPH_FILE_NEWER"));
}

// The example of docs/formats/graph-file.md.
TEST(GraphFileTest, ThePageShowsRealBytes) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BulkGraph graph, ToBulkGraph("example", ExampleGraph()));
  EXPECT_EQ(DocHex("graph-file.md", "file"), HexEncode(WriteGraphFile(graph)));
}

TEST(SyntheticGraphTest, EqualShapesGiveEqualGraphs) {
  SyntheticShape shape = ShapeOf(20'000);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BulkGraph graph, SyntheticGraph(shape));
  EXPECT_EQ(graph.edges.size(), 20'000u);
  EXPECT_EQ(graph.nodes.size(), shape.nodes);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BulkGraph again, SyntheticGraph(shape));
  EXPECT_EQ(WriteGraphFile(graph), WriteGraphFile(again));
  shape.seed = 2;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BulkGraph other, SyntheticGraph(shape));
  EXPECT_NE(WriteGraphFile(graph), WriteGraphFile(other));
}

TEST(SyntheticGraphTest, ShapesThatCannotBeAreRefused) {
  EXPECT_THAT(SyntheticGraph({999, 20'000, 1}), HasReason("SYNTHETIC_SHAPE"));
  EXPECT_THAT(SyntheticGraph({1'000, 10, 1}), HasReason("SYNTHETIC_SHAPE"));
  EXPECT_THAT(SyntheticGraph({1'000, 4'000'000, 1}), HasReason("SYNTHETIC_SHAPE"));
}

TEST(SyntheticGraphTest, TheLargestIsAsPrimeKg) {
  const SyntheticShape shape = ShapeOf(4'050'249);
  EXPECT_EQ(shape.nodes, 129'375u);
}

}  // namespace
}  // namespace evident::graph
