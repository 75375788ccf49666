#include "graph/model/phrase_forms.h"

#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;

std::vector<std::string> Forms(std::string_view phrase) {
  const auto forms = PhraseForms(phrase);
  EXPECT_THAT(forms, IsOk());
  return forms.ok() ? *forms : std::vector<std::string>();
}

TEST(PhraseFormsTest, APlainPhraseIsItsOnlyForm) {
  EXPECT_THAT(Forms("wide spread"), ElementsAre("wide spread"));
}

TEST(PhraseFormsTest, OneOfSeveralWordingsStandsInRoundBrackets) {
  EXPECT_THAT(Forms("(wide|far) spread"), ElementsAre("wide spread", "far spread"));
}

TEST(PhraseFormsTest, WhatStandsInSquareBracketsMayBeLeftOut) {
  EXPECT_THAT(Forms("spread [very|quite]wide"),
              ElementsAre("spread verywide", "spread quitewide", "spread wide"));
}

TEST(PhraseFormsTest, BracketsMultiply) {
  EXPECT_THAT(Forms("(a|b) (c|d)"), ElementsAre("a c", "a d", "b c", "b d"));
}

TEST(PhraseFormsTest, BracketsThatDoNotPairAreRefused) {
  for (const char* const phrase : {"(a", "a)", "(a]", "[a", "((a)|b)", "(a [b])"}) {
    EXPECT_THAT(PhraseForms(phrase), HasReason("PHRASE_MALFORMED")) << phrase;
  }
}

TEST(PhraseFormsTest, MoreFormsThanTheLimitAreRefused) {
  std::string phrase;
  for (int i = 0; i < 10; ++i) phrase += "(a|b)";
  EXPECT_THAT(PhraseForms(phrase), IsOk());
  EXPECT_THAT(PhraseForms(phrase + "(a|b)"), HasReason("PHRASE_MALFORMED"));
}

}  // namespace
}  // namespace evident::graph
