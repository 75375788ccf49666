// Fields that requests of acts have in common, checked all at once.
#ifndef EVIDENT_SERVER_HANDLERS_ACT_FIELDS_H_
#define EVIDENT_SERVER_HANDLERS_ACT_FIELDS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::server {

class ActFields {
 public:
  void Refuse(std::string field, std::string why) {
    violations_.push_back({std::move(field), std::move(why)});
  }

  // There, and at most kNameBytesMax bytes.
  void NeedName(const std::string& field, const std::string& value) {
    if (value.empty() || value.size() > kNameBytesMax) {
      Refuse(field, "must be a full name of at most " + std::to_string(kNameBytesMax) + " bytes");
    }
  }

  // There, and at most kActTextBytesMax bytes.
  void NeedText(const std::string& field, const std::string& value) {
    if (value.empty()) Refuse(field, "must be said");
    MayHaveText(field, value);
  }

  void MayHaveText(const std::string& field, const std::string& value) {
    if (value.size() > kActTextBytesMax) {
      Refuse(field, "must be at most " + std::to_string(kActTextBytesMax) + " bytes");
    }
  }

  // OK, or INVALID_ARGUMENT (REQUEST_INVALID) with all of them.
  absl::Status Status() const {
    if (violations_.empty()) return absl::OkStatus();
    return MakeError(
        absl::StatusCode::kInvalidArgument, "REQUEST_INVALID",
        "the request is not valid: " + violations_[0].field + " " + violations_[0].description,
        violations_);
  }

 private:
  std::vector<Violation> violations_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_ACT_FIELDS_H_
