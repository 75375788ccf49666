#include "graph/release/resting_statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/model/node_id.h"
#include "graph/release/test_releases.h"
#include "graph/traverse/provenance.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr v1::NodeKind kStatement = v1::NODE_KIND_STATEMENT;
constexpr v1::NodeKind kEvidence = v1::NODE_KIND_EVIDENCE;
constexpr v1::NodeKind kReference = v1::NODE_KIND_REFERENCE;

class RestingStatementsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto releases = OpenReleases(dir_.path() + "/graph");
    ASSERT_THAT(releases, IsOk());
    releases_ = *std::move(releases);
    draft_.nodes = {StatementNode("p/one", 1),    StatementNode("p/two", 2),
                    StatementNode("p/three", 3),  EvidenceNode("p/e1", "p"),
                    EvidenceNode("p/e2", "p"),    ReferenceNode("p/paper", "p"),
                    ReferenceNode("p/other", "p")};
  }

  void Join(v1::NodeKind src_kind, const std::string& src, v1::EdgeKind kind, v1::NodeKind dst_kind,
            const std::string& dst) {
    EdgeDraft edge{src_kind, src, kind, dst_kind, dst, {}};
    if (kind == v1::EDGE_KIND_SUPPORTED_BY) edge.record.mutable_supported_by();
    if (kind == v1::EDGE_KIND_CITES) edge.record.mutable_cites();
    draft_.edges.push_back(std::move(edge));
  }
  void Part(const std::string& src, v1::EdgeKind kind, const std::string& dst) {
    std::erase_if(draft_.edges, [&](const EdgeDraft& edge) {
      return edge.src == src && edge.kind == kind && edge.dst == dst;
    });
  }
  ReleaseNumber Publish() {
    const auto published = releases_->Publish(RequestFor("p", draft_));
    EXPECT_THAT(published, IsOk());
    return ReleaseNumber(published.ok() ? published->release.number() : 0);
  }
  RestingStatements On(v1::NodeKind kind, const std::string& name) const {
    auto resting = RestingStatements::Find(*releases_, MakeNodeId(kind, name));
    EXPECT_THAT(resting, IsOk());
    return *std::move(resting);
  }

  // Of every statement, reference and piece of evidence in every release: as the walk from the
  // statement finds it there.
  void ExpectAsWalked() {
    const uint32_t head = releases_->Head()->release().number();
    size_t resting_pairs = 0;
    for (uint32_t number = 1; number <= head; ++number) {
      const auto reader = releases_->Pin({ReleaseNumber(number), std::nullopt});
      ASSERT_THAT(reader, IsOk());
      for (const v1::NodeKind kind : {kEvidence, kReference}) {
        const auto nodes = (*reader)->Nodes(kind);
        ASSERT_THAT(nodes, IsOk());
        for (const NodeId& node : *nodes) {
          const auto resting = RestingStatements::Find(*releases_, node);
          ASSERT_THAT(resting, IsOk());
          resting_pairs += ComparePairs(**reader, node, *resting, ReleaseNumber(number));
        }
      }
    }
    EXPECT_GT(resting_pairs, 0u);
  }
  static size_t ComparePairs(const GraphReader& reader, const NodeId& node,
                             const RestingStatements& resting, ReleaseNumber number) {
    size_t pairs = 0;
    const std::string name = (*reader.GetNode(node))->name();
    const auto statements = reader.Nodes(kStatement);
    for (const NodeId& id : statements.value_or(std::vector<NodeId>())) {
      const auto walk = WalkProvenance(reader, id);
      EXPECT_THAT(walk, IsOk());
      const auto named = [&](const NodePtr& end) { return end->name() == name; };
      const bool walked = std::any_of(walk->evidence.begin(), walk->evidence.end(), named) ||
                          std::any_of(walk->references.begin(), walk->references.end(), named);
      const std::string statement = (*reader.GetNode(id))->name();
      EXPECT_EQ(resting.RestsIn(statement, number), walked)
          << statement << " on " << name << " in release " << number.value;
      pairs += walked ? 1 : 0;
    }
    return pairs;
  }

  const TempDir dir_;
  std::unique_ptr<ReleaseManager> releases_;
  GraphDraft draft_;
};

