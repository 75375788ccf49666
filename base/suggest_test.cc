#include "base/suggest.h"

#include <gtest/gtest.h>

namespace evident {
namespace {

using Names = std::vector<std::string>;

TEST(SuggestTest, NearestComeFirstThenByName) {
  const Names known = {"colour", "color", "velour", "cooler", "zebra"};
  EXPECT_EQ(NearestNames("colur", known), (Names{"color", "colour"}));
  EXPECT_EQ(NearestNames("color", known).front(), "color");
}

TEST(SuggestTest, ANameInsideTheOtherIsNear) {
  EXPECT_EQ(NearestNames("length", {"wave-length-in-air", "mass"}), (Names{"wave-length-in-air"}));
  EXPECT_EQ(NearestNames("wave-length-in-air", {"length"}), (Names{"length"}));
  EXPECT_EQ(NearestNames("le", {"wave-length-in-air"}), Names{});
}

TEST(SuggestTest, GivesAtMostWhatWasAskedAndEachOnce) {
  const Names known = {"aaab", "aaac", "aaad", "aaae", "aaab"};
  EXPECT_EQ(NearestNames("aaaa", known), (Names{"aaab", "aaac", "aaad"}));
  EXPECT_EQ(NearestNames("aaaa", known, 1), (Names{"aaab"}));
  EXPECT_EQ(NearestNames("aaaa", known, 0), Names{});
}

TEST(SuggestTest, NothingNearGivesNoHint) {
  EXPECT_EQ(NearestHint("quartz", {"mass", "length"}), "");
  EXPECT_EQ(NearestHint("quartz", {}), "");
  EXPECT_EQ(NearestHint("", {"mass"}), "");
  EXPECT_EQ(NearestHint("mas", {"mass"}), "; nearest known: mass");
  EXPECT_EQ(NearestHint("aaaa", {"aaac", "aaab"}), "; nearest known: aaab, aaac");
}

TEST(SuggestTest, LongNamesAreComparedByTheirBeginning) {
  const std::string endless(1'000'000, 'a');
  EXPECT_EQ(NearestNames(endless, {endless}), (Names{endless}));
}

}  // namespace
}  // namespace evident
