#include "server/yaml_reader.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/limits.h"

namespace evident::server {
namespace {

std::string Position(const std::string& path, const YAML::Mark& mark) {
  if (mark.is_null()) return path;
  return path + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
}

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

YamlReader::YamlReader(std::string path, std::string reason)
    : path_(std::move(path)), reason_(std::move(reason)) {}

absl::StatusOr<YAML::Node> YamlReader::Load() {
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path_, kSettingsFileBytesMax));
  return Parse(text);
}

absl::StatusOr<YAML::Node> YamlReader::Parse(const std::string& text) const {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& e) {
    return MakeError(absl::StatusCode::kInvalidArgument, reason_,
                     Position(path_, e.mark) + ": " + e.msg, {{Position(path_, e.mark), e.msg}});
  }
}

bool YamlReader::CheckMap(const YAML::Node& node, std::string_view what,
                          std::initializer_list<std::string_view> allowed) {
  if (!node.IsMap()) {
    Report(node, std::string(what) + " must be a map of keys and values");
    return false;
  }
  std::set<std::string> seen;
  for (const auto& item : node) {
    if (!item.first.IsScalar()) {
      Report(item.first, "a key of " + std::string(what) + " must be a text");
      continue;
    }
    const std::string& key = item.first.Scalar();
    if (!seen.insert(key).second) Report(item.first, "the key " + Quoted(key) + " stands twice");
    if (allowed.size() > 0 && std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
      Report(item.first, "unknown key " + Quoted(key) + " of " + std::string(what));
    }
  }
  return true;
}

std::string YamlReader::Text(const YAML::Node& map, std::string_view key, bool required) {
  const YAML::Node value = map[std::string(key)];
  if (!value) {
    if (required) Report(map, "the key " + Quoted(key) + " is missing");
    return {};
  }
  if (!value.IsScalar() || value.Scalar().empty()) {
    Report(value, Quoted(key) + " must be a text that is not empty");
    return {};
  }
  return value.Scalar();
}

int64_t YamlReader::Number(const YAML::Node& map, std::string_view key, int64_t fallback,
                           int64_t min, int64_t max) {
  const YAML::Node value = map[std::string(key)];
  if (!value) return fallback;
  int64_t number = 0;
  bool valid = value.IsScalar();
  if (valid) {
    const std::string& text = value.Scalar();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    valid =
        error == std::errc() && end == text.data() + text.size() && number >= min && number <= max;
  }
  if (valid) return number;
  Report(value, Quoted(key) + " must be a whole number from " + std::to_string(min) + " to " +
                    std::to_string(max));
  return fallback;
}

bool YamlReader::Flag(const YAML::Node& map, std::string_view key, bool fallback) {
  const YAML::Node value = map[std::string(key)];
  if (!value) return fallback;
  if (value.IsScalar() && value.Scalar() == "true") return true;
  if (value.IsScalar() && value.Scalar() == "false") return false;
  Report(value, Quoted(key) + " must be true or false");
  return fallback;
}

std::vector<std::string> YamlReader::Texts(const YAML::Node& map, std::string_view key,
                                           bool required) {
  const YAML::Node value = map[std::string(key)];
  if (!value) {
    if (required) Report(map, "the key " + Quoted(key) + " is missing");
    return {};
  }
  if (value.IsScalar()) return {Text(map, key, required)};
  std::vector<std::string> texts = TextList(value, Quoted(key));
  if (required && texts.empty()) Report(value, Quoted(key) + " must not be empty");
  return texts;
}

std::vector<std::string> YamlReader::TextList(const YAML::Node& node, std::string_view what) {
  std::vector<std::string> texts;
  if (!node.IsSequence()) {
    Report(node, std::string(what) + " must be a list");
    return texts;
  }
  for (const YAML::Node& item : node) {
    if (item.IsScalar() && !item.Scalar().empty()) {
      texts.push_back(item.Scalar());
    } else {
      Report(item, "every item of " + std::string(what) + " must be a text that is not empty");
    }
  }
  return texts;
}

void YamlReader::Report(const YAML::Node& at, std::string description) {
  violations_.push_back({Position(path_, at.Mark()), std::move(description)});
}

absl::Status YamlReader::Finish() const {
  if (violations_.empty()) return absl::OkStatus();
  std::string message;
  for (const Violation& violation : violations_) {
    if (!message.empty()) message += "; ";
    message += violation.field + ": " + violation.description;
  }
  return MakeError(absl::StatusCode::kInvalidArgument, reason_, message, violations_);
}

}  // namespace evident::server
