// Statements and references that were taken back, and where revisions stand in review.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decision/test_graph.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;

const v1::Notice* NoticeOf(const v1::Answer& answer, const std::string& code) {
  for (const v1::Notice& notice : answer.notices()) {
    if (notice.code() == code) return &notice;
  }
  return nullptr;
}

// "give" recommends drug-a and cites "paper".
class StandingTest : public testing::Test {
 protected:
  StandingTest() {
    graph_.AddIntervention("drug-a", v1::INTERVENTION_KIND_DRUG);
    graph_.AddPoint("p");
    give_ = &graph_.Add("give", v1::POLARITY_RECOMMEND, "", {"p"});
    graph_.AddOption("give", false, {{"drug-a"}});
    paper_ = &graph_.AddReference("paper");
    paper_->set_title("Paper");
    graph_.Link("give", v1::EDGE_KIND_CITES, v1::NODE_KIND_REFERENCE, "paper").mutable_cites();
  }

  // An act on the statement's revision as it is now.
  void Review(v1::ReviewAct act, const std::string& who) {
    const auto index = graph_.Compile();
    ASSERT_NE(index, nullptr);
    v1::ReviewedBy& review =
        *graph_
             .Link("give", v1::EDGE_KIND_REVIEWED_BY,
                   act == v1::REVIEW_ACT_SUBMIT ? v1::NODE_KIND_BOARD : v1::NODE_KIND_PERSON, who)
             .mutable_reviewed_by();
    review.set_act(act);
    review.set_digest(std::string(index->statements()[0].content->digest.view()));
    review.set_board(Full("board"));
    review.set_by("cn:" + who);
  }

  TestGraph graph_;
  v1::Statement* give_;
  v1::Reference* paper_;
};

TEST_F(StandingTest, AWithdrawnStatementIsOutOnAnyDayAndSaysWhy) {
  give_->set_standing(v1::STANDING_WITHDRAWN);
  give_->mutable_standing_act()->set_on("2026-03-01");
  give_->mutable_standing_act()->set_why("a batch was spoiled");
  const auto index = graph_.Compile();
  ASSERT_NE(index, nullptr);
  v1::QuestionFrame frame = FrameOf({});
  frame.set_as_valid_on("2020-01-01");
  const v1::Answer answer = DecideFor(*index, frame).answer;
  const v1::Exclusion* const out = FindExclusion(answer, "give");
  ASSERT_NE(out, nullptr);
  EXPECT_EQ(out->reason(), v1::EXCLUSION_REASON_WITHDRAWN);
  EXPECT_EQ(out->detail(), "withdrawn on 2026-03-01: a batch was spoiled");
  EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_NONE_APPLIES);
}

TEST_F(StandingTest, AWithdrawnStatementCoversNoCell) {
  graph_.AddFact("score", v1::FACT_TYPE_INTEGER);
  graph_.AddPoint("q").add_partition(Full("score"));
  v1::Statement& low = graph_.Add("low", v1::POLARITY_RECOMMEND, "score <= 1", {"q"});
  graph_.AddOption("low", false, {{"drug-a"}});
  graph_.Add("high", v1::POLARITY_ADVISE_AGAINST, "score >= 3", {"q"});
  graph_.AddOption("high", false, {{"drug-a"}});
  EXPECT_EQ(PointOf(AnswerFor(graph_, {{"score", Int(1)}}), "q").outcome(),
            v1::OUTCOME_RECOMMENDED);
  low.set_standing(v1::STANDING_WITHDRAWN);
  EXPECT_EQ(PointOf(AnswerFor(graph_, {{"score", Int(1)}}), "q").outcome(),
            v1::OUTCOME_NOT_COVERED);
}

TEST_F(StandingTest, ARetractedReferenceIsToldAndCanHoldBackWhatRestsOnIt) {
  EXPECT_EQ(NoticeOf(AnswerFor(graph_, {}), "REFERENCE_RETRACTED"), nullptr);
  for (const v1::Standing standing : {v1::STANDING_RETRACTED, v1::STANDING_WITHDRAWN}) {
    paper_->set_standing(standing);
    const v1::Answer shown = AnswerFor(graph_, {});
    ASSERT_NE(FindItem(shown, "give"), nullptr);
    const v1::Notice* const notice = NoticeOf(shown, "REFERENCE_RETRACTED");
    ASSERT_NE(notice, nullptr);
    EXPECT_THAT(notice->about(), ElementsAre(Full("paper")));

    const auto index = graph_.Compile();
    v1::QuestionFrame frame = FrameOf({});
    frame.mutable_filters()->set_hold_back_retracted(true);
    const v1::Answer held = DecideFor(*index, frame).answer;
    const v1::Exclusion* const out = FindExclusion(held, "give");
    ASSERT_NE(out, nullptr);
    EXPECT_EQ(out->reason(), v1::EXCLUSION_REASON_HELD_BACK);
    EXPECT_THAT(out->detail(), testing::HasSubstr(Full("paper")));
  }
}

TEST_F(StandingTest, ACorrectedReferenceHoldsNothingBack) {
  paper_->set_standing(v1::STANDING_CORRECTED);
  const auto index = graph_.Compile();
  v1::QuestionFrame frame = FrameOf({});
  frame.mutable_filters()->set_hold_back_retracted(true);
  EXPECT_NE(FindItem(DecideFor(*index, frame).answer, "give"), nullptr);
}

TEST_F(StandingTest, ActsOfReviewOnThisRevisionSayWhereItStands) {
  graph_.AddBoard("board", {"ann"}, 1);
  EXPECT_EQ(AnswerFor(graph_, {}).weakest_review_state(), v1::REVIEW_STATE_UNSPECIFIED);
  Review(v1::REVIEW_ACT_SUBMIT, "board");
  EXPECT_EQ(AnswerFor(graph_, {}).weakest_review_state(), v1::REVIEW_STATE_SUBMITTED);
  Review(v1::REVIEW_ACT_APPROVE, "ann");
  const v1::Answer approved = AnswerFor(graph_, {});
  EXPECT_EQ(FindItem(approved, "give")->review_state(), v1::REVIEW_STATE_APPROVED);
  EXPECT_EQ(NoticeOf(approved, "REVIEW_PENDING"), nullptr);

  give_->set_care_phase("edited");
  EXPECT_EQ(AnswerFor(graph_, {}).weakest_review_state(), v1::REVIEW_STATE_SUBMITTED);
}

}  // namespace
}  // namespace evident::decision
