// Releases whose rows do not hold what publishing checks.
#include "decision/knowledge_index.h"

#include "decision/test_graph.h"

namespace evident::decision {
namespace {

// A release that lists no nodes of one kind, as if their rows were lost.
class HidingReader : public graph::GraphReader {
 public:
  HidingReader(std::shared_ptr<const graph::GraphReader> whole, v1::NodeKind hidden)
      : whole_(std::move(whole)), hidden_(hidden) {}

  const storage::v1::ReleaseRecord& release() const override { return whole_->release(); }
  absl::StatusOr<graph::NodePtr> GetNode(const NodeId& id) const override {
    return whole_->GetNode(id);
  }
  absl::StatusOr<std::vector<graph::Edge>> Out(const NodeId& src,
                                               std::optional<v1::EdgeKind> kind) const override {
    return whole_->Out(src, kind);
  }
  absl::StatusOr<std::vector<graph::Edge>> In(const NodeId& dst,
                                              std::optional<v1::EdgeKind> kind) const override {
    return whole_->In(dst, kind);
  }
  absl::StatusOr<std::vector<NodeId>> Nodes(v1::NodeKind kind) const override {
    if (kind == hidden_) return std::vector<NodeId>();
    return whole_->Nodes(kind);
  }
  absl::StatusOr<std::vector<NodeId>> Find(graph::Index index,
                                           std::string_view term) const override {
    return whole_->Find(index, term);
  }
  absl::StatusOr<Digest> NodeDigest(const NodeId& id) const override {
    return whole_->NodeDigest(id);
  }

 private:
  const std::shared_ptr<const graph::GraphReader> whole_;
  const v1::NodeKind hidden_;
};

TEST(KnowledgeIndexTest, ReleasesThatLackWhatTheirEdgesLeadToAreDataLoss) {
  TestGraph graph;
  graph.AddIntervention("care", v1::INTERVENTION_KIND_CARE);
  graph.AddPoint("p");
  graph.Add("one", v1::POLARITY_RECOMMEND, "", {"p"});
  graph.AddOption("one", false, {{"care"}});
  for (const v1::NodeKind hidden :
       {v1::NODE_KIND_DECISION_POINT, v1::NODE_KIND_GUIDELINE, v1::NODE_KIND_CONCEPT}) {
    auto whole = graph::MemoryGraph::Build(graph.Draft(), storage::v1::ReleaseRecord());
    ASSERT_THAT(whole, IsOk());
    const auto index =
        KnowledgeIndex::Build(std::make_shared<HidingReader>(*std::move(whole), hidden));
    EXPECT_EQ(index.status().code(), absl::StatusCode::kDataLoss) << hidden;
    EXPECT_THAT(index, HasReason("EDGE_DANGLING"));
  }
}

TEST(KnowledgeIndexTest, GivingARegimenGivesItsComponentsAndWhatTheyAre) {
  TestGraph graph;
  for (const auto& [slug, above] : {std::pair("drugs", ""), std::pair("drug-a", "drugs"),
                                    std::pair("drug-b", ""), std::pair("pair", "")}) {
    graph.AddIntervention(slug, v1::INTERVENTION_KIND_DRUG, above);
  }
  for (const char* const part : {"drug-a", "drug-b"}) {
    graph.Edge(v1::NODE_KIND_CONCEPT, part, v1::EDGE_KIND_COMPONENT_OF, v1::NODE_KIND_CONCEPT,
               "pair");
  }
  graph.Add("one", v1::POLARITY_RECOMMEND, "", {});
  graph.AddOption("one", false, {{"pair"}});
  const auto index = graph.Compile();
  ASSERT_NE(index, nullptr);
  for (const char* const given : {"pair", "drug-a", "drugs"}) {  // the first is looked up
    EXPECT_TRUE(index->Includes(Full(given), Full("drugs"))) << given;
    EXPECT_TRUE(index->Includes(Full(given), Full(given)));
  }
  EXPECT_TRUE(index->Includes(Full("pair"), Full("drug-b")));
  EXPECT_FALSE(index->Includes(Full("drug-b"), Full("drugs")));
  EXPECT_FALSE(index->Includes(Full("drug-a"), Full("pair")));
}

}  // namespace
}  // namespace evident::decision
