#include "base/decimal.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/status_matchers.h"

namespace evident {
namespace {

Decimal MustParse(std::string_view text) {
  const auto decimal = ParseDecimal(text);
  EXPECT_THAT(decimal, IsOk());
  return decimal.value_or(Decimal{});
}

TEST(DecimalTest, KeepsTheWrittenForm) {
  for (const char* text : {"0", "0.0", "17", "17.0", "-17.05", "0.001", "-0.5", "100",
                           "9223372036854775807", "-9223372036854775808", "9.223372036854775807",
                           "-9.223372036854775808", "0.000000000000000001"}) {
    EXPECT_EQ(MustParse(text).ToString(), text);
  }
  EXPECT_EQ(MustParse("17.0"), (Decimal{170, 1}));
  EXPECT_NE(MustParse("17.0"), MustParse("17"));
}

TEST(DecimalTest, RefusesOtherForms) {
  for (const char* text :
       {"",      "-",   ".",  "1.", ".5",  "-.5", "+1", "01",   "00",  "-01", "1e3",
        "1.2.3", "1,5", " 1", "1 ", "--1", "0x1", "-0", "-0.0", "inf", "nan", "1.-2"}) {
    EXPECT_THAT(ParseDecimal(text), HasReason("DECIMAL_INVALID")) << text;
  }
}

TEST(DecimalTest, RefusesWhatInt64AndTheScaleCannotHold) {
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "92233720368547758070",
                           "9.2233720368547758080", "0.0000000000000000001",
                           "99999999999999999999999999999999999999999999999999"}) {
    EXPECT_THAT(ParseDecimal(text), HasReason("DECIMAL_INVALID")) << text;
  }
}

TEST(DecimalTest, ComparesByValueAndNotByForm) {
  const auto equal = std::strong_ordering::equal;
  const auto less = std::strong_ordering::less;
  EXPECT_EQ(Compare(MustParse("17.0"), MustParse("17")), equal);
  EXPECT_EQ(Compare(MustParse("0.000"), MustParse("0")), equal);
  EXPECT_EQ(Compare(MustParse("-1.5"), MustParse("-1.49")), less);
  EXPECT_EQ(Compare(MustParse("1.49"), MustParse("1.5")), less);
  EXPECT_EQ(Compare(MustParse("-2"), MustParse("1")), less);
}

TEST(DecimalTest, ComparesTheFarthestValuesExactly) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(Compare(Decimal{kMost, 0}, Decimal{kMost, 18}), std::strong_ordering::greater);
  EXPECT_EQ(Compare(Decimal{kLeast, 0}, Decimal{kLeast, 18}), std::strong_ordering::less);
  EXPECT_EQ(Compare(Decimal{kLeast, 0}, Decimal{kMost, 0}), std::strong_ordering::less);
  EXPECT_EQ(Compare(Decimal{kMost, 18}, Decimal{kMost - 1, 18}), std::strong_ordering::greater);
}

}  // namespace
}  // namespace evident
