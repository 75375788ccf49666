#include "server/wire_errors.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/unicode.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace evident::server {
namespace {

constexpr size_t kMessageBytesMax = 512;
constexpr size_t kViolationTextBytesMax = 256;
// Names and overhead of the trailers that travel: status, message, details, receipt.
constexpr size_t kTrailerOverheadBytes = 256;

size_t Base64Size(size_t bytes) { return (bytes + 2) / 3 * 4; }

// gRPC sends a message percent-encoded.
size_t PercentSize(std::string_view text) {
  size_t size = 0;
  for (const char c : text) size += (c >= 0x20 && c <= 0x7E && c != '%') ? 1 : 3;
  return size;
}

std::string Shortened(std::string_view text, size_t bytes_max) {
  std::string clean = IsValidUtf8(text) ? std::string(text) : std::string("(not UTF-8)");
  if (clean.size() <= bytes_max) return clean;
  constexpr std::string_view kEllipsis = "...";
  return Beginning(clean, bytes_max - kEllipsis.size()).append(kEllipsis);
}

google::rpc::BadRequest Shown(const std::vector<Violation>& violations, size_t shown,
                              size_t omitted) {
  google::rpc::BadRequest bad_request;
  for (size_t i = 0; i < shown; ++i) {
    auto* violation = bad_request.add_field_violations();
    violation->set_field(Shortened(violations[i].field, kViolationTextBytesMax));
    violation->set_description(Shortened(violations[i].description, kViolationTextBytesMax));
  }
  const size_t more = violations.size() - shown + omitted;
  if (more > 0) {
    bad_request.add_field_violations()->set_description("and " + std::to_string(more) + " more");
  }
  return bad_request;
}

std::string Details(const absl::Status& status, const std::string& message,
                    const std::vector<Violation>& violations, size_t shown) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(WireReason(status));
  info.set_domain("evident");
  details.add_details()->PackFrom(info);
  if (!violations.empty()) {
    const size_t omitted = ErrorViolationsOmitted(status);
    details.add_details()->PackFrom(Shown(violations, shown, omitted));
  }
  return details.SerializeAsString();
}

}  // namespace

std::string WireReason(const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

WireStatus ToWire(const absl::Status& status, size_t receipt_bytes) {
  WireStatus wire;
  wire.code = static_cast<int>(status.code());
  if (status.ok()) return wire;
  wire.message = Shortened(std::string_view(status.message().data(), status.message().size()),
                           kMessageBytesMax);
  const std::vector<Violation> violations = ErrorViolations(status);
  const size_t fixed =
      kTrailerOverheadBytes + Base64Size(receipt_bytes) + PercentSize(wire.message);
  for (size_t shown = std::min(violations.size(), kViolationsShownMax);; --shown) {
    wire.details = Details(status, wire.message, violations, shown);
    if (shown == 0 || fixed + Base64Size(wire.details.size()) <= kReceiptTrailerBytesMax) break;
  }
  return wire;
}

}  // namespace evident::server
