#include "client/cli/fhir_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "audit/proof/entry_name.h"
#include "audit/proof/leaf.h"
#include "audit/proof/rpc_numbers.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "client/cli/fhir_pattern.h"
#include "evident/v1/audit_service.pb.h"

namespace evident::cli {
namespace {

using testing::IsEmpty;
using Json = nlohmann::ordered_json;

constexpr char kOrigin[] = "ward.example/1";
constexpr char kAsk[] = "/evident.v1.DecisionService/Ask";

// What a leaf of the kind must have.
audit::LeafDetail DetailOf(v1::EntryKind kind) {
  switch (kind) {
    case v1::ENTRY_KIND_OUTCOME:
      return audit::OutcomeDetail{EntryIndex(6)};
    case v1::ENTRY_KIND_STREAM_CLOSE:
      return audit::StreamCloseDetail();
    case v1::ENTRY_KIND_ERASURE:
      return audit::ErasureDetail();
    case v1::ENTRY_KIND_KEY:
      return audit::KeyDetail();
    case v1::ENTRY_KIND_INCARNATION:
      return audit::IncarnationDetail();
    case v1::ENTRY_KIND_AGGREGATE:
      return audit::AggregateDetail();
    default:
      return audit::NoDetail();
  }
}

// As FhirFolder hands it over: what the leaf says is taken from the leaf.
v1::Entry EntryOf(v1::EntryKind kind, std::string_view method, uint32_t status = 0) {
  audit::Leaf leaf;
  leaf.kind = static_cast<audit::LeafKind>(kind);
  leaf.grpc_status = static_cast<uint8_t>(status);
  leaf.rpc = audit::RpcNumberOf(method);
  leaf.commit_time_ns = 1'764'284'400'123'456'789;
  leaf.detail = DetailOf(kind);
  v1::Entry entry;
  entry.set_index(7);
  entry.set_name(
      audit::NameEntry(*audit::ParseOrigin(kOrigin), EntryIndex(7), leaf.kind).ToString());
  entry.set_leaf(*audit::EncodeLeaf(leaf));
  entry.set_key_id(std::string(16, '\x2a'));
  entry.set_body_state(v1::BODY_STATE_SEALED);
  v1::LeafInfo& info = *entry.mutable_info();
  info.set_kind(kind);
  info.set_grpc_status(status);
  info.set_method(std::string(method));
  info.set_commit_time_ns(leaf.commit_time_ns);
  info.set_number(kind == v1::ENTRY_KIND_OUTCOME ? 6 : 0);
  return entry;
}

v1::Entry Opened(v1::EntryKind kind, std::string_view method, uint32_t status = 0) {
  v1::Entry entry = EntryOf(kind, method, status);
  entry.set_body_state(v1::BODY_STATE_OPENED);
  v1::EntryBody& body = *entry.mutable_body();
  body.set_call_id(std::string(16, '\x07'));
  body.set_method(std::string(method));
  body.mutable_caller()->set_identity("spiffe://hospital/ward-7");
  body.mutable_caller()->add_roles("decider");
  body.mutable_caller()->set_tenant("ward-7");
  body.mutable_caller()->set_peer("ipv4:10.1.2.3:40312");
  return entry;
}

v1::Entry Question() {
  v1::Entry entry = Opened(v1::ENTRY_KIND_DECISION, kAsk);
  v1::EntryBody& body = *entry.mutable_body();
  body.mutable_caller()->set_on_behalf_of("dr-4711");
  body.mutable_caller()->set_purpose_of_use("treatment");
  body.set_subject("pseudonym-1");
  body.set_request("what was asked");
  return entry;
}

Json Event(const v1::Entry& entry, bool requests = false) {
  const auto event = EventOf(entry, {kOrigin, requests});
  EXPECT_TRUE(event.has_value());
  return event.value_or(Json::object());
}

std::string Detail(const Json& event, const std::string& type) {
  for (const Json& detail : event["entity"][0]["detail"]) {
    if (detail["type"] == type) return detail["valueString"];
  }
  return {};
}

TEST(FhirEventTest, AQuestionIsThePagesExample) {
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  const auto page = ReadFile(
      std::string(top == nullptr ? "." : top) + "/docs/formats/fhir-audit-event.md", 1u << 20);
  ASSERT_THAT(page, IsOk());
  const std::string fence = "\n```json question\n";
  const size_t begin = page->find(fence);
  ASSERT_NE(begin, std::string::npos);
  const size_t from = begin + fence.size();
  EXPECT_EQ(Event(Question()).dump(1) + "\n",
            page->substr(from, page->find("\n```\n", from) + 1 - from));
}

TEST(FhirEventTest, EveryMethodHasAPattern) {
  for (const audit::RpcNumber& row : audit::RpcNumbers()) {
    EXPECT_NE(PatternOf(row.method), nullptr) << row.method;
  }
  EXPECT_EQ(PatternOf("/evident.v1.DecisionService/Guess"), nullptr);
  EXPECT_EQ(PatternOf(""), nullptr);
}

TEST(FhirEventTest, WithoutABodyItSaysWhatTheLeafSays) {
  const Json event = Event(EntryOf(v1::ENTRY_KIND_DECISION, kAsk));
  EXPECT_FALSE(event.contains("meta"));
  EXPECT_EQ(event["subtype"][0]["code"], "search");
  EXPECT_EQ(event["recorded"], "2025-11-27T23:00:00.123456789Z");
  ASSERT_EQ(event["agent"].size(), 2u);
  EXPECT_FALSE(event["agent"][0].contains("who"));
  EXPECT_FALSE(event["agent"][0].contains("network"));
  EXPECT_EQ(event["entity"].size(), 1u);
  EXPECT_EQ(Detail(event, "body"), "sealed");
  EXPECT_EQ(event["id"], Detail(event, "leaf-hash"));
}

TEST(FhirEventTest, AnErasureLeavesTheSame) {
  v1::Entry refused = Question();
  refused.mutable_info()->set_grpc_status(9);
  refused.mutable_body()->set_reason("FACT_CONFLICT: pseudonym-1 has two values");
  for (const v1::Entry& entry : {Question(), refused}) {
    v1::Entry erased = entry;
    erased.clear_body();
    erased.set_body_state(v1::BODY_STATE_ERASED);
    EXPECT_EQ(WithoutBody(Event(entry, true)), Event(erased));
    EXPECT_EQ(WithoutBody(Event(erased)), Event(erased));
    EXPECT_EQ(KeyIdOf(Event(entry)), HexEncode(entry.key_id()));
  }
}

TEST(FhirEventTest, TheRequestIsThereWhereItIsAskedFor) {
  const Json event = Event(Question(), true);
  EXPECT_EQ(event["entity"][1]["query"], Base64Encode("what was asked"));
  EXPECT_FALSE(event["entity"][1].contains("_query"));
}

TEST(FhirEventTest, AReadNamesWhatWasRead) {
  v1::Entry entry = Opened(v1::ENTRY_KIND_READ, "/evident.v1.AuditService/GetEntry");
  v1::GetEntryRequest request;
  request.set_name("decisions/ward.example.1-3");
  entry.mutable_body()->set_request(request.SerializeAsString());
  const Json event = Event(entry);
  EXPECT_EQ(event["meta"]["profile"][0],
            "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Read");
  EXPECT_EQ(event["entity"][1]["what"]["identifier"]["value"], "decisions/ward.example.1-3");
  EXPECT_EQ(event["agent"][0]["type"]["coding"][0]["code"], "110152");
  EXPECT_EQ(event["agent"][0]["requestor"], true);
  EXPECT_EQ(event["agent"][0]["role"][0]["text"], "decider");
}

TEST(FhirEventTest, AnActIsItsOutcome) {
  v1::Entry entry = Opened(v1::ENTRY_KIND_OUTCOME, "/evident.v1.AuditService/EraseSubject");
  entry.mutable_body()->set_effect("destroyed the key 2a");
  const Json event = Event(entry);
  EXPECT_EQ(event["action"], "D");
  EXPECT_EQ(event["entity"][1]["what"]["display"], "destroyed the key 2a");
  EXPECT_EQ(Detail(event, "intent-index"), "6");
  EXPECT_FALSE(event["agent"][0].contains("role"));  // the pattern forbids it
  for (const v1::EntryKind kind :
       {v1::ENTRY_KIND_INTENT, v1::ENTRY_KIND_STREAM_CLOSE, v1::ENTRY_KIND_ERASURE,
        v1::ENTRY_KIND_KEY, v1::ENTRY_KIND_INCARNATION, v1::ENTRY_KIND_AGGREGATE}) {
    EXPECT_FALSE(EventOf(EntryOf(kind, kAsk), {kOrigin}).has_value()) << kind;
  }
}

TEST(FhirEventTest, AStreamThatReadsBeginsWithAnEvent) {
  const auto opened = [](const char* method) {
    return EventOf(Opened(v1::ENTRY_KIND_STREAM_OPEN, method), {kOrigin}).has_value();
  };
  EXPECT_TRUE(opened("/evident.v1.AuditService/ExportEntries"));
  EXPECT_TRUE(opened("/evident.v1.CurationService/ExportPack"));
  // What comes of these are entries with events of their own.
  EXPECT_FALSE(opened("/evident.v1.CurationService/ImportPack"));
  EXPECT_FALSE(opened("/evident.v1.DecisionService/BatchRecommend"));
}

TEST(FhirEventTest, WhatChangedNothingClaimsNoChange) {
  const Json event = Event(Opened(v1::ENTRY_KIND_READ, "/evident.v1.CurationService/CreateDraft"));
  EXPECT_EQ(event["subtype"][0]["code"], "operation");
  EXPECT_FALSE(event.contains("meta"));
}

TEST(FhirEventTest, ARefusalClaimsNoPattern) {
  v1::Entry entry = Opened(v1::ENTRY_KIND_REFUSAL, kAsk, 7);
  entry.mutable_body()->set_reason("ROLE_MISSING: not you");
  const Json event = Event(entry);
  EXPECT_FALSE(event.contains("meta"));
  EXPECT_EQ(event["outcome"], "4");
  EXPECT_EQ(event["outcomeDesc"], "PERMISSION_DENIED: ROLE_MISSING: not you");
  EXPECT_EQ(Event(EntryOf(v1::ENTRY_KIND_REFUSAL, kAsk, 14))["outcome"], "8");
  const Json unknown = Event(Opened(v1::ENTRY_KIND_REFUSAL, "", 12));
  EXPECT_FALSE(unknown.contains("subtype"));
  EXPECT_FALSE(unknown.contains("action"));
}

TEST(FhirEventTest, AddressesAreThoseOfThePeer) {
  v1::Entry entry = Opened(v1::ENTRY_KIND_READ, "/evident.v1.AdminService/GetStatus");
  const auto network = [&entry](const std::string& peer) {
    entry.mutable_body()->mutable_caller()->set_peer(peer);
    return Event(entry)["agent"][0]["network"];
  };
  EXPECT_EQ(network("ipv6:%5B2001:db8::1%5D:443")["address"], "2001:db8::1");
  EXPECT_EQ(network("ipv6:[::1]:443")["address"], "::1");
  EXPECT_EQ(network("ipv4:10.0.0.1:1")["type"], "2");
  EXPECT_THAT(network("unix:/tmp/socket").value("address", ""), IsEmpty());
  EXPECT_THAT(network("").value("address", ""), IsEmpty());
}

}  // namespace
}  // namespace evident::cli
