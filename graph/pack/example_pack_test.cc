// The example of the format page gives the nodes and edges that the page says.
#include "graph/pack/example_pack.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/invariants.h"
#include "graph/pack/reader.h"
#include "gtest/gtest.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;

class ExamplePackTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<Pack> pack = ReadPack(ExamplePack());
    ASSERT_THAT(pack, IsOk());
    pack_ = *std::move(pack);
  }

  const v1::NodeRecord& Node(const std::string& name) const {
    static const v1::NodeRecord kNone;
    for (const v1::NodeRecord& node : pack_.draft.nodes) {
      if (node.name() == name) return node;
    }
    ADD_FAILURE() << "no node " << name;
    return kNone;
  }

  const v1::NodeRecord& Own(const std::string& slug) const { return Node("glimmer-fever/" + slug); }

  std::vector<EdgeDraft> Edges(const std::string& slug, v1::EdgeKind kind) const {
    std::vector<EdgeDraft> edges;
    for (const EdgeDraft& edge : pack_.draft.edges) {
      if (edge.src == "glimmer-fever/" + slug && edge.kind == kind) edges.push_back(edge);
    }
    return edges;
  }

  const PackCase& Case(const std::string& slug) const {
    static const PackCase kNone;
    for (const PackCase& one : pack_.cases) {
      if (one.slug == slug) return one;
    }
    ADD_FAILURE() << "no case " << slug;
    return kNone;
  }

  Pack pack_;
};

TEST_F(ExamplePackTest, SatisfiesTheInvariantsOfAGraph) {
  EXPECT_THAT(CheckGraph(pack_.draft), IsOk());
  EXPECT_EQ(pack_.name, "glimmer-fever");
  EXPECT_EQ(pack_.label, "glimmer fever 1");
  std::set<v1::NodeRecord::BodyCase> kinds;
  for (const v1::NodeRecord& node : pack_.draft.nodes) {
    kinds.insert(node.body_case());
    EXPECT_EQ(node.pack(), "glimmer-fever");
  }
  EXPECT_EQ(kinds.size(), 12u) << "every kind but propositions";
}

TEST_F(ExamplePackTest, ReadsAGuideline) {
  const v1::Guideline& guideline = Own("handbook").guideline();
  EXPECT_EQ(guideline.document_date(), "2026-03-01");
  EXPECT_EQ(guideline.standing(), v1::STANDING_CURRENT);
  EXPECT_EQ(guideline.review_state(), v1::REVIEW_STATE_SUBMITTED);
  ASSERT_EQ(guideline.review_claims_size(), 1);
  EXPECT_EQ(guideline.review_claims(0).state(), v1::REVIEW_STATE_APPROVED);
  EXPECT_EQ(guideline.review_claims(0).at().line(), 2u);
  ASSERT_EQ(guideline.sections_size(), 3);
  EXPECT_EQ(guideline.sections(1).slug(), "first-days");
  EXPECT_EQ(guideline.sections(1).parent(), "treatment");
  EXPECT_EQ(Edges("handbook", v1::EDGE_KIND_ISSUED_BY).size(), 1u);
  EXPECT_EQ(Edges("handbook", v1::EDGE_KIND_REVIEWED_BY).size(), 1u);
}

TEST_F(ExamplePackTest, ReadsAStatement) {
  const v1::Statement& pair = Own("lumenol-pair").statement();
  EXPECT_EQ(pair.kind(), v1::STATEMENT_KIND_RECOMMENDATION);
  EXPECT_EQ(pair.polarity(), v1::POLARITY_RECOMMEND);
  EXPECT_EQ(pair.preference(), v1::PREFERENCE_PREFERRED);
  EXPECT_EQ(pair.grade().value(), "strong");
  EXPECT_EQ(pair.certainty().scheme(), "GRADE");
  EXPECT_EQ(pair.section(), "first-days");
  EXPECT_EQ(pair.order(), 1u);
  EXPECT_EQ(pair.timing().code(), "immediate");
  EXPECT_EQ(pair.review_state(), v1::REVIEW_STATE_SUBMITTED);
  EXPECT_THAT(pair.source_rows(), ElementsAre("G1"));
  ASSERT_EQ(pair.wordings_size(), 2);
  EXPECT_EQ(pair.wordings(0).language(), "en");
  EXPECT_EQ(pair.wordings(1).audience(), v1::AUDIENCE_PATIENT);
  EXPECT_EQ(pair.criterion().all_of().criteria(0).comparison().fact(), "glimmer-fever/glow_score");
  EXPECT_EQ(Edges("lumenol-pair", v1::EDGE_KIND_PART_OF).size(), 1u);
  EXPECT_EQ(Edges("lumenol-pair", v1::EDGE_KIND_APPLIES_TO).size(), 1u);
  EXPECT_EQ(Edges("lumenol-pair", v1::EDGE_KIND_DECIDES).size(), 1u);
  EXPECT_EQ(Edges("lumenol-pair", v1::EDGE_KIND_AIMS_AT).size(), 1u);
  EXPECT_EQ(Edges("course", v1::EDGE_KIND_CONCERNS).size(), 1u);
}

