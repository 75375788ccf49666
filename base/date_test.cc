#include "base/date.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "base/clock.h"
#include "base/status_matchers.h"

namespace evident {
namespace {

Date MustParse(std::string_view text) {
  const auto date = ParseDate(text);
  EXPECT_THAT(date, IsOk());
  return date.value_or(Date{});
}

TEST(DateTest, ReadsAndWritesTheSameText) {
  for (const char* text : {"1970-01-01", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"}) {
    EXPECT_EQ(MustParse(text).ToString(), text);
  }
  EXPECT_EQ(MustParse("1970-01-02").days, 1);
  EXPECT_EQ(MustParse("1969-12-31").days, -1);
}

TEST(DateTest, RefusesDaysThatDoNotExistAndOtherForms) {
  for (const char* text :
       {"2023-02-29", "1900-02-29", "2023-04-31", "2023-00-10", "2023-13-01", "2023-01-00",
        "0000-01-01", "2023-1-01", "23-01-01", "2023/01/01", "2023-01-01 ", "+023-01-01",
        "-001-01-01", "2023-01-1x", "20230101", "10000-01-01", ""}) {
    EXPECT_THAT(ParseDate(text), HasReason("DATE_INVALID")) << text;
  }
}

TEST(DateTest, OrdersByTime) { EXPECT_LT(MustParse("1999-12-31"), MustParse("2000-01-01")); }

TEST(DateTest, AddMonthsClampsTheDayToTheMonthsLast) {
  EXPECT_EQ(AddMonths(MustParse("2024-01-31"), 1).ToString(), "2024-02-29");
  EXPECT_EQ(AddMonths(MustParse("2023-01-31"), 1).ToString(), "2023-02-28");
  EXPECT_EQ(AddMonths(MustParse("2024-03-31"), -1).ToString(), "2024-02-29");
  EXPECT_EQ(AddMonths(MustParse("2024-01-15"), -1).ToString(), "2023-12-15");
  EXPECT_EQ(AddMonths(MustParse("2024-12-15"), 25).ToString(), "2027-01-15");
}

TEST(DateTest, AddMonthsStopsAtTheFirstAndTheLastDate) {
  EXPECT_EQ(AddMonths(MustParse("0001-02-01"), -1).ToString(), "0001-01-01");
  EXPECT_EQ(AddMonths(MustParse("0001-01-20"), -1).ToString(), "0001-01-01");
  EXPECT_EQ(AddMonths(MustParse("9999-12-01"), 1).ToString(), "9999-12-31");
  constexpr int32_t kLeast = std::numeric_limits<int32_t>::min();
  constexpr int32_t kMost = std::numeric_limits<int32_t>::max();
  EXPECT_EQ(AddMonths(MustParse("2024-01-31"), kLeast).ToString(), "0001-01-01");
  EXPECT_EQ(AddMonths(MustParse("2024-01-31"), kMost).ToString(), "9999-12-31");
}

TEST(DateTest, DayOfAnInstantRoundsTowardsThePast) {
  EXPECT_EQ(DateOfTimeNs(0).ToString(), "1970-01-01");
  EXPECT_EQ(DateOfTimeNs(-1).ToString(), "1969-12-31");
  EXPECT_EQ(DateOfTimeNs(86'400'000'000'000 - 1).ToString(), "1970-01-01");
  EXPECT_EQ(DateOfTimeNs(86'400'000'000'000).ToString(), "1970-01-02");
  EXPECT_EQ(DateOfTimeNs(-86'400'000'000'000).ToString(), "1969-12-31");
}

TEST(ClockTest, FormatsNanosecondsBeforeAndAfterTheEpoch) {
  EXPECT_EQ(FormatTimeNs(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(FormatTimeNs(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(FormatTimeNs(1'709'210'096'000'000'007), "2024-02-29T12:34:56.000000007Z");
  EXPECT_EQ(FormatTimeNs(std::numeric_limits<int64_t>::max()), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(FormatTimeNs(std::numeric_limits<int64_t>::min()), "1677-09-21T00:12:43.145224192Z");
}

TEST(ClockTest, FakeClockMovesOnlyWhenTold) {
  FakeClock clock(5);
  EXPECT_EQ(clock.NowNs(), 5);
  clock.AdvanceNs(7);
  EXPECT_EQ(clock.NowNs(), 12);
  clock.SetNs(3);
  EXPECT_EQ(clock.NowNs(), 3);
}

TEST(ClockTest, SystemClockIsLaterThanThisTestWasWritten) {
  EXPECT_GT(Clock::System().NowNs(), 1'700'000'000'000'000'000);
}

}  // namespace
}  // namespace evident
