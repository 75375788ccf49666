// Answers as text for people.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/cli/render_answer.h"
#include "client/cli/words.h"

namespace evident::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::Answer AnswerOf(const std::string& text) {
  v1::Answer answer;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &answer));
  return answer;
}

// Two sections, one statement each, the second of which is out; one conflict.
constexpr char kAnswer[] = R"pb(
  question { concepts: "p/fever" release: 3 release_digest: "\x01\x02" as_valid_on: "2026-03-10" }
  outcome: OUTCOME_CONFLICT
  recommendations {
    statement: "p/rest"
    guideline: "p/g"
    section: "first"
    polarity: POLARITY_RECOMMEND
    preference: PREFERENCE_PREFERRED
    applicability: APPLICABILITY_APPLIES
    headline: "Rest in bed"
    contested: true
    results { condition: "ill" truth: TRUTH_TRUE }
    results { condition: "ill" truth: TRUTH_TRUE }
    options {
      components { intervention: "p/bed" display: "Bed" }
      state: OPTION_STATE_CONDITIONAL
      removals {
        statement: "p/run"
        argument: "Run"
        if_facts { facts: "p/bored" }
      }
      removals {
        statement: "p/walk"
        argument: "Walk"
        if_facts { facts: "p/fit" facts: "p/warm" }
      }
      removals { statement: "p/fall" argument: "The bed is broken" }
    }
  }
  exclusions {
    statement: "p/run"
    headline: "Run"
    reason: EXCLUSION_REASON_CRITERION
    failed {
      condition: "miles = 0"
      truth: TRUTH_FALSE
      because: "fit, as it is false when miles = 0"
    }
  }
  conflicts {
    statement: "p/rest"
    against: "p/run"
    state: CONFLICT_STATE_STANDING
    none_named: true
    note: "They disagree."
  }
  notices { code: "N" text: "Mind the bed." about: "p/rest" }
)pb";

