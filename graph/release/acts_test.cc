// Acts of curators on single nodes: marks, standings and reviews.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "graph/model/current_node.h"
#include "graph/model/memory_graph.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"
#include "graph/release/citation_act.h"
#include "graph/release/review_acts.h"
#include "graph/release/standing_acts.h"
#include "graph/traverse/review.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr v1::NodeKind kStatement = v1::NODE_KIND_STATEMENT;
constexpr v1::NodeKind kEvidence = v1::NODE_KIND_EVIDENCE;
constexpr v1::NodeKind kReference = v1::NODE_KIND_REFERENCE;

const Actor kAnn{"cn:ann", "2026-11-26"};

v1::NodeRecord Named(const std::string& slug) {
  v1::NodeRecord node;
  node.set_name("p/" + slug);
  node.set_pack("p");
  return node;
}

// Two statements, the second detailing the first. The first has the unresolved marks "3" twice and
// "4" once, and is supported by evidence of a study that a paper reports.
class ActsTest : public testing::Test {
 protected:
  ActsTest() {
    draft_.nodes = {StatementNode("p/advice", 1), StatementNode("p/detail", 2),
                    ReferenceNode("p/paper", "p")};
    Add("result").mutable_evidence()->set_headline("Result");
    Add("trial").mutable_study()->set_display("Trial");
    Add("doc#3").mutable_unresolved()->set_raw_label("3");
    Add("doc#4").mutable_unresolved()->set_raw_label("4");
    Add("ann").mutable_person()->set_identity("cn:ann");
    Add("bob").mutable_person()->set_identity("cn:bob");
    v1::Board& board = *Add("board").mutable_board();
    board.set_quorum(1);
    board.add_members("p/ann");
    Mark("3", 26, 1);
    Mark("3", 26, 2);
    Mark("4", 30, 0);
    Join(kStatement, "p/detail", v1::EDGE_KIND_ELABORATES, kStatement, "p/advice");
    Join(kStatement, "p/advice", v1::EDGE_KIND_SUPPORTED_BY, kEvidence, "p/result")
        .mutable_supported_by();
    Join(kEvidence, "p/result", v1::EDGE_KIND_RESULT_OF, v1::NODE_KIND_STUDY, "p/trial");
    Join(v1::NODE_KIND_STUDY, "p/trial", v1::EDGE_KIND_REPORTED_IN, kReference, "p/paper");
  }

  v1::NodeRecord& Add(const std::string& slug) {
    draft_.nodes.push_back(Named(slug));
    return draft_.nodes.back();
  }
  v1::EdgeRecord& Join(v1::NodeKind src_kind, const std::string& src, v1::EdgeKind kind,
                       v1::NodeKind dst_kind, const std::string& dst) {
    draft_.edges.push_back({src_kind, src, kind, dst_kind, dst, {}});
    return draft_.edges.back().record;
  }
  void Mark(const std::string& mark, uint32_t line, uint32_t position) {
    v1::Cites& cites = *Join(kStatement, "p/advice", v1::EDGE_KIND_CITES, v1::NODE_KIND_UNRESOLVED,
                             "p/doc#" + mark)
                            .mutable_cites();
    cites.set_mark(mark);
    cites.set_unresolved(true);
    cites.mutable_at()->set_line(line);
    cites.mutable_at()->set_position(position);
  }

  std::shared_ptr<const GraphReader> Graph() const {
    const auto rows = BuildRows(draft_);
    EXPECT_THAT(rows, IsOk());
    auto graph = MemoryGraph::FromRows(*rows, {});
    EXPECT_THAT(graph, IsOk());
    return *std::move(graph);
  }

  // The graph with the changed node.
  void Take(const absl::StatusOr<NodeChange>& change) {
    ASSERT_THAT(change, IsOk());
    std::erase_if(draft_.edges, [&](const EdgeDraft& edge) { return edge.src == change->name; });
    draft_.edges.insert(draft_.edges.end(), change->out.begin(), change->out.end());
    for (v1::NodeRecord& node : draft_.nodes) {
      if (node.name() == change->name) node = *change->node;
    }
  }

