#include "client/cli/batch_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "base/status_matchers.h"

namespace evident::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

v1::QuestionFrame Common() {
  v1::QuestionFrame common;
  common.set_subject("common");
  v1::Fact& fact = *common.add_facts();
  fact.set_name("pain");
  fact.mutable_value()->set_boolean(true);
  return common;
}

testing::Matcher<Violation> Wrong(const std::string& field, const std::string& part) {
  return AllOf(Field(&Violation::field, field), Field(&Violation::description, HasSubstr(part)));
}

TEST(ReadBatchTest, LaysEachLineOverWhatIsCommon) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const auto requests,
      ReadBatch("{\"subject\": \"own\"}\n\n{\"facts\": {\"ecog\": 1}}", "cases", Common()));
  ASSERT_EQ(requests.size(), 2);
  EXPECT_EQ(requests[0].question().subject(), "own");
  ASSERT_EQ(requests[0].question().facts_size(), 1);
  EXPECT_EQ(requests[0].question().facts(0).name(), "pain");
  EXPECT_EQ(requests[1].question().subject(), "common");
  ASSERT_EQ(requests[1].question().facts_size(), 1);
  EXPECT_EQ(requests[1].question().facts(0).name(), "ecog");
  EXPECT_EQ(requests[1].question().facts(0).value().integer(), 1);
}

TEST(ReadBatchTest, NamesEveryLineThatIsWrong) {
  const auto read = ReadBatch(
      "[1]\n{\"facts\": {\"hemoglobin\": 9.5}}\n{\"subject\": \"s\"}\n{\"colour\": \"red\"}\n{",
      "cases", Common());
  EXPECT_THAT(read, HasReason("BATCH_FILE_INVALID"));
  EXPECT_THAT(ErrorViolations(read.status()),
              ElementsAre(Wrong("cases:1", "one JSON object"),
                          Wrong("cases:2 facts hemoglobin", "a decimal is"),
                          Wrong("cases:4", "colour"), Wrong("cases:5", "one JSON object")));
}

TEST(ReadBatchTest, RefusesANameThatStandsTwiceInOneObject) {
  const auto read =
      ReadBatch("{\"facts\": {\"ecog\": 1, \"ecog\": 2}}\n{\"subject\": \"a\", \"subject\": \"b\"}",
                "cases", Common());
  EXPECT_THAT(read, HasReason("BATCH_FILE_INVALID"));
  EXPECT_THAT(ErrorViolations(read.status()),
              ElementsAre(Wrong("cases:1", "\"ecog\" stands twice"),
                          Wrong("cases:2", "\"subject\" stands twice")));
}

TEST(ReadBatchTest, TakesTheSameNameInObjectsOfTheirOwn) {
  EVIDENT_EXPECT_OK(
      ReadBatch(R"({"codes": [{"system": "s", "code": "1"}, {"system": "s", "code": "2"}]})",
                "cases", Common()));
}

TEST(ReadBatchTest, RefusesAFileWithoutQuestions) {
  EXPECT_THAT(ReadBatch("\n \n", "cases", Common()), HasReason("BATCH_FILE_INVALID"));
  EXPECT_THAT(ReadBatch("{\"subject\": \"\xff\"}", "cases", Common()),
              HasReason("BATCH_FILE_INVALID"));
}

}  // namespace
}  // namespace evident::cli
