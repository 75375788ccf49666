// GoogleTest macros for absl::Status and absl::StatusOr. Tests only.
#ifndef EVIDENT_BASE_STATUS_MATCHERS_H_
#define EVIDENT_BASE_STATUS_MATCHERS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace evident {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// Matches an OK Status or StatusOr.
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// Matches a Status or StatusOr with this code whose message contains `text`.
MATCHER_P2(FailsWith, code, text, "fails with the code and a message that has the text") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code &&
         std::string(StatusOf(arg).message()).find(text) != std::string::npos;
}

// Matches a Status or StatusOr made by MakeError with this reason.
MATCHER_P(HasReason, reason, "has the reason") {
  *result_listener << StatusOf(arg).ToString() << " reason " << ErrorReason(StatusOf(arg));
  return ErrorReason(StatusOf(arg)) == reason;
}

}  // namespace evident

#define EVIDENT_ASSERT_OK(expr) ASSERT_THAT((expr), ::evident::IsOk())
#define EVIDENT_EXPECT_OK(expr) EXPECT_THAT((expr), ::evident::IsOk())

// Declares or assigns `lhs` from the StatusOr `expr`; fails the test when it is not OK.
#define EVIDENT_ASSERT_OK_AND_ASSIGN(lhs, expr) \
  EVIDENT_ASSERT_OK_AND_ASSIGN_IMPL_(EVIDENT_STATUS_CONCAT_(evident_statusor_, __LINE__), lhs, expr)
#define EVIDENT_ASSERT_OK_AND_ASSIGN_IMPL_(tmp, lhs, expr) \
  auto tmp = (expr);                                       \
  ASSERT_THAT(tmp, ::evident::IsOk());                     \
  lhs = *std::move(tmp)

#endif  // EVIDENT_BASE_STATUS_MATCHERS_H_
