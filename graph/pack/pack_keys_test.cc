// Keys that the example of the format page does not show, and input that nobody wrote.
#include <random>
#include <string>

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

// The example with files that use the rest of the format.
PackFiles FullPack() {
  PackFiles files = ExamplePack();
  files["pack.yaml"] += "requires: [another-pack]\n";
  files["propositions/all.yaml"] = "pair-works: {text: The pair works.}\n";
  files["guidelines/old.yaml"] =
      "old-handbook: {title: Old, edition: first, sections: {slug: all, title: All},"
      " valid_from: 2020-01-01, valid_to: 2025-12-31, evidence_cutoff: 2019-06-30,"
      " last_reviewed: 2020-02-01, review_due: 2022-02-01, standing: superseded,"
      " licence: CC0, editorial_policy: 'https://example.org/policy', notes: [Old.]}\n";
  files["guidelines/handbook.yaml"] += "  supersedes: [{guideline: old-handbook, why: Newer.}]\n";
  // With two guidelines, each statement and citation says which is its own.
  for (const char* path : {"statements/treatment.yaml", "evidence/lantern.yaml"}) {
    std::string& text = files[path];
    for (size_t at = text.find(":\n  "); at != text.npos; at = text.find(":\n  ", at + 1)) {
      const bool node = text.rfind('\n', at - 1) == text.find_last_of("\n ", at - 1);
      if (node) text.insert(at + 2, "  guideline: handbook\n");
    }
  }
  files["statements/old.yaml"] = R"(
old-pair:
  guideline: old-handbook
  section: all
  order: 7
  kind: recommendation
  polarity: consider
  preference: option
  care_phase: first days
  applies_to: glimmer-fever-disease
  headline: Lumenol, or a mixture
  timing: {verbatim: when it dims}
  valid_from: 2020-01-01
  valid_to: 2025-12-31
  review_state: approved
  asserts: [pair-works]
  alternative_to: [lumenol-pair]
  reviewed_by: [fable-board, archivist]
  possible_source: [fable-review]
  supported_by: [{evidence: lantern-dazzle, support: weakens, directness: indirect}]
  options:
    - components: [{do: lumenol, when: glow_score in 1..3, dose: {schedule: nightly}, optional: true}]
    - components: [{do: lumenol}, {do: mixture, add_on_to: lumenol}]
  conflicts_with: [{statement: shade-rest, discriminators: [glow_score, stage]}]
  cites: [{reference: fable-review, locator: p. 3}]
new-pair:
  guideline: old-handbook
  section: all
  order: 9
  kind: recommendation
  polarity: recommend
  applies_to: glimmer-fever-disease
  headline: The mixture
  elaborates: old-pair
  intervention: mixture
  supersedes: [{statement: old-pair, why: It reads better.}]
)";
  files["concepts/more.yaml"] =
      "mixture: {kind: intervention, intervention_kind: regimen, name: Mixture}\n"
      "part: {kind: intervention, intervention_kind: drug, name: Part, component_of: [mixture],"
      " codes: [{system: 'urn:fable', code: P1, display: Part}]}\n"
      "spark: {kind: finding, name: Spark}\n";
  files["references/more.yaml"] =
      "by-pmid: {title: A, pmid: '123', container: Fable 1, supersedes: [{reference: by-nct}]}\n"
      "by-nct: {title: B, nct: NCT01234567}\n";
  return files;
}

// A release with a node of the pack that is required.
std::shared_ptr<const MemoryGraph> Required() {
  GraphDraft draft;
  draft.nodes.emplace_back();
  draft.nodes[0].set_name("another-pack/somebody");
  draft.nodes[0].set_pack("another-pack");
  draft.nodes[0].mutable_person()->set_display("Somebody");
  return *MemoryGraph::Build(draft, {});
}

class FullPackTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<Pack> pack = ReadPack(FullPack(), PackContext{Required().get()});
    for (const Violation& violation : ErrorViolations(pack.status())) {
      ADD_FAILURE() << violation.field << ": " << violation.description;
    }
    ASSERT_TRUE(pack.ok());
    pack_ = *std::move(pack);
  }

  const v1::NodeRecord& Node(const std::string& name) const {
    static const v1::NodeRecord kNone;
    for (const v1::NodeRecord& node : pack_.draft.nodes) {
      if (node.name() == name || node.name() == "glimmer-fever/" + name) return node;
    }
    ADD_FAILURE() << "no node " << name;
    return kNone;
  }

  std::vector<EdgeDraft> Edges(const std::string& src, v1::EdgeKind kind) const {
    std::vector<EdgeDraft> edges;
    for (const EdgeDraft& edge : pack_.draft.edges) {
      if (edge.kind == kind && (edge.src == src || edge.src == "glimmer-fever/" + src)) {
        edges.push_back(edge);
      }
    }
    return edges;
  }

  Pack pack_;
};

TEST_F(FullPackTest, SatisfiesTheInvariantsOfAGraph) {
  EXPECT_THAT(ErrorViolations(CheckGraph(pack_.draft)), IsEmpty());
  EXPECT_THAT(pack_.required, ElementsAre("another-pack"));
}

