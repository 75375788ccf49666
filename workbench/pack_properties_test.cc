// What holds of every answer to every case of every pack: equal bytes however the pack is read, and
// facts that are named as missing or nearest do change it, and no others do.
#include <map>
#include <random>
#include <set>

#include "criteria/parse.h"
#include "graph/model/criterion_codec.h"
#include "workbench/test_packs.h"

namespace evident::workbench {
namespace {

constexpr size_t kQuestionsTurnedMax = 40;  // each is decided a hundred times

// Values that tell the criteria of the packs apart.
std::vector<v1::Value> ValuesOf(const v1::FactDefinition& fact, const std::string& today) {
  std::vector<v1::Value> values;
  const auto add = [&]() -> v1::Value& { return values.emplace_back(); };
  switch (fact.type()) {
    case v1::FACT_TYPE_BOOLEAN:
      add().set_boolean(true);
      add().set_boolean(false);
      break;
    case v1::FACT_TYPE_INTEGER:
      for (int64_t i = 0; i <= (fact.has_maximum() ? fact.maximum().integer() : 3); ++i) {
        add().set_integer(i);
      }
      break;
    case v1::FACT_TYPE_DECIMAL:
      for (const int64_t unscaled : {0, 1'000'000}) {
        auto& decimal = *add().mutable_decimal();
        decimal.mutable_value()->set_unscaled(unscaled);
        decimal.set_unit(fact.unit());
      }
      break;
    case v1::FACT_TYPE_CODED:
      for (const v1::AllowedValue& one : fact.allowed_values()) add().set_coded(one.slug());
      break;
    case v1::FACT_TYPE_DATE:
      add().set_date(today);
      add().set_date("1999-12-31");
      break;
    default:
      ADD_FAILURE() << "a fact without a type";
  }
  return values;
}

using Change = std::map<std::string, v1::Value>;

// The question with other facts; nothing when they contradict each other.
std::optional<v1::ResolvedQuestion> Changed(const v1::ResolvedQuestion& question,
                                            const Change& change,
                                            const decision::KnowledgeIndex& index) {
  v1::QuestionFrame frame;
  *frame.mutable_concepts() = question.concepts();
  frame.set_as_valid_on(question.as_valid_on());
  for (const v1::QuestionFact& fact : question.facts()) {
    if (change.count(fact.fact().name()) == 0) *frame.add_facts() = fact.fact();
  }
  for (const auto& [name, value] : change) {
    v1::Fact& fact = *frame.add_facts();
    fact.set_name(name);
    *fact.mutable_value() = value;
  }
  decision::QuestionInputs inputs;
  inputs.received_ns = kTestNowNs;
  auto changed = decision::ResolveQuestion(frame, index, inputs);
  if (!changed.ok()) return std::nullopt;
  return *std::move(changed);
}

// What was decided, without the facts themselves, what is still asked for, and by which of several
// conditions a statement is out.
std::string ContentOf(const decision::Decision& decision) {
  v1::DecisionRecord record = decision.record;
  record.clear_question();
  record.clear_missing_facts();
  for (auto& point : *record.mutable_decision_points()) point.clear_missing_facts();
  for (auto& statement : *record.mutable_statements()) {
    statement.clear_results();
    if (statement.exclusion() == v1::EXCLUSION_REASON_PARENT) {
      statement.set_exclusion(v1::EXCLUSION_REASON_CRITERION);
    }
  }
  for (auto& conflict : *record.mutable_conflicts()) conflict.clear_would_join();
  std::string content = record.SerializeAsString();
  for (const v1::Recommendation& item : decision.answer.recommendations()) {
    for (const v1::AnswerOption& option : item.options()) {
      for (const v1::OptionComponent& component : option.components()) {
        content += static_cast<char>('0' + component.state());
      }
    }
  }
  return content;
}

class Asked {
 public:
  Asked(const decision::KnowledgeIndex& index, v1::ResolvedQuestion question)
      : index_(index),
        question_(std::move(question)),
        decision_(DecideQuestion(index, question_)),
        content_(ContentOf(decision_)) {}

  const v1::ResolvedQuestion& question() const { return question_; }
  const v1::Answer& answer() const { return decision_.answer; }

  std::vector<v1::Value> ValuesFor(const std::string& fact) const {
    return ValuesOf(index_.facts().at(fact)->fact(), question_.as_valid_on());
  }

  // Whether another decision comes out with these facts; not when they contradict what is known.
  bool IsOther(const Change& change) const {
    const auto changed = Changed(question_, change, index_);
    return changed.has_value() && ContentOf(DecideQuestion(index_, *changed)) != content_;
  }

  bool TurnsOn(const std::string& fact) const {
    for (const v1::Value& value : ValuesFor(fact)) {
      if (IsOther({{fact, value}})) return true;
    }
    return false;
  }

