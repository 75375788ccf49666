#include "client/cli/facts_json.h"

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/date.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/fact_argument.h"
#include "graph/model/value_text.h"
#include "graph/model/words.h"

namespace evident::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kDecimalPattern[] = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$";

// "0 to 9 g/dL", as far as there are bounds; empty without any.
std::string RangeInWords(const v1::FactDefinition& definition) {
  std::string words;
  if (definition.has_minimum()) words = "at least " + graph::InWords(definition.minimum());
  if (definition.has_maximum()) {
    words += (words.empty() ? "at most " : ", at most ") + graph::InWords(definition.maximum());
  }
  return words;
}

Json DecimalSchema(const v1::FactDefinition& definition) {
  Json schema = {{"type", "object"},
                 {"required", {"value", "unit"}},
                 {"additionalProperties", false},
                 {"properties",
                  {{"value", {{"type", "string"}, {"pattern", kDecimalPattern}}},
                   {"unit", {{"const", definition.unit()}}}}}};
  if (const std::string range = RangeInWords(definition); !range.empty()) {
    schema["properties"]["value"]["description"] = range;
  }
  return schema;
}

Json TypeSchema(const v1::FactDefinition& definition) {
  Json schema;
  switch (definition.type()) {
    case v1::FACT_TYPE_BOOLEAN:
      return {{"type", "boolean"}};
    case v1::FACT_TYPE_INTEGER:
      schema["type"] = "integer";
      if (definition.has_minimum()) schema["minimum"] = definition.minimum().integer();
      if (definition.has_maximum()) schema["maximum"] = definition.maximum().integer();
      return schema;
    case v1::FACT_TYPE_DECIMAL:
      return DecimalSchema(definition);
    case v1::FACT_TYPE_CODED:
      schema["enum"] = Json::array();
      for (const v1::AllowedValue& value : definition.allowed_values()) {
        schema["enum"].push_back(value.slug());
      }
      return schema;
    case v1::FACT_TYPE_DATE:
      return {{"type", "string"}, {"format", "date"}};
    default:
      return schema;
  }
}

// Reads the members of the object, and sees those that stand twice, which a parsed object hides.
class FactsReader {
 public:
  absl::StatusOr<std::vector<v1::Fact>> Read(std::string_view text) {
    const Json root = Json::parse(
        text,
        [this](int depth, Json::parse_event_t event, Json& parsed) {
          if (event == Json::parse_event_t::key && depth == 1) Count(parsed.get<std::string>());
          return true;
        },
        false);
    if (root.is_discarded()) return Refuse({{"facts", "the text is not JSON"}});
    if (!root.is_object()) return Refuse({{"facts", "must be one object, fact by fact"}});
    for (const auto& [name, value] : root.items()) ReadFact(name, value);
    if (!violations_.empty()) return Refuse(violations_);
    std::vector<v1::Fact> facts;
    for (auto& [name, fact] : facts_) facts.push_back(std::move(fact));
    return facts;
  }

 private:
  static absl::Status Refuse(const std::vector<Violation>& violations) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FACTS_FILE_INVALID",
                     violations[0].field + ": " + violations[0].description, violations);
  }

  void Complain(const std::string& name, const std::string& why) {
    violations_.push_back({Beginning(name, kNameBytesMax), why});
  }

  void Count(const std::string& name) {
    if (++seen_[name] == 2) Complain(name, "stands twice");
  }

  void ReadFact(const std::string& name, const Json& json) {
    v1::Fact& fact = facts_[name];
    fact.set_name(name);
    v1::Value& value = *fact.mutable_value();
    if (json.is_boolean()) {
      value.set_boolean(json.get<bool>());
    } else if (json.is_number_unsigned() || json.is_number_integer()) {
      ReadInteger(name, json, value);
    } else if (json.is_number()) {
      Complain(name,
               "a decimal is {\"value\": \"9.0\", \"unit\": \"g/dL\"}, so that no digit is lost");
    } else if (json.is_string()) {
      const auto& text = json.get_ref<const std::string&>();
      ParseDate(text).ok() ? value.set_date(text) : value.set_coded(text);
    } else if (json.is_object()) {
      ReadQuantity(name, json, *value.mutable_decimal());
    } else {
      Complain(name, "must be true, false, a whole number, a text, or a value with its unit");
    }
  }

  void ReadInteger(const std::string& name, const Json& json, v1::Value& value) {
    if (json.is_number_unsigned() &&
        json.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return Complain(name, "the number is too large");
    }
    value.set_integer(json.get<int64_t>());
  }

  void ReadQuantity(const std::string& name, const Json& json, v1::Quantity& quantity) {
    const auto value = json.find("value");
    const auto unit = json.find("unit");
    if (json.size() != 2 || value == json.end() || unit == json.end() || !value->is_string() ||
        !unit->is_string()) {
      return Complain(name, "a decimal has \"value\" and \"unit\", both text, and nothing else");
    }
    auto parsed = graph::ParseQuantity(value->get<std::string>(), unit->get<std::string>());
    if (!parsed.ok()) return Complain(name, std::string(parsed.status().message()));
    quantity = *std::move(parsed);
  }

  std::map<std::string, int> seen_;
  std::map<std::string, v1::Fact> facts_;
  std::vector<Violation> violations_;
};

}  // namespace

std::string FactsSchema(const v1::DescribeFactsResponse& facts) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "Facts of a question at releases/" + std::to_string(facts.release())},
                 {"type", "object"},
                 {"additionalProperties", false},
                 {"properties", Json::object()}};
  for (const v1::FactDescription& fact : facts.facts()) {
    Json one = {{"title", fact.definition().question().empty() ? fact.definition().display()
                                                               : fact.definition().question()}};
    if (!fact.definition().note().empty()) one["description"] = fact.definition().note();
    one.update(TypeSchema(fact.definition()));
    schema["properties"][fact.name()] = std::move(one);
  }
  return schema.dump(2);
}

absl::StatusOr<std::vector<v1::Fact>> ReadFactsJson(std::string_view text) {
  return FactsReader().Read(text);
}

}  // namespace evident::cli