TEST_F(ExamplePackTest, OrdersStatementsBySectionThenPlace) {
  EXPECT_EQ(Own("lumenol-stop").statement().order(), 2u);
  EXPECT_EQ(Own("shade-rest").statement().order(), 3u);
  EXPECT_EQ(Own("course").statement().order(), 4u);
}

TEST_F(ExamplePackTest, ReadsOptionsWithTheirComponents) {
  const auto edges = Edges("lumenol-pair", v1::EDGE_KIND_INVOLVES);
  ASSERT_EQ(edges.size(), 2u);
  const v1::Involves& lumenol = edges[0].record.involves();
  EXPECT_TRUE(lumenol.whole());
  EXPECT_EQ(lumenol.option(), 1u);
  EXPECT_EQ(lumenol.component(), 1u);
  EXPECT_EQ(lumenol.dose().amount().value().unscaled(), 250);
  EXPECT_EQ(lumenol.dose().amount().value().scale(), 2);
  EXPECT_EQ(lumenol.dose().amount().unit(), "mg/kg");
  EXPECT_EQ(lumenol.dose().interval().unit(), "h");
  EXPECT_EQ(lumenol.dose().route(), "oral");
  EXPECT_EQ(edges[1].dst, "glimmer-fever/umbrine");
  EXPECT_TRUE(edges[1].record.involves().has_unless());
  const auto single = Edges("lumenol-stop", v1::EDGE_KIND_INVOLVES);
  ASSERT_EQ(single.size(), 1u);
  EXPECT_EQ(single[0].record.involves().option(), 1u);
  EXPECT_FALSE(single[0].record.involves().whole());
}

TEST_F(ExamplePackTest, BindsMarksOrKeepsThemUnresolved) {
  const auto bound = Edges("lumenol-pair", v1::EDGE_KIND_CITES);
  ASSERT_EQ(bound.size(), 2u);
  EXPECT_EQ(bound[0].dst, "doi:10.0000/fable.1");
  EXPECT_FALSE(bound[0].record.cites().has_resolution());
  EXPECT_EQ(bound[1].dst, "glimmer-fever/fable-review");
  EXPECT_EQ(bound[1].record.cites().resolution().by(), "glimmer-fever/archivist");
  EXPECT_EQ(bound[1].record.cites().at().position(), 2u);
  const auto open = Edges("lumenol-stop", v1::EDGE_KIND_CITES);
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].dst_kind, v1::NODE_KIND_UNRESOLVED);
  EXPECT_EQ(open[0].dst, "glimmer-fever/handbook-2026#3");
  EXPECT_TRUE(open[0].record.cites().unresolved());
  EXPECT_THAT(open[0].record.cites().candidates(),
              ElementsAre("doi:10.0000/fable.1", "glimmer-fever/fable-review"));
  EXPECT_EQ(Own("handbook-2026#3").unresolved().raw_label(), "3");
  const auto bare = Edges("shade-rest", v1::EDGE_KIND_CITES);
  ASSERT_EQ(bare.size(), 1u);
  EXPECT_TRUE(bare[0].record.cites().mark().empty());
}

TEST_F(ExamplePackTest, ReadsConflictsAndSupport) {
  const auto conflicts = Edges("lumenol-stop", v1::EDGE_KIND_CONFLICTS_WITH);
  ASSERT_EQ(conflicts.size(), 1u);
  EXPECT_TRUE(conflicts[0].record.conflicts_with().none_named());
  const auto support = Edges("lumenol-pair", v1::EDGE_KIND_SUPPORTED_BY);
  ASSERT_EQ(support.size(), 1u);
  EXPECT_EQ(support[0].record.supported_by().directness(), v1::DIRECTNESS_DIRECT);
  const auto plain = Edges("course", v1::EDGE_KIND_SUPPORTED_BY);
  ASSERT_EQ(plain.size(), 1u);
  EXPECT_EQ(plain[0].record.supported_by().support(), v1::SUPPORT_SUPPORTS);
  EXPECT_EQ(plain[0].record.supported_by().directness(), v1::DIRECTNESS_UNSPECIFIED);
}

