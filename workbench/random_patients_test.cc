// What holds of every patient, tried on many who are made up at random from the facts of each pack.
#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graph/model/criterion_codec.h"
#include "workbench/test_packs.h"

namespace evident::workbench {
namespace {

using Statements = std::map<std::string, v1::StatementOutcome>;  // by full name

// Every value of a small range, or a few that tell criteria apart.
v1::Value RandomValue(const v1::FactDefinition& fact, std::mt19937_64& random) {
  const auto below = [&random](uint64_t end) { return static_cast<int64_t>(random() % end); };
  v1::Value value;
  switch (fact.type()) {
    case v1::FACT_TYPE_BOOLEAN:
      value.set_boolean(below(2) == 1);
      break;
    case v1::FACT_TYPE_INTEGER:
      value.set_integer(
          below(fact.has_maximum() ? static_cast<uint64_t>(fact.maximum().integer()) + 1 : 4));
      break;
    case v1::FACT_TYPE_DECIMAL:
      value.mutable_decimal()->mutable_value()->set_unscaled(below(20));
      value.mutable_decimal()->set_unit(fact.unit());
      break;
    case v1::FACT_TYPE_CODED:
      value.set_coded(fact.allowed_values(static_cast<int>(below(
                                              static_cast<uint64_t>(fact.allowed_values_size()))))
                          .slug());
      break;
    default:
      value.set_date(below(2) == 0 ? "2026-03-01" : "1999-12-31");
      break;
  }
  return value;
}

class RandomPatients : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    pack_ = LoadPack(GetParam());
    index_ = Compile(pack_);
    ASSERT_NE(index_, nullptr);
    for (const auto& [name, node] : index_->concepts()) {
      if (node->clinical_concept().kind() == v1::CONCEPT_KIND_CONDITION)
        conditions_.push_back(name);
    }
    ASSERT_FALSE(conditions_.empty());
  }

  // A question about one patient, of whom about half of the facts are known.
  v1::QuestionFrame Patient() {
    v1::QuestionFrame frame;
    frame.add_concepts(conditions_[random_() % conditions_.size()]);
    frame.set_as_valid_on("2026-03-10");
    const uint64_t share = random_() % 4;
    for (const auto& [name, node] : index_->facts()) {
      if (random_() % 4 > share) continue;
      v1::Fact& fact = *frame.add_facts();
      fact.set_name(name);
      *fact.mutable_value() = RandomValue(node->fact(), random_);
    }
    return frame;
  }

  // Nothing where the facts contradict each other.
  static std::optional<decision::Decision> DecideOn(const decision::KnowledgeIndex& index,
                                                    const v1::QuestionFrame& frame) {
    decision::QuestionInputs inputs;
    inputs.received_ns = kTestNowNs;
    const auto question = decision::ResolveQuestion(frame, index, inputs);
    if (!question.ok()) return std::nullopt;
    return DecideQuestion(index, *question);
  }

  static Statements StatementsOf(const decision::Decision& decision) {
    Statements statements;
    for (const v1::StatementOutcome& one : decision.record.statements()) {
      statements.emplace(one.statement(), one);
    }
    return statements;
  }

  // The pack without a statement and all that leads to it; null where it could not be published, as
  // when something is added on to what the statement is for.
  std::shared_ptr<const decision::KnowledgeIndex> Without(const std::string& statement) const {
    graph::Pack rest = pack_;
    std::erase_if(rest.draft.nodes, [&](const auto& node) { return node.name() == statement; });
    std::erase_if(rest.draft.edges, [&](const graph::EdgeDraft& edge) {
      return edge.src == statement || edge.dst == statement;
    });
    const auto knowledge = CompilePacks({&rest});
    if (!knowledge.ok()) return nullptr;
    auto index = decision::KnowledgeIndex::Build(*knowledge);
    EXPECT_THAT(index, IsOk());
    return index.ok() ? *std::move(index) : nullptr;
  }

