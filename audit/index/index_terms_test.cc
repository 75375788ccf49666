#include "audit/index/index_terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evident::audit {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(IndexTermsTest, LeafSaysMethodKindAndOutcome) {
  Leaf leaf;
  leaf.kind = LeafKind::kDecision;
  leaf.rpc = 3;
  EXPECT_THAT(TermsOfLeaf(leaf), UnorderedElementsAre(IndexTerm{IndexField::kMethod, "3"},
                                                      IndexTerm{IndexField::kKind, "1"}));
  leaf.outcome = 5;
  EXPECT_THAT(TermsOfLeaf(leaf), Contains(IndexTerm{IndexField::kOutcome, "5"}));
}

TEST(IndexTermsTest, BodyWithoutAnythingHasNoTerms) {
  EXPECT_THAT(TermsOfBody(v1::EntryBody()), IsEmpty());
}

TEST(IndexTermsTest, BodySaysWhoAndAboutWhat) {
  v1::EntryBody body;
  body.mutable_caller()->set_identity("cn:ward");
  body.mutable_caller()->set_tenant("north");
  body.set_subject("s-1");
  body.set_client_reference("r-1");
  body.set_follows("decisions/log.1-7");
  body.mutable_decision()->mutable_question()->add_concepts("pack/fever");
  EXPECT_THAT(TermsOfBody(body),
              UnorderedElementsAre(IndexTerm{IndexField::kCaller, "cn:ward"},
                                   IndexTerm{IndexField::kTenant, "north"},
                                   IndexTerm{IndexField::kSubject, SubjectText("north", "s-1")},
                                   IndexTerm{IndexField::kClientReference, "r-1"},
                                   IndexTerm{IndexField::kFollows, "decisions/log.1-7"},
                                   IndexTerm{IndexField::kConcept, "pack/fever"}));
}

TEST(IndexTermsTest, SubjectsOfTwoTenantsAreApart) {
  EXPECT_NE(SubjectText("a", "b/c"), SubjectText("a/b", "c"));
  EXPECT_NE(SubjectText("", "ab"), SubjectText("ab", ""));
}

TEST(IndexTermsTest, StatementHasEveryRoleItPlayed) {
  v1::DecisionRecord decision;
  v1::StatementOutcome& returned = *decision.add_statements();
  returned.set_statement("p/S1");
  returned.set_applicability(v1::APPLICABILITY_APPLIES);
  returned.add_options(v1::OPTION_STATE_OFFERED);
  returned.add_options(v1::OPTION_STATE_REMOVED);
  v1::StatementOutcome& out = *decision.add_statements();
  out.set_statement("p/S2");
  out.set_exclusion(v1::EXCLUSION_REASON_CRITERION);
  v1::Conflict& conflict = *decision.add_conflicts();
  conflict.set_statement("p/S1");
  conflict.set_against("p/S3");
  const auto roles = RolesIn(decision);
  EXPECT_THAT(roles, ElementsAre(RoleOfStatement{"p/S1", v1::STATEMENT_ROLE_RETURNED},
                                 RoleOfStatement{"p/S1", v1::STATEMENT_ROLE_BLOCKED},
                                 RoleOfStatement{"p/S1", v1::STATEMENT_ROLE_IN_CONFLICT},
                                 RoleOfStatement{"p/S2", v1::STATEMENT_ROLE_EXCLUDED},
                                 RoleOfStatement{"p/S3", v1::STATEMENT_ROLE_IN_CONFLICT}));
  EXPECT_EQ(FieldOfRole(v1::STATEMENT_ROLE_RETURNED), IndexField::kReturned);
  EXPECT_EQ(FieldOfRole(v1::STATEMENT_ROLE_EXCLUDED), IndexField::kExcluded);
  EXPECT_EQ(FieldOfRole(v1::STATEMENT_ROLE_BLOCKED), IndexField::kBlocked);
  EXPECT_EQ(FieldOfRole(v1::STATEMENT_ROLE_IN_CONFLICT), IndexField::kInConflict);
}

}  // namespace
}  // namespace evident::audit
