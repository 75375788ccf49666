#include "graph/traverse/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "criteria/parse.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/memory_graph.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Texts(const google::protobuf::RepeatedPtrField<v1::FieldChange>& fields) {
  std::vector<std::string> texts;
  for (const v1::FieldChange& field : fields) {
    texts.push_back(field.path() + ": " + field.before() + " -> " + field.after());
  }
  return texts;
}

std::shared_ptr<const GraphReader> Graph(const GraphDraft& draft) {
  const auto rows = BuildRows(draft);
  EXPECT_THAT(rows, IsOk());
  auto graph = MemoryGraph::FromRows(*rows, {});
  EXPECT_THAT(graph, IsOk());
  return *std::move(graph);
}

class DiffTest : public testing::Test {
 protected:
  DiffTest() {
    before_.nodes = {StatementNode("p/s", 1), ConceptNode("p/a", "A"), ConceptNode("p/b", "B")};
    before_.edges = {{v1::NODE_KIND_STATEMENT,
                      "p/s",
                      v1::EDGE_KIND_APPLIES_TO,
                      v1::NODE_KIND_CONCEPT,
                      "p/a",
                      {}}};
    EdgeDraft involves{v1::NODE_KIND_STATEMENT, "p/s", v1::EDGE_KIND_INVOLVES,
                       v1::NODE_KIND_CONCEPT,   "p/b", {}};
    v1::Involves& part = *involves.record.mutable_involves();
    part.set_option(1);
    part.set_component(1);
    part.mutable_dose()->mutable_amount()->mutable_value()->set_unscaled(150);
    part.mutable_dose()->mutable_amount()->mutable_value()->set_scale(1);
    part.mutable_dose()->mutable_amount()->set_unit("mg");
    before_.edges.push_back(involves);
    after_ = before_;
  }

  // Of the statement.
  v1::NodeDifference Diff() {
    const auto difference =
        DiffNode(*Graph(before_), *Graph(after_), MakeNodeId(v1::NODE_KIND_STATEMENT, "p/s"));
    EXPECT_THAT(difference, IsOk());
    return difference.ok() && difference->has_value() ? **difference : v1::NodeDifference();
  }

  GraphDraft before_;
  GraphDraft after_;
};

TEST_F(DiffTest, EqualNodesHaveNone) { EXPECT_EQ(Diff().name(), ""); }

TEST_F(DiffTest, FieldsAreNamedByTheirPath) {
  v1::Statement& statement = *after_.nodes[0].mutable_statement();
  statement.mutable_wordings(0)->set_headline("Another");
  statement.set_polarity(v1::POLARITY_STOP);
  statement.add_readings("new");
  const v1::NodeDifference difference = Diff();
  EXPECT_EQ(difference.change(), v1::CHANGE_KIND_CHANGED);
  const std::string headline = before_.nodes[0].statement().wordings(0).headline();
  const std::string polarity = v1::Polarity_Name(before_.nodes[0].statement().polarity());
  EXPECT_THAT(Texts(difference.fields()),
              ElementsAre("statement.polarity: " +
                              (before_.nodes[0].statement().polarity() == 0 ? "" : polarity) +
                              " -> POLARITY_STOP",
                          "statement.wordings[0].headline: " + headline + " -> Another",
                          "statement.readings[0]:  -> new"));
}

TEST_F(DiffTest, CriteriaAreReadAsOneLine) {
  const auto parse = [](const std::string& text) {
    return EncodeCriterion(*criteria::Parse(
        text, [](std::string_view name, criteria::NameUse) -> absl::StatusOr<std::string> {
          return "p/" + std::string(name);
        }));
  };
  *before_.nodes[0].mutable_statement()->mutable_criterion() = parse("score <= 1");
  *after_.nodes[0].mutable_statement()->mutable_criterion() = parse("score <= 1 and not ill");
  EXPECT_THAT(Texts(Diff().fields()),
              ElementsAre("statement.criterion: p/score <= 1 -> p/score <= 1 and not p/ill"));
}

TEST_F(DiffTest, EdgesComeGoAndChange) {
  after_.edges[0].dst = "p/b";
  after_.edges[1]
      .record.mutable_involves()
      ->mutable_dose()
      ->mutable_amount()
      ->mutable_value()
      ->set_unscaled(200);
  const v1::NodeDifference difference = Diff();
  EXPECT_THAT(difference.fields(), IsEmpty());
  ASSERT_EQ(difference.edges_size(), 3);
  std::vector<std::string> edges;
  for (const v1::EdgeChange& edge : difference.edges()) {
    edges.push_back(v1::ChangeKind_Name(edge.change()) + " " + v1::EdgeKind_Name(edge.kind()) +
                    " " + edge.target());
  }
  EXPECT_THAT(edges, testing::UnorderedElementsAre("CHANGE_KIND_REMOVED EDGE_KIND_APPLIES_TO p/a",
                                                   "CHANGE_KIND_ADDED EDGE_KIND_APPLIES_TO p/b",
                                                   "CHANGE_KIND_CHANGED EDGE_KIND_INVOLVES p/b"));
  EXPECT_THAT(Texts(difference.edges(2).fields()),
              ElementsAre("involves.dose.amount: 15.0 mg -> 20.0 mg"));
}

TEST_F(DiffTest, NodesComeAndGoWithAllTheirFields) {
  after_.nodes.erase(after_.nodes.begin());
  after_.edges.clear();
  const v1::NodeDifference gone = Diff();
  EXPECT_EQ(gone.change(), v1::CHANGE_KIND_REMOVED);
  EXPECT_EQ(gone.kind(), v1::NODE_KIND_STATEMENT);
  EXPECT_EQ(gone.edges_size(), 2);
  EXPECT_EQ(gone.edges(0).change(), v1::CHANGE_KIND_REMOVED);
  std::swap(before_, after_);
  const v1::NodeDifference fresh = Diff();
  EXPECT_EQ(fresh.change(), v1::CHANGE_KIND_ADDED);
  EXPECT_EQ(fresh.fields(0).path(), "name");
  EXPECT_EQ(fresh.fields(0).after(), "p/s");
}

TEST_F(DiffTest, ARecordThatIsThereAndEmptyIsNotOneThatIsMissing) {
  before_.nodes[0].mutable_statement()->mutable_timing();
  EXPECT_THAT(Texts(Diff().fields()), ElementsAre("statement.timing: {} -> "));
}

TEST_F(DiffTest, IdsOfEitherReleaseAscend) {
  after_.nodes.push_back(ConceptNode("p/c", "C"));
  before_.nodes.push_back(ConceptNode("p/d", "D"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto ids, NodesOfEither(*Graph(before_), *Graph(after_), v1::NODE_KIND_CONCEPT));
  EXPECT_EQ(ids.size(), 4u);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto all,
                               NodesOfEither(*Graph(before_), *Graph(after_), std::nullopt));
  EXPECT_EQ(all.size(), 5u);
}

}  // namespace
}  // namespace evident::graph
