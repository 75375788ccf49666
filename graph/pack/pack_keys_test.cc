// Keys that the example of the format page does not show, and input that nobody wrote.
#include <random>
#include <string>

#include "base/status.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "graph/model/invariants.h"
#include "graph/model/memory_graph.h"
#include "graph/pack/example_pack.h"
#include "graph/pack/full_pack.h"
#include "graph/pack/reader.h"
#include "gtest/gtest.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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
  const auto reviews = Edges("old-pair", v1::EDGE_KIND_REVIEWED_BY);
  ASSERT_EQ(reviews.size(), 4u);
  const v1::ReviewedBy& vote = reviews[3].record.reviewed_by();
  EXPECT_EQ(vote.act(), v1::REVIEW_ACT_APPROVE);
  EXPECT_EQ(vote.digest().size(), 32u);
  EXPECT_EQ(vote.board(), "glimmer-fever/fable-board");
  EXPECT_THAT(vote.interests(), ElementsAre("Owns a lantern."));
  EXPECT_EQ(pair.wordings(0).language(), "fr");
  EXPECT_EQ(pair.standing(), v1::STANDING_WITHDRAWN);
  EXPECT_EQ(pair.standing_act().by(), "spiffe://fable/dr-1");
  EXPECT_EQ(Edges("old-pair", v1::EDGE_KIND_ABOUT).size(), 1u);
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

TEST_F(FullPackTest, ReadsWhatCuratorsDidElsewhere) {
  const v1::Statement& pair = Node("new-pair").statement();
  EXPECT_EQ(pair.review_state(), v1::REVIEW_STATE_UNSPECIFIED);
  const auto support = Edges("new-pair", v1::EDGE_KIND_SUPPORTED_BY);
  ASSERT_EQ(support.size(), 1u);
  EXPECT_EQ(support[0].record.supported_by().support(), v1::SUPPORT_UNSPECIFIED);
  const auto cites = Edges("new-pair", v1::EDGE_KIND_CITES);
  ASSERT_EQ(cites.size(), 2u);
  EXPECT_EQ(cites[0].record.cites().resolution().by(), "spiffe://fable/dr-1");
  EXPECT_EQ(cites[1].dst, "glimmer-fever/another-document#9");
  EXPECT_EQ(Node("nct:NCT01234567").reference().standing_act().why(), "Withdrawn by its authors.");
  EXPECT_THAT(Node("second-board").board().members(),
              ElementsAre("glimmer-fever/archivist", "glimmer-fever/dr-1"));
  EXPECT_EQ(Node("dr-1").person().identity(), "cn:dr-1");
}

TEST_F(FullPackTest, ReadsTheWordsOfTheSourceOfEvidence) {
  const v1::Evidence& said = Node("lantern-said").evidence();
  EXPECT_EQ(said.text(), "In its own words.");
  EXPECT_EQ(said.level().value(), "B");
  EXPECT_EQ(said.rating().value(), "4");
  EXPECT_EQ(said.category(), "Predictive");
  EXPECT_EQ(said.significance(), "Sensitivity");
  EXPECT_EQ(said.bearing(), v1::SUPPORT_WEAKENS);
  EXPECT_EQ(said.origin(), "Found");
  EXPECT_EQ(Edges("lantern-said", v1::EDGE_KIND_ABOUT).size(), 2u);
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
