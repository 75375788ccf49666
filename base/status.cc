#include "base/status.h"

#include "absl/strings/cord.h"
#include "absl/types/optional.h"
#include "base/encoding.h"

namespace evident {
namespace {

constexpr char kReasonUrl[] = "evident/reason";
constexpr char kViolationsUrl[] = "evident/violations";
constexpr char kOmittedUrl[] = "evident/omitted";

void AppendText(std::string& out, std::string_view text) {
  AppendU32(out, static_cast<uint32_t>(text.size()));
  out += text;
}

std::string ReadPayload(const absl::Status& status, const char* url) {
  const absl::optional<absl::Cord> payload = status.GetPayload(url);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message,
                       const std::vector<Violation>& violations, size_t omitted) {
  absl::Status status(code, absl::string_view(message.data(), message.size()));
  if (status.ok()) return status;
  if (!reason.empty()) status.SetPayload(kReasonUrl, absl::Cord(std::string(reason)));
  if (!violations.empty()) {
    std::string encoded;
    for (const Violation& violation : violations) {
      AppendText(encoded, violation.field);
      AppendText(encoded, violation.description);
    }
    status.SetPayload(kViolationsUrl, absl::Cord(std::move(encoded)));
  }
  if (omitted > 0) {
    std::string encoded;
    AppendU64(encoded, omitted);
    status.SetPayload(kOmittedUrl, absl::Cord(std::move(encoded)));
  }
  return status;
}

std::string ErrorReason(const absl::Status& status) { return ReadPayload(status, kReasonUrl); }

std::vector<Violation> ErrorViolations(const absl::Status& status) {
  const std::string encoded = ReadPayload(status, kViolationsUrl);
  std::vector<Violation> violations;
  ByteReader reader(encoded);
  while (reader.ok() && !reader.rest().empty()) {
    Violation violation;
    violation.field = std::string(reader.Bytes(reader.U32()));
    violation.description = std::string(reader.Bytes(reader.U32()));
    if (reader.ok()) violations.push_back(std::move(violation));
  }
  return violations;
}

size_t ErrorViolationsOmitted(const absl::Status& status) {
  const std::string encoded = ReadPayload(status, kOmittedUrl);
  ByteReader reader(encoded);
  const uint64_t omitted = reader.U64();
  return reader.ok() ? omitted : 0;
}

absl::Status Annotate(const absl::Status& status, std::string_view context) {
  if (status.ok()) return status;
  std::string message(context);
  message.append(": ").append(status.message().data(), status.message().size());
  absl::Status annotated(status.code(), message);
  status.ForEachPayload([&annotated](absl::string_view url, const absl::Cord& payload) {
    annotated.SetPayload(url, payload);
  });
  return annotated;
}

}  // namespace evident
