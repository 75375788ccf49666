#include "graph/model/memory_graph.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "graph/model/keys.h"
#include "graph/model/naive_reader.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

class MemoryGraphRandomTest : public testing::TestWithParam<uint64_t> {};

TEST_P(MemoryGraphRandomTest, AnswersAsTheNaiveReader) {
  RandomPack pack(GetParam(), "base");
  Questions questions;
  for (int step = 0; step < 5; ++step) {
    const GraphDraft draft = pack.Next();
    questions.Add(draft);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto graph, MemoryGraph::Build(draft, {}));
    ASSERT_EQ(FirstDifference(*graph, NaiveReader(draft, {}), questions), "");
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, MemoryGraphRandomTest, testing::Range(uint64_t{1}, uint64_t{31}));

TEST(MemoryGraphTest, EmptyGraphAnswersWithNothing) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto graph, MemoryGraph::Build({}, {}));
  const NodeId id = MakeNodeId(v1::NODE_KIND_CONCEPT, "p/a");
  EXPECT_EQ(*graph->GetNode(id), nullptr);
  EXPECT_TRUE(graph->Out(id, {})->empty());
  EXPECT_TRUE(graph->In(id, v1::EDGE_KIND_IS_A)->empty());
  EXPECT_TRUE(graph->Nodes(v1::NODE_KIND_CONCEPT)->empty());
  EXPECT_TRUE(graph->Find(Index::kSlug, "a")->empty());
  EXPECT_THAT(graph->NodeDigest(id), FailsWith(absl::StatusCode::kNotFound, HexEncode(id.view())));
}

TEST(MemoryGraphTest, FindByNameFindsEveryKind) {
  GraphDraft draft = ExampleGraph();
  draft.nodes.push_back(v1::NodeRecord());
  draft.nodes.back().set_name("example/source#1");
  draft.nodes.back().set_pack("example");
  draft.nodes.back().mutable_unresolved()->set_raw_label("1");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto graph, MemoryGraph::Build(draft, {}));
  for (const v1::NodeRecord& node : draft.nodes) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const NodePtr found, FindByName(*graph, node.name()));
    ASSERT_NE(found, nullptr) << node.name();
    EXPECT_EQ(found->name(), node.name());
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NodePtr none, FindByName(*graph, "example/none"));
  EXPECT_EQ(none, nullptr);
}

TEST(MemoryGraphTest, BuildRefusesWhatAReleaseMayNotHold) {
  GraphDraft draft = ExampleGraph();
  draft.nodes.pop_back();
  EXPECT_THAT(MemoryGraph::Build(draft, {}), HasReason("GRAPH_INVALID"));
}

TEST(MemoryGraphTest, DamagedRowsAreRefusedByTheirKeys) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Rows rows, BuildRows(ExampleGraph()));
  const std::string node = rows.nodes.begin()->first;
  const std::string edge = rows.out.begin()->first;
  const auto refuses = [](const Rows& damaged, const std::string& key, const char* reason) {
    const auto graph = MemoryGraph::FromRows(damaged, {});
    EXPECT_THAT(graph, FailsWith(absl::StatusCode::kDataLoss, HexEncode(key)));
    EXPECT_THAT(graph, HasReason(reason));
  };
  Rows damaged = rows;
  damaged.nodes[node] += "x";
  refuses(damaged, node, "RECORD_CORRUPT");
  damaged = rows;
  damaged.nodes[node + "x"] = rows.nodes.at(node);
  refuses(damaged, node + "x", "KEY_MALFORMED");
  damaged = rows;
  damaged.nodes[node] = rows.nodes.rbegin()->second;
  refuses(damaged, node, "RECORD_CORRUPT");
  damaged = rows;
  damaged.out[edge] = "x";
  refuses(damaged, edge, "RECORD_CORRUPT");
  damaged = rows;
  damaged.out["x"] = "";
  refuses(damaged, "x", "KEY_MALFORMED");
  damaged = rows;
  damaged.nodes.erase(NodeRow(MakeNodeId(v1::NODE_KIND_ISSUER, "example/society")));
  refuses(damaged, edge, "EDGE_DANGLING");
}

}  // namespace
}  // namespace evident::graph