TEST_F(FullPackTest, ReadsAllOfAGuideline) {
  const v1::Guideline& old = Node("old-handbook").guideline();
  EXPECT_EQ(old.edition(), "first");
  EXPECT_EQ(old.valid_from(), "2020-01-01");
  EXPECT_EQ(old.valid_to(), "2025-12-31");
  EXPECT_EQ(old.evidence_cutoff(), "2019-06-30");
  EXPECT_EQ(old.last_reviewed(), "2020-02-01");
  EXPECT_EQ(old.review_due(), "2022-02-01");
  EXPECT_EQ(old.standing(), v1::STANDING_SUPERSEDED);
  EXPECT_EQ(old.licence(), "CC0");
  EXPECT_EQ(old.editorial_policy(), "https://example.org/policy");
  EXPECT_EQ(old.notes_size(), 1);
  const auto supersedes = Edges("handbook", v1::EDGE_KIND_SUPERSEDES);
  ASSERT_EQ(supersedes.size(), 1u);
  EXPECT_EQ(supersedes[0].record.supersedes().why(), "Newer.");
}

TEST_F(FullPackTest, ReadsAllOfAStatement) {
  const v1::Statement& pair = Node("old-pair").statement();
  EXPECT_EQ(pair.order(), 7u);
  EXPECT_EQ(pair.preference(), v1::PREFERENCE_OPTION);
  EXPECT_EQ(pair.care_phase(), "first days");
  EXPECT_EQ(pair.timing().verbatim(), "when it dims");
  EXPECT_EQ(pair.valid_from(), "2020-01-01");
  EXPECT_EQ(pair.valid_to(), "2025-12-31");
  EXPECT_EQ(pair.review_state(), v1::REVIEW_STATE_APPROVED);
  EXPECT_EQ(Edges("old-pair", v1::EDGE_KIND_ASSERTS).size(), 1u);
  EXPECT_EQ(Edges("old-pair", v1::EDGE_KIND_ALTERNATIVE_TO).size(), 1u);
  EXPECT_EQ(Edges("old-pair", v1::EDGE_KIND_REVIEWED_BY).size(), 2u);
  EXPECT_EQ(Edges("old-pair", v1::EDGE_KIND_POSSIBLE_SOURCE).size(), 1u);
  EXPECT_EQ(Edges("new-pair", v1::EDGE_KIND_ELABORATES).size(), 1u);
  EXPECT_EQ(Edges("new-pair", v1::EDGE_KIND_SUPERSEDES).size(), 1u);
  const auto support = Edges("old-pair", v1::EDGE_KIND_SUPPORTED_BY);
  ASSERT_EQ(support.size(), 1u);
  EXPECT_EQ(support[0].record.supported_by().support(), v1::SUPPORT_WEAKENS);
  EXPECT_EQ(support[0].record.supported_by().directness(), v1::DIRECTNESS_INDIRECT);
  const auto cites = Edges("old-pair", v1::EDGE_KIND_CITES);
  ASSERT_EQ(cites.size(), 1u);
  EXPECT_EQ(cites[0].record.cites().locator(), "p. 3");
  const auto conflicts = Edges("old-pair", v1::EDGE_KIND_CONFLICTS_WITH);
  ASSERT_EQ(conflicts.size(), 1u);
  EXPECT_THAT(conflicts[0].record.conflicts_with().discriminators(),
              ElementsAre("glimmer-fever/glow_score", "glimmer-fever/stage"));
  EXPECT_FALSE(conflicts[0].record.conflicts_with().none_named());
}

TEST_F(FullPackTest, ReadsAllOfAComponent) {
  const auto involves = Edges("old-pair", v1::EDGE_KIND_INVOLVES);
  ASSERT_EQ(involves.size(), 3u);
  const v1::Involves& lumenol = involves[0].record.involves();
  EXPECT_TRUE(lumenol.optional());
  EXPECT_EQ(lumenol.dose().schedule(), "nightly");
  EXPECT_EQ(lumenol.when().range().low().integer(), 1);
  const v1::Involves& mixture = involves[2].record.involves();
  EXPECT_EQ(mixture.option(), 2u);
  EXPECT_EQ(mixture.add_on_to(), "glimmer-fever/lumenol");
}

TEST_F(FullPackTest, ReadsAllOfConceptsAndReferences) {
  EXPECT_EQ(Edges("part", v1::EDGE_KIND_COMPONENT_OF).size(), 1u);
  EXPECT_EQ(Node("part").clinical_concept().codes(0).system(), "urn:fable");
  EXPECT_EQ(Node("spark").clinical_concept().kind(), v1::CONCEPT_KIND_FINDING);
  EXPECT_EQ(Node("pmid:123").reference().container(), "Fable 1");
  const auto supersedes = Edges("pmid:123", v1::EDGE_KIND_SUPERSEDES);
  ASSERT_EQ(supersedes.size(), 1u);
  EXPECT_EQ(supersedes[0].dst, "nct:NCT01234567");
}

TEST(ReadPack, NeverFailsOtherwiseThanWithPlaces) {
  std::mt19937 random(20261123);
  const PackFiles example = ExamplePack();
  constexpr std::string_view kBytes = "{}[]:,\"'#-|>&*!?% \n0a\t\xC3";
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    PackFiles files = example;
    for (int edit = 0; edit < 3; ++edit) {
      auto file = files.begin();
      std::advance(file, random() % files.size());
      std::string& text = file->second;
      const size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = kBytes[random() % kBytes.size()];
          break;
        case 1:
          text.erase(at, 1 + random() % 20);
          break;
        default:
          text.insert(at, 1 + random() % 3, kBytes[random() % kBytes.size()]);
      }
      if (text.empty()) text = "\n";
    }
    const absl::StatusOr<Pack> pack = ReadPack(files);
    if (pack.ok()) continue;
    ++refused;
    ASSERT_EQ(ErrorReason(pack.status()), "PACK_INVALID") << pack.status();
    ASSERT_THAT(ErrorViolations(pack.status()), testing::Not(IsEmpty()));
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace evident::graph
