#include "decision/spelling.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace evident::decision {
namespace {

using testing::ElementsAre;

std::vector<std::string> Spelled(std::initializer_list<const char*> folded) {
  std::vector<std::string> words;
  for (const char* const word : folded) AppendSpelled(word, words);
  return words;
}

TEST(SpellingTest, BritishWordsAreSpelledTheAmericanWay) {
  EXPECT_THAT(Spelled({"haemorrhage", "tumour", "localised", "oesophageal", "diarrhoea"}),
              ElementsAre("hemorrhage", "tumor", "localized", "esophageal", "diarrhea"));
}

TEST(SpellingTest, ShorthandIsSpelledOut) {
  EXPECT_THAT(Spelled({"1l", "tx"}), ElementsAre("first", "line", "treatment"));
  EXPECT_THAT(Spelled({"1st", "line"}), ElementsAre("first", "line"));
}

TEST(SpellingTest, WordsOfOneMeaningAreOneWord) {
  EXPECT_EQ(Spelled({"two", "previous", "therapies"}), Spelled({"2", "prior", "treatments"}));
  EXPECT_EQ(Spelled({"relapse"}), Spelled({"recurrence"}));
  EXPECT_EQ(Spelled({"nil"}), Spelled({"no"}));
}

TEST(SpellingTest, OtherWordsStandForThemselves) {
  EXPECT_THAT(Spelled({"for", "does", "t", "1"}), ElementsAre("for", "does", "t", "1"));
}

}  // namespace
}  // namespace evident::decision
