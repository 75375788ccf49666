// What filters hold back, and that they take no warning away.
#include "base/limits.h"
#include "decision/describe_facts.h"
#include "decision/test_graph.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "give" of one issuer gives drug-a; "stop" of another ends it for the ill. "give" is approved and
// cites what is there; "stop" is neither.
TestGraph Warned() {
  TestGraph graph;
  graph.AddFact("ill", v1::FACT_TYPE_BOOLEAN);
  graph.AddIntervention("drug-a", v1::INTERVENTION_KIND_DRUG);
  graph.AddIntervention("care", v1::INTERVENTION_KIND_CARE);
  graph.AddPoint("p");
  graph.AddPoint("q");
  graph.AddGuideline("mine");
  graph.AddGuideline("theirs");
  for (const auto& [guideline, issuer] : {std::pair("mine", "us"), std::pair("theirs", "them")}) {
    graph.AddIssuer(issuer);
    graph.Edge(v1::NODE_KIND_GUIDELINE, guideline, v1::EDGE_KIND_ISSUED_BY, v1::NODE_KIND_ISSUER,
               issuer);
  }
  graph.Add("give", v1::POLARITY_RECOMMEND, "", {"p"}).set_review_state(v1::REVIEW_STATE_APPROVED);
  graph.AddOption("give", false, {{"drug-a"}});
  graph.MoveTo("give", "mine");
  graph.Add("stop", v1::POLARITY_STOP, "ill", {"q"}).set_review_state(v1::REVIEW_STATE_SUBMITTED);
  graph.AddOption("stop", false, {{"drug-a"}});
  graph.MoveTo("stop", "theirs");
  graph.AddUnresolvedCitation("stop");
  return graph;
}

const std::vector<v1::Filters>& AllFilters() {
  static const auto* const kFilters = [] {
    auto* const filters = new std::vector<v1::Filters>(3);
    (*filters)[0].set_hold_back_unresolved(true);
    (*filters)[1].set_review_state_min(v1::REVIEW_STATE_UNDER_REVIEW);
    (*filters)[2].add_issuers(Full("us"));
    return filters;
  }();
  return *kFilters;
}

v1::Answer Filtered(const TestGraph& graph, const v1::Filters& filters, const FactList& facts) {
  const auto index = graph.Compile();
  if (index == nullptr) return {};
  v1::QuestionFrame frame = FrameOf(facts);
  *frame.mutable_filters() = filters;
  return DecideFor(*index, frame).answer;
}

const v1::Notice* Warning(const v1::Answer& answer) {
  for (const v1::Notice& notice : answer.notices()) {
    if (notice.code() == "HELD_BACK_WARNING") return &notice;
  }
  return nullptr;
}

TEST(FiltersTest, EachHoldsBackWhatItNamesAndSaysSo) {
  for (const v1::Filters& filters : AllFilters()) {
    const v1::Answer answer = Filtered(Warned(), filters, {{"ill", Bool(true)}});
    const v1::Exclusion* const out = FindExclusion(answer, "stop");
    ASSERT_NE(out, nullptr) << filters.ShortDebugString();
    EXPECT_EQ(out->reason(), v1::EXCLUSION_REASON_HELD_BACK);
    EXPECT_NE(out->detail(), "");
    EXPECT_NE(FindItem(answer, "give"), nullptr);
    EXPECT_EQ(PointOf(answer, "q").outcome(), v1::OUTCOME_NONE_APPLIES);
  }
}

TEST(FiltersTest, WhatAHeldBackStatementWouldRemoveIsConditionalWithANotice) {
  const v1::Answer open = AnswerFor(Warned(), {{"ill", Bool(true)}});
  EXPECT_EQ(FindItem(open, "give")->options(0).state(), v1::OPTION_STATE_REMOVED);
  EXPECT_EQ(Warning(open), nullptr);
  for (const v1::Filters& filters : AllFilters()) {
    const v1::Answer answer = Filtered(Warned(), filters, {{"ill", Bool(true)}});
    const v1::AnswerOption& option = FindItem(answer, "give")->options(0);
    EXPECT_EQ(option.state(), v1::OPTION_STATE_CONDITIONAL) << filters.ShortDebugString();
    EXPECT_EQ(option.components(0).state(), v1::OPTION_STATE_CONDITIONAL);
    ASSERT_EQ(option.removals_size(), 1);
    EXPECT_EQ(option.removals(0).statement(), Full("stop"));
    EXPECT_TRUE(option.removals(0).held_back());
    EXPECT_THAT(option.removals(0).if_facts(), IsEmpty());
    EXPECT_EQ(PointOf(answer, "p").outcome(), v1::OUTCOME_RECOMMENDED);
    EXPECT_TRUE(PointOf(answer, "p").conditional());
    ASSERT_NE(Warning(answer), nullptr);
    EXPECT_THAT(Warning(answer)->about(), ElementsAre(Full("stop")));
  }
}

