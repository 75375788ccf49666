#include "audit/proof/log_keys.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace evident::audit {
namespace {

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

absl::StatusOr<LogKeys> LogKeys::Parse(std::string_view text) {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  const std::vector<std::string_view> lines = LinesOf(text);
  EVIDENT_ASSIGN_OR_RETURN(NoteVerifier first, NoteVerifier::Parse(lines.front()));
  LogKeys keys(std::move(first));
  for (size_t i = 1; i < lines.size(); ++i) {
    absl::StatusOr<NoteVerifier> key = NoteVerifier::Parse(lines[i]);
    const absl::Status added = key.ok() ? keys.Add(*std::move(key)) : key.status();
    if (!added.ok()) return Annotate(added, "line " + std::to_string(i + 1));
  }
  return keys;
}

bool LogKeys::Has(std::string_view verifier_key) const {
  return std::any_of(keys_.begin(), keys_.end(), [verifier_key](const NoteVerifier& key) {
    return key.ToText() == verifier_key;
  });
}

absl::Status LogKeys::Add(NoteVerifier key) {
  const auto refuse = [](const std::string& why) {
    return MakeError(absl::StatusCode::kInvalidArgument, "VERIFIER_KEY_MALFORMED",
                     "a verifier key " + why);
  };
  if (key.name() != name())
    return refuse("of '" + key.name() + "' among those of '" + name() + "'");
  for (const NoteVerifier& known : keys_) {
    if (known.key_id() == key.key_id()) return refuse("that is there before");
  }
  keys_.push_back(std::move(key));
  return absl::OkStatus();
}

std::string LogKeys::ToText() const {
  std::string text;
  for (const NoteVerifier& key : keys_) text += key.ToText() + "\n";
  return text;
}

}  // namespace evident::audit