  // Whether it changes the decision together with another missing fact that alone does not.
  bool TurnsOnWithAnother(const std::string& fact) const {
    for (const v1::MissingFact& other : answer().missing_facts()) {
      if (other.name() == fact) continue;
      for (const v1::Value& with : ValuesFor(other.name())) {
        if (IsOther({{other.name(), with}})) continue;
        for (const v1::Value& value : ValuesFor(fact)) {
          if (IsOther({{other.name(), with}, {fact, value}})) return true;
        }
      }
    }
    return false;
  }

 private:
  const decision::KnowledgeIndex& index_;
  const v1::ResolvedQuestion question_;
  const decision::Decision decision_;
  const std::string content_;
};

class PackPropertiesTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    pack_ = LoadPack(GetParam());
    index_ = Compile(pack_);
    ASSERT_NE(index_, nullptr);
  }

  // The questions of all cases that are not refused, each once, by case.
  std::map<std::string, v1::ResolvedQuestion> Questions(
      const decision::KnowledgeIndex& index) const {
    std::map<std::string, v1::ResolvedQuestion> questions;
    for (const graph::PackCase& one : pack_.cases) {
      if (!one.expect.refused.empty()) continue;
      const auto question = ResolveCase(pack_, one, index, kTestNowNs);
      EXPECT_THAT(question, IsOk()) << one.slug;
      if (question.ok()) questions[one.slug] = *question;
    }
    return questions;
  }

  // At most so many of them, spread over all.
  std::map<std::string, v1::ResolvedQuestion> Sample(size_t most) const {
    const auto all = Questions(*index_);
    std::map<std::string, v1::ResolvedQuestion> sample;
    size_t seen = 0;
    for (const auto& one : all) {
      if (seen++ * most / all.size() >= sample.size()) sample.insert(one);
    }
    return sample;
  }

  graph::Pack pack_;
  std::shared_ptr<const decision::KnowledgeIndex> index_;
};

TEST_P(PackPropertiesTest, TheBytesDoNotDependOnTheOrderInWhichThePackIsRead) {
  const auto questions = Questions(*index_);
  for (const unsigned seed : {1u, 2u, 3u}) {
    graph::Pack shuffled = pack_;
    std::mt19937 random(seed);
    std::shuffle(shuffled.draft.nodes.begin(), shuffled.draft.nodes.end(), random);
    std::shuffle(shuffled.draft.edges.begin(), shuffled.draft.edges.end(), random);
    const auto index = Compile(shuffled);
    ASSERT_NE(index, nullptr);
    EXPECT_EQ(index->reader().release().release_digest(),
              index_->reader().release().release_digest());
    for (const auto& [slug, question] : Questions(*index)) {
      const decision::Decision one = DecideQuestion(*index_, questions.at(slug));
      const decision::Decision other = DecideQuestion(*index, question);
      EXPECT_EQ(one.answer_bytes, other.answer_bytes) << slug;
      EXPECT_EQ(one.record.SerializeAsString(), other.record.SerializeAsString()) << slug;
    }
  }
}

TEST_P(PackPropertiesTest, EveryFactThatIsNamedAsMissingChangesTheAnswer) {
  size_t named = 0;
  for (const auto& [slug, question] : Sample(kQuestionsTurnedMax)) {
    const Asked asked(*index_, question);
    for (const v1::MissingFact& fact : asked.answer().missing_facts()) {
      ++named;
      EXPECT_TRUE(asked.TurnsOn(fact.name()) || asked.TurnsOnWithAnother(fact.name()))
          << slug << ": " << fact.name();
    }
  }
  EXPECT_GT(named, 20u);
}

TEST_P(PackPropertiesTest, NoFactThatIsNotNamedAsMissingChangesTheAnswer) {
  // Derived facts and those of their rules: they change what follows from them.
  std::set<std::string> sources;
  for (const auto& [name, node] : index_->facts()) {
    const criteria::FactDefinition* const definition = index_->schema().Find(name);
    ASSERT_NE(definition, nullptr);
    for (const criteria::ExpressionPtr& rule : {definition->true_when, definition->false_when}) {
      if (rule == nullptr) continue;
      sources.merge(criteria::FactsOf(rule));
      sources.insert(name);
    }
  }
  size_t looked_at = 0;
  for (const auto& [slug, question] : Questions(*index_)) {
    // Nobody is asked for the facts of what a filter holds back.
    if (question.has_filters()) continue;
    const Asked asked(*index_, question);
    std::set<std::string> unnamed;
    for (const auto& [name, node] : index_->facts()) {
      if (sources.count(name) == 0) unnamed.insert(name);
    }
    for (const auto& fact : asked.answer().missing_facts()) unnamed.erase(fact.name());
    for (const auto& fact : question.facts()) unnamed.erase(fact.fact().name());
    for (const auto& fact : question.derived()) unnamed.erase(fact.fact().name());
    for (const std::string& name : unnamed) {
      ++looked_at;
      EXPECT_FALSE(asked.TurnsOn(name)) << slug << ": " << name;
    }
  }
  EXPECT_GE(looked_at, 20u);
}

