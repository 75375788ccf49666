#include "graph/traverse/review.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const NodeId kId = MakeNodeId(v1::NODE_KIND_STATEMENT, "p/advice");

// A statement, a board of two whose quorum is two, and a doctor who is on no board.
class ReviewTest : public testing::Test {
 protected:
  ReviewTest() {
    draft_.nodes = {StatementNode("p/advice", 1), Named("board"), Named("ann"), Named("bob"),
                    Named("eve")};
    v1::Board& board = *draft_.nodes[1].mutable_board();
    board.set_display("Board");
    board.set_quorum(2);
    board.add_members("p/ann");
    board.add_members("p/bob");
    for (size_t i = 2; i < draft_.nodes.size(); ++i) {
      draft_.nodes[i].mutable_person()->set_display("Somebody");
    }
    draft_.nodes[0].mutable_statement()->set_review_state(v1::REVIEW_STATE_UNSPECIFIED);
    revision_ = Standing().revision;
  }

  static v1::NodeRecord Named(const std::string& slug) {
    v1::NodeRecord node;
    node.set_name("p/" + slug);
    node.set_pack("p");
    return node;
  }

  v1::ReviewedBy& Add(v1::ReviewAct act, const std::string& to) {
    const bool submits = act == v1::REVIEW_ACT_SUBMIT;
    EdgeDraft edge{v1::NODE_KIND_STATEMENT,
                   "p/advice",
                   v1::EDGE_KIND_REVIEWED_BY,
                   submits ? v1::NODE_KIND_BOARD : v1::NODE_KIND_PERSON,
                   "p/" + to,
                   {}};
    v1::ReviewedBy& review = *edge.record.mutable_reviewed_by();
    review.set_act(act);
    review.set_digest(std::string(revision_.view()));
    review.set_board("p/board");
    review.set_by("cn:" + to);
    draft_.edges.push_back(edge);
    return *draft_.edges.back().record.mutable_reviewed_by();
  }

  ReviewStanding Standing() const {
    const auto rows = BuildRows(draft_);
    EXPECT_THAT(rows, IsOk());
    const auto graph = MemoryGraph::FromRows(*rows, {});
    EXPECT_THAT(graph, IsOk());
    auto standing = ReviewOf(**graph, kId);
    EXPECT_THAT(standing, IsOk());
    return standing.ok() ? *std::move(standing) : ReviewStanding();
  }

  GraphDraft draft_;
  Digest revision_;
};

TEST_F(ReviewTest, WithoutActsTheRecordSpeaks) {
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_UNSPECIFIED);
  draft_.nodes[0].mutable_statement()->set_review_state(v1::REVIEW_STATE_SUBMITTED);
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_SUBMITTED);
  EXPECT_FALSE(Standing().edited_since);
}

TEST_F(ReviewTest, ASubmissionThenVotesThenAQuorum) {
  Add(v1::REVIEW_ACT_SUBMIT, "board").set_due("2027-01-31");
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_SUBMITTED);
  EXPECT_EQ(Standing().boards[0].due, "2027-01-31");
  Add(v1::REVIEW_ACT_APPROVE, "ann");
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_UNDER_REVIEW);
  Add(v1::REVIEW_ACT_APPROVE, "bob");
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_APPROVED);
  EXPECT_EQ(Standing().boards[0].approvals, 2u);
  EXPECT_THAT(Standing().reviewers, ElementsAre("p/board"));
}

TEST_F(ReviewTest, AMembersVoteAgainstStandsAboveAQuorum) {
  draft_.nodes[1].mutable_board()->set_quorum(1);
  Add(v1::REVIEW_ACT_APPROVE, "ann");
  Add(v1::REVIEW_ACT_REJECT, "bob");
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_REJECTED);
}

TEST_F(ReviewTest, OnlyMembersCountAndAbstainingIsNoVoteFor) {
  draft_.nodes[1].mutable_board()->set_quorum(1);
  Add(v1::REVIEW_ACT_APPROVE, "eve");
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_SUBMITTED);
  EXPECT_FALSE(Standing().acts[0].counts);
  Add(v1::REVIEW_ACT_ABSTAIN, "ann").add_interests("made it");
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_UNDER_REVIEW);
  EXPECT_EQ(Standing().boards[0].approvals, 0u);
}

TEST_F(ReviewTest, ABoardWithoutAQuorumNeverApproves) {
  draft_.nodes[1].mutable_board()->set_quorum(0);
  Add(v1::REVIEW_ACT_APPROVE, "ann");
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_UNDER_REVIEW);
}

TEST_F(ReviewTest, WhateverIsEditedIsHandedInAgainByItself) {
  Add(v1::REVIEW_ACT_APPROVE, "ann");
  Add(v1::REVIEW_ACT_APPROVE, "bob");
  draft_.nodes[0].mutable_statement()->set_care_phase("later");
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_SUBMITTED);
  EXPECT_TRUE(Standing().edited_since);
  EXPECT_THAT(Standing().acts, IsEmpty());
  draft_.nodes[0].mutable_statement()->clear_care_phase();
  draft_.nodes.push_back(ConceptNode("p/ill", "Ill"));
  draft_.edges.push_back({v1::NODE_KIND_STATEMENT,
                          "p/advice",
                          v1::EDGE_KIND_APPLIES_TO,
                          v1::NODE_KIND_CONCEPT,
                          "p/ill",
                          {}});
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_SUBMITTED);
}

TEST_F(ReviewTest, AClaimOfThePackDoesNotOutliveAnEdit) {
  draft_.nodes[0].mutable_statement()->set_review_state(v1::REVIEW_STATE_APPROVED);
  Add(v1::REVIEW_ACT_SUBMIT, "board");  // of the revision before the claim
  EXPECT_EQ(Standing().state, v1::REVIEW_STATE_SUBMITTED);
}

TEST_F(ReviewTest, AnUnknownNodeIsNamed) {
  draft_.nodes[0].set_name("p/other");
  const auto rows = BuildRows(draft_);
  const auto graph = MemoryGraph::FromRows(*rows, {});
  EXPECT_THAT(ReviewOf(**graph, kId), HasReason("NODE_UNKNOWN"));
}

}  // namespace
}  // namespace evident::graph
