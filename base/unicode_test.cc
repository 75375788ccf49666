#include "base/unicode.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace evident {
namespace {

using Words = std::vector<std::string>;

TEST(UnicodeTest, TellsBrokenUtf8) {
  for (const char* text : {"", "plain", "\xC3\xA9", "\xE2\x89\xA4", "\xF0\x9D\x84\x9E"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
  for (const char* text : {
           "\xC3",              // cut off
           "\xA9",              // a continuation alone
           "\xC0\xAF",          // longer than needed
           "\xE0\x80\xAF",      // the same in three bytes
           "\xED\xA0\x80",      // half of a surrogate pair
           "\xF4\x90\x80\x80",  // above U+10FFFF
           "\xFF",
           "good\xE2\x89",
       }) {
    EXPECT_FALSE(IsValidUtf8(text)) << text;
    EXPECT_THAT(ToNfc(text), HasReason("UTF8_INVALID"));
    EXPECT_FALSE(IsNfc(text));
    EXPECT_EQ(Fold(text), "");
    EXPECT_EQ(FoldedWords(text), Words{});
  }
}

TEST(UnicodeTest, NfcComposesAndKeepsWhatIsComposed) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string composed, ToNfc("e\xCC\x81"));
  EXPECT_EQ(composed, "\xC3\xA9");
  EXPECT_TRUE(IsNfc(composed));
  EXPECT_FALSE(IsNfc("e\xCC\x81"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string same, ToNfc("plain"));
  EXPECT_EQ(same, "plain");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string empty, ToNfc(""));
  EXPECT_EQ(empty, "");
}

TEST(UnicodeTest, FoldDropsCaseMarksAndPunctuation) {
  EXPECT_EQ(Fold("  Left-Handed   Screw. "), "left handed screw");
  EXPECT_EQ(Fold("Caf\xC3\xA9 / CAFE\xCC\x81"), "cafe cafe");
  EXPECT_EQ(Fold("Stra\xC3\x9F"
                 "e"),
            "strasse");
  EXPECT_EQ(Fold("\xEF\xBC\xA1\xEF\xBC\x91"), "a1");  // full-width letters and digits
  EXPECT_EQ(Fold("--- ..."), "");
  EXPECT_EQ(Fold(""), "");
}

// ASCII is not taken apart: it must fold as it does beside a character that makes the text be.
TEST(UnicodeTest, AsciiFoldsAsItDoesWithinOtherText) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  const std::vector<std::string> texts = {all,        "ECOG<=1",           "a<=>b", "x = 2",
                                          "=\x01= A", "\x7F\tTab",         "a--b",  "--",
                                          "<",        std::string(1, '\0')};
  for (const std::string& text : texts) {
    const std::string beside = Fold(text + " \xC3\xA9");
    const std::string folded = Fold(text);
    EXPECT_EQ(folded.empty() ? "e" : folded + " e", beside) << text;
    EXPECT_TRUE(IsNfc(text));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string normal, ToNfc(text + "\xC3\xA9"));
    EXPECT_EQ(normal, text + "\xC3\xA9");
  }
}

TEST(UnicodeTest, FoldGivesTheSameWhenFoldedAgain) {
  for (const char* text : {"Left-Handed  Screw", "a<=1", "x\xE2\x89\xA4 2", "\xE2\x89\xA0 3"}) {
    const std::string once = Fold(text);
    EXPECT_EQ(Fold(once), once);
  }
}

TEST(UnicodeTest, OperatorsStandAsTokensOfTheirOwn) {
  EXPECT_EQ(FoldedWords("mass<=1"), (Words{"mass", "<=", "1"}));
  EXPECT_EQ(FoldedWords("mass \xE2\x89\xA5"
                        "2 kg"),
            (Words{"mass", "\xE2\x89\xA5", "2", "kg"}));
  EXPECT_EQ(FoldedWords("< 5"), (Words{"<", "5"}));
}

TEST(UnicodeTest, ANegatedOperatorIsNotTheOperator) {
  const std::pair<const char*, const char*> pairs[] = {
      {"mass \xE2\x89\xAE 5", "mass < 5"},
      {"mass \xE2\x89\xAF 5", "mass > 5"},
      {"mass \xE2\x89\xA0 5", "mass = 5"},
      {"mass \xE2\x89\xB0 5", "mass \xE2\x89\xA4 5"}};
  for (const auto& [negated, plain] : pairs) {
    EXPECT_NE(Fold(negated), Fold(plain)) << negated;
    EXPECT_EQ(FoldedWords(negated).size(), 3u) << negated;
  }
  EXPECT_EQ(Fold("mass \xE2\x89\xAE 5"), Fold("mass <\xCC\xB8 5"));
}

TEST(UnicodeTest, PrintableSpellsWhatSteersATerminal) {
  EXPECT_EQ(Printable("a\x1b[2Jb\n"), "a\\x1b[2Jb\\x0a");
  EXPECT_EQ(Printable("\x7f"), "\\x7f");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "2J"),
            "\\xc2\\x9b2J")
      << "a C1 control";
  EXPECT_EQ(Printable("\xe2\x80\xae"
                      "abc"),
            "\\xe2\\x80\\xae"
            "abc")
      << "right to left override";
  EXPECT_EQ(Printable("\xff"
                      "a\xe2\x82"),
            "\\xff"
            "a\\xe2\\x82")
      << "broken UTF-8";
  const std::string plain = "\xce\xb1 \xe2\x89\xa5 2 \\ \xf0\x9f\x98\x80";
  EXPECT_EQ(Printable(plain), plain);
}

TEST(UnicodeTest, BeginningEndsBetweenCharacters) {
  EXPECT_EQ(Beginning("abc", 3), "abc");
  EXPECT_EQ(Beginning("abcd", 3), "abc");
  EXPECT_EQ(Beginning("ab\u00E9", 3), "ab");
  EXPECT_EQ(Beginning("ab\u00E9", 4), "ab\u00E9");
  EXPECT_EQ(Beginning("\U0001F40D", 3), "");
  EXPECT_EQ(Beginning("a\xFFz", 2), "a\\");
  EXPECT_EQ(Beginning("a\xFFz", 100), "a\\xffz");
  EXPECT_TRUE(IsValidUtf8(Beginning(std::string(100, '\x80'), 50)));
  EXPECT_EQ(Beginning("\xFF\u00E9", 5), "\\xff");
}

}  // namespace
}  // namespace evident
