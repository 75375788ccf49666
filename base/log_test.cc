#include "base/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace evident {
namespace {

class LogTest : public testing::Test {
 protected:
  void TearDown() override { SetLogLevel(LogLevel::kInfo); }
};

TEST_F(LogTest, WritesOneObjectALineWithTypedFields) {
  testing::internal::CaptureStderr();
  Log(LogLevel::kWarning, "disk low",
      {{"bytes", int64_t{-5}}, {"reserve", true}, {"path", std::string("/a \"b\"\n")}});
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const auto line = nlohmann::json::parse(text);
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["event"], "disk low");
  EXPECT_EQ(line["bytes"], -5);
  EXPECT_EQ(line["reserve"], true);
  EXPECT_EQ(line["path"], "/a \"b\"\n");
  EXPECT_EQ(line["time"].get<std::string>().size(), 30u);
}

TEST_F(LogTest, BrokenUtf8IsReplacedAndNotThrown) {
  testing::internal::CaptureStderr();
  Log(LogLevel::kError, "peer", {{"name", std::string("\xff\xc3")}});
  EXPECT_TRUE(nlohmann::json::accept(testing::internal::GetCapturedStderr()));
}

TEST_F(LogTest, DropsWhatIsBelowTheLevel) {
  SetLogLevel(LogLevel::kError);
  testing::internal::CaptureStderr();
  Log(LogLevel::kInfo, "quiet");
  Log(LogLevel::kWarning, "quiet");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  testing::internal::CaptureStderr();
  Log(LogLevel::kError, "loud");
  EXPECT_NE(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace evident
