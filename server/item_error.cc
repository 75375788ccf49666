#include "server/item_error.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "server/wire_errors.h"

namespace evident::server {

v1::ItemError ViewError(const absl::Status& status) {
  v1::ItemError error;
  error.set_code(static_cast<uint32_t>(status.code()));
  error.set_reason(WireReason(status));
  error.set_message(Beginning(std::string(status.message()), kRecordedReasonBytesMax));
  const std::vector<Violation> violations = ErrorViolations(status);
  for (size_t i = 0; i < std::min(violations.size(), kViolationsShownMax); ++i) {
    v1::FieldViolation& shown = *error.add_violations();
    shown.set_field(Beginning(violations[i].field, kRecordedReasonBytesMax));
    shown.set_description(Beginning(violations[i].description, kRecordedReasonBytesMax));
  }
  return error;
}

}  // namespace evident::server