  MarkResolution Third(uint32_t position) const {
    MarkResolution resolution{"p/advice", "3", {}, "p/paper", "the text names it"};
    resolution.at.set_line(position == 0 ? 0 : 26);
    resolution.at.set_position(position);
    return resolution;
  }

  GraphDraft draft_;
};

TEST_F(ActsTest, TheCurrentNodeChangesNothing) {
  const auto before = BuildRows(draft_);
  Take(CurrentNode(*Graph(), kStatement, "p/advice"));
  const auto after = BuildRows(draft_);
  EXPECT_EQ(after->nodes, before->nodes);
  EXPECT_EQ(after->out, before->out);
  EXPECT_THAT(CurrentNode(*Graph(), kStatement, "p/none"), HasReason("NODE_NOT_FOUND"));
}

TEST_F(ActsTest, AMarkIsBoundByWhomWhenAndWhy) {
  Take(ResolveMark(*Graph(), Third(2), kAnn));
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto cites, Graph()->Out(MakeNodeId(kStatement, "p/advice"), v1::EDGE_KIND_CITES));
  ASSERT_EQ(cites.size(), 3u);
  const auto bound = std::find_if(cites.begin(), cites.end(), [](const Edge& edge) {
    return edge.dst == MakeNodeId(kReference, "p/paper");
  });
  ASSERT_NE(bound, cites.end());
  const v1::Cites& act = bound->record->cites();
  EXPECT_FALSE(act.unresolved());
  EXPECT_EQ(act.mark(), "3");
  EXPECT_EQ(act.at().position(), 2u);
  EXPECT_EQ(act.resolution().by(), "cn:ann");
  EXPECT_EQ(act.resolution().on(), "2026-11-26");
  EXPECT_EQ(act.resolution().why(), "the text names it");
  EXPECT_THAT(ResolveMark(*Graph(), Third(2), kAnn), HasReason("MARK_NOT_FOUND"));
}

TEST_F(ActsTest, AMarkThatStandsTwiceIsToBeNamedByItsPlace) {
  const auto vague = ResolveMark(*Graph(), Third(0), kAnn);
  EXPECT_THAT(vague, HasReason("MARK_AMBIGUOUS"));
  EXPECT_THAT(std::string(vague.status().message()), HasSubstr("26/1, 26/2"));
  MarkResolution wrong = Third(1);
  wrong.reference = "p/nothing";
  EXPECT_THAT(ResolveMark(*Graph(), wrong, kAnn), HasReason("NODE_NOT_FOUND"));
  wrong = Third(1);
  wrong.node = "p/trial";
  EXPECT_THAT(ResolveMark(*Graph(), wrong, kAnn), HasReason("NODE_NOT_FOUND"));
}

TEST_F(ActsTest, AStatementIsWithdrawnByOneAndBroughtBackByAnother) {
  StandingChange change{"p/advice", v1::STANDING_WITHDRAWN, "it harms", "p/notice"};
  Take(SetStatementStanding(*Graph(), change, kAnn));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NodePtr node,
                               Graph()->GetNode(MakeNodeId(kStatement, "p/advice")));
  EXPECT_EQ(node->statement().standing(), v1::STANDING_WITHDRAWN);
  EXPECT_EQ(node->statement().standing_act().by(), "cn:ann");
  EXPECT_EQ(node->statement().standing_act().why(), "it harms");
  EXPECT_THAT(SetStatementStanding(*Graph(), change, kAnn), HasReason("STANDING_UNCHANGED"));
  change.standing = v1::STANDING_CURRENT;
  EXPECT_THAT(SetStatementStanding(*Graph(), change, kAnn), HasReason("REINSTATED_BY_SAME"));
  Take(SetStatementStanding(*Graph(), change, {"cn:bob", "2026-11-27"}));
  EXPECT_THAT(SetStatementStanding(*Graph(), change, kAnn), HasReason("STANDING_UNCHANGED"));
}

