// The four patients by which the engine's rules were written, looked at more closely than the cases
// of the pack can.
#include <map>
#include <set>

#include "workbench/test_packs.h"

namespace evident::workbench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;

std::string Full(const std::string& slug) { return "cervical-cancer-metastatic/" + slug; }

std::vector<std::string> Full(const std::vector<std::string>& slugs) {
  std::vector<std::string> names;
  for (const std::string& slug : slugs) names.push_back(Full(slug));
  return names;
}

class WalksTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    pack_ = new graph::Pack(LoadPack("cervical-cancer-metastatic"));
    index_ = new std::shared_ptr<const decision::KnowledgeIndex>(Compile(*pack_));
  }
  static void TearDownTestSuite() {
    delete index_;
    delete pack_;
  }

  void Walk(const std::string& slug) {
    ASSERT_NE(*index_, nullptr);
    answer_ = DecideQuestion(**index_, QuestionOf(*pack_, slug, **index_)).answer;
  }

  v1::DecisionPointOutcome Point(const std::string& slug) const {
    for (const auto& point : answer_.decision_points()) {
      if (point.name() == Full(slug)) return point;
    }
    ADD_FAILURE() << "no decision point " << slug;
    return {};
  }

  const v1::Recommendation* Item(const std::string& slug) const {
    for (const auto& item : answer_.recommendations()) {
      if (item.statement() == Full(slug)) return &item;
    }
    return nullptr;
  }

  bool IsExcluded(const std::string& slug) const {
    return std::any_of(answer_.exclusions().begin(), answer_.exclusions().end(),
                       [&](const auto& item) { return item.statement() == Full(slug); });
  }

  // The other side -> the conflict, of the conflicts that a statement declares in this state.
  std::map<std::string, v1::Conflict> Conflicts(const std::string& declaring,
                                                v1::ConflictState state) const {
    std::map<std::string, v1::Conflict> conflicts;
    for (const v1::Conflict& conflict : answer_.conflicts()) {
      const bool is_it = conflict.statement() == Full(declaring) && conflict.state() == state;
      if (is_it) conflicts[conflict.against()] = conflict;
    }
    return conflicts;
  }

  static graph::Pack* pack_;
  static std::shared_ptr<const decision::KnowledgeIndex>* index_;
  v1::Answer answer_;
};

graph::Pack* WalksTest::pack_ = nullptr;
std::shared_ptr<const decision::KnowledgeIndex>* WalksTest::index_ = nullptr;

TEST_F(WalksTest, UntreatedWithEcog1) {
  Walk("untreated-ecog-1");
  EXPECT_EQ(Point("first-line").outcome(), v1::OUTCOME_RECOMMENDED);
  EXPECT_TRUE(Point("first-line").conditional());
  EXPECT_FALSE(Point("first-line").class_only());
  EXPECT_EQ(Point("second-line").outcome(), v1::OUTCOME_NOT_AT_ISSUE);
  EXPECT_EQ(Point("local-therapy").outcome(), v1::OUTCOME_CONSIDERED);
  EXPECT_FALSE(Point("local-therapy").class_only());
  EXPECT_EQ(Point("supportive-care").outcome(), v1::OUTCOME_RECOMMENDED);
  EXPECT_FALSE(Point("supportive-care").conditional());
  EXPECT_FALSE(Point("supportive-care").class_only());
  EXPECT_EQ(Item("s02")->options(0).state(), v1::OPTION_STATE_CONDITIONAL);
}

TEST_F(WalksTest, WithEcog2NobodySpeaksOfFirstLine) {
  Walk("untreated-ecog-2");
  EXPECT_EQ(Point("first-line").outcome(), v1::OUTCOME_NOT_COVERED);
  EXPECT_EQ(Point("supportive-care").outcome(), v1::OUTCOME_RECOMMENDED);
  ASSERT_EQ(answer_.silences_size(), 2);
  for (const v1::Silence& silence : answer_.silences()) {
    EXPECT_EQ(silence.decision_point(), Full("first-line"));
    EXPECT_EQ(silence.fact(), Full("ecog"));
    EXPECT_EQ(silence.value().integer(), 2);
  }
  EXPECT_EQ(answer_.silences(0).kind(), v1::SILENCE_KIND_NOT_COVERED);
  EXPECT_EQ(answer_.silences(1).kind(), v1::SILENCE_KIND_SILENT_ON);
  EXPECT_THAT(answer_.silences(1).statements(), ElementsAre(Full("s01")));
}

