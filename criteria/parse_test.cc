#include "criteria/parse.h"

#include "base/limits.h"
#include "base/status_matchers.h"
#include "base/suggest.h"
#include "criteria/all_trees.h"
#include "criteria/print.h"
#include "criteria/test_trees.h"

namespace evident::criteria {
namespace {

std::string Canonical(std::string_view text) { return Print(Tree(text), Names::kBare); }

// Column and description of the one violation.
std::string Refusal(std::string_view text) {
  const absl::StatusOr<ExpressionPtr> tree = Parse(text, ResolveTest);
  EXPECT_THAT(tree, HasReason("CRITERION_SYNTAX")) << text;
  const std::vector<Violation> violations = ErrorViolations(tree.status());
  return violations.size() == 1 ? violations[0].field + ": " + violations[0].description : "";
}

std::string Repeat(std::string_view piece, size_t times) {
  std::string text;
  while (times-- > 0) text += piece;
  return text;
}

TEST(ParseTest, ReadsEveryForm) {
  EXPECT_TRUE(Equal(Tree("alpha"), Comparison("t/alpha", Operator::kEqual, true)));
  EXPECT_TRUE(Equal(Tree("alpha = false"), Comparison("t/alpha", Operator::kEqual, false)));
  EXPECT_TRUE(Equal(Tree("grade<=1"), Comparison("t/grade", Operator::kLessOrEqual, int64_t{1})));
  EXPECT_TRUE(
      Equal(Tree("count >= -3"), Comparison("t/count", Operator::kGreaterOrEqual, int64_t{-3})));
  EXPECT_TRUE(Equal(Tree("level < 9.0 [g/dL]"),
                    Comparison("t/level", Operator::kLess, Quantity{{90, 1}, "g/dL"})));
  EXPECT_TRUE(Equal(Tree("site != bone-metastasis"),
                    Comparison("t/site", Operator::kNotEqual, Coded{"bone-metastasis"})));
  EXPECT_TRUE(Equal(Tree("seen > 2026-01-31"),
                    Comparison("t/seen", Operator::kGreater, ParseDate("2026-01-31").value())));
  EXPECT_TRUE(Equal(Tree("grade in 1..3"), Range("t/grade", int64_t{1}, int64_t{3})));
  EXPECT_TRUE(Equal(Tree("grade in 1<..3"), Range("t/grade", int64_t{1}, int64_t{3}, true)));
  EXPECT_TRUE(
      Equal(Tree("grade in 1 ..< 3"), Range("t/grade", int64_t{1}, int64_t{3}, false, true)));
  EXPECT_TRUE(
      Equal(Tree("grade in -1<..<3"), Range("t/grade", int64_t{-1}, int64_t{3}, true, true)));
  EXPECT_TRUE(Equal(Tree("site is_a bone"), IsA("t/site", "t/bone")));
  EXPECT_TRUE(Equal(Tree("seen within 6 months"), Within("t/seen", 6, CalendarUnit::kMonth)));
  EXPECT_TRUE(Equal(Tree("other/seen within 1 day"), Within("other/seen", 1, CalendarUnit::kDay)));
  EXPECT_TRUE(Equal(Tree("known grade"), Known("t/grade")));
}

TEST(ParseTest, BlankTextIsTheAbsentCriterion) {
  EXPECT_EQ(Tree(""), nullptr);
  EXPECT_EQ(Tree(" \n\t "), nullptr);
  EXPECT_EQ(Canonical(" "), "");
}

TEST(ParseTest, NotBindsTighterThanAndThanOr) {
  const ExpressionPtr a = Tree("a");
  const ExpressionPtr b = Tree("b");
  const ExpressionPtr c = Tree("c");
  EXPECT_TRUE(Equal(Tree("not a and b or c"), AnyOf({AllOf({Not(a), b}), c})));
  EXPECT_TRUE(Equal(Tree("a or b and c"), AnyOf({a, AllOf({b, c})})));
  EXPECT_TRUE(Equal(Tree("not (a or b) and c"), AllOf({Not(AnyOf({a, b})), c})));
  EXPECT_TRUE(Equal(Tree("a and b and c"), AllOf({a, b, c})));
  EXPECT_TRUE(Equal(Tree("a and (b and c)"), AllOf({a, AllOf({b, c})})));
  EXPECT_TRUE(Equal(Tree("all(a)"), AllOf({a})));
  EXPECT_TRUE(Equal(Tree("any(a or b)"), AnyOf({AnyOf({a, b})})));
}

TEST(ParseTest, UnitsMayHoldBracketsOfTheirOwn) {
  EXPECT_TRUE(
      Equal(Tree("pressure >= 140 [mm[Hg]]"),
            Comparison("t/pressure", Operator::kGreaterOrEqual, Quantity{{140, 0}, "mm[Hg]"})));
  EXPECT_EQ(Canonical("pressure in 1.0 [[IU]/L] .. 2 [[IU]/L]"),
            "pressure in 1.0 [[IU]/L]..2 [[IU]/L]");
}

TEST(ParseTest, QuotedWordIsCodedWhateverItLooksLike) {
  for (const char* const text : {"x = '4'", "x = 'true'", "x = '2026-01-31'", "x = '1.5'",
                                 "x = 'and'", "x = '007'", "x = 'any'"}) {
    EXPECT_EQ(Canonical(text), text);
    EXPECT_EQ(TypeOf(Tree(text)->value), FactType::kCoded) << text;
  }
  EXPECT_EQ(Canonical("x = 'squamous'"), "x = squamous");
}

TEST(ParseTest, BareNamesThatWouldBeKeywordsArePrintedInFull) {
  EXPECT_EQ(Canonical("t/known = 1 and known t/all"), "t/known = 1 and known t/all");
}

TEST(ParseTest, RefusalsNameTheColumnAndWhatWasExpected) {
  EXPECT_EQ(Refusal("alpha and"), "column 10: expected the name of a fact, found the end");
  EXPECT_EQ(Refusal("alpha beta"), "column 7: expected and, or, or the end, found 'beta'");
  EXPECT_EQ(Refusal("(alpha"), "column 7: expected and, or, or ')', found the end");
  EXPECT_EQ(Refusal("grade <="), "column 9: expected a value, found the end");
  EXPECT_EQ(Refusal("grade <= and"), "column 10: expected a value, found 'and'");
  EXPECT_EQ(Refusal("level < 9.0"), "column 9: a decimal needs its unit, as in 9.0 [g/dL]");
  EXPECT_EQ(Refusal("level < 9.0 [g/dL"), "column 13: a unit's bracket is not closed");
  EXPECT_EQ(Refusal("level < 9.0 []"), "column 13: expected a UCUM unit between the brackets");
  EXPECT_EQ(Refusal("level < 9.0 [g dL]"), "column 13: expected a UCUM unit between the brackets");
  EXPECT_EQ(Refusal("level < 9.0 [\xff]"), "column 13: expected a UCUM unit between the brackets");
  EXPECT_EQ(Refusal("site = 'a b'"), "column 8: expected one word between the quotes");
  EXPECT_EQ(Refusal("site = 'a"), "column 8: a quotation is not closed");
  EXPECT_EQ(Refusal("grade in 1 2"), "column 12: expected '..' between the bounds, found '2'");
  EXPECT_EQ(Refusal("seen within x days"),
            "column 13: expected a number from 1 to 100000, found 'x'");
  EXPECT_EQ(Refusal("seen within 0 days"),
            "column 13: expected a number from 1 to 100000, found '0'");
  EXPECT_EQ(Refusal("seen within 6 moons"),
            "column 15: expected days, weeks, months or years, found 'moons'");
  EXPECT_EQ(Refusal("seen within 6 [days]"),
            "column 15: expected days, weeks, months or years, found 'days'");
  EXPECT_EQ(Refusal("seen within 6 'days'"),
            "column 15: expected days, weeks, months or years, found 'days'");
  EXPECT_EQ(Refusal("known not"), "column 7: expected the name of a fact, found 'not'");
  EXPECT_EQ(Refusal("site is_a 3 4"), "column 13: expected and, or, or the end, found '4'");
  EXPECT_EQ(Refusal("alpha & beta"),
            "column 7: expected a name, a value, a comparison or a parenthesis");
  EXPECT_EQ(Refusal("all alpha"), "column 5: expected '(', found 'alpha'");
}

TEST(ParseTest, UnknownNameIsRefusedWithTheResolversHint) {
  const NameResolver resolve = [](std::string_view written,
                                  NameUse use) -> absl::StatusOr<std::string> {
    if (written == "grade") return "t/grade";
    return MakeError(absl::StatusCode::kInvalidArgument, "FACT_UNKNOWN",
                     "there is no fact " + std::string(written) + NearestHint(written, {"grade"}));
  };
  const absl::Status status = Parse("grade = 1 or grad = 2", resolve).status();
  EXPECT_THAT(status, HasReason("CRITERION_SYNTAX"));
  ASSERT_EQ(ErrorViolations(status).size(), 1u);
  EXPECT_EQ(ErrorViolations(status)[0].field, "column 14");
  EXPECT_EQ(ErrorViolations(status)[0].description, "there is no fact grad; nearest known: grade");
}

TEST(ParseTest, TooManyNodesOrBytesAreRefused) {
  const size_t leaves = kCriterionNodesMax - 1;
  EXPECT_NE(Tree("a" + Repeat(" or a", leaves - 1)), nullptr);
  EXPECT_THAT(Parse("a" + Repeat(" or a", leaves), ResolveTest), HasReason("CRITERION_TOO_LARGE"));
  EXPECT_THAT(Parse(std::string(kCriterionTextBytesMax + 1, ' '), ResolveTest),
              HasReason("CRITERION_TOO_LONG"));
}

// "column N: why" of the one violation of a criterion that is nested too deep.
std::string Depth(std::string_view text) {
  const absl::StatusOr<ExpressionPtr> tree = Parse(text, ResolveTest);
  EXPECT_THAT(tree, HasReason("CRITERION_TOO_DEEP")) << text;
  EXPECT_EQ(tree.status().code(), absl::StatusCode::kResourceExhausted);
  const std::vector<Violation> violations = ErrorViolations(tree.status());
  if (violations.size() != 1) return "";
  const std::string shown = violations[0].field + ": " + violations[0].description;
  EXPECT_EQ(std::string(tree.status().message()), "criterion, " + shown);
  return shown;
}

TEST(ParseTest, NestingIsRefusedAtTheColumnWhereItIsTooDeep) {
  const size_t most = kCriterionDepthMax;
  const std::string why = ": nested more than 32 deep here (kCriterionDepthMax)";
  const auto column = [&](size_t at) { return "column " + std::to_string(at) + why; };
  EXPECT_NE(Tree(Repeat("not ", most - 1) + "a"), nullptr);
  EXPECT_EQ(Depth(Repeat("not ", most) + "a"), column(4 * most + 1));
  EXPECT_NE(Tree(Repeat("(", most - 1) + "a" + Repeat(")", most - 1)), nullptr);
  EXPECT_EQ(Depth(Repeat("(", most) + "a" + Repeat(")", most)), column(most + 1));
  EXPECT_EQ(Depth(Repeat("(", 4'000)), column(most + 1));
  EXPECT_EQ(Depth(Repeat("not(", 1'000)), column(4 * most / 2 + 1));
}

TEST(ParseTest, DepthIsThatOfTheTreeWhereParenthesesAreFewer) {
  // Each group is two levels of the tree: an any of, and an all of in it.
  const std::string group = "a or b and (";
  const size_t groups = kCriterionDepthMax / 2 - 1;
  const std::string most = Repeat(group, groups);
  EXPECT_NE(Tree(most + "c or d" + Repeat(")", groups)), nullptr);
  EXPECT_EQ(Depth(most + "c or d and e" + Repeat(")", groups)),
            "column " + std::to_string(most.size() + 6) +
                ": nested more than 32 deep here (kCriterionDepthMax)");
}

void ExpectReadsBack(const ExpressionPtr& tree) {
  for (const Names names : {Names::kFull, Names::kBare}) {
    const std::string text = Print(tree, names);
    if (text.size() > kCriterionTextBytesMax) continue;
    const absl::StatusOr<ExpressionPtr> again = Parse(text, ResolveTest);
    ASSERT_THAT(again, IsOk()) << text;
    ASSERT_TRUE(Equal(tree, *again)) << text;
    ASSERT_EQ(Print(*again, names), text);
  }
}

TEST(ParseTest, EveryLeafReadsBackEqual) {
  const std::vector<ExpressionPtr> leaves = AllLeaves();
  EXPECT_GT(leaves.size(), 250u);
  for (const ExpressionPtr& leaf : leaves) ExpectReadsBack(leaf);
}

TEST(ParseTest, EverySmallTreeReadsBackEqual) {
  const std::vector<ExpressionPtr> trees = AllTrees({Tree("alpha"), Tree("grade <= 1")}, 3);
  ASSERT_EQ(trees.size(), 562u);
  for (const ExpressionPtr& tree : trees) ExpectReadsBack(tree);
}

TEST(ParseTest, LargeTreesReadBackEqual) {
  RandomTrees random(5);
  const std::vector<std::string> all = TestSchema().Names();
  for (size_t i = 0; i < 300; ++i) ExpectReadsBack(random.Tree(all, 5));
}

TEST(ParseTest, EveryShortCodedValueReadsBackEqual) {
  constexpr std::string_view kBytes = "a01-./_";
  std::vector<std::string> slugs = {""};
  size_t written = 0;
  for (size_t i = 0; i < slugs.size(); ++i) {
    for (const char c : slugs[i].size() < 4 ? kBytes : std::string_view())
      slugs.push_back(slugs[i] + c);
    if (slugs[i].find("..") != std::string::npos || slugs[i].empty()) continue;
    const Value value = Coded{slugs[i]};
    for (const ExpressionPtr& leaf :
         {Comparison("t/site", Operator::kEqual, value), Range("t/site", value, value)}) {
      const absl::StatusOr<ExpressionPtr> again = Parse(Print(leaf, Names::kFull), ResolveTest);
      ASSERT_TRUE(again.ok() && Equal(leaf, *again)) << Print(leaf, Names::kFull);
      ++written;
    }
  }
  EXPECT_GT(written, 5'000u);
}

TEST(ParseTest, ConditionAndItsOppositeExcludeEachOther) {
  for (const ExpressionPtr& leaf : AllLeaves()) {
    const ExpressionPtr same = Tree(PrintCondition(*leaf, true, Names::kBare));
    const ExpressionPtr opposite = Tree(PrintCondition(*leaf, false, Names::kBare));
    ForEachFacts({leaf->fact}, [&](const Facts& facts) {
      const Truth truth = Evaluate(leaf, facts, TestContext());
      EXPECT_EQ(Evaluate(same, facts, TestContext()), truth);
      EXPECT_EQ(Evaluate(opposite, facts, TestContext()), Negate(truth))
          << Print(leaf, Names::kBare);
    });
  }
}

// Whatever parses must print and read back the same.
void ReadHostile(const std::string& text, size_t& accepted) {
  const absl::StatusOr<ExpressionPtr> tree = Parse(text, ResolveTest);
  if (!tree.ok()) {
    ASSERT_NE(ErrorReason(tree.status()), "") << text;
    return;
  }
  ++accepted;
  const std::string printed = Print(*tree, Names::kFull);
  if (printed.size() > kCriterionTextBytesMax) return;
  const absl::StatusOr<ExpressionPtr> again = Parse(printed, ResolveTest);
  ASSERT_THAT(again, IsOk()) << text << " -> " << printed;
  ASSERT_TRUE(Equal(*tree, *again)) << text << " -> " << printed;
}

TEST(ParseTest, EveryPairOfBytesIsReadOrRefused) {
  size_t accepted = 0;
  for (size_t first = 0; first < 256; ++first) {
    ReadHostile(std::string(1, static_cast<char>(first)), accepted);
    for (size_t second = 0; second < 256; ++second) {
      ReadHostile({static_cast<char>(first), static_cast<char>(second)}, accepted);
    }
  }
  EXPECT_GT(accepted, 3'000u);  // names of one and two bytes, and those with a space
}

TEST(ParseTest, EveryThreeTokensBehindANameAreReadOrRefused) {
  constexpr const char* kPieces[] = {
      "a",  "b/c", "and", "or",   "not", "in",   "is_a", "within", "known",      "true",
      "(",  ")",   "=",   "<=",   "..",  "<..<", "3",    "-0",     "007",        "1.50",
      "1.", ".",   "all", "days", "'4'", "'",    "[",    "[g/dL]", "2026-01-31", "\xc3\xa9"};
  size_t accepted = 0;
  for (const std::string first : kPieces) {
    for (const std::string second : kPieces) {
      ReadHostile("a " + first + second, accepted);
      for (const std::string third : kPieces) {
        ReadHostile("a " + first + " " + second + " " + third, accepted);
      }
    }
  }
  EXPECT_GT(accepted, 60u);
}

TEST(ParseTest, EveryFormWithAChangedByteIsReadOrRefused) {
  constexpr std::string_view kBytes("a0_-/. \n=!<>()[]'\"&,\0\x7f\x80\xff", 24);
  size_t accepted = 0;
  for (const std::string form :
       {"not (a and b/c) or all(d)", "known x and x != 'and'", "x in 1.0 [g/dL]<..<2 [mm[Hg]]",
        "x is_a y or x in -1..3", "x within 6 months", "x >= 2026-01-31 and x = false"}) {
    for (size_t at = 0; at <= form.size(); ++at) {
      for (const char byte : kBytes) {
        std::string changed = form;
        if (at < form.size()) changed[at] = byte;
        ReadHostile(changed, accepted);
        ReadHostile(form.substr(0, at) + byte + form.substr(at), accepted);
      }
      ReadHostile(form.substr(0, at), accepted);
    }
  }
  EXPECT_GT(accepted, 1'000u);
}

}  // namespace
}  // namespace evident::criteria