TEST_F(RestingStatementsTest, KnowsEveryWayAndWhenItWasThere) {
  Join(kStatement, "p/one", v1::EDGE_KIND_SUPPORTED_BY, kEvidence, "p/e1");
  Join(kEvidence, "p/e1", v1::EDGE_KIND_CITES, kReference, "p/paper");
  Join(kStatement, "p/two", v1::EDGE_KIND_CITES, kReference, "p/paper");
  const ReleaseNumber first = Publish();
  Join(kStatement, "p/three", v1::EDGE_KIND_SUPPORTED_BY, kEvidence, "p/e2");
  Join(kEvidence, "p/e2", v1::EDGE_KIND_REPORTED_IN, kReference, "p/paper");
  Part("p/two", v1::EDGE_KIND_CITES, "p/paper");
  const ReleaseNumber second = Publish();
  // What is cited counts before where it is reported.
  Join(kEvidence, "p/e2", v1::EDGE_KIND_CITES, kReference, "p/other");
  const ReleaseNumber third = Publish();

  const RestingStatements paper = On(kReference, "p/paper");
  EXPECT_THAT(paper.names(), ElementsAre("p/one", "p/three", "p/two"));
  EXPECT_TRUE(paper.RestsIn("p/one", first));
  EXPECT_TRUE(paper.RestsIn("p/one", third));
  EXPECT_TRUE(paper.RestsIn("p/two", first));
  EXPECT_FALSE(paper.RestsIn("p/two", second));
  EXPECT_FALSE(paper.RestsIn("p/three", first));
  EXPECT_TRUE(paper.RestsIn("p/three", second));
  EXPECT_FALSE(paper.RestsIn("p/three", third));
  EXPECT_THAT(On(kEvidence, "p/e2").names(), ElementsAre("p/three"));
  EXPECT_THAT(On(kStatement, "p/two").names(), ElementsAre("p/two"));
  EXPECT_TRUE(On(kStatement, "p/two").RestsIn("p/two", first));
  EXPECT_THAT(On(kReference, "p/nowhere").names(), IsEmpty());
  ExpectAsWalked();
}

// A statement that is gone is still named for what rested on it.
TEST_F(RestingStatementsTest, KnowsWhatIsGone) {
  Join(kStatement, "p/two", v1::EDGE_KIND_CITES, kReference, "p/paper");
  const ReleaseNumber first = Publish();
  draft_.edges.clear();
  std::erase_if(draft_.nodes, [](const v1::NodeRecord& node) { return node.name() == "p/two"; });
  const ReleaseNumber second = Publish();
  const RestingStatements paper = On(kReference, "p/paper");
  EXPECT_THAT(paper.names(), ElementsAre("p/two"));
  EXPECT_TRUE(paper.RestsIn("p/two", first));
  EXPECT_FALSE(paper.RestsIn("p/two", second));
  const auto record = releases_->LastRecord(MakeNodeId(kStatement, "p/two"));
  ASSERT_THAT(record, IsOk());
  ASSERT_NE(*record, nullptr);
  EXPECT_EQ((*record)->name(), "p/two");
  EXPECT_EQ(*releases_->LastRecord(MakeNodeId(kStatement, "p/never")), nullptr);
}

TEST_F(RestingStatementsTest, AgreesWithTheWalkOverRandomHistories) {
  RandomPack pack(11, "base");
  for (int i = 0; i < 25; ++i) {
    ASSERT_THAT(releases_->Publish(RequestFor("base", pack.Next())), IsOk());
  }
  ExpectAsWalked();
}

}  // namespace
}  // namespace evident::graph