  graph::Pack pack_;
  std::shared_ptr<const decision::KnowledgeIndex> index_;
  std::vector<std::string> conditions_;
  std::mt19937_64 random_{20'261'127};
};

TEST_P(RandomPatients, TheOrderOfFactsNeverMatters) {
  size_t asked = 0;
  for (size_t i = 0; i < 400; ++i) {
    v1::QuestionFrame frame = Patient();
    const auto decided = DecideOn(*index_, frame);
    if (!decided) continue;
    ++asked;
    std::shuffle(frame.mutable_facts()->pointer_begin(), frame.mutable_facts()->pointer_end(),
                 random_);
    EXPECT_EQ(DecideOn(*index_, frame)->answer_bytes, decided->answer_bytes);
  }
  EXPECT_GT(asked, 50u);
}

TEST_P(RandomPatients, OneMoreFactTurnsNothingThatWasDecided) {
  size_t turned = 0;
  for (size_t i = 0; i < 200; ++i) {
    v1::QuestionFrame frame = Patient();
    const auto before = DecideOn(*index_, frame);
    if (!before) continue;
    std::set<std::string> known;
    for (const v1::QuestionFact& fact : before->answer.question().facts()) {
      known.insert(fact.fact().name());
    }
    for (const auto& [name, node] : index_->facts()) {
      if (known.count(name) != 0) continue;
      v1::QuestionFrame more = frame;
      v1::Fact& added = *more.add_facts();
      added.set_name(name);
      *added.mutable_value() = RandomValue(node->fact(), random_);
      const auto after = DecideOn(*index_, more);
      if (!after) continue;
      const Statements now = StatementsOf(*after);
      for (const auto& [statement, was] : StatementsOf(*before)) {
        const v1::StatementOutcome& is = now.at(statement);
        const bool fits = was.applicability() == v1::APPLICABILITY_APPLIES;
        const bool out = was.exclusion() == v1::EXCLUSION_REASON_CRITERION;
        if (fits) {
          EXPECT_EQ(is.applicability(), v1::APPLICABILITY_APPLIES) << statement << ": " << name;
        }
        if (out) {
          EXPECT_NE(is.exclusion(), v1::EXCLUSION_REASON_UNSPECIFIED) << statement << ": " << name;
        }
        turned += !fits && !out ? 1 : 0;
      }
    }
  }
  EXPECT_GT(turned, 100u) << "nothing was undecided, so nothing was tried";
}

TEST_P(RandomPatients, AStatementThatIsGoneLetsInOnlyWhatItHeldBack) {
  std::vector<v1::QuestionFrame> patients;
  std::vector<Statements> before;
  for (size_t i = 0; i < 80; ++i) {
    v1::QuestionFrame frame = Patient();
    const auto decided = DecideOn(*index_, frame);
    if (!decided) continue;
    before.push_back(StatementsOf(*decided));
    patients.push_back(std::move(frame));
  }
  ASSERT_GT(patients.size(), 10u);
  size_t left_out = 0;
  for (size_t at = 0; at < index_->statements().size(); ++at) {
    const std::string& gone = index_->statements()[at].name();
    const auto rest = Without(gone);
    if (rest == nullptr) continue;
    ++left_out;
    std::set<std::string> held;  // what it is a condition of, or supersedes
    for (const decision::StatementPlan& plan : index_->statements()) {
      const auto names = [at](const std::vector<size_t>& list) {
        return std::find(list.begin(), list.end(), at) != list.end();
      };
      if (names(plan.parents) || names(plan.superseded_by)) held.insert(plan.name());
    }
    for (size_t i = 0; i < patients.size(); ++i) {
      const auto decided = DecideOn(*rest, patients[i]);
      ASSERT_TRUE(decided.has_value()) << gone;
      for (const auto& [statement, is] : StatementsOf(*decided)) {
        if (is.applicability() != v1::APPLICABILITY_APPLIES || held.count(statement) != 0) continue;
        EXPECT_EQ(before[i].at(statement).applicability(), v1::APPLICABILITY_APPLIES)
            << statement << " without " << gone;
      }
    }
  }
  EXPECT_GT(left_out, index_->statements().size() / 2);
}

