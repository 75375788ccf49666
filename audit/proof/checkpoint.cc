#include "audit/proof/checkpoint.h"

#include <charconv>
#include <vector>

#include "audit/proof/entry_name.h"
#include "audit/proof/merkle.h"
#include "base/encoding.h"
#include "base/status.h"

namespace evident::audit {
namespace {

absl::Status Malformed(const char* why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "CHECKPOINT_MALFORMED",
                   std::string("a checkpoint ") + why);
}

}  // namespace

std::string Checkpoint::ToText() const {
  return origin + "\n" + std::to_string(size) + "\n" + Base64Encode(root.view()) + "\n";
}

absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return Malformed("does not end in a newline");
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (lines.size() != 3) return Malformed("does not have three lines");
  Checkpoint checkpoint;
  checkpoint.origin = std::string(lines[0]);
  if (!ParseOrigin(checkpoint.origin).ok()) return Malformed("has no valid origin");
  const std::string_view size = lines[1];
  const auto [end, error] =
      std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  if (error != std::errc() || end != size.data() + size.size() ||
      std::to_string(checkpoint.size) != size) {
    return Malformed("has no valid size");
  }
  const absl::StatusOr<std::string> root = Base64Decode(lines[2]);
  if (!root.ok()) return Malformed("has a root that is not base64");
  const absl::StatusOr<Digest> digest = Digest::FromBytes(*root);
  if (!digest.ok()) return Malformed("has a root that is not 32 bytes");
  checkpoint.root = *digest;
  if (checkpoint.size == 0 && checkpoint.root != EmptyRoot()) {
    return Malformed("of size 0 has another root than the empty one");
  }
  return checkpoint;
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const NoteSigner& signer) {
  if (signer.verifier().name() != checkpoint.origin) {
    return MakeError(absl::StatusCode::kInvalidArgument, "ORIGIN_MISMATCH",
                     "the key of " + signer.verifier().name() + " does not sign checkpoints of " +
                         checkpoint.origin);
  }
  return signer.Sign(checkpoint.ToText());
}

absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note, const LogKeys& keys) {
  EVIDENT_ASSIGN_OR_RETURN(const OpenedNote opened, OpenNote(note, keys.all()));
  EVIDENT_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpoint(opened.text));
  if (checkpoint.origin != keys.name()) {
    return MakeError(
        absl::StatusCode::kDataLoss, "ORIGIN_MISMATCH",
        "a checkpoint of " + checkpoint.origin + " is signed by the key of " + keys.name());
  }
  return checkpoint;
}

}  // namespace evident::audit
