#include "client/cli/batch_file.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/facts_json.h"

namespace evident::cli {
namespace {

using Json = nlohmann::ordered_json;

absl::Status Invalid(const std::string& message, const std::vector<Violation>& violations = {},
                     size_t omitted = 0) {
  return MakeError(absl::StatusCode::kInvalidArgument, "BATCH_FILE_INVALID", message, violations,
                   omitted);
}

// The JSON of a line. A name that stands twice within one object goes into `violations`: the parsed
// object holds the last of its values alone.
Json ParseLine(const std::string& line, const std::string& where,
               std::vector<Violation>& violations) {
  std::vector<std::set<std::string>> names;  // of the objects that are open, outermost first
  const auto see = [&](int /*depth*/, Json::parse_event_t event, const Json& parsed) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& name = parsed.get_ref<const std::string&>();
      if (!names.back().insert(name).second) {
        violations.push_back({where, "\"" + Beginning(name, kNameBytesMax) + "\" stands twice"});
      }
    }
    return true;
  };
  return Json::parse(line, see, /*allow_exceptions=*/false);
}

// The line's own fields; what is wrong with it goes into `violations`.
v1::QuestionFrame ReadLine(const std::string& line, const std::string& where,
                           std::vector<Violation>& violations) {
  v1::QuestionFrame frame;
  Json json = ParseLine(line, where, violations);
  if (!json.is_object()) {
    violations.push_back({where, "expected one JSON object"});
    return frame;
  }
  if (const auto facts = json.find("facts"); facts != json.end()) {
    auto read = ReadFactsJson(facts->dump());
    if (!read.ok()) {
      for (const Violation& one : ErrorViolations(read.status())) {
        violations.push_back({where + " facts " + one.field, one.description});
      }
      if (ErrorViolations(read.status()).empty()) {
        violations.push_back({where + " facts", std::string(read.status().message())});
      }
      return frame;
    }
    for (v1::Fact& fact : *read) *frame.add_facts() = std::move(fact);
    json.erase("facts");
  }
  v1::QuestionFrame rest;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json.dump(), &rest);
  if (!parsed.ok()) {
    violations.push_back({where, std::string(parsed.message().data(), parsed.message().size())});
    return frame;
  }
  frame.MergeFrom(rest);
  return frame;
}

// A list of the line stands in place of the common one, and does not go behind it.
v1::QuestionFrame Over(v1::QuestionFrame common, const v1::QuestionFrame& line) {
  if (line.concepts_size() + line.codes_size() > 0) {
    common.clear_concepts();
    common.clear_codes();
  }
  if (line.facts_size() > 0) common.clear_facts();
  if (line.observations_size() > 0) common.clear_observations();
  if (line.has_filters()) common.clear_filters();
  if (line.has_release()) common.clear_release();
  common.MergeFrom(line);
  return common;
}

}  // namespace

absl::StatusOr<std::vector<v1::BatchRecommendRequest>> ReadBatch(const std::string& text,
                                                                 const std::string& file,
                                                                 const v1::QuestionFrame& common) {
  if (!IsValidUtf8(text)) return Invalid(file + " is not valid UTF-8");
  std::vector<v1::BatchRecommendRequest> requests;
  std::vector<Violation> violations;
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const v1::QuestionFrame own = ReadLine(line, file + ":" + std::to_string(number), violations);
    *requests.emplace_back().mutable_question() = Over(common, own);
  }
  if (!violations.empty()) {
    const size_t omitted =
        violations.size() > kPackErrorsMax ? violations.size() - kPackErrorsMax : 0;
    violations.resize(violations.size() - omitted);
    return Invalid(violations[0].field + ": " + violations[0].description, violations, omitted);
  }
  if (requests.empty()) return Invalid(file + " holds no questions");
  return requests;
}

}  // namespace evident::cli
