#include "server/health.h"

#include <gtest/gtest.h>

#include <vector>

namespace evident::server {
namespace {

using Told = std::vector<std::pair<bool, bool>>;

TEST(HealthTest, RoomOnTheDiskDoesNotBringALogBackThatEnded) {
  Health health;
  Told told;
  EXPECT_FALSE(health.serving()) << "nothing listens yet";
  health.Attach([&told](bool serving, bool imports) { told.emplace_back(serving, imports); });
  EXPECT_TRUE(health.serving());
  health.SetBelowReserve(true);
  EXPECT_FALSE(health.serving());
  health.SetBelowReserve(false);
  EXPECT_TRUE(health.serving());
  health.EndLog();
  health.SetBelowReserve(false);
  EXPECT_FALSE(health.serving());
  EXPECT_EQ(told, (Told{{true, true}, {false, false}, {true, true}, {false, false}}));
}

TEST(HealthTest, UncertainReleaseEndsImportsAlone) {
  Health health;
  Told told;
  health.EndImports();
  health.Attach([&told](bool serving, bool imports) { told.emplace_back(serving, imports); });
  EXPECT_TRUE(health.serving());
  health.Attach(nullptr);
  EXPECT_FALSE(health.serving());
  EXPECT_EQ(told, (Told{{true, false}}));
}

}  // namespace
}  // namespace evident::server
