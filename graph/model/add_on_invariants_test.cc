#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "graph/model/invariants.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "plus" gives p/extra, added to p/drugs, for the decision p/first.
class AddOnInvariantsTest : public testing::Test {
 protected:
  AddOnInvariantsTest() {
    AddStatement("plus", v1::POLARITY_RECOMMEND);
    Involve("plus", 1, "extra", "drugs");
    Link(v1::NODE_KIND_CONCEPT, "drug-a", v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, "drugs");
    Link(v1::NODE_KIND_CONCEPT, "drug-a", v1::EDGE_KIND_COMPONENT_OF, v1::NODE_KIND_CONCEPT,
         "pair");
  }

  void AddStatement(const std::string& slug, v1::Polarity polarity, const char* point = "first") {
    v1::NodeRecord node;
    node.set_name("p/" + slug);
    node.mutable_statement()->set_polarity(polarity);
    draft_.nodes.push_back(node);
    Link(v1::NODE_KIND_STATEMENT, slug, v1::EDGE_KIND_DECIDES, v1::NODE_KIND_DECISION_POINT, point);
  }

  EdgeDraft& Link(v1::NodeKind from_kind, const std::string& from, v1::EdgeKind kind,
                  v1::NodeKind to_kind, const std::string& to) {
    draft_.edges.push_back({from_kind, "p/" + from, kind, to_kind, "p/" + to, {}});
    return draft_.edges.back();
  }

  void Involve(const std::string& statement, uint32_t option, const std::string& intervention,
               const std::string& add_on_to = "") {
    v1::Involves& involves = *Link(v1::NODE_KIND_STATEMENT, statement, v1::EDGE_KIND_INVOLVES,
                                   v1::NODE_KIND_CONCEPT, intervention)
                                  .record.mutable_involves();
    involves.set_option(option);
    involves.set_component(1);
    if (!add_on_to.empty()) involves.set_add_on_to("p/" + add_on_to);
  }

  std::vector<std::string> Fields() const {
    std::vector<std::string> fields;
    for (const Violation& one : CheckAddOns(draft_)) fields.push_back(one.field);
    return fields;
  }

  void ExpectRefused() const { EXPECT_THAT(Fields(), ElementsAre("p/plus -> p/extra: add_on_to")); }

  GraphDraft draft_;
};

TEST_F(AddOnInvariantsTest, AnotherComponentOfTheOptionMayBeAddedTo) {
  Involve("plus", 1, "drug-a");
  EXPECT_THAT(Fields(), IsEmpty());
}

TEST_F(AddOnInvariantsTest, ARegimenThatHasItMayBeAddedTo) {
  Involve("plus", 1, "pair");
  EXPECT_THAT(Fields(), IsEmpty());
}

TEST_F(AddOnInvariantsTest, WhatAnotherStatementForTheSameDecisionGivesMayBeAddedTo) {
  AddStatement("base", v1::POLARITY_CONSIDER);
  Involve("base", 2, "drug-a");
  EXPECT_THAT(Fields(), IsEmpty());
}

TEST_F(AddOnInvariantsTest, WhatIsElaboratedMayBeAddedTo) {
  AddStatement("base", v1::POLARITY_RECOMMEND, "second");
  Involve("base", 1, "drugs");
  ExpectRefused();
  Link(v1::NODE_KIND_STATEMENT, "plus", v1::EDGE_KIND_ELABORATES, v1::NODE_KIND_STATEMENT, "base");
  EXPECT_THAT(Fields(), IsEmpty());
}

TEST_F(AddOnInvariantsTest, NothingThatGivesItIsRefused) {
  ExpectRefused();
  Involve("plus", 1, "care");
  ExpectRefused();
  Involve("plus", 2, "drug-a");  // another option
  ExpectRefused();
  AddStatement("against", v1::POLARITY_ADVISE_AGAINST);
  Involve("against", 1, "drug-a");
  ExpectRefused();
  AddStatement("elsewhere", v1::POLARITY_RECOMMEND, "second");
  Involve("elsewhere", 1, "drug-a");
  ExpectRefused();
}

TEST_F(AddOnInvariantsTest, TheAddOnItselfAndOtherAddOnsAreNothingToAddTo) {
  Link(v1::NODE_KIND_CONCEPT, "extra-weekly", v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, "extra");
  Link(v1::NODE_KIND_CONCEPT, "extra", v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, "drugs");
  Involve("plus", 1, "extra-weekly");
  ExpectRefused();
  AddStatement("more", v1::POLARITY_RECOMMEND);
  Involve("more", 1, "drug-a", "extra");
  EXPECT_THAT(Fields(), ElementsAre("p/plus -> p/extra: add_on_to"));
}

TEST_F(AddOnInvariantsTest, ACircleOfKindsEnds) {
  Link(v1::NODE_KIND_CONCEPT, "x", v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, "y");
  Link(v1::NODE_KIND_CONCEPT, "y", v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, "x");
  Involve("plus", 1, "x");
  ExpectRefused();
}

}  // namespace
}  // namespace evident::graph
