// The pack that ships holds what the reading of its source counted.
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "base/status.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "graph/model/invariants.h"
#include "graph/pack/example_pack.h"
#include "graph/pack/reader.h"
#include "gtest/gtest.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

constexpr char kPack[] = "cervical-cancer-metastatic";

class ShippedPackTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    absl::StatusOr<PackFiles> files = LoadPackFiles(SourceDir() + "/knowledge/" + kPack);
    ASSERT_THAT(files, IsOk());
    absl::StatusOr<Pack> pack = ReadPack(*files);
    for (const Violation& violation : ErrorViolations(pack.status())) {
      ADD_FAILURE() << violation.field << ": " << violation.description;
    }
    ASSERT_TRUE(pack.ok());
    pack_ = new Pack(*std::move(pack));
  }
  static void TearDownTestSuite() { delete std::exchange(pack_, nullptr); }
  void SetUp() override { ASSERT_NE(pack_, nullptr); }

  static const v1::NodeRecord& Node(const std::string& name) {
    static const v1::NodeRecord kNone;
    for (const v1::NodeRecord& node : pack_->draft.nodes) {
      if (node.name() == name || node.name() == std::string(kPack) + "/" + name) return node;
    }
    ADD_FAILURE() << "no node " << name;
    return kNone;
  }

  // Source and target slugs of all edges of a kind.
  static std::set<std::pair<std::string, std::string>> Pairs(v1::EdgeKind kind) {
    const size_t prefix = std::string(kPack).size() + 1;
    std::set<std::pair<std::string, std::string>> pairs;
    for (const EdgeDraft& edge : pack_->draft.edges) {
      if (edge.kind == kind) pairs.emplace(edge.src.substr(prefix), edge.dst.substr(prefix));
    }
    return pairs;
  }

  static std::map<v1::NodeRecord::BodyCase, int> Counts() {
    std::map<v1::NodeRecord::BodyCase, int> counts;
    for (const v1::NodeRecord& node : pack_->draft.nodes) ++counts[node.body_case()];
    return counts;
  }

  static Pack* pack_;
};

Pack* ShippedPackTest::pack_ = nullptr;

TEST_F(ShippedPackTest, SatisfiesTheInvariantsOfAGraph) {
  const absl::Status status = CheckGraph(pack_->draft);
  for (const Violation& violation : ErrorViolations(status)) {
    ADD_FAILURE() << violation.field << ": " << violation.description;
  }
  EXPECT_TRUE(status.ok());
}

TEST_F(ShippedPackTest, HoldsFiftySevenStatementsOfFiftyOneRows) {
  EXPECT_EQ(Counts()[v1::NodeRecord::kStatement], 57);
  std::set<std::string> rows;
  std::set<std::string> polar_rows;
  std::set<uint32_t> orders;
  for (const v1::NodeRecord& node : pack_->draft.nodes) {
    if (!node.has_statement()) continue;
    const v1::Statement& statement = node.statement();
    ASSERT_EQ(statement.source_rows_size(), 1) << node.name();
    rows.insert(statement.source_rows(0));
    if (statement.polarity() != v1::POLARITY_UNSPECIFIED)
      polar_rows.insert(statement.source_rows(0));
    orders.insert(statement.order());
    EXPECT_EQ(statement.review_state(), v1::REVIEW_STATE_SUBMITTED) << node.name();
    EXPECT_FALSE(statement.has_grade()) << node.name();
    EXPECT_FALSE(statement.has_certainty()) << node.name();
  }
  EXPECT_EQ(rows.size(), 51u);
  EXPECT_EQ(polar_rows.size(), 41u);
  EXPECT_EQ(orders.size(), 57u);
  EXPECT_EQ(*orders.rbegin(), 57u);
}

TEST_F(ShippedPackTest, KeepsFiftyNineMarksInFortyThreePlaces) {
  std::map<std::string, std::string> row_of;
  for (const v1::NodeRecord& node : pack_->draft.nodes) {
    if (node.has_statement()) row_of[node.name()] = node.statement().source_rows(0);
    if (node.has_evidence() && node.evidence().source_rows_size() > 0) {
      row_of[node.name()] = node.evidence().source_rows(0);
    }
  }
  std::set<std::tuple<std::string, uint32_t, uint32_t>> marks;
  std::set<std::pair<uint32_t, uint32_t>> places;
  std::set<std::pair<uint32_t, uint32_t>> open_places;
  for (const EdgeDraft& edge : pack_->draft.edges) {
    if (edge.kind != v1::EDGE_KIND_CITES) continue;
    const v1::Cites& cites = edge.record.cites();
    marks.insert({row_of[edge.src], cites.at().line(), cites.at().position()});
    places.insert({cites.at().line(), cites.at().position()});
    const bool open = cites.mark() == "3" || cites.mark() == "4";
    EXPECT_EQ(cites.unresolved(), open) << edge.src;
    EXPECT_EQ(cites.has_resolution(), !open) << edge.src;
    if (!open) continue;
    open_places.insert({cites.at().line(), cites.at().position()});
    EXPECT_THAT(cites.candidates(), ElementsAre(std::string(kPack) + "/platinum-resistant"));
  }
  EXPECT_EQ(marks.size(), 59u);
  EXPECT_EQ(places.size(), 43u);
  EXPECT_EQ(open_places.size(), 12u);
  EXPECT_EQ(Counts()[v1::NodeRecord::kUnresolved], 2);
}

