#include "client/cli/facts_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/status_matchers.h"
#include "graph/model/words.h"

namespace evident::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

v1::FactDefinition& Add(v1::DescribeFactsResponse& facts, const std::string& name,
                        v1::FactType type) {
  v1::FactDescription& fact = *facts.add_facts();
  fact.set_name(name);
  fact.mutable_definition()->set_display("Display of " + name);
  fact.mutable_definition()->set_type(type);
  return *fact.mutable_definition();
}

TEST(FactsSchemaTest, SaysWhatEachTypeTakes) {
  v1::DescribeFactsResponse facts;
  facts.set_release(3);
  Add(facts, "p/yes", v1::FACT_TYPE_BOOLEAN).set_question("Is it so?");
  v1::FactDefinition& score = Add(facts, "p/score", v1::FACT_TYPE_INTEGER);
  score.mutable_minimum()->set_integer(0);
  score.mutable_maximum()->set_integer(4);
  score.set_note("As on the day.");
  v1::FactDefinition& level = Add(facts, "p/level", v1::FACT_TYPE_DECIMAL);
  level.set_unit("g/dL");
  level.mutable_minimum()->mutable_decimal()->mutable_value()->set_unscaled(5);
  Add(facts, "p/kind", v1::FACT_TYPE_CODED).add_allowed_values()->set_slug("one");
  Add(facts, "p/day", v1::FACT_TYPE_DATE);
  const json schema = json::parse(FactsSchema(facts));
  EXPECT_THAT(schema["title"].get<std::string>(), HasSubstr("releases/3"));
  const json& properties = schema["properties"];
  EXPECT_EQ(properties["p/yes"], (json{{"title", "Is it so?"}, {"type", "boolean"}}));
  EXPECT_EQ(properties["p/score"], (json{{"title", "Display of p/score"},
                                         {"description", "As on the day."},
                                         {"type", "integer"},
                                         {"minimum", 0},
                                         {"maximum", 4}}));
  EXPECT_EQ(properties["p/level"]["properties"]["unit"]["const"], "g/dL");
  EXPECT_THAT(properties["p/level"]["properties"]["value"]["description"].get<std::string>(),
              HasSubstr("at least 5"));
  EXPECT_EQ(properties["p/kind"]["enum"], json::array({"one"}));
  EXPECT_EQ(properties["p/day"]["format"], "date");
}

TEST(ReadFactsJsonTest, ReadsEveryType) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto facts, ReadFactsJson(R"({
      "yes": true, "score": 1, "below": -3, "kind": "one", "day": "2026-01-31",
      "level": {"value": "9.0", "unit": "g/dL"}})"));
  std::vector<std::string> words;
  for (const v1::Fact& fact : facts) words.push_back(graph::InWords(fact));
  EXPECT_THAT(words, ElementsAre("below = -3", "day = 2026-01-31", "kind = one", "level = 9.0 g/dL",
                                 "score = 1", "yes = true"));
}

TEST(ReadFactsJsonTest, RefusesWhatIsNoFactAndNamesEach) {
  const auto refused = ReadFactsJson(
      R"({"a": 1.5, "b": null, "c": [1], "d": {"value": 9, "unit": "g"}, "e": {"value": "9"},
          "f": {"value": "nine", "unit": "g"}, "g": 18446744073709551615, "h": 1, "h": 2})");
  EXPECT_THAT(refused, HasReason("FACTS_FILE_INVALID"));
  std::vector<std::string> fields;
  for (const Violation& violation : ErrorViolations(refused.status())) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields, ElementsAre("h", "a", "b", "c", "d", "e", "f", "g"));
}

TEST(ReadFactsJsonTest, RefusesWhatIsNoObject) {
  for (const char* const text : {"", "{", "[]", "1", "{\"a\": tru}", "{} {}"}) {
    EXPECT_THAT(ReadFactsJson(text), HasReason("FACTS_FILE_INVALID")) << text;
  }
}

}  // namespace
}  // namespace evident::cli
