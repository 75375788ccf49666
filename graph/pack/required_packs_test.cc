// Packs that stand on others.
#include <string>
#include <vector>

#include "base/status.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "graph/model/memory_graph.h"
#include "graph/pack/example_pack.h"
#include "graph/pack/reader.h"
#include "gtest/gtest.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;

std::vector<std::string> Fields(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const Violation& violation : ErrorViolations(status)) fields.push_back(violation.field);
  return fields;
}

// A second pack that needs the example.
PackFiles Sequel(const std::string& header) {
  return {{"pack.yaml", "name: sequel\nlabel: sequel 1\n" + header},
          {"facts/all.yaml",
           "tired:\n  name: Tired\n  question: Is the patient tired?\n  type: boolean\n"
           "  true_when: glimmer-fever/glow_score >= 5\n"}};
}

TEST(ReadPack, UsesFactsOfARequiredPack) {
  absl::StatusOr<Pack> example = ReadPack(ExamplePack());
  ASSERT_THAT(example, IsOk());
  const auto graph = MemoryGraph::Build(example->draft, {});
  ASSERT_THAT(graph, IsOk());
  const PackContext context{graph->get()};
  const absl::StatusOr<Pack> sequel = ReadPack(Sequel("requires: [glimmer-fever]\n"), context);
  ASSERT_THAT(sequel, IsOk());
  EXPECT_THAT(sequel->required, ElementsAre("glimmer-fever"));
  EXPECT_EQ(sequel->draft.nodes[0].fact().true_when().comparison().fact(),
            "glimmer-fever/glow_score");
  const absl::Status unasked = ReadPack(Sequel(""), context).status();
  EXPECT_THAT(Fields(unasked), ElementsAre("facts/all.yaml:5:14"));
  EXPECT_NE(unasked.message().find("does not require"), std::string::npos);
}

TEST(ReadPack, LeavesAnIdentifierToThePackThatOwnsIt) {
  absl::StatusOr<Pack> example = ReadPack(ExamplePack());
  ASSERT_THAT(example, IsOk());
  const auto graph = MemoryGraph::Build(example->draft, {});
  ASSERT_THAT(graph, IsOk());
  PackFiles files = Sequel("requires: [glimmer-fever]\n");
  files["references/all.yaml"] = "mine: {title: Mine, doi: 10.0000/fable.1}\n";
  const absl::Status status = ReadPack(files, PackContext{graph->get()}).status();
  ASSERT_THAT(Fields(status), ElementsAre("references/all.yaml:1:1"));
  EXPECT_NE(status.message().find("the pack glimmer-fever owns"), std::string::npos);
  EXPECT_THAT(ReadPack(ExamplePack(), PackContext{graph->get()}), IsOk());
}

// The release that holds the example; null when it does not compile.
std::shared_ptr<const MemoryGraph> ExampleRelease() {
  const absl::StatusOr<Pack> example = ReadPack(ExamplePack());
  EXPECT_THAT(example, IsOk());
  if (!example.ok()) return nullptr;
  const auto graph = MemoryGraph::Build(example->draft, {});
  EXPECT_THAT(graph, IsOk());
  return graph.ok() ? *graph : nullptr;
}

TEST(ReadPack, RefusesARequiredPackThatTheKnowledgeDoesNotHaveAtItsPlace) {
  const auto release = ExampleRelease();
  ASSERT_NE(release, nullptr);
  PackFiles files = {
      {"pack.yaml", "name: sequel\nlabel: sequel 1\nrequires: [glimmer-fever, glimmer-fevr]\n"}};
  const absl::Status misspelt = ReadPack(files, PackContext{release.get()}).status();
  EXPECT_THAT(Fields(misspelt), ElementsAre("pack.yaml:3:27"));
  EXPECT_NE(misspelt.message().find("nearest known: glimmer-fever"), std::string::npos);
  // Without knowledge nothing is there.
  EXPECT_THAT(Fields(ReadPack(files).status()), ElementsAre("pack.yaml:3:12", "pack.yaml:3:27"));
}

TEST(ReadPack, RefusesACircleThroughAnotherPackAtTheLinkThatClosesIt) {
  // The pack b has a node that is below one of a: a must not put its own below it in turn.
  const auto concept_of = [](const std::string& pack, const std::string& more) {
    return PackFiles{{"pack.yaml", "name: " + pack + "\nlabel: 1\n" + more}};
  };
  PackFiles a = concept_of("a", "");
  a["concepts/all.yaml"] = "top: {kind: condition, name: Top}\n";
  a["facts/all.yaml"] = "given: {name: G, question: G, type: boolean}\n";
  const auto first = ReadPack(a);
  ASSERT_THAT(first, IsOk());
  const auto with_a = MemoryGraph::Build(first->draft, {});
  ASSERT_THAT(with_a, IsOk());
  PackFiles b = concept_of("b", "requires: [a]\n");
  b["concepts/all.yaml"] = "below: {kind: condition, name: Below, is_a: [a/top]}\n";
  b["facts/all.yaml"] = "derived: {name: D, question: D, type: boolean, true_when: a/given}\n";
  const auto second = ReadPack(b, PackContext{with_a->get()});
  ASSERT_THAT(second, IsOk());
  GraphDraft both = first->draft;
  both.nodes.insert(both.nodes.end(), second->draft.nodes.begin(), second->draft.nodes.end());
  both.edges.insert(both.edges.end(), second->draft.edges.begin(), second->draft.edges.end());
  const auto with_both = MemoryGraph::Build(both, {});
  ASSERT_THAT(with_both, IsOk());
  const PackContext context{with_both->get()};
  EXPECT_THAT(ReadPack(a, context), IsOk());
  a["pack.yaml"] += "requires: [b]\n";
  EXPECT_THAT(ReadPack(a, context), IsOk());

  PackFiles circle = a;
  circle["concepts/all.yaml"] = "top: {kind: condition, name: Top, is_a: [b/below]}\n";
  EXPECT_THAT(Fields(ReadPack(circle, context).status()), ElementsAre("concepts/all.yaml:1:42"));
  circle = a;
  circle["facts/all.yaml"] = "given: {name: G, question: G, type: boolean, true_when: b/derived}\n";
  EXPECT_THAT(Fields(ReadPack(circle, context).status()), ElementsAre("facts/all.yaml:1:57"));
}

}  // namespace
}  // namespace evident::graph
