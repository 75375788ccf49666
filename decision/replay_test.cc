#include "decision/replay.h"

#include <string>

#include "base/limits.h"
#include "decision/test_graph.h"

namespace evident::decision {
namespace {

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    graph_.AddFact("score", v1::FACT_TYPE_INTEGER);
    graph_.AddIntervention("drug", v1::INTERVENTION_KIND_DRUG);
    graph_.AddPoint("treat");
    graph_.Add("one", v1::POLARITY_RECOMMEND, "score <= 4", {"treat"});
    graph_.AddOption("one", false, {{"drug"}});
    index_ = graph_.Compile();
    decided_ = DecideFor(*index_, FrameOf({{Full("score"), Int(2)}}));
  }

  absl::StatusOr<Replayed> Run(const v1::DecisionRecord& record,
                               uint32_t engine = kEngineSemantics) const {
    return ReplayDecision(
        *index_, {record, engine, [this](auto bytes) { return bytes == decided_.answer_bytes; }},
        [] { return absl::OkStatus(); });
  }

  TestGraph graph_;
  std::shared_ptr<const KnowledgeIndex> index_;
  Decision decided_;
};

TEST_F(ReplayTest, WhatWasRecordedComesOutAgain) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Replayed replayed, Run(decided_.record));
  EXPECT_EQ(replayed.replay.result(), v1::REPLAY_RESULT_SAME);
  EXPECT_EQ(replayed.replay.differences_size(), 0);
  EXPECT_EQ(replayed.decision.answer_bytes, decided_.answer_bytes);
}

TEST_F(ReplayTest, AnAlteredRecordIsNamedByItsField) {
  v1::DecisionRecord altered = decided_.record;
  altered.mutable_statements(0)->set_applicability(v1::APPLICABILITY_UNDECIDED);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Replayed replayed, Run(altered));
  EXPECT_EQ(replayed.replay.result(), v1::REPLAY_RESULT_RECORD_DIFFERS);
  ASSERT_EQ(replayed.replay.differences_size(), 1);
  EXPECT_EQ(replayed.replay.differences(0).path(), "statements[0].applicability");
}

// The question decides, so all that follows from it differs too.
TEST_F(ReplayTest, AnAlteredQuestionGivesAnotherAnswer) {
  v1::DecisionRecord altered = decided_.record;
  *altered.mutable_question()->mutable_facts(0)->mutable_fact()->mutable_value() = Int(7);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Replayed replayed, Run(altered));
  EXPECT_EQ(replayed.replay.result(), v1::REPLAY_RESULT_ANSWER_DIFFERS)
      << "an engine of the same number answers the same";
  EXPECT_GT(replayed.replay.differences_size(), 0);
  for (const uint32_t engine : {0u, kEngineSemantics + 1}) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Replayed other, Run(altered, engine));
    EXPECT_EQ(other.replay.result(), v1::REPLAY_RESULT_ENGINE_DIFFERS)
        << "nobody can tell whose doing it is";
  }
}

TEST_F(ReplayTest, AQuestionThatNobodyCanHaveAskedIsADifference) {
  v1::DecisionRecord altered = decided_.record;
  altered.mutable_question()->mutable_facts(0)->mutable_fact()->set_name(Full("unheard-of"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Replayed replayed, Run(altered));
  EXPECT_EQ(replayed.replay.result(), v1::REPLAY_RESULT_ANSWER_DIFFERS);
  EXPECT_FALSE(replayed.replay.differences().empty());
}

TEST_F(ReplayTest, DifferencesAreCountedBeyondWhatIsShown) {
  v1::DecisionRecord altered = decided_.record;
  for (size_t i = 0; i < kReplayDifferencesShownMax + 7; ++i) {
    altered.add_missing_facts(Full("f-" + std::to_string(i)));
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Replayed replayed, Run(altered));
  EXPECT_EQ(replayed.replay.differences_size(), static_cast<int>(kReplayDifferencesShownMax));
  EXPECT_EQ(replayed.replay.differences_omitted(), 7u);
}

TEST_F(ReplayTest, ACallThatEndsEndsTheReplay) {
  const auto ended = ReplayDecision(*index_, {decided_.record, 0, [](auto) { return true; }},
                                    [] { return absl::CancelledError("the caller has gone"); });
  EXPECT_EQ(ended.status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace evident::decision
