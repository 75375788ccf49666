#include "base/status.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/status_matchers.h"

namespace evident {
namespace {

TEST(StatusTest, CarriesReasonAndViolations) {
  const std::vector<Violation> violations = {{"facts[2].value", "found \"x\", expected a number"},
                                             {"", ""},
                                             {std::string("a\0b", 3), std::string(300, 'v')}};
  const absl::Status status =
      MakeError(absl::StatusCode::kInvalidArgument, "FACTS_INVALID", "reading facts", violations);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "reading facts");
  EXPECT_EQ(ErrorReason(status), "FACTS_INVALID");
  EXPECT_EQ(ErrorViolations(status), violations);
}

TEST(StatusTest, OtherStatusesHaveNeither) {
  for (const absl::Status& status : {absl::OkStatus(), absl::InternalError("x")}) {
    EXPECT_EQ(ErrorReason(status), "");
    EXPECT_TRUE(ErrorViolations(status).empty());
  }
}

TEST(StatusTest, BrokenViolationsYieldOnlyWholeOnes) {
  absl::Status status = absl::InternalError("x");
  const std::string encoded("\0\0\0\1f\0\0\0\1d\0\0\0\1g\xff\xff\xff\xff", 19);
  status.SetPayload("evident/violations", absl::Cord(encoded));
  EXPECT_EQ(ErrorViolations(status), (std::vector<Violation>{{"f", "d"}}));
}

TEST(StatusTest, AnnotateKeepsCodeReasonAndViolations) {
  const std::vector<Violation> violations = {{"f", "d"}};
  const absl::Status inner =
      MakeError(absl::StatusCode::kNotFound, "NODE_MISSING", "no node n", violations);
  const absl::Status outer = Annotate(inner, "explaining e");
  EXPECT_EQ(outer.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(outer.message(), "explaining e: no node n");
  EXPECT_EQ(ErrorReason(outer), "NODE_MISSING");
  EXPECT_EQ(ErrorViolations(outer), violations);
  EVIDENT_EXPECT_OK(Annotate(absl::OkStatus(), "anything"));
}

absl::Status FailWhen(bool fail) {
  return fail ? MakeError(absl::StatusCode::kAborted, "ASKED", "failing") : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<int>> MakeUnless(bool fail) {
  EVIDENT_RETURN_IF_ERROR(FailWhen(fail));
  return std::make_unique<int>(7);
}

absl::StatusOr<int> SumUnless(bool fail_second) {
  EVIDENT_ASSIGN_OR_RETURN(const std::unique_ptr<int> first, MakeUnless(false));
  EVIDENT_ASSIGN_OR_RETURN(const std::unique_ptr<int> second, MakeUnless(fail_second));
  return *first + *second;
}

TEST(StatusTest, MacrosPassValuesOnAndReturnErrorsWithTheirReason) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const int sum, SumUnless(false));
  EXPECT_EQ(sum, 14);
  EXPECT_THAT(SumUnless(true), HasReason("ASKED"));
}

TEST(StatusMatchersTest, TellFailuresApart) {
  const absl::Status status = FailWhen(true);
  EXPECT_THAT(status, FailsWith(absl::StatusCode::kAborted, "fail"));
  EXPECT_THAT(status, testing::Not(FailsWith(absl::StatusCode::kAborted, "other words")));
  EXPECT_THAT(status, testing::Not(FailsWith(absl::StatusCode::kUnknown, "fail")));
  EXPECT_THAT(status, testing::Not(HasReason("OTHER")));
  EXPECT_THAT(status, testing::Not(IsOk()));
  EXPECT_THAT(MakeUnless(true), FailsWith(absl::StatusCode::kAborted, ""));
}

}  // namespace
}  // namespace evident
