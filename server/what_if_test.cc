// What other facts, or another draft, would change, asked of the whole server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "audit/proof/leaf.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "evident/v1/curation_service.pb.h"
#include "evident/v1/decision_service.pb.h"
#include "server/test_served_pack.h"

namespace evident::server {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class WhatIfTest : public ServedPackTest {
 protected:
  RawReply Ask(const v1::WhatIfRequest& request, const std::string& caller = "decider") {
    return As(caller, "DecisionService/WhatIf", request);
  }

  static v1::Alternative& Add(v1::WhatIfRequest& request, const std::string& name,
                              int64_t wing_score) {
    v1::Alternative& alternative = *request.add_alternatives();
    alternative.set_name(name);
    v1::Fact& fact = *alternative.add_facts();
    fact.set_name("wing_score");
    fact.mutable_value()->set_integer(wing_score);
    return alternative;
  }

  std::string Recommend(int64_t wing_score) {
    v1::RecommendRequest request;
    *request.mutable_question() = FrameOfScore(wing_score);
    v1::RecommendResponse response;
    const RawReply reply = As("decider", "DecisionService/Recommend", request);
    EXPECT_TRUE(response.ParseFromString(reply.response)) << reply.status.error_message();
    return response.receipt().entry();
  }

  // A draft without the statement that speaks against the drug.
  v1::Draft DraftWithoutStop() {
    v1::CreateDraftRequest create;
    create.set_title("Nothing is against it");
    v1::CreateDraftResponse created;
    EXPECT_TRUE(
        created.ParseFromString(As("admin", "CurationService/CreateDraft", create).response));
    v1::ApplyChangesRequest apply;
    apply.set_draft(created.draft().name());
    apply.set_etag(created.draft().etag());
    v1::NodeEdit& edit = *apply.add_edits();
    edit.set_kind(v1::NODE_KIND_STATEMENT);
    edit.set_name("duskmoth/amberol-stop");
    edit.set_remove(true);
    const RawReply reply = As("admin", "CurationService/ApplyChanges", apply);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::ApplyChangesResponse applied;
    EXPECT_TRUE(applied.ParseFromString(reply.response));
    return applied.draft();
  }

