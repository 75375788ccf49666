// Coded observations against the codes of a pack. What a site binds is tested with the file that
// says so (server/site_mapping_test.cc).
#include "decision/observations.h"

#include <string>

#include "base/limits.h"
#include "decision/test_graph.h"

namespace evident::decision {
namespace {

using testing::HasSubstr;

class ObservationsTest : public testing::Test {
 protected:
  ObservationsTest() {
    AddCode(graph_.AddFact("fever", v1::FACT_TYPE_BOOLEAN), "F");
    AddCode(graph_.AddFact("score", v1::FACT_TYPE_INTEGER), "S");
    v1::FactDefinition& kind = graph_.AddFact("kind", v1::FACT_TYPE_CODED);
    AddCode(kind, "K");
    v1::AllowedValue& allowed = *kind.add_allowed_values();
    allowed.set_slug("mild");
    allowed.set_display("Mild");
    allowed.add_codes()->set_system("urn:pack");
    allowed.mutable_codes(0)->set_code("M");
    AddCode(graph_.AddFact("left", v1::FACT_TYPE_BOOLEAN), "TWICE");
    AddCode(graph_.AddFact("right", v1::FACT_TYPE_BOOLEAN), "TWICE");
    index_ = graph_.Compile();
  }

  static void AddCode(v1::FactDefinition& fact, const std::string& code) {
    v1::Code& added = *fact.add_codes();
    added.set_system("urn:pack");
    added.set_code(code);
  }

  static v1::Observation Of(const std::string& code) {
    v1::Observation observation;
    observation.mutable_code()->set_system("urn:pack");
    observation.mutable_code()->set_code(code);
    return observation;
  }

  absl::StatusOr<std::vector<ObservedFact>> Read(const v1::Observation& observation,
                                                 const SiteMapping* mapping = nullptr) {
    return FactsOfObservation(observation, *index_, mapping);
  }

  TestGraph graph_;
  std::shared_ptr<const KnowledgeIndex> index_;
};

TEST_F(ObservationsTest, ACodeOfAFactIsTheFact) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto fever, Read(Of("F")));
  ASSERT_EQ(fever.size(), 1u);
  EXPECT_EQ(fever[0].fact, Full("fever"));
  EXPECT_TRUE(fever[0].value.boolean()) << "a code alone says that it is so";
  EXPECT_FALSE(fever[0].by_site);
  v1::Observation score = Of("S");
  score.mutable_value()->set_integer(3);
  EXPECT_EQ((*Read(score))[0].value.integer(), 3);
  v1::Observation kind = Of("K");
  kind.mutable_value_code()->set_system("urn:pack");
  kind.mutable_value_code()->set_code("M");
  EXPECT_EQ((*Read(kind))[0].value.coded(), "mild");
  EXPECT_TRUE(Read(Of("elsewhere"))->empty());
}

TEST_F(ObservationsTest, WhatCannotBeReadSaysWhy) {
  EXPECT_THAT(Read(Of("S")), HasReason("OBSERVATION_UNREADABLE"));
  v1::Observation kind = Of("K");
  kind.mutable_value_code()->set_code("X");
  EXPECT_THAT(Read(kind), HasReason("OBSERVATION_UNREADABLE"));
  EXPECT_THAT(std::string(Read(Of("TWICE")).status().message()),
              HasSubstr(Full("left") + ", " + Full("right")));
  EXPECT_THAT(Read(v1::Observation()), HasReason("OBSERVATION_MALFORMED"));
  kind.mutable_value()->set_coded("mild");
  EXPECT_THAT(Read(kind), HasReason("OBSERVATION_MALFORMED"));
  EXPECT_THAT(Read(Of(std::string(kNameBytesMax + 1, 'x'))), HasReason("OBSERVATION_MALFORMED"));
}

TEST_F(ObservationsTest, TheSitesBindingGoesBeforeThePacksCode) {
  SiteMapping mapping;
  CodeBinding binding;
  binding.fact = Full("score");
  binding.value.emplace().set_integer(4);
  mapping.bindings[{"urn:pack", "F"}] = {binding};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto bound, Read(Of("F"), &mapping));
  ASSERT_EQ(bound.size(), 1u);
  EXPECT_EQ(bound[0].fact, Full("score"));
  EXPECT_TRUE(bound[0].by_site);
  // What the release does not have binds nothing.
  mapping.bindings[{"urn:pack", "F"}][0].fact = Full("gone");
  EXPECT_EQ((*Read(Of("F"), &mapping))[0].fact, Full("fever"));
}

}  // namespace
}  // namespace evident::decision
