#include "client/cli/yaml_append.h"

#include <yaml-cpp/yaml.h>

#include "base/status.h"

namespace evident::cli {
namespace {

absl::Status CannotExtend(const std::string& map, const std::string& line) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "FILE_NOT_EXTENDABLE",
                   "'" + map + "' is not the last key in block style; add by hand: " + line);
}

// Whether `after` has what `before` has, and the new key, and nothing else.
bool OnlyAdds(const YAML::Node& before, const YAML::Node& after, const std::string& map,
              const std::string& key) {
  if (!after.IsMap() || !after[map] || !after[map].IsMap() || !after[map][key]) return false;
  if (after.size() != before.size() || after[map].size() != before[map].size() + 1) return false;
  for (const auto& entry : before[map]) {
    const YAML::Node kept = after[map][entry.first.as<std::string>()];
    if (!kept || YAML::Dump(kept) != YAML::Dump(entry.second)) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<std::string> AppendToMap(const std::string& text, const std::string& map,
                                        const std::string& key, const std::string& value) {
  const std::string line = "  \"" + key + "\": " + value + "\n";
  YAML::Node before;
  try {
    before = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    return MakeError(absl::StatusCode::kInvalidArgument, "YAML_INVALID",
                     std::to_string(error.mark.line + 1) + ":" +
                         std::to_string(error.mark.column + 1) + ": " + error.msg);
  }
  try {
    if (!before.IsMap() || !before[map] || !before[map].IsMap()) return CannotExtend(map, line);
    if (before[map][key]) {
      return MakeError(absl::StatusCode::kAlreadyExists, "IDENTITY_EXISTS",
                       "'" + key + "' is already there");
    }
    std::string extended = text;
    if (!extended.empty() && extended.back() != '\n') extended += '\n';
    extended += line;
    if (!OnlyAdds(before, YAML::Load(extended), map, key)) return CannotExtend(map, line);
    return extended;
  } catch (const YAML::Exception&) {
    return CannotExtend(map, line);  // with the line at its end the file reads no longer
  }
}

}  // namespace evident::cli