  v1::PublishDraftResponse Validate(const v1::Draft& draft) {
    v1::PublishDraftRequest request;
    request.mutable_frame()->set_validate_only(true);
    request.set_draft(draft.name());
    request.set_etag(draft.etag());
    const RawReply reply = As("admin", "CurationService/PublishDraft", request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::PublishDraftResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response;
  }
};

TEST_F(WhatIfTest, EachAlternativeTellsWhatItChanges) {
  v1::WhatIfRequest request;
  *request.mutable_question() = FrameOfScore(2);
  v1::Alternative& intolerant = *request.add_alternatives();
  intolerant.set_name("intolerant");
  v1::Fact& fact = *intolerant.add_facts();
  fact.set_name("amberol_intolerant");
  fact.mutable_value()->set_boolean(true);
  Add(request, "score 7", 7);
  Add(request, "the same", 2);
  v1::Alternative& unknown = *request.add_alternatives();
  unknown.set_name("score not known");
  unknown.add_unknown("wing_score");
  const RawReply reply = Ask(request);
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  v1::VerifiableResponse verifiable;
  ASSERT_TRUE(verifiable.ParseFromString(reply.response));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto verified,
                               server_->Verify(verifiable.receipt().SerializeAsString(),
                                               verifiable.answer(), request.SerializeAsString()));
  EXPECT_EQ(verified.leaf.kind, audit::LeafKind::kRead) << "nothing was decided for anybody";
  v1::WhatIf result;
  ASSERT_TRUE(result.ParseFromString(verifiable.answer()));
  EXPECT_EQ(result.answer().question().facts(0).fact().value().integer(), 2);
  ASSERT_EQ(result.alternatives_size(), 4);
  const v1::AlternativeEffect& first = result.alternatives(0);
  EXPECT_EQ(first.name(), "intolerant");
  ASSERT_EQ(first.statements_size(), 1);
  EXPECT_EQ(first.statements(0).statement(), "duskmoth/amberol-first");
  EXPECT_EQ(first.statements(0).excluded_after(), v1::EXCLUSION_REASON_CRITERION);
  EXPECT_THAT(first.effects(), Not(IsEmpty()));
  const v1::AlternativeEffect& second = result.alternatives(1);
  EXPECT_EQ(second.outcome(), v1::OUTCOME_ADVISED_AGAINST);
  ASSERT_EQ(second.decision_points_size(), 1);
  EXPECT_EQ(second.decision_points(0).decision_point(), "duskmoth/therapy");
  EXPECT_EQ(second.decision_points(0).after(), v1::OUTCOME_ADVISED_AGAINST);
  EXPECT_EQ(second.statements_size(), 2);
  EXPECT_THAT(result.alternatives(2).effects(), IsEmpty());
  EXPECT_THAT(result.alternatives(2).statements(), IsEmpty());
  EXPECT_THAT(result.alternatives(3).missing(), Contains("duskmoth/wing_score"));
}

TEST_F(WhatIfTest, AnAlternativeThatCannotBeIsToldBesideTheOthers) {
  v1::WhatIfRequest request;
  *request.mutable_question() = FrameOfScore(2);
  Add(request, "out of range", 70);
  Add(request, "score 7", 7);
  request.add_alternatives()->set_name("no such fact");
  request.mutable_alternatives(2)->add_unknown("wing_scope");
  const RawReply reply = Ask(request);
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  v1::WhatIfResponse response;
  ASSERT_TRUE(response.ParseFromString(reply.response));
  const auto& alternatives = response.what_if().alternatives();
  EXPECT_EQ(alternatives[0].error().reason(), "QUESTION_INVALID");
  EXPECT_FALSE(alternatives[1].has_error());
  EXPECT_THAT(alternatives[2].error().message(), HasSubstr("wing_score"));
}

TEST_F(WhatIfTest, WhatIsWrongWithTheRequestIsRefused) {
  v1::WhatIfRequest request;
  *request.mutable_question() = FrameOfScore(2);
  EXPECT_EQ(Ask(request).Reason(), "WHAT_IF_INVALID");
  Add(request, "", 3);
  Add(request, "twice", 3);
  Add(request, "twice", 4);
  const RawReply named = Ask(request);
  EXPECT_EQ(named.Reason(), "WHAT_IF_INVALID");
  EXPECT_EQ(named.Violations(), 2);
  request.clear_alternatives();
  for (size_t i = 0; i <= kAlternativesMax; ++i) Add(request, std::to_string(i), 3);
  EXPECT_EQ(Ask(request).Reason(), "WHAT_IF_INVALID");
  request.clear_alternatives();
  Add(request, "seven", 7);
  request.mutable_question()->set_request_id("again");
  EXPECT_EQ(Ask(request).Reason(), "QUESTION_INVALID");
  request.mutable_question()->clear_request_id();
  EXPECT_EQ(Ask(request, "analyst").Reason(), "ROLE_MISSING");
}

TEST_F(WhatIfTest, ADraftTellsWhichRecordedDecisionsWouldComeOutOtherwise) {
  Recommend(2);
  const std::string against = Recommend(7);
  Recommend(2);
  Recommend(7);
  const v1::Draft draft = DraftWithoutStop();
  const v1::DecisionEffects effects = Validate(draft).decisions();
  EXPECT_EQ(effects.examined(), 4u);
  EXPECT_EQ(effects.touched(), 4u);
  EXPECT_EQ(effects.decided(), 4u);
  EXPECT_EQ(effects.changed(), 2u);
  EXPECT_EQ(effects.undecidable(), 0u);
  EXPECT_FALSE(effects.bounded());
  EXPECT_THAT(effects.names(), Contains(against));
  EXPECT_EQ(effects.names_size(), 2);
}

TEST_F(WhatIfTest, ADraftOfAnotherWordingTouchesWhatShowsIt) {
  Recommend(2);
  v1::RecommendRequest other;
  other.mutable_question()->add_concepts("duskmoth/amberol");
  ASSERT_TRUE(As("decider", "DecisionService/Recommend", other).status.ok());
  const v1::PublishDraftResponse validated = Validate(DraftWithoutStop());
  EXPECT_EQ(validated.decisions().examined(), 2u);
  EXPECT_EQ(
      validated.decisions().names_size(),
      static_cast<int>(validated.decisions().changed() + validated.decisions().undecidable()));
}

}  // namespace
}  // namespace evident::server
