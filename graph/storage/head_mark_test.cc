#include "graph/storage/head_mark.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/model/doc_blocks.h"
#include "graph/model/test_graphs.h"
#include "graph/storage/test_database.h"

namespace evident::graph {
namespace {

class HeadMarkTest : public testing::Test {
 protected:
  void SetUp() override { EVIDENT_ASSERT_OK_AND_ASSIGN(first_, database_.Publish(ExampleGraph())); }
  absl::Status Check() { return CheckHeadMark(database_.path(), database_.database()); }
  void Write(const std::string& text) {
    EVIDENT_ASSERT_OK(WriteFileAtomically(database_.path() + "/HEAD-RELEASE", text, 0600));
  }
  std::string Read() { return ReadFile(database_.path() + "/HEAD-RELEASE", 1000).value_or(""); }

  TestDatabase database_;
  storage::v1::ReleaseRecord first_;
};

TEST_F(HeadMarkTest, IsTheLineOfThePage) {
  const std::string line = DocBlock("keys.md", "text mark");
  storage::v1::ReleaseRecord record;
  record.set_number(1);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string digest,
                               HexDecode(DocHex("records.md", "release-digest")));
  record.set_release_digest(digest);
  EVIDENT_ASSERT_OK(WriteHeadMark(database_.path(), record));
  EXPECT_EQ(Read(), line);
}

TEST_F(HeadMarkTest, ADatabaseWithTheReleaseOrWithoutAMarkIsFine) {
  EXPECT_FALSE(HasHeadMark(database_.path()));
  EVIDENT_EXPECT_OK(Check());
  EVIDENT_ASSERT_OK(WriteHeadMark(database_.path(), first_));
  EXPECT_TRUE(HasHeadMark(database_.path()));
  EVIDENT_EXPECT_OK(Check());
  EVIDENT_ASSERT_OK(database_.Publish({}));  // newer than the mark
  EVIDENT_EXPECT_OK(Check());
  EVIDENT_EXPECT_OK(database_.Reopen());
}

TEST_F(HeadMarkTest, AReleaseThatIsMissingOrAnotherIsLost) {
  storage::v1::ReleaseRecord later = first_;
  later.set_number(2);
  EVIDENT_ASSERT_OK(WriteHeadMark(database_.path(), later));
  EXPECT_THAT(Check(), FailsWith(absl::StatusCode::kDataLoss, database_.path() + "/HEAD-RELEASE"));
  EXPECT_THAT(Check(), HasReason("RELEASE_LOST"));
  storage::v1::ReleaseRecord other = first_;
  other.set_release_digest(std::string(32, 'x'));
  EVIDENT_ASSERT_OK(WriteHeadMark(database_.path(), other));
  EXPECT_THAT(Check(), HasReason("RELEASE_LOST"));
  EXPECT_THAT(database_.Reopen(), HasReason("RELEASE_LOST"));
}

TEST_F(HeadMarkTest, EveryOtherTextIsNoMark) {
  EVIDENT_ASSERT_OK(WriteHeadMark(database_.path(), first_));
  const std::string mark = Read();
  for (size_t at = 0; at < mark.size(); ++at) {
    Write(mark.substr(0, at));
    ASSERT_THAT(Check(), HasReason("HEAD_MARK_CORRUPT")) << at;
    std::string flipped = mark;
    flipped[at] ^= 0x20;
    Write(flipped);
    ASSERT_THAT(Check(), HasReason("HEAD_MARK_CORRUPT")) << at;
  }
  const size_t number = mark.find('1', 11);
  for (const char* other : {"0", "01", "+1", "1 ", "4294967296", "99999999999", ""}) {
    Write(mark.substr(0, number) + other + mark.substr(number + 1));
    ASSERT_THAT(Check(), HasReason("HEAD_MARK_CORRUPT")) << other;
  }
  Write(mark + "\n");
  EXPECT_THAT(Check(), HasReason("HEAD_MARK_CORRUPT"));
  Write(std::string(1000, 'x'));
  EXPECT_FALSE(Check().ok());
}

}  // namespace
}  // namespace evident::graph
