#include "decision/changes_since.h"

#include <string>
#include <vector>

#include "decision/test_graph.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ChangesSinceTest : public testing::Test {
 protected:
  ChangesSinceTest() {
    graph_.AddFact("score", v1::FACT_TYPE_INTEGER);
    graph_.AddIntervention("drug", v1::INTERVENTION_KIND_DRUG);
    graph_.AddPoint("treat");
    graph_.AddConcept("elsewhere", v1::CONCEPT_KIND_CONDITION);
    one_ = &graph_.Add("one", v1::POLARITY_RECOMMEND, "score <= 4", {"treat"});
    graph_.AddOption("one", false, {{"drug"}});
    trial_ = &graph_.AddEvidence("trial");
    trial_->set_headline("A trial");
    paper_ = &graph_.AddReference("paper");
    paper_->set_title("A paper");
    graph_.Link("one", v1::EDGE_KIND_SUPPORTED_BY, v1::NODE_KIND_EVIDENCE, "trial")
        .mutable_supported_by()
        ->set_support(v1::SUPPORT_SUPPORTS);
    graph_.Edge(v1::NODE_KIND_EVIDENCE, "trial", v1::EDGE_KIND_REPORTED_IN, v1::NODE_KIND_REFERENCE,
                "paper");
    // What was not looked at.
    graph_.Add("other", v1::POLARITY_RECOMMEND, "", {});
    graph_.ApplyTo("other", "elsewhere");
    graph_.AddReference("unread").set_title("Unread");
    graph_.AddBoard("board", {"ann"}, 1);
    then_ = graph_.Compile();
    record_ = DecideFor(*then_, FrameOf({{Full("score"), Int(2)}})).record;
  }

  // "kind name: words" of each, after the graph was changed.
  std::vector<std::string> Since() {
    const auto now = graph_.Compile();
    if (now == nullptr) return {"does not compile"};
    auto changes = ChangesSince(record_, *then_, *now);
    EXPECT_THAT(changes, IsOk());
    if (!changes.ok()) return {};
    std::vector<std::string> lines;
    for (const v1::ChangeSince& change : *changes) {
      lines.push_back(v1::SinceKind_Name(change.kind()).substr(sizeof("SINCE_KIND_") - 1) + " " +
                      change.difference().name() + ": " + change.words());
    }
    changes_ = *std::move(changes);
    return lines;
  }

  TestGraph graph_;
  v1::Statement* one_;
  v1::Evidence* trial_;
  v1::Reference* paper_;
  std::shared_ptr<const KnowledgeIndex> then_;
  v1::DecisionRecord record_;
  std::vector<v1::ChangeSince> changes_;
};

TEST_F(ChangesSinceTest, NothingHasChangedInTheReleaseItself) { EXPECT_THAT(Since(), IsEmpty()); }

TEST_F(ChangesSinceTest, WhatItDidNotRestOnIsNotItsConcern) {
  graph_.AddReference("new").set_title("New");
  graph_.AddIntervention("another-drug", v1::INTERVENTION_KIND_DRUG);
  graph_.Add("third", v1::POLARITY_RECOMMEND, "", {});
  graph_.ApplyTo("third", "elsewhere");
  EXPECT_THAT(Since(), IsEmpty());
}

TEST_F(ChangesSinceTest, AWithdrawnStatementIsDatedAndSaysWhy) {
  one_->set_standing(v1::STANDING_WITHDRAWN);
  one_->mutable_standing_act()->set_on("2026-03-01");
  one_->mutable_standing_act()->set_why("a batch was spoiled");
  EXPECT_THAT(Since(), ElementsAre("STANDING t/one: withdrawn on 2026-03-01: a batch was spoiled"));
  EXPECT_FALSE(changes_[0].difference().fields().empty());
}

TEST_F(ChangesSinceTest, ARetractedReferenceIsFoundBehindTheEvidence) {
  paper_->set_standing(v1::STANDING_RETRACTED);
  EXPECT_THAT(Since(), ElementsAre("STANDING t/paper: retracted"));
}

TEST_F(ChangesSinceTest, EditsAreToldFieldByField) {
  trial_->set_headline("The same trial, longer");
  one_->mutable_wordings(0)->set_headline("Other words");
  EXPECT_THAT(Since(), ElementsAre("EDITED t/one: statement.wordings[0].headline",
                                   "EDITED t/trial: evidence.headline"));
  ASSERT_EQ(changes_[1].difference().fields_size(), 1);
  EXPECT_EQ(changes_[1].difference().fields(0).before(), "A trial");
  EXPECT_EQ(changes_[1].difference().fields(0).after(), "The same trial, longer");
}

TEST_F(ChangesSinceTest, SuccessorsAndNewStatementsAreNamed) {
  graph_.Add("two", v1::POLARITY_RECOMMEND, "score <= 3", {"treat"});
  graph_.AddSuccessor("two", "one");
  EXPECT_THAT(Since(),
              ElementsAre("SUPERSEDED t/one: superseded by t/two", "ADDED t/two: Headline of two"));
}

TEST_F(ChangesSinceTest, WhatIsGoneIsRemovedAndWhatLedThereEdited) {
  graph_.Remove("trial");
  EXPECT_THAT(Since(), ElementsAre("REMOVED t/trial: no longer there",
                                   "EDITED t/one: supported by t/trial"));
}

TEST_F(ChangesSinceTest, AReviewIsNoEdit) {
  v1::ReviewedBy& act = *graph_.Link("one", v1::EDGE_KIND_REVIEWED_BY, v1::NODE_KIND_PERSON, "ann")
                             .mutable_reviewed_by();
  act.set_act(v1::REVIEW_ACT_APPROVE);
  act.set_board(Full("board"));
  act.set_by("cn:ann");
  act.set_digest(std::string(then_->statements()[0].content->digest.view()));
  EXPECT_THAT(Since(), ElementsAre("REVIEWED t/one: never submitted for review, now approved"));
}

}  // namespace
}  // namespace evident::decision