TEST(RenderAnswerTest, ShowsPolarityRankConflictExclusionAndRelease) {
  const std::string text = RenderAnswer(AnswerOf(kAnswer), {});
  EXPECT_THAT(text, HasSubstr("[recommend, preferred, contested] Rest in bed"));
  EXPECT_THAT(text, HasSubstr("standing: Rest in bed (rest) AGAINST Run (run)"));
  EXPECT_THAT(text, HasSubstr("the sources name no fact that tells the sides apart"));
  EXPECT_THAT(text, HasSubstr("Left out\n  - Run (run)"));
  EXPECT_THAT(text, HasSubstr("no (fit,"));
  EXPECT_THAT(text, HasSubstr("release 3, as valid on 2026-03-10"));
  EXPECT_THAT(text, HasSubstr("digest 0102"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << "no colour unless it is asked for";
}

TEST(RenderAnswerTest, TellsWhatRemovesAnOptionAndInOneLineWhatMay) {
  const std::string text = RenderAnswer(AnswerOf(kAnswer), {});
  EXPECT_THAT(text, HasSubstr("- conditional: Bed\n"));
  EXPECT_THAT(text, HasSubstr("because The bed is broken (fall)\n"));
  EXPECT_THAT(text, HasSubstr("may be removed over: bored (run), fit + warm (walk)\n"));
}

TEST(RenderAnswerTest, TellsAConditionOnceAndWhatANoticeIsAbout) {
  const std::string text = RenderAnswer(AnswerOf(kAnswer), {});
  EXPECT_THAT(text, HasSubstr("for whom: ill: yes\n"));
  EXPECT_THAT(text, HasSubstr("  - Mind the bed.\n    see rest\n"));
}

TEST(RenderAnswerTest, ShowsWhatWasDroppedOfTheDecisionBefore) {
  v1::Answer answer = AnswerOf(kAnswer);
  v1::Fact& fact = *answer.mutable_question()->add_dropped();
  fact.set_name("p/ill");
  fact.mutable_value()->set_boolean(false);
  EXPECT_THAT(RenderAnswer(answer, {}), HasSubstr("dropped:    ill = false"));
}

TEST(RenderAnswerTest, SaysWhatAFilterHoldsBack) {
  v1::Answer answer = AnswerOf(kAnswer);
  v1::AnswerOption& option = *answer.mutable_recommendations(0)->add_options();
  option.set_state(v1::OPTION_STATE_CONDITIONAL);
  v1::OptionComponent& component = *option.add_components();
  component.set_display("Balm");
  component.set_add_on_to("p/drops");
  v1::Removal& removal = *option.add_removals();
  removal.set_statement("p/no-balm");
  removal.set_argument("No balm");
  removal.set_held_back(true);
  answer.mutable_conflicts(0)->set_held_back("p/run");
  const std::string text = RenderAnswer(answer, {});
  EXPECT_THAT(text, HasSubstr("conditional: Balm (added to drops)"));
  EXPECT_THAT(text, HasSubstr("held back by a filter, but against it: No balm (no-balm)"));
  EXPECT_THAT(text, HasSubstr("; a filter holds run back"));
}

TEST(RenderAnswerTest, KeepsToTheWidth) {
  for (const size_t width : {40u, 60u, 100u}) {
    std::istringstream lines(RenderAnswer(AnswerOf(kAnswer), {false, width}));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(Columns(line), std::max<size_t>(width, 72)) << line;
    }
  }
}

TEST(RenderAnswerTest, NothingInAnAnswerSteersTheTerminal) {
  v1::Answer answer = AnswerOf(kAnswer);
  const std::string evil = "\x1b[2J\x07";
  answer.mutable_recommendations(0)->set_headline("Rest" + evil);
  answer.mutable_conflicts(0)->set_note(evil);
  answer.mutable_exclusions(0)->set_headline(evil);
  answer.mutable_question()->mutable_linking()->set_text(evil);
  const std::string text = RenderAnswer(answer, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\x07")));
  EXPECT_THAT(text, HasSubstr("Rest\\x1b[2J\\x07"));
}

TEST(TextTest, FoldsAndIndents) {
  Text text({false, 40});
  text.Wrapped("  - ", std::string(20, 'a') + " " + std::string(20, 'b') + "  c");
  EXPECT_EQ(text.str(), "  - " + std::string(20, 'a') + "\n    " + std::string(20, 'b') + " c\n");
}

TEST(TextTest, MarkdownNestsAsLinesAreIndented) {
  TextOptions options;
  options.markdown = true;
  Text text(options);
  text.Heading("Part / First");
  text.Wrapped("  ", "[recommend] Give it_all", Style::kGreen);
  text.Wrapped("      evidence: ", "a *trial* <b>");
  text.Wrapped("      - ", "an option");
  text.Wrapped("          may be removed over: ", "score");
  text.Heading("Part / Second");
  text.Heading("References");
  text.Wrapped("  [1] ", "A paper");
  text.Line("  release 3");
  EXPECT_EQ(text.str(), R"(
## Part

### First

- **\[recommend\] Give it\_all**
  - **evidence:** a \*trial\* \<b\>
  - an option
    - **may be removed over:** score

### Second


## References

- **\[1\]** A paper
- release 3
)");
}

TEST(TextTest, ColoursCountForNoColumns) {
  const Text text({true, 40});
  EXPECT_EQ(text.Styled(Style::kRed, "a\xce\xb1"), "\x1b[31ma\xce\xb1\x1b[0m");
  EXPECT_EQ(Columns(text.Styled(Style::kRed, "a\xce\xb1")), 2u);
}

TEST(WordsTest, NumbersStandAsPrinted) {
  v1::Decimal decimal;
  decimal.set_unscaled(90);
  decimal.set_scale(1);
  EXPECT_EQ(InWords(decimal), "9.0");
  v1::Fact fact;
  fact.set_name("p/ecog");
  fact.mutable_value()->set_integer(1);
  EXPECT_EQ(InWords(fact), "ecog = 1");
  EXPECT_EQ(InWords(v1::POLARITY_ADVISE_AGAINST), "advise against");
}

}  // namespace
}  // namespace evident::cli
