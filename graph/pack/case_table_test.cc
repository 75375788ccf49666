// Cases as a table say what the same cases in YAML say.
#include "graph/pack/case_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/pack/example_pack.h"

namespace evident::graph {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

absl::StatusOr<Pack> WithTable(const std::string& table) {
  PackFiles files = ExamplePack();
  files["cases/grid.csv"] = table;
  return ReadPack(files);
}

const PackCase* Find(const Pack& pack, const std::string& slug) {
  for (const PackCase& one : pack.cases) {
    if (one.slug == slug) return &one;
  }
  return nullptr;
}

// "place: what" of every error.
std::vector<std::string> ErrorsOf(const std::string& table) {
  std::vector<std::string> errors;
  const absl::StatusOr<Pack> pack = WithTable(table);
  for (const Violation& one : ErrorViolations(pack.status())) {
    errors.push_back(one.field + ": " + one.description);
  }
  return errors;
}

// The block of the page.
std::string TableOfThePage() {
  const std::string page = *ReadFile(SourceDir() + "/docs/formats/pack.md", 1u << 20);
  const size_t begin = page.find("```csv\n") + 7;
  return page.substr(begin, page.find("```", begin) - begin);
}

TEST(CaseTableTest, TheTableOfThePageReads) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Pack pack, WithTable(TableOfThePage()));
  const PackCase* const low = Find(pack, "grid-low");
  ASSERT_NE(low, nullptr);
  EXPECT_EQ(low->place.ToString(), "cases/grid.csv:2:1");
  EXPECT_THAT(low->concepts, ElementsAre("glimmer-fever/glimmer-fever-disease"));
  ASSERT_EQ(low->facts.size(), 1u);
  EXPECT_EQ(low->facts[0].value().integer(), 2);
  EXPECT_THAT(low->expect.absent, ElementsAre("glimmer-fever/lumenol-stop"));
  const PackCase* const high = Find(pack, "grid-high");
  ASSERT_NE(high, nullptr);
  EXPECT_EQ(high->description, "A glow score of 7, too high");
  EXPECT_THAT(high->expect.applies, ElementsAre("glimmer-fever/lumenol-stop"));
}

TEST(CaseTableTest, SaysWhatTheSameCaseInYamlSays) {
  PackFiles files = ExamplePack();
  files["cases/grid.csv"] =
      "case,description,concepts,fact:glow_score,absent,applies,outcome:initial-therapy\r\n"
      "in-csv,\"Two \"\"words\"\"\",glimmer-fever-disease,7,lumenol-pair "
      "shade-rest,lumenol-stop,\r\n";
  files["cases/yaml.yaml"] =
      "in-yaml:\n  description: 'Two \"words\"'\n  concepts: [glimmer-fever-disease]\n"
      "  facts: {glow_score: 7}\n"
      "  expect: {absent: [lumenol-pair, shade-rest], applies: [lumenol-stop]}\n";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Pack pack, ReadPack(files));
  const PackCase& csv = *Find(pack, "in-csv");
  const PackCase& yaml = *Find(pack, "in-yaml");
  EXPECT_EQ(csv.description, yaml.description);
  EXPECT_EQ(csv.facts[0].SerializeAsString(), yaml.facts[0].SerializeAsString());
  EXPECT_EQ(csv.expect.absent, yaml.expect.absent);
  EXPECT_EQ(csv.expect.applies, yaml.expect.applies);
}

TEST(CaseTableTest, ErrorsOfTheTableHaveTheirPlace) {
  EXPECT_THAT(ErrorsOf("case,descripton\na,b\n"),
              ElementsAre(AllOf(HasSubstr("cases/grid.csv:1:6"), HasSubstr("description"))));
  EXPECT_THAT(ErrorsOf("description\nb\n"), ElementsAre(HasSubstr("no column \"case\"")));
  EXPECT_THAT(ErrorsOf("case,case\n"), ElementsAre(HasSubstr("again")));
  EXPECT_THAT(ErrorsOf("case,description\na\n"),
              ElementsAre(HasSubstr("cases/grid.csv:2:1: found 1 cells; expected 2")));
  EXPECT_THAT(ErrorsOf("case,description\n\"a,b\n"), ElementsAre(HasSubstr("does not end")));
  EXPECT_THAT(ErrorsOf("case,description\n\"a\"b,c\n"),
              ElementsAre(AllOf(HasSubstr("cases/grid.csv:2:4"), HasSubstr("expected a comma"))));
  EXPECT_THAT(ErrorsOf("case,description\n,c\n"), ElementsAre(HasSubstr("without a slug")));
  EXPECT_THAT(ErrorsOf("case,applies\na,b\na,b\n"), ElementsAre(HasSubstr("again in one table")));
  EXPECT_THAT(ErrorsOf(""), ElementsAre(HasSubstr("empty table")));
  EXPECT_THAT(ErrorsOf("case\n\t\n"), ElementsAre(HasSubstr("cases/grid.csv:2")));
}

TEST(CaseTableTest, ErrorsOfValuesHaveThePlaceOfTheirCell) {
  const std::string head = "case,description,concepts,fact:glow_score,applies\n";
  EXPECT_THAT(ErrorsOf(head + "é,d,glimmer-fever-disease,seven,lumenol-stop\n"),
              Contains(HasSubstr("cases/grid.csv:2:27")));
  EXPECT_THAT(ErrorsOf(head + "a,d,glimmer-fever-disease,7,lumenol-stopp\n"),
              ElementsAre(AllOf(HasSubstr("cases/grid.csv:2:29"), HasSubstr("lumenol-stop"))));
  // A table is of cases alone.
  PackFiles files = ExamplePack();
  files["facts/grid.csv"] = "case\n";
  EXPECT_THAT(ReadPack(files), HasReason("PACK_INVALID"));
}

}  // namespace
}  // namespace evident::graph