TEST_F(ExamplePackTest, KeepsFiguresAsPrinted) {
  const v1::Evidence& recovery = Own("lantern-recovery").evidence();
  EXPECT_EQ(recovery.outcome(), "glimmer-fever/recovery");
  ASSERT_EQ(recovery.arms_size(), 2);
  EXPECT_EQ(recovery.arms(0).value().value().unscaled(), 800);
  EXPECT_EQ(recovery.arms(0).value().value().scale(), 1);
  EXPECT_EQ(recovery.arms(0).participants(), 120u);
  EXPECT_TRUE(recovery.arms(1).value().approximate());
  EXPECT_EQ(recovery.effect().interval().low().unscaled(), 110);
  EXPECT_EQ(recovery.effect().p().scale(), 3);
  const v1::Evidence& dazzle = Own("lantern-dazzle").evidence();
  EXPECT_EQ(dazzle.severity().op(), v1::OPERATOR_GREATER_OR_EQUAL);
  EXPECT_EQ(dazzle.severity().grade(), 2u);
  EXPECT_EQ(dazzle.range().high().value().unscaled(), 95);
  EXPECT_FALSE(dazzle.has_effect());
  EXPECT_EQ(Edges("lantern-recovery", v1::EDGE_KIND_RESULT_OF).size(), 1u);
  EXPECT_EQ(Edges("lantern-recovery", v1::EDGE_KIND_REPORTED_IN).size(), 1u);
  EXPECT_EQ(Edges("lantern-dazzle", v1::EDGE_KIND_POSSIBLE_SOURCE).size(), 1u);
}

TEST_F(ExamplePackTest, ReadsFactsOfEveryType) {
  const v1::FactDefinition& glow = Own("glow_score").fact();
  EXPECT_EQ(glow.type(), v1::FACT_TYPE_INTEGER);
  EXPECT_EQ(glow.maximum().integer(), 9);
  EXPECT_THAT(glow.labels(), ElementsAre("glow score", "glow"));
  const v1::FactDefinition& intolerant = Own("umbrine_intolerant").fact();
  EXPECT_TRUE(intolerant.undefined_term());
  EXPECT_TRUE(intolerant.has_false_when());
  ASSERT_EQ(intolerant.phrases_size(), 1);
  EXPECT_EQ(intolerant.phrases(0).phrase(), "cannot take umbrine");
  EXPECT_EQ(intolerant.phrases(0).facts(0).name(), "glimmer-fever/umbrine_intolerant");
  EXPECT_TRUE(intolerant.phrases(0).facts(0).value().boolean());
  EXPECT_EQ(Own("umbrine_dose").fact().unit(), "mg");
  const v1::FactDefinition& stage = Own("stage").fact();
  ASSERT_EQ(stage.allowed_values_size(), 2);
  EXPECT_EQ(stage.allowed_values(0).display(), "Early");
  EXPECT_EQ(stage.allowed_values(1).concept_name(), "glimmer-fever/glimmer-fever-disease");
  const v1::DecisionPoint& point = Own("initial-therapy").decision_point();
  EXPECT_THAT(point.partition(), ElementsAre("glimmer-fever/glow_score"));
  EXPECT_TRUE(point.has_at_issue());
}

TEST_F(ExamplePackTest, ReadsCasesWithWhatTheyInherit) {
  ASSERT_EQ(pack_.cases.size(), 3u);
  const PackCase& low = Case("low-glow");
  EXPECT_EQ(low.as_of, "2026-04-01");
  EXPECT_THAT(low.expect.undecided, ElementsAre("glimmer-fever/lumenol-pair"));
  EXPECT_THAT(low.expect.missing,
              ElementsAre("glimmer-fever/fever_onset", "glimmer-fever/umbrine_intolerant"));
  ASSERT_EQ(low.expect.outcomes.size(), 1u);
  EXPECT_EQ(low.expect.outcomes[0].outcome, v1::OUTCOME_UNDECIDED);
  const PackCase& gap = Case("gap");
  EXPECT_THAT(gap.concepts, ElementsAre("glimmer-fever/glimmer-fever-disease"));
  ASSERT_EQ(gap.facts.size(), 2u);
  EXPECT_EQ(gap.facts[0].name(), "glimmer-fever/glow_score");
  EXPECT_EQ(gap.facts[0].value().integer(), 4);
  EXPECT_EQ(gap.expect.outcomes[0].conditional, std::optional<bool>(false));
  EXPECT_FALSE(gap.expect.outcomes[0].class_only.has_value());
  ASSERT_TRUE(gap.expect.not_covered.has_value());
  EXPECT_EQ(gap.expect.not_covered->at(0).fact, "glimmer-fever/glow_score");
  ASSERT_TRUE(gap.expect.standing_conflicts.has_value());
  EXPECT_TRUE(gap.expect.standing_conflicts->empty());
  const PackCase& words = Case("in-words");
  EXPECT_EQ(words.linked.size(), 2u);
  EXPECT_EQ(words.facts.size(), 2u);
  EXPECT_THAT(words.expect.not_offered, ElementsAre("glimmer-fever/lumenol"));
}

}  // namespace
}  // namespace evident::graph
