// What a change can make wrong is found near the change: over the packs that ship, with edits of
// every kind at random places.
#include "graph/model/affected_part.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "base/status_matchers.h"
#include "graph/model/invariants.h"
#include "graph/model/memory_graph.h"
#include "graph/model/test_changes.h"
#include "graph/pack/example_pack.h"
#include "graph/pack/reader.h"

namespace evident::graph {
namespace {

class RandomEdits {
 public:
  RandomEdits(uint64_t seed, GraphDraft& draft) : random_(seed), draft_(draft) {}

  void Apply() {
    switch (Below(9)) {
      case 0:
        return DropNode();
      case 1:
        draft_.edges.erase(draft_.edges.begin() + static_cast<ptrdiff_t>(AnyEdge()));
        return;
      case 2:
        return Retarget();
      case 3:
        draft_.nodes[AnyNode()].mutable_statement()->set_section("elsewhere");
        return;
      case 4:
        return SwapFacts();
      case 5:
        draft_.edges[AnyEdge()].record.mutable_involves()->set_add_on_to("p/none");
        return;
      case 6:
        return DropSection();
      case 7:
        return LinkAtRandom(v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT);
      default:
        return LinkAtRandom(v1::EDGE_KIND_ELABORATES, v1::NODE_KIND_STATEMENT);
    }
  }

 private:
  size_t Below(size_t n) { return random_() % n; }
  size_t AnyNode() { return Below(draft_.nodes.size()); }
  size_t AnyEdge() { return Below(draft_.edges.size()); }

  // Half the time with the edges that lead to it, so that only records name it.
  void DropNode() {
    const size_t at = AnyNode();
    const std::string name = draft_.nodes[at].name();
    const bool with_edges = Below(2) == 0;
    std::erase_if(draft_.edges, [&](const EdgeDraft& edge) {
      return edge.src == name || (with_edges && edge.dst == name);
    });
    draft_.nodes.erase(draft_.nodes.begin() + static_cast<ptrdiff_t>(at));
  }

  void Retarget() {
    EdgeDraft& edge = draft_.edges[AnyEdge()];
    const EdgeDraft& other = draft_.edges[AnyEdge()];
    edge.dst = other.dst;
    edge.dst_kind = other.dst_kind;
  }

  void SwapFacts() {
    for (v1::NodeRecord& node : draft_.nodes) {
      if (!node.has_fact() || Below(8) != 0) continue;
      node.mutable_fact()->set_type(v1::FACT_TYPE_DATE);
      return;
    }
  }

  void DropSection() {
    for (v1::NodeRecord& node : draft_.nodes) {
      if (node.has_guideline()) node.mutable_guideline()->clear_sections();
    }
  }

  void LinkAtRandom(v1::EdgeKind kind, v1::NodeKind nodes) {
    std::vector<std::string> names;
    for (const v1::NodeRecord& node : draft_.nodes) {
      const bool fits =
          nodes == v1::NODE_KIND_CONCEPT ? node.has_clinical_concept() : node.has_statement();
      if (fits) names.push_back(node.name());
    }
    EdgeDraft edge{nodes, names[Below(names.size())], kind, nodes, names[Below(names.size())], {}};
    draft_.edges.push_back(std::move(edge));
  }

  std::mt19937_64 random_;
  GraphDraft& draft_;
};

class AffectedPartTest : public testing::TestWithParam<const char*> {};

TEST_P(AffectedPartTest, SaysOfAChangeWhatTheWholeGraphSays) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const PackFiles files,
                               LoadPackFiles(SourceDir() + "/knowledge/" + GetParam()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Pack pack, ReadPack(files));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto graph, MemoryGraph::Build(pack.draft, {}));
  int sound = 0;
  int wrong = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    GraphDraft after = pack.draft;
    RandomEdits edits(seed, after);
    for (uint64_t i = 0; i <= seed % 3; ++i) edits.Apply();
    const ChangeSet changes = ChangesBetween(pack.draft, after);
    const auto changed = WithChanges(graph, changes, {});
    if (!changed.ok()) continue;  // not even rows
    const absl::Status whole = CheckGraph(after);
    const absl::Status part = CheckChanges(*graph, **changed, changes);
    ASSERT_EQ(part.ok(), whole.ok()) << seed << "\n" << whole << "\n" << part;
    ++(whole.ok() ? sound : wrong);
    std::set<std::string> said;
    for (const Violation& one : ErrorViolations(whole)) said.insert(one.field + one.description);
    for (const Violation& one : ErrorViolations(part)) {
      // Where a circle or long chain is entered depends on what else is there.
      if (one.description.find(" -> ") != std::string::npos) continue;
      EXPECT_EQ(said.count(one.field + one.description), 1u) << seed << " " << one.description;
    }
  }
  EXPECT_GT(sound, 20);
  EXPECT_GT(wrong, 100);
}

INSTANTIATE_TEST_SUITE_P(Packs, AffectedPartTest,
                         testing::Values("cervical-cancer-metastatic", "fictional-emberfern-wilt"));

TEST(AffectedPartTest, OfOneStatementThePartIsSmall) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const PackFiles files, LoadPackFiles(SourceDir() + "/knowledge/cervical-cancer-metastatic"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Pack pack, ReadPack(files));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto graph, MemoryGraph::Build(pack.draft, {}));
  GraphDraft after = pack.draft;
  for (v1::NodeRecord& node : after.nodes) {
    if (node.has_reference()) {
      node.mutable_reference()->set_standing(v1::STANDING_RETRACTED);
      break;
    }
  }
  const ChangeSet changes = ChangesBetween(pack.draft, after);
  ASSERT_EQ(changes.size(), 1u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto changed, WithChanges(graph, changes, {}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const GraphDraft part, AffectedPart(*graph, *changed, changes));
  EVIDENT_EXPECT_OK(CheckChanges(*graph, *changed, changes));
  size_t facts = 0;
  for (const v1::NodeRecord& node : part.nodes) facts += node.has_fact();
  EXPECT_EQ(part.nodes.size(), facts + 1);
  EXPECT_TRUE(part.edges.empty());
}

}  // namespace
}  // namespace evident::graph