TEST_F(ActsTest, ARetractedReferenceLeadsToWhatRestsOnIt) {
  Take(SetReferenceStanding(*Graph(), {"p/paper", v1::STANDING_RETRACTED, "fabricated", ""}, kAnn));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto resting, StatementsRestingOn(*Graph(), "p/paper"));
  EXPECT_THAT(resting, ElementsAre("p/advice"));  // over evidence and its study
  Take(ResolveMark(*Graph(), Third(1), kAnn));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto citing, StatementsRestingOn(*Graph(), "p/paper"));
  EXPECT_THAT(citing, ElementsAre("p/advice"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto none, StatementsRestingOn(*Graph(), "p/other"));
  EXPECT_THAT(none, IsEmpty());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto details, StatementsDetailing(*Graph(), "p/advice"));
  EXPECT_THAT(details, ElementsAre("p/detail"));
}

class ReviewActsTest : public ActsTest {
 protected:
  RevisionReview Of(v1::ReviewAct act) {
    const auto digest = Graph()->NodeDigest(MakeNodeId(kStatement, "p/advice"));
    return {"p/advice", std::string(digest->view()), act, "", {}, ""};
  }
  v1::ReviewState State() {
    const auto standing = ReviewOf(*Graph(), MakeNodeId(kStatement, "p/advice"));
    EXPECT_THAT(standing, IsOk());
    return standing->state;
  }
};

TEST_F(ReviewActsTest, ARevisionIsHandedInAndVotedOn) {
  Take(AddReview(*Graph(), "p/board", Of(v1::REVIEW_ACT_SUBMIT), {"cn:curator", "2026-11-25"}));
  EXPECT_EQ(State(), v1::REVIEW_STATE_SUBMITTED);
  Take(AddReview(*Graph(), "p/board", Of(v1::REVIEW_ACT_REJECT), kAnn));
  EXPECT_EQ(State(), v1::REVIEW_STATE_REJECTED);
  Take(AddReview(*Graph(), "p/board", Of(v1::REVIEW_ACT_APPROVE), kAnn));  // the vote is changed
  EXPECT_EQ(State(), v1::REVIEW_STATE_APPROVED);
}

TEST_F(ReviewActsTest, OnlyMembersVoteAndOnlyOnWhatTheyRead) {
  EXPECT_THAT(AddReview(*Graph(), "p/board", Of(v1::REVIEW_ACT_APPROVE), {"cn:bob", ""}),
              HasReason("NOT_A_MEMBER"));
  EXPECT_THAT(AddReview(*Graph(), "p/board", Of(v1::REVIEW_ACT_APPROVE), {"", ""}),
              HasReason("NOT_A_MEMBER"));
  const RevisionReview read = Of(v1::REVIEW_ACT_APPROVE);
  draft_.nodes[0].mutable_statement()->set_care_phase("edited");
  EXPECT_THAT(AddReview(*Graph(), "p/board", read, kAnn), HasReason("REVISION_CHANGED"));
  EXPECT_THAT(AddReview(*Graph(), "p/no-board", read, kAnn), HasReason("NODE_NOT_FOUND"));
}

TEST_F(ReviewActsTest, ABoardThatCannotApproveTakesNothing) {
  for (const uint32_t quorum : {0u, 2u}) {
    draft_.nodes.back().mutable_board()->set_quorum(quorum);
    EXPECT_THAT(AddReview(*Graph(), "p/board", Of(v1::REVIEW_ACT_SUBMIT), kAnn),
                HasReason("BOARD_WITHOUT_QUORUM"));
  }
}

}  // namespace
}  // namespace evident::graph