TEST(FiltersTest, WhatAHeldBackStatementMayRemoveNamesTheFacts) {
  for (const v1::Filters& filters : AllFilters()) {
    const v1::Answer answer = Filtered(Warned(), filters, {});
    const v1::AnswerOption& option = FindItem(answer, "give")->options(0);
    EXPECT_EQ(option.state(), v1::OPTION_STATE_CONDITIONAL);
    ASSERT_EQ(option.removals_size(), 1);
    EXPECT_TRUE(option.removals(0).held_back());
    ASSERT_EQ(option.removals(0).if_facts_size(), 1);
    EXPECT_THAT(option.removals(0).if_facts(0).facts(), ElementsAre(Full("ill")));
  }
}

TEST(FiltersTest, AHeldBackStatementThatDoesNotApplyWarnsOfNothing) {
  for (const v1::Filters& filters : AllFilters()) {
    const v1::Answer answer = Filtered(Warned(), filters, {{"ill", Bool(false)}});
    EXPECT_EQ(FindItem(answer, "give")->options(0).state(), v1::OPTION_STATE_OFFERED);
    EXPECT_EQ(FindExclusion(answer, "stop")->reason(), v1::EXCLUSION_REASON_HELD_BACK);
    EXPECT_EQ(Warning(answer), nullptr);
    EXPECT_FALSE(PointOf(answer, "p").conditional());
  }
}

TEST(FiltersTest, AConflictOfWhichOneSideIsHeldBackStands) {
  TestGraph graph = Warned();
  graph.AddConflict("stop", "give");
  for (const v1::Filters& filters : AllFilters()) {
    const v1::Answer standing = Filtered(graph, filters, {{"ill", Bool(true)}});
    ASSERT_EQ(standing.conflicts_size(), 1) << filters.ShortDebugString();
    EXPECT_EQ(standing.conflicts(0).state(), v1::CONFLICT_STATE_STANDING);
    EXPECT_EQ(standing.conflicts(0).held_back(), Full("stop"));
    EXPECT_TRUE(FindItem(standing, "give")->contested());
    EXPECT_EQ(FindItem(standing, "give")->options(0).state(), v1::OPTION_STATE_CONTESTED);
    EXPECT_EQ(PointOf(standing, "p").outcome(), v1::OUTCOME_CONFLICT);
    ASSERT_NE(Warning(standing), nullptr);
    EXPECT_THAT(Warning(standing)->about(), ElementsAre(Full("stop")));
    const v1::Answer possible = Filtered(graph, filters, {});
    ASSERT_EQ(possible.conflicts_size(), 1);
    EXPECT_EQ(possible.conflicts(0).state(), v1::CONFLICT_STATE_POSSIBLE);
    ASSERT_EQ(possible.conflicts(0).would_join_size(), 1);
    EXPECT_THAT(Filtered(graph, filters, {{"ill", Bool(false)}}).conflicts(), IsEmpty());
  }
}

TEST(FiltersTest, AConflictOfWhichBothSidesAreHeldBackIsNotShown) {
  TestGraph graph = Warned();
  graph.AddConflict("stop", "give");
  v1::Filters filters;
  filters.add_issuers(Full("us"));
  graph.MoveTo("give", "theirs");
  const v1::Answer answer = Filtered(graph, filters, {{"ill", Bool(true)}});
  EXPECT_THAT(answer.conflicts(), IsEmpty());
  EXPECT_THAT(answer.recommendations(), IsEmpty());
}

