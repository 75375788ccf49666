#include "client/cli/time_argument.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace evident::cli {
namespace {

TEST(TimeArgumentTest, TakesDaysAndInstants) {
  EXPECT_EQ(*ParseTimeArgument("1970-01-02"), 86'400'000'000'000);
  EXPECT_EQ(*ParseTimeArgument("1970-01-01T00:00:01Z"), 1'000'000'000);
  EXPECT_EQ(*ParseTimeArgument("1970-01-01T01:00:00.5+01:00"), 500'000'000);
  EXPECT_EQ(TimeArgument()(std::string("2026-11-27")), "");
}

TEST(TimeArgumentTest, RefusesWhatIsNoTime) {
  for (const char* const text :
       {"", "yesterday", "2026-02-30", "2026-02-30T00:00:00Z", "2026-11-27T08:00", "2026-13-01",
        "1969-12-31", "2026-11-27T25:00:00Z", "2026-11-27 "}) {
    EXPECT_THAT(ParseTimeArgument(text), HasReason("TIME_INVALID")) << text;
    std::string argument = text;
    EXPECT_NE(TimeArgument()(argument), "") << text;
  }
}

}  // namespace
}  // namespace evident::cli
