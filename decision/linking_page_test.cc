// The worked examples of docs/formats/linking.md, over the pack that the page defines.
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <sstream>

#include "base/file.h"
#include "decision/test_linking.h"

namespace evident::decision {
namespace {

using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAreArray;

using Words = std::vector<std::string>;

// What " | " separates, without the spaces around it.
Words Columns(const std::string& line) {
  std::istringstream stream(line + "|");
  Words columns;
  for (std::string column; std::getline(stream, column, '|');) {
    const size_t first = column.find_first_not_of(' ');
    const size_t last = column.find_last_not_of(' ');
    columns.push_back(first == std::string::npos ? "" : column.substr(first, last + 1 - first));
  }
  return columns;
}

// The lines of every fenced block of this name, in columns.
std::vector<Words> Blocks(const std::string& name) {
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  const auto text = ReadFile(std::string(top == nullptr ? "." : top) + "/docs/formats/linking.md",
                             size_t{1} << 20);
  EXPECT_THAT(text, IsOk());
  std::istringstream page(text.ok() ? *text : std::string());
  std::vector<Words> lines;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "```") inside = false;
    if (inside) lines.push_back(Columns(line));
    if (line == "```text " + name) inside = true;
  }
  return lines;
}

// Adds "phrase | words | fact=value": a phrase, and at its first naming the fact itself.
void AddLine(TestGraph& graph, std::map<std::string, v1::FactDefinition*>& facts,
             const Words& line) {
  const std::string slug = line[2].substr(0, line[2].find('='));
  const std::string value = line[2].substr(slug.size() + 1);
  const bool number = value != "true" && value != "false";
  if (facts.count(slug) == 0) {
    facts[slug] = &graph.AddFact(slug, number ? v1::FACT_TYPE_INTEGER : v1::FACT_TYPE_BOOLEAN);
  }
  AddPhrase(*facts[slug], slug, line[1], number ? Int(std::stoi(value)) : Bool(value == "true"));
}

std::shared_ptr<const KnowledgeIndex> PackOfThePage() {
  TestGraph graph;
  graph.AddIntervention("drops", v1::INTERVENTION_KIND_DRUG);
  graph.AddIntervention("oil", v1::INTERVENTION_KIND_DRUG);
  std::map<std::string, v1::FactDefinition*> facts;
  for (const Words& line : Blocks("words")) {
    if (line.size() == 3 && line[0] == "phrase") {
      AddLine(graph, facts, line);
    } else if (line.size() == 3 && line[0] == "label") {
      graph.AddFact(line[2], v1::FACT_TYPE_INTEGER).add_labels(line[1]);
    } else {
      ADD_FAILURE() << "a line of the block of words is no phrase and no label";
    }
  }
  return graph.Compile();
}

TEST(LinkingPageTest, EveryExampleLinksAsThePageSays) {
  const std::shared_ptr<const KnowledgeIndex> index = PackOfThePage();
  ASSERT_NE(index, nullptr);
  const std::vector<Words> examples = Blocks("examples");
  EXPECT_THAT(examples, Not(IsEmpty()));
  for (const Words& example : examples) {
    ASSERT_EQ(example.size(), 2u) << example[0];
    Words linked;
    const v1::Linking linking = LinkQuestion(example[0], *index);
    for (const v1::Link& link : linking.links()) {
      for (const v1::Fact& fact : link.facts()) {
        const auto value = graph::DecodeValue(fact.value());
        ASSERT_THAT(value, IsOk());
        linked.push_back(fact.name().substr(2) + "=" + criteria::ToString(*value));
      }
    }
    std::sort(linked.begin(), linked.end());
    linked.erase(std::unique(linked.begin(), linked.end()), linked.end());
    std::istringstream stated(example[1]);
    const Words expected{std::istream_iterator<std::string>(stated), {}};
    EXPECT_THAT(linked, UnorderedElementsAreArray(expected)) << example[0];
  }
}

}  // namespace
}  // namespace evident::decision
