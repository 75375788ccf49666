#include "client/cli/provenance_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace evident::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::Recommendation& Add(v1::Answer& answer, const std::string& name, v1::Polarity polarity) {
  v1::Recommendation& item = *answer.add_recommendations();
  item.set_statement("p/" + name);
  item.set_applicability(v1::APPLICABILITY_APPLIES);
  item.set_polarity(polarity);
  item.set_headline("Headline of " + name);
  return item;
}

v1::Answer AnAnswer() {
  v1::Answer answer;
  v1::Recommendation& one = Add(answer, "one", v1::POLARITY_RECOMMEND);
  v1::ProvenancePath& by_evidence = *one.mutable_provenance()->add_paths();
  by_evidence.set_evidence("p/trial");
  by_evidence.mutable_citation()->set_reference("p/paper");
  v1::ProvenancePath& nowhere = *one.mutable_provenance()->add_paths();
  nowhere.mutable_citation()->mutable_cites()->set_mark("3");
  v1::Recommendation& two = Add(answer, "two", v1::POLARITY_STOP);
  *two.mutable_provenance()->add_paths() = by_evidence;
  v1::EvidenceCard& trial = *answer.add_evidence();
  trial.set_name("p/trial");
  trial.mutable_evidence()->set_headline("A trial");
  v1::ReferenceCard& paper = *answer.add_references();
  paper.set_name("p/paper");
  paper.mutable_reference()->set_title("A paper");
  v1::Conflict& conflict = *answer.add_conflicts();
  conflict.set_statement("p/one");
  conflict.set_against("p/two");
  conflict.set_state(v1::CONFLICT_STATE_STANDING);
  return answer;
}

TEST(ProvenanceGraphTest, EveryStatementLeadsDownToItsReference) {
  const std::string dot = ProvenanceDot(AnAnswer());
  EXPECT_THAT(dot, HasSubstr("n0 [label=\"one: recommend\\lHeadline of one\\l\""));
  EXPECT_THAT(dot, HasSubstr("n1 [label=\"A trial\\l\""));
  EXPECT_THAT(dot, HasSubstr("n0 -> n1;"));
  EXPECT_THAT(dot, HasSubstr("n1 -> n2;"));
  EXPECT_THAT(dot, HasSubstr("n2 [label=\"[1] A paper\\l\""));
  // The other statement rests on the same, which is drawn once.
  EXPECT_THAT(dot, HasSubstr("n4 -> n1;"));
  EXPECT_EQ(dot.find("label=\"A trial"), dot.rfind("label=\"A trial"));
}

TEST(ProvenanceGraphTest, WhatLeadsNowhereAndWhatContradictsIsRed) {
  const std::string dot = ProvenanceDot(AnAnswer());
  EXPECT_THAT(dot, HasSubstr("mark 3: leads nowhere"));
  EXPECT_THAT(dot, HasSubstr("n0 -> n3 [style=dashed, color=\"#b3261e\"]"));
  EXPECT_THAT(dot, HasSubstr("n0 -> n4 [dir=both, constraint=false"));
  EXPECT_THAT(dot, HasSubstr("label=\"contradict\""));
  EXPECT_THAT(dot, Not(HasSubstr("retracted")));
  v1::Answer answer = AnAnswer();
  answer.mutable_references(0)->mutable_reference()->set_standing(v1::STANDING_RETRACTED);
  EXPECT_THAT(ProvenanceDot(answer), HasSubstr("[1] A paper: retracted"));
}

TEST(ProvenanceGraphTest, WordsCannotLeaveTheirLabel) {
  v1::Answer answer = AnAnswer();
  answer.mutable_recommendations(0)->set_headline("a\"]; evil [label=\"b\\");
  const std::string dot = ProvenanceDot(answer);
  EXPECT_THAT(dot, HasSubstr("a\\\"]; evil [label=\\\"b\\\\\\l\""));
  answer.mutable_recommendations(0)->set_headline("two\nlines\x1b[31m");
  EXPECT_THAT(ProvenanceDot(answer), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace evident::cli