// A decision that is not conditional stays as it is, or is bettered, whatever one more fact says.
TEST_P(PackPropertiesTest, OneMoreFactTakesNothingFromADecisionThatIsNotConditional) {
  for (const auto& [slug, question] : Sample(kQuestionsTurnedMax / 2)) {
    const Asked asked(*index_, question);
    std::map<std::string, v1::Outcome> firm;
    for (const v1::DecisionPointOutcome& point : asked.answer().decision_points()) {
      const bool decided = point.outcome() == v1::OUTCOME_RECOMMENDED ||
                           point.outcome() == v1::OUTCOME_CONFLICT ||
                           point.outcome() == v1::OUTCOME_NOT_AT_ISSUE;
      if (decided && !point.conditional()) firm[point.name()] = point.outcome();
    }
    for (const v1::MissingFact& fact : asked.answer().missing_facts()) {
      for (const v1::Value& value : asked.ValuesFor(fact.name())) {
        const auto changed = Changed(question, {{fact.name(), value}}, *index_);
        if (!changed.has_value()) continue;
        const v1::Answer answer = DecideQuestion(*index_, *changed).answer;
        for (const v1::DecisionPointOutcome& point : answer.decision_points()) {
          const auto was = firm.find(point.name());
          if (was == firm.end()) continue;
          EXPECT_EQ(v1::Outcome_Name(point.outcome()), v1::Outcome_Name(was->second))
              << slug << " " << point.name() << ": " << fact.name() << " "
              << value.ShortDebugString();
        }
      }
    }
  }
}

// Every choice of values for the facts that meets all conditions.
void CollectChanges(const std::vector<criteria::ExpressionPtr>& conditions,
                    const std::map<std::string, std::vector<v1::Value>>& values,
                    const criteria::Context& context, Change chosen, criteria::Facts facts,
                    std::vector<Change>& out) {
  if (chosen.size() == values.size()) {
    if (criteria::Evaluate(criteria::AllOf(conditions), facts, context) == criteria::Truth::kTrue) {
      out.push_back(std::move(chosen));
    }
    return;
  }
  const auto next = std::find_if(values.begin(), values.end(), [&](const auto& candidate) {
    return chosen.count(candidate.first) == 0;
  });
  for (const v1::Value& value : next->second) {
    const auto decoded = graph::DecodeValue(value);
    ASSERT_THAT(decoded, IsOk());
    chosen.insert_or_assign(next->first, value);
    facts.insert_or_assign(next->first, *decoded);
    CollectChanges(conditions, values, context, chosen, facts, out);
  }
}

TEST_P(PackPropertiesTest, TheNearestChangeIsAcceptedAndAdmitsWhatWasExcluded) {
  size_t admitted = 0;
  for (const auto& [slug, question] : Questions(*index_)) {
    const Asked asked(*index_, question);
    const criteria::Context context = decision::ContextOf(question, *index_);
    for (const v1::Exclusion& out : asked.answer().exclusions()) {
      if (out.nearest_change().empty()) continue;
      std::vector<criteria::ExpressionPtr> conditions;
      std::map<std::string, std::vector<v1::Value>> values;
      for (const std::string& text : out.nearest_change()) {
        const auto parsed = criteria::Parse(
            text, [&](std::string_view written, criteria::NameUse) -> absl::StatusOr<std::string> {
              return pack_.name + "/" + std::string(written);
            });
        ASSERT_THAT(parsed, IsOk()) << text;
        conditions.push_back(*parsed);
        for (const std::string& fact : criteria::FactsOf(*parsed)) {
          values.emplace(fact, asked.ValuesFor(fact));
        }
        const bool is_comparison = (*parsed)->kind == criteria::NodeKind::kComparison;
        if (is_comparison) values[(*parsed)->fact].push_back(graph::EncodeValue((*parsed)->value));
      }
      std::vector<Change> changes;
      CollectChanges(conditions, values, context, {}, {}, changes);
      size_t accepted = 0;
      for (const Change& change : changes) {
        const auto changed = Changed(question, change, *index_);
        if (!changed.has_value()) continue;  // this value of those that meet the conditions
        ++accepted;
        const v1::Answer answer = DecideQuestion(*index_, *changed).answer;
        const bool is_in =
            std::any_of(answer.recommendations().begin(), answer.recommendations().end(),
                        [&](const auto& item) { return item.statement() == out.statement(); });
        EXPECT_TRUE(is_in) << slug << ": " << out.statement();
        if (is_in) break;
      }
      EXPECT_GT(accepted, 0u) << slug << ": " << out.ShortDebugString();
      ++admitted;
    }
  }
  EXPECT_GT(admitted, 20u);
}

TEST_P(PackPropertiesTest, AConditionThatFailedSaysByWhat) {
  for (const auto& [slug, question] : Questions(*index_)) {
    const v1::Answer answer = DecideQuestion(*index_, question).answer;
    for (const v1::Exclusion& out : answer.exclusions()) {
      for (const v1::CriterionResult& failed : out.failed()) {
        EXPECT_NE(failed.has_value(), !failed.because().empty())
            << slug << ": " << failed.ShortDebugString();
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Packs, PackPropertiesTest, testing::ValuesIn(PackNames()),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace evident::workbench