TEST_F(ShippedPackTest, GivesEveryStatementAPathToWhatItRestsOn) {
  std::set<std::string> citing;
  for (const EdgeDraft& edge : pack_->draft.edges) {
    if (edge.kind == v1::EDGE_KIND_CITES) citing.insert(edge.src);
  }
  std::set<std::string> supported;
  for (const EdgeDraft& edge : pack_->draft.edges) {
    if (edge.kind != v1::EDGE_KIND_SUPPORTED_BY) continue;
    EXPECT_TRUE(citing.count(edge.dst)) << edge.dst << " cites nothing";
    supported.insert(edge.src);
  }
  for (const v1::NodeRecord& node : pack_->draft.nodes) {
    if (node.has_statement()) {
      EXPECT_TRUE(citing.count(node.name()) || supported.count(node.name())) << node.name();
    }
  }
}

TEST_F(ShippedPackTest, DeclaresExactlyTheConflictsOfItsSourceAndTheOneThatFollowsFromThem) {
  EXPECT_THAT(Pairs(v1::EDGE_KIND_CONFLICTS_WITH),
              UnorderedElementsAre(std::pair("s27a-stop", "s17"), std::pair("s27a-stop", "s18a"),
                                   std::pair("s27a-stop", "s18b"), std::pair("s27a-stop", "s18c"),
                                   std::pair("s27a-stop", "s18d"), std::pair("s27a-stop", "s19"),
                                   std::pair("s27c-stop", "s05"), std::pair("s27c-stop", "s31a"),
                                   std::pair("s27c-stop", "s31b"), std::pair("s27c-stop", "s31c"),
                                   std::pair("s30", "s01"), std::pair("s30", "s02"),
                                   std::pair("s30", "s17"), std::pair("s06b-chemotherapy", "s16"),
                                   // The same criterion and intervention as the pair before it.
                                   std::pair("s27b-stop", "s16")));
  for (const EdgeDraft& edge : pack_->draft.edges) {
    if (edge.kind == v1::EDGE_KIND_CONFLICTS_WITH) {
      EXPECT_TRUE(edge.record.conflicts_with().none_named()) << edge.src;
    }
  }
}

TEST_F(ShippedPackTest, ElaboratesAsTheReadingSays) {
  EXPECT_THAT(Pairs(v1::EDGE_KIND_ELABORATES),
              UnorderedElementsAre(std::pair("s04", "s02"), std::pair("s18a", "s17"),
                                   std::pair("s18b", "s17"), std::pair("s18c", "s17"),
                                   std::pair("s18d", "s17")));
}

TEST_F(ShippedPackTest, TellsDeclaredFromAssessedKinds) {
  int inflated = 0;
  for (const v1::NodeRecord& node : pack_->draft.nodes) {
    if (!node.has_reference()) continue;
    const v1::Reference& reference = node.reference();
    EXPECT_FALSE(reference.assessed_kind().empty()) << node.name();
    if (reference.declared_kind() == "guideline" && reference.assessed_kind() != "guideline") {
      ++inflated;
    }
  }
  EXPECT_EQ(inflated, 3);
  EXPECT_EQ(Node("pmid:24552320").reference().year(), 2014u);
  EXPECT_EQ(Node("doi:10.1016/s0140-6736(17)31607-0").reference().year(), 2017u);
}

TEST_F(ShippedPackTest, LeavesAbsentDatesAbsent) {
  const v1::Guideline& plan = Node("long-term-plan").guideline();
  EXPECT_EQ(plan.document_date(), "2025-12-30");
  EXPECT_EQ(plan.valid_from() + plan.valid_to() + plan.evidence_cutoff() + plan.last_reviewed() +
                plan.review_due(),
            "");
  EXPECT_EQ(plan.review_claims_size(), 2);
  int first_level = 0;
  for (const v1::Section& section : plan.sections()) first_level += section.parent().empty();
  EXPECT_EQ(first_level, 8);
  EXPECT_EQ(plan.sections_size(), 19);
}

TEST_F(ShippedPackTest, KeepsFiguresAsPrinted) {
  const v1::Evidence& survival = Node("s03-overall-survival").evidence();
  EXPECT_EQ(survival.effect().value().unscaled(), 765);
  EXPECT_EQ(survival.effect().value().scale(), 3);
  EXPECT_EQ(survival.effect().p().unscaled(), 68);
  EXPECT_EQ(survival.effect().p().scale(), 4);
  EXPECT_FALSE(survival.effect().has_interval());
  EXPECT_TRUE(survival.population().empty());
  EXPECT_TRUE(Node("s18c-response-rate").evidence().has_range());
  EXPECT_TRUE(Node("s14b-disease-free-survival").evidence().arms(0).value().approximate());
  EXPECT_EQ(Node("gog-240-interim-survival").evidence().arms(0).value().value().scale(), 1);
  EXPECT_EQ(Node("gog-240").study().participants(), 452u);
}

TEST_F(ShippedPackTest, ListsWhatItsSourceDoesNotDefine) {
  std::set<std::string> undefined;
  for (const v1::NodeRecord& node : pack_->draft.nodes) {
    if (node.has_fact() && node.fact().undefined_term()) {
      undefined.insert(node.name().substr(std::string(kPack).size() + 1));
    }
  }
  EXPECT_THAT(undefined, UnorderedElementsAre("good_performance_status", "platinum_resistant",
                                              "recent_gi_perforation", "recent_hemoptysis",
                                              "uncontrolled_hypertension"));
}

TEST_F(ShippedPackTest, HasCases) { EXPECT_GE(pack_->cases.size(), 25u); }

}  // namespace
}  // namespace evident::graph
