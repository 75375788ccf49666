// Chains of a pack: at most so long, and the link that is too much is named.
#include <functional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "graph/model/invariants.h"
#include "graph/model/memory_graph.h"
#include "graph/pack/example_pack.h"
#include "graph/pack/reader.h"
#include "gtest/gtest.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Fields(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const Violation& violation : ErrorViolations(status)) fields.push_back(violation.field);
  return fields;
}

// A node a line, n0 to n`steps`; the link of each leads to the one before.
using NodeLine = std::function<std::string(const std::string& slug, const std::string& to)>;

PackFiles Chain(const std::string& file, size_t steps, const NodeLine& line) {
  PackFiles files = {
      {"pack.yaml", "name: long\nlabel: 1\n"},
      {"guidelines/all.yaml", "g: {title: G, edition: '1', sections: {slug: all, title: All}}\n"},
      {"concepts/more.yaml", "c: {kind: condition, name: C}\n"}};
  for (size_t i = 0; i <= steps; ++i) {
    files[file] += line("n" + std::to_string(i), i == 0 ? "" : "n" + std::to_string(i - 1)) + "\n";
  }
  return files;
}

struct Case {
  std::string name;
  std::string file;
  NodeLine line;
  size_t steps_max;
};

std::vector<Case> Cases() {
  const auto concept_line = [](const std::string& key, const std::string& kind) {
    return [=](const std::string& slug, const std::string& to) {
      const std::string link = to.empty() ? "" : ", " + key + ": [" + to + "]";
      return slug + ": {" + kind + ", name: C" + link + "}";
    };
  };
  const auto statement_line = [](const std::string& before, const std::string& after) {
    return [=](const std::string& slug, const std::string& to) {
      const std::string link = to.empty() ? "" : ", " + before + to + after;
      return slug + ": {kind: fact, section: all, headline: H, applies_to: c" + link + "}";
    };
  };
  return {
      {"IsA", "concepts/all.yaml", concept_line("is_a", "kind: condition"), kIsADepthMax},
      {"ComponentOf", "concepts/all.yaml",
       concept_line("component_of", "kind: intervention, intervention_kind: drug"), kIsADepthMax},
      {"Elaborates", "statements/all.yaml", statement_line("elaborates: [", "]"), kIsADepthMax},
      {"Supersedes", "statements/all.yaml",
       statement_line("supersedes: [{statement: ", ", why: newer}]"), kIsADepthMax},
      {"Derivation", "facts/all.yaml",
       [](const std::string& slug, const std::string& to) {
         const std::string rule = to.empty() ? "" : ", true_when: " + to;
         return slug + ": {name: F, question: F, type: boolean" + rule + "}";
       },
       kDerivationDepthMax - 1},
  };
}

class ChainTest : public testing::TestWithParam<Case> {};

TEST_P(ChainTest, TheLongestIsReadAndALongerOneRefusedAtItsLastLink) {
  const Case& one = GetParam();
  const auto longest = ReadPack(Chain(one.file, one.steps_max, one.line));
  EXPECT_THAT(Fields(longest.status()), IsEmpty());
  ASSERT_THAT(longest, IsOk());
  // Publishing draws the line at the same place.
  EVIDENT_EXPECT_OK(CheckGraph(longest->draft));
  for (const size_t more : {1u, 9u}) {
    const absl::Status refused = ReadPack(Chain(one.file, one.steps_max + more, one.line)).status();
    ASSERT_EQ(Fields(refused).size(), 1u);
    const std::string place = one.file + ":" + std::to_string(one.steps_max + 2) + ":";
    EXPECT_EQ(Fields(refused)[0].substr(0, place.size()), place);
    EXPECT_NE(refused.message().find("DepthMax)"), std::string::npos) << refused;
  }
}

INSTANTIATE_TEST_SUITE_P(Relations, ChainTest, testing::ValuesIn(Cases()),
                         [](const auto& info) { return info.param.name; });

TEST(ReadPack, CountsTheStepsOfAnotherPack) {
  const auto line = [](const std::string& slug, const std::string& to) {
    return slug + ": {kind: condition, name: C" + (to.empty() ? "" : ", is_a: [" + to + "]") + "}";
  };
  const auto other = ReadPack(Chain("concepts/all.yaml", kIsADepthMax, line));
  ASSERT_THAT(other, IsOk());
  const auto graph = MemoryGraph::Build(other->draft, {});
  ASSERT_THAT(graph, IsOk());
  const auto on_top_of = [&](size_t at) {
    const PackFiles files = {
        {"pack.yaml", "name: short\nlabel: 1\nrequires: [long]\n"},
        {"concepts/all.yaml", line("mine", "long/n" + std::to_string(at)) + "\n"}};
    return Fields(ReadPack(files, PackContext{graph->get()}).status());
  };
  EXPECT_THAT(on_top_of(kIsADepthMax - 1), IsEmpty());
  EXPECT_THAT(on_top_of(kIsADepthMax), ElementsAre("concepts/all.yaml:1:41"));
}

}  // namespace
}  // namespace evident::graph