TEST_F(WalksTest, TheCellThatNobodyCoversIsEcog2Alone) {
  Walk("untreated-ecog-2");
  for (int ecog = 0; ecog <= 4; ++ecog) {
    v1::ResolvedQuestion question = answer_.question();
    for (v1::QuestionFact& fact : *question.mutable_facts()) {
      if (fact.fact().name() == Full("ecog")) {
        fact.mutable_fact()->mutable_value()->set_integer(ecog);
      }
    }
    const v1::Answer answer = DecideQuestion(**index_, question).answer;
    EXPECT_EQ(answer.silences().empty(), ecog != 2) << ecog;
    EXPECT_EQ(answer.decision_points(0).outcome() == v1::OUTCOME_NOT_COVERED, ecog == 2) << ecog;
  }
}

TEST_F(WalksTest, ProgressedAfterPlatinumTheSourceContradictsItself) {
  Walk("progressed-after-platinum");
  EXPECT_EQ(Point("first-line").outcome(), v1::OUTCOME_NOT_AT_ISSUE);
  EXPECT_EQ(Point("second-line").outcome(), v1::OUTCOME_CONFLICT);
  EXPECT_EQ(Point("stopping").outcome(), v1::OUTCOME_CONFLICT);
  const auto standing = Conflicts("s27a-stop", v1::CONFLICT_STATE_STANDING);
  ASSERT_THAT(standing, ElementsAre(Key(Full("s17"))));
  EXPECT_TRUE(standing.at(Full("s17")).none_named());
  EXPECT_THAT(standing.at(Full("s17")).discriminators(), IsEmpty());
  EXPECT_THAT(standing.at(Full("s17")).decision_points(),
              ElementsAre(Full("second-line"), Full("stopping")));
  EXPECT_TRUE(Item("s17")->contested());
  EXPECT_EQ(Item("s17")->options(0).state(), v1::OPTION_STATE_CONTESTED);
  const auto joining = Conflicts("s27a-stop", v1::CONFLICT_STATE_POSSIBLE);
  ASSERT_THAT(joining, ElementsAre(Key(Full("s18a")), Key(Full("s18b")), Key(Full("s18c")),
                                   Key(Full("s18d")), Key(Full("s19"))));
  for (const auto& [other, conflict] : joining) {
    EXPECT_TRUE(conflict.none_named()) << other;
    ASSERT_EQ(conflict.would_join_size(), 1) << other;
    const std::vector<std::string> facts =
        other == Full("s19")
            ? Full(std::vector<std::string>{"bevacizumab_contraindicated", "platinum_resistant",
                                            "prior_bevacizumab"})
            : Full(std::vector<std::string>{"platinum_resistant"});
    EXPECT_THAT(conflict.would_join(0).facts(), testing::ElementsAreArray(facts)) << other;
  }
}

TEST_F(WalksTest, WithBevacizumabContraindicatedOnlyAClassIsLeft) {
  Walk("bevacizumab-contraindicated");
  EXPECT_EQ(Point("first-line").outcome(), v1::OUTCOME_RECOMMENDED);
  EXPECT_TRUE(Point("first-line").class_only());
  const v1::Recommendation* const s02 = Item("s02");
  ASSERT_NE(s02, nullptr);
  EXPECT_FALSE(IsExcluded("s02"));
  EXPECT_EQ(s02->applicability(), v1::APPLICABILITY_APPLIES);
  EXPECT_EQ(s02->options(0).state(), v1::OPTION_STATE_REMOVED);
  ASSERT_EQ(s02->options(0).removals_size(), 1);
  EXPECT_EQ(s02->options(0).removals(0).intervention(), Full("bevacizumab"));
  EXPECT_EQ(s02->options(0).removals(0).argument(), "unless bevacizumab_contraindicated");
  const v1::AnswerOption& plan = Item("s01")->options(0);
  EXPECT_NE(plan.state(), v1::OPTION_STATE_REMOVED);
  EXPECT_NE(plan.components(0).state(), v1::OPTION_STATE_REMOVED);
  EXPECT_EQ(plan.components(1).state(), v1::OPTION_STATE_REMOVED);
}

TEST_F(WalksTest, BevacizumabIsNeverAddedToNothing) {
  Walk("platinum-resistant-after-progression");
  EXPECT_EQ(Item("s19")->options(0).state(), v1::OPTION_STATE_CONTESTED);
  v1::ResolvedQuestion question = answer_.question();
  for (v1::QuestionFact& fact : *question.mutable_facts()) {
    if (fact.fact().name() == Full("ecog")) fact.mutable_fact()->mutable_value()->set_integer(4);
  }
  answer_ = DecideQuestion(**index_, question).answer;
  EXPECT_EQ(Item("s17")->options(0).state(), v1::OPTION_STATE_REMOVED);
  EXPECT_EQ(Item("s19")->applicability(), v1::APPLICABILITY_APPLIES);
  EXPECT_EQ(Item("s19")->options(0).state(), v1::OPTION_STATE_REMOVED);
}

}  // namespace
}  // namespace evident::workbench