TEST(FiltersTest, ADetailOfAHeldBackStopWarnsToo) {
  TestGraph graph = Warned();
  graph.AddIntervention("drug-b", v1::INTERVENTION_KIND_DRUG);
  graph.AddOption("give", false, {{"drug-b"}});
  graph.Add("detail", v1::POLARITY_STOP, "", {"q"});
  graph.AddOption("detail", false, {{"drug-b"}});
  graph.MoveTo("detail", "theirs");
  graph.AddDetail("detail", "stop");
  graph.AddUnresolvedCitation("detail");
  for (const v1::Filters& filters : AllFilters()) {
    const v1::Answer answer = Filtered(graph, filters, {{"ill", Bool(true)}});
    EXPECT_EQ(FindItem(answer, "give")->options(1).state(), v1::OPTION_STATE_CONDITIONAL);
    EXPECT_THAT(Warning(answer)->about(), ElementsAre(Full("detail"), Full("stop")));
  }
}

TEST(FiltersTest, WhatWasReplacedWarnsOfNothing) {
  TestGraph graph = Warned();
  graph.Add("newer", v1::POLARITY_CONSIDER, "", {"q"});
  graph.AddOption("newer", false, {{"care"}});
  graph.AddSuccessor("newer", "stop");
  for (const v1::Filters& filters : AllFilters()) {
    const v1::Answer answer = Filtered(graph, filters, {{"ill", Bool(true)}});
    EXPECT_EQ(FindItem(answer, "give")->options(0).state(), v1::OPTION_STATE_OFFERED);
    EXPECT_EQ(Warning(answer), nullptr);
  }
}

TEST(FiltersTest, AReviewStateThatIsNoneIsRefused) {
  const auto index = Warned().Compile();
  ASSERT_NE(index, nullptr);
  v1::QuestionFrame frame = FrameOf({});
  frame.mutable_filters()->set_review_state_min(static_cast<v1::ReviewState>(77));
  const auto question = Resolve(*index, frame);
  EXPECT_THAT(question, HasReason("QUESTION_INVALID"));
  ASSERT_EQ(ErrorViolations(question.status()).size(), 1u);
  EXPECT_EQ(ErrorViolations(question.status())[0].field, "filters.review_state_min");
}

// Asked again and again while the work goes on: more often than there are steps.
TEST(ProceedTest, EndsTheWorkInTheMiddleOfAStep) {
  TestGraph graph = Warned();
  constexpr size_t kStatements = 200;
  for (size_t i = 0; i < kStatements; ++i) {
    const std::string slug = "more-" + std::to_string(i);
    graph.Add(slug, v1::POLARITY_CONSIDER, "", {"p"});
    graph.AddOption(slug, false, {{"care"}});
  }
  const auto index = graph.Compile();
  ASSERT_NE(index, nullptr);
  const auto question = Resolve(*index, FrameOf({}));
  ASSERT_THAT(question, IsOk());
  size_t asked = 0;
  ASSERT_THAT(Decide(*index, *question,
                     [&] {
                       ++asked;
                       return absl::OkStatus();
                     }),
              IsOk());
  EXPECT_GE(asked, 5 * kStatements);
  for (const size_t last : {size_t{0}, kStatements / 2, asked / 2, asked - 1}) {
    size_t left = last;
    const auto ended = Decide(*index, *question, [&]() -> absl::Status {
      if (left-- > 0) return absl::OkStatus();
      return absl::CancelledError("gone");
    });
    EXPECT_EQ(ended.status().code(), absl::StatusCode::kCancelled) << last;
  }
}

TEST(ProceedTest, EndsDescribeFactsToo) {
  const auto index = Warned().Compile();
  ASSERT_NE(index, nullptr);
  v1::DescribeFactsRequest request;
  request.add_concepts("c");
  const auto ended =
      DescribeFacts(request, *index, [] { return absl::DeadlineExceededError("late"); });
  EXPECT_EQ(ended.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(ProceedTest, MoreStatementsThanAnAnswerShowsAreRefusedByBoth) {
  TestGraph graph = Warned();
  for (size_t i = 0; i <= kStatementsPerAnswerMax; ++i) {
    graph.Add("more-" + std::to_string(i), v1::POLARITY_UNSPECIFIED, "", {});
  }
  const auto index = graph.Compile();
  ASSERT_NE(index, nullptr);
  const auto go_on = [] { return absl::OkStatus(); };
  v1::DescribeFactsRequest request;
  request.add_concepts("c");
  EXPECT_THAT(DescribeFacts(request, *index, go_on), HasReason("ANSWER_TOO_LARGE"));
  const auto question = Resolve(*index, FrameOf({}));
  ASSERT_THAT(question, IsOk());
  EXPECT_THAT(Decide(*index, *question, go_on), HasReason("ANSWER_TOO_LARGE"));
}

}  // namespace
}  // namespace evident::decision