// What nothing in the pack speaks against is never taken from anybody: in the first pack that is,
// among others, palliative care.
TEST_P(RandomPatients, WhatNothingSpeaksAgainstIsNeverTakenAway) {
  std::vector<std::string> against;
  for (const decision::StatementPlan& plan : index_->statements()) {
    const v1::Polarity polarity = plan.statement().polarity();
    if (polarity != v1::POLARITY_ADVISE_AGAINST && polarity != v1::POLARITY_STOP) continue;
    for (const decision::OptionPlan& option : plan.content->options) {
      for (const auto& part : option.components) against.push_back(part.intervention);
    }
  }
  size_t offered = 0;
  for (size_t i = 0; i < 1'000; ++i) {
    const auto decided = DecideOn(*index_, Patient());
    if (!decided) continue;
    for (const v1::Recommendation& item : decided->answer.recommendations()) {
      if (item.applicability() != v1::APPLICABILITY_APPLIES) continue;
      for (const v1::AnswerOption& option : item.options()) {
        const bool free = std::all_of(
            option.components().begin(), option.components().end(), [&](const auto& part) {
              return part.condition().empty() &&
                     std::none_of(against.begin(), against.end(), [&](const std::string& name) {
                       return index_->Includes(part.intervention(), name);
                     });
            });
        if (!free) continue;
        ++offered;
        EXPECT_EQ(option.state(), v1::OPTION_STATE_OFFERED)
            << item.statement() << ": " << option.ShortDebugString();
      }
    }
  }
  EXPECT_GT(offered, 100u);
}

INSTANTIATE_TEST_SUITE_P(Packs, RandomPatients, testing::ValuesIn(PackNames()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Of the first pack, by name.
TEST(RandomPatientsOfTheFirstPack, NoSetOfFactsTakesPalliativeCareAway) {
  const graph::Pack pack = LoadPack("cervical-cancer-metastatic");
  const auto index = Compile(pack);
  ASSERT_NE(index, nullptr);
  const std::string prefix = pack.name + "/";
  std::mt19937_64 random(4);
  size_t asked = 0;
  for (size_t i = 0; i < 3'000; ++i) {
    v1::QuestionFrame frame;
    frame.add_concepts(prefix + "cervical-cancer");
    v1::Fact& spread = *frame.add_facts();
    spread.set_name(prefix + "distant_metastases");
    spread.mutable_value()->set_boolean(true);
    for (const auto& [name, node] : index->facts()) {
      if (name == spread.name() || random() % 3 != 0) continue;
      v1::Fact& fact = *frame.add_facts();
      fact.set_name(name);
      *fact.mutable_value() = RandomValue(node->fact(), random);
    }
    decision::QuestionInputs inputs;
    inputs.received_ns = kTestNowNs;
    const auto question = decision::ResolveQuestion(frame, *index, inputs);
    if (!question.ok()) continue;
    ++asked;
    const v1::Answer answer = DecideQuestion(*index, *question).answer;
    size_t found = 0;
    for (const v1::Recommendation& item : answer.recommendations()) {
      if (item.statement() != prefix + "s20" && item.statement() != prefix + "s32a") continue;
      ++found;
      EXPECT_EQ(item.applicability(), v1::APPLICABILITY_APPLIES);
      for (const v1::AnswerOption& option : item.options()) {
        EXPECT_EQ(option.state(), v1::OPTION_STATE_OFFERED);
      }
    }
    ASSERT_EQ(found, 2u) << frame.ShortDebugString();
    for (const v1::DecisionPointOutcome& point : answer.decision_points()) {
      if (point.name() == prefix + "supportive-care") {
        EXPECT_EQ(point.outcome(), v1::OUTCOME_RECOMMENDED);
      }
    }
  }
  EXPECT_GT(asked, 300u);
}

}  // namespace
}  // namespace evident::workbench
