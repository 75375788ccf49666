// Entries found by what they are about, decisions by what they rested on, leaves exported, subjects
// erased: by the whole server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "audit/export/tile_directory.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "evident/v1/audit_service.grpc.pb.h"
#include "evident/v1/curation_service.pb.h"
#include "server/test_served_pack.h"

namespace evident::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kFirst[] = "duskmoth/amberol-first";
constexpr char kStop[] = "duskmoth/amberol-stop";

class AuditSearchTest : public ServedPackTest {
 protected:
  // The name of the decision's entry.
  std::string Decide(int64_t wing_score, const std::string& subject,
                     const std::string& reference = "") {
    v1::RecommendRequest request;
    *request.mutable_question() = FrameOfScore(wing_score);
    request.mutable_question()->set_subject(subject);
    request.mutable_question()->set_client_reference(reference);
    const RawReply reply = As("decider", "DecisionService/Recommend", request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::RecommendResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response.receipt().entry();
  }

  RawReply List(const v1::EntryFilter& filter, const std::string& caller = "auditor",
                int page_size = 0, const std::string& token = "") {
    v1::ListEntriesRequest request;
    *request.mutable_filter() = filter;
    request.set_page_size(page_size);
    request.set_page_token(token);
    return As(caller, "AuditService/ListEntries", request);
  }
  std::vector<std::string> Names(const v1::EntryFilter& filter,
                                 const std::string& caller = "auditor") {
    const RawReply reply = List(filter, caller);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::ListEntriesResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    std::vector<std::string> names;
    for (const v1::Entry& entry : response.entries()) names.push_back(entry.name());
    return names;
  }

  v1::FindAffectedDecisionsResponse Affected(const std::string& node,
                                             std::vector<v1::StatementRole> roles = {}) {
    v1::FindAffectedDecisionsRequest request;
    request.set_node(node);
    for (const v1::StatementRole role : roles) request.add_statement_roles(role);
    const RawReply reply = As("auditor", "AuditService/FindAffectedDecisions", request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::FindAffectedDecisionsResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response;
  }
  static std::vector<std::string> NamesOf(const v1::FindAffectedDecisionsResponse& response) {
    std::vector<std::string> names;
    for (const v1::AffectedDecision& decision : response.decisions()) {
      names.push_back(decision.name());
    }
    return names;
  }

  template <typename Request>
  RawReply OnSubject(const std::string& method, const std::string& subject,
                     const std::string& caller = "officer") {
    Request request;
    request.set_subject(subject);
    request.set_reason("file 7");
    return As(caller, "AuditService/" + method, request);
  }
  RawReply Erase(const std::string& subject) {
    return OnSubject<v1::EraseSubjectRequest>("EraseSubject", subject);
  }
};

TEST_F(AuditSearchTest, FindsEntriesByEachField) {
  const std::string first = Decide(2, "s1", "r1");
  const std::string second = Decide(7, "s2", "r2");
  v1::EntryFilter filter;
  filter.set_subject("s1");
  EXPECT_THAT(Names(filter), ElementsAre(first));
  filter.set_client_reference("r2");
  EXPECT_THAT(Names(filter), IsEmpty());  // what is given is combined
  filter.Clear();
  filter.set_client_reference("r2");
  EXPECT_THAT(Names(filter), ElementsAre(second));
  filter.Clear();
  filter.set_kind(v1::ENTRY_KIND_DECISION);
  EXPECT_THAT(Names(filter), ElementsAre(first, second));
  filter.set_outcome(v1::OUTCOME_UNDECIDED);  // whether amberol is tolerated was not said
  EXPECT_THAT(Names(filter), ElementsAre(first));
  filter.Clear();
  filter.set_method("/evident.v1.DecisionService/Recommend");
  filter.set_caller("cn:decider");
  filter.set_concept_name("duskmoth/duskmoth-fever");
  EXPECT_THAT(Names(filter), ElementsAre(first, second));
  filter.set_caller("cn:other");
  EXPECT_THAT(Names(filter), IsEmpty());
  filter.Clear();
  filter.set_statement(kFirst);
  EXPECT_THAT(Names(filter), ElementsAre(first, second));
  filter.add_statement_roles(v1::STATEMENT_ROLE_EXCLUDED);
  EXPECT_THAT(Names(filter), ElementsAre(second));
  // Another tenant's subject of the same name is another subject.
  filter.Clear();
  filter.set_subject("s1");
  filter.set_subject_tenant("elsewhere");
  EXPECT_THAT(Names(filter), IsEmpty());
}

TEST_F(AuditSearchTest, GoesOnFromPageToPage) {
  std::vector<std::string> expected;
  for (int i = 0; i < 7; ++i) {
    expected.push_back(Decide(2, "s1"));
    Decide(2, "s2");
  }
  v1::EntryFilter filter;
  filter.set_subject("s1");
  std::vector<std::string> names;
  std::string token;
  do {
    const RawReply reply = List(filter, "auditor", 3, token);
    ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::ListEntriesResponse response;
    ASSERT_TRUE(response.ParseFromString(reply.response));
    EXPECT_LE(response.entries_size(), 3);
    for (const v1::Entry& entry : response.entries()) names.push_back(entry.name());
    token = response.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(names, expected);
  // The token is of this filter.
  const RawReply page = List(filter, "auditor", 3);
  v1::ListEntriesResponse response;
  ASSERT_TRUE(response.ParseFromString(page.response));
  filter.set_subject("s2");
  EXPECT_EQ(List(filter, "auditor", 3, response.next_page_token()).Reason(), "PAGE_TOKEN_INVALID");
}

TEST_F(AuditSearchTest, ShowsWhatIsSealedToThoseWhoMaySeeItOnly) {
  const std::string decision = Decide(2, "s1");
  v1::EntryFilter filter;
  filter.set_kind(v1::ENTRY_KIND_DECISION);
  EXPECT_THAT(Names(filter, "analyst"), ElementsAre(decision));
  EXPECT_EQ(List(filter, "officer").Reason(), "FILTER_NOT_ALLOWED");
  EXPECT_EQ(List(v1::EntryFilter(), "officer").Reason(), "FILTER_NOT_ALLOWED");
  filter.Clear();
  filter.set_subject("s1");
  EXPECT_THAT(Names(filter, "officer"), ElementsAre(decision));
  EXPECT_EQ(List(filter, "analyst").Reason(), "FILTER_NOT_ALLOWED");
  EXPECT_EQ(List(filter, "decider").Reason(), "ROLE_MISSING");
  for (const auto& set : std::vector<void (*)(v1::EntryFilter&)>{
           [](v1::EntryFilter& f) { f.set_caller("cn:decider"); },
           [](v1::EntryFilter& f) { f.set_tenant("default"); },
           [](v1::EntryFilter& f) { f.set_client_reference("r"); },
           [](v1::EntryFilter& f) { f.set_concept_name("duskmoth/duskmoth-fever"); },
           [](v1::EntryFilter& f) { f.set_statement(kFirst); }}) {
    filter.Clear();
    set(filter);
    EXPECT_EQ(List(filter, "analyst").Reason(), "FILTER_NOT_ALLOWED") << filter.DebugString();
    EXPECT_TRUE(List(filter).status.ok()) << filter.DebugString();
  }
}

TEST_F(AuditSearchTest, RefusesFiltersThatSayNothing) {
  v1::EntryFilter filter;
  filter.set_method("Recommend");
  filter.set_subject_tenant("t");
  filter.add_statement_roles(v1::STATEMENT_ROLE_UNSPECIFIED);
  filter.set_caller(std::string(1000, 'c'));
  filter.set_kind(static_cast<v1::EntryKind>(99));
  filter.set_outcome(static_cast<v1::Outcome>(99));
  const RawReply reply = List(filter);
  EXPECT_EQ(reply.Reason(), "REQUEST_INVALID");
  for (const char* const field :
       {"filter.method", "filter.subject_tenant", "filter.statement_roles", "statement_roles[0]",
        "filter.caller", "filter.kind", "filter.outcome"}) {
    EXPECT_NE(reply.ViolationOf(field), "") << field;
  }
  EXPECT_EQ(reply.Violations(), 7);
}

TEST_F(AuditSearchTest, FindsDecisionsThatRestedOnANode) {
  const std::string first = Decide(2, "s1");
  const std::string second = Decide(7, "s2");
  EXPECT_THAT(NamesOf(Affected(kFirst)), ElementsAre(first));
  EXPECT_THAT(NamesOf(Affected(kFirst, {v1::STATEMENT_ROLE_EXCLUDED})), ElementsAre(second));
  EXPECT_THAT(NamesOf(Affected(kStop)), ElementsAre(second));
  EXPECT_THAT(NamesOf(Affected("duskmoth/duskmoth-fever")), ElementsAre(first, second));
  const v1::FindAffectedDecisionsResponse trial = Affected("duskmoth/moth-trial");
  ASSERT_THAT(NamesOf(trial), ElementsAre(first, second));
  EXPECT_THAT(trial.statements(), ElementsAre(kFirst, kStop));
  EXPECT_EQ(trial.decisions(0).release(), 1u);
  ASSERT_EQ(trial.decisions(0).uses_size(), 1);
  EXPECT_EQ(trial.decisions(0).uses(0).statement(), kFirst);
  EXPECT_EQ(trial.decisions(0).uses(0).role(), v1::STATEMENT_ROLE_RETURNED);

  // A reference that was retracted later leads to what was decided before.
  v1::SetReferenceStandingRequest retract;
  retract.set_reference("duskmoth/moth-trial");
  retract.set_standing(v1::STANDING_RETRACTED);
  retract.set_why("the data were invented");
  const RawReply retracted = As("admin", "CurationService/SetReferenceStanding", retract);
  ASSERT_TRUE(retracted.status.ok()) << retracted.status.error_message();
  EXPECT_THAT(NamesOf(Affected("duskmoth/moth-trial")), ElementsAre(first, second));
  const std::string third = Decide(2, "s3");
  EXPECT_THAT(NamesOf(Affected("duskmoth/moth-trial")), ElementsAre(first, second, third));
  EXPECT_EQ(Affected("duskmoth/moth-trial").decisions(2).release(), 2u);

  // Of an erased decision it is still known that it is affected.
  ASSERT_TRUE(Erase("s1").status.ok());
  EXPECT_THAT(NamesOf(Affected("duskmoth/moth-trial")), ElementsAre(first, second, third));

  v1::FindAffectedDecisionsRequest request;
  request.set_node("duskmoth/moth-tryal");
  EXPECT_EQ(As("auditor", "AuditService/FindAffectedDecisions", request).Reason(),
            "NODE_NOT_FOUND");
  EXPECT_EQ(As("analyst", "AuditService/FindAffectedDecisions", request).Reason(), "ROLE_MISSING");
  request.set_node("");
  EXPECT_EQ(As("auditor", "AuditService/FindAffectedDecisions", request).Reason(),
            "REQUEST_INVALID");
}

TEST_F(AuditSearchTest, ErasesASubjectAndSaysSo) {
  const std::string decision = Decide(2, "s1");
  const std::string other = Decide(2, "s2");
  const RawReply reply = Erase("s1");
  ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  v1::EraseSubjectResponse response;
  ASSERT_TRUE(response.ParseFromString(reply.response));
  EXPECT_EQ(response.key_id().size(), 16u);
  v1::GetEntryRequest request;
  request.set_name(decision);
  v1::GetEntryResponse entry;
  ASSERT_TRUE(entry.ParseFromString(As("auditor", "AuditService/GetEntry", request).response));
  EXPECT_EQ(entry.entry().body_state(), v1::BODY_STATE_ERASED);
  EXPECT_FALSE(entry.entry().has_body());
  EXPECT_EQ(BodyOf(other).subject(), "s2");
  request.set_name(response.entry());
  ASSERT_TRUE(entry.ParseFromString(As("auditor", "AuditService/GetEntry", request).response));
  EXPECT_EQ(entry.entry().info().kind(), v1::ENTRY_KIND_ERASURE);
  EXPECT_EQ(entry.entry().leaf().substr(152, 16), response.key_id());
  v1::EntryFilter filter;
  filter.set_subject("s1");
  EXPECT_THAT(Names(filter), IsEmpty());
  v1::ExplainRequest explain;
  explain.set_name(decision);
  EXPECT_EQ(As("auditor", "DecisionService/Explain", explain).Reason(), "DECISION_ERASED");

  EXPECT_EQ(Erase("s1").Reason(), "SUBJECT_UNKNOWN");
  EXPECT_EQ(OnSubject<v1::EraseSubjectRequest>("EraseSubject", "s2", "auditor").Reason(),
            "ROLE_MISSING");
  EXPECT_EQ(Erase("").Reason(), "REQUEST_INVALID");
  EXPECT_EQ(Erase(std::string(1000, 's')).Reason(), "REQUEST_INVALID");
  EXPECT_EQ(BodyOf(other).subject(), "s2");
}

TEST_F(AuditSearchTest, HoldsBlockErasureUntilTheyAreLifted) {
  const std::string decision = Decide(2, "s1");
  const auto place = [this] {
    return OnSubject<v1::PlaceLegalHoldRequest>("PlaceLegalHold", "s1");
  };
  const auto lift = [this] { return OnSubject<v1::LiftLegalHoldRequest>("LiftLegalHold", "s1"); };
  EXPECT_EQ(lift().Reason(), "NO_LEGAL_HOLD");
  ASSERT_TRUE(place().status.ok());
  const RawReply again = place();
  EXPECT_EQ(again.Reason(), "LEGAL_HOLD");
  EXPECT_EQ(again.status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  const RawReply refused = Erase("s1");
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(refused.Reason(), "LEGAL_HOLD");
  EXPECT_THAT(refused.status.error_message(), HasSubstr("entries/"));
  EXPECT_EQ(BodyOf(decision).subject(), "s1");
  ASSERT_TRUE(lift().status.ok());
  EXPECT_TRUE(Erase("s1").status.ok());
  // Each act left an intent and an outcome, refused ones too.
  v1::EntryFilter filter;
  filter.set_kind(v1::ENTRY_KIND_OUTCOME);
  for (const char* const method : {"PlaceLegalHold", "LiftLegalHold", "EraseSubject"}) {
    filter.set_method("/evident.v1.AuditService/" + std::string(method));
    EXPECT_EQ(Names(filter).size(), 2u) << method;
  }
}

TEST_F(AuditSearchTest, ExportsEveryLeafToWhoMayHaveThem) {
  for (int i = 0; i < 5; ++i) Decide(2, "s1");
  const TempDir dir;
  auto tiles = audit::TileDirectory::Open(dir.path() + "/tiles", site_->verifier());
  ASSERT_THAT(tiles, IsOk());
  const auto stub = v1::AuditService::NewStub(server_->As("analyst").channel());
  const auto export_from = [&](uint64_t begin) {
    grpc::ClientContext context;
    v1::ExportEntriesRequest request;
    request.set_begin(begin);
    const auto reader = stub->ExportEntries(&context, request);
    v1::ExportEntriesResponse part;
    while (reader->Read(&part)) {
      for (const std::string& leaf : part.leaves().leaves()) {
        EXPECT_THAT(tiles->Append(leaf), IsOk());
      }
      if (part.has_leaves()) continue;
      EXPECT_THAT(tiles->Publish(part.checkpoint()), IsOk());
    }
    return reader->Finish();
  };
  ASSERT_TRUE(export_from(0).ok());
  EXPECT_GE(tiles->size(), 8u);
  const uint64_t before = tiles->size();
  ASSERT_TRUE(export_from(before).ok());
  EXPECT_GT(tiles->size(), before);  // the export itself left entries
  EXPECT_EQ(export_from(1'000'000).error_code(), grpc::StatusCode::OUT_OF_RANGE);
  const auto check = audit::CheckTiles(dir.path() + "/tiles", site_->verifier());
  ASSERT_THAT(check, IsOk());
  EXPECT_EQ(check->entries, tiles->size());
  grpc::ClientContext context;
  const auto refused = v1::AuditService::NewStub(server_->As("decider").channel())
                           ->ExportEntries(&context, v1::ExportEntriesRequest());
  EXPECT_EQ(refused->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace evident::server
