#include "client/cli/fhir_event.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "audit/proof/merkle.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "client/cli/fhir_pattern.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kEventTypes[] = "http://terminology.hl7.org/CodeSystem/audit-event-type";
constexpr char kInteractions[] = "http://hl7.org/fhir/restful-interaction";
constexpr char kSourceTypes[] = "http://terminology.hl7.org/CodeSystem/security-source-type";
constexpr char kEntityTypes[] = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
constexpr char kObjectRoles[] = "http://terminology.hl7.org/CodeSystem/object-role";
constexpr char kBalpEntityTypes[] =
    "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";
constexpr char kBalpProfile[] = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/";
constexpr char kAbsent[] = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

constexpr char kBatch[] = "/evident.v1.DecisionService/BatchRecommend";

// Of streams the beginning is one where it says what is read; changes and items are of their own.
bool IsEvent(const v1::LeafInfo& info, const AuditPattern* pattern) {
  switch (info.kind()) {
    case v1::ENTRY_KIND_DECISION:
    case v1::ENTRY_KIND_READ:
    case v1::ENTRY_KIND_REFUSAL:
    case v1::ENTRY_KIND_OUTCOME:
    case v1::ENTRY_KIND_FEEDBACK:
      return true;
    case v1::ENTRY_KIND_STREAM_OPEN:
      return pattern != nullptr && !pattern->changes() && info.method() != kBatch;
    default:
      return false;
  }
}

// The pattern that an entry's method has, unless it changed nothing where it might have.
const AuditPattern* PatternOf(const v1::LeafInfo& info) {
  const AuditPattern* const pattern = evident::cli::PatternOf(info.method());
  const bool idle = info.kind() == v1::ENTRY_KIND_READ && pattern != nullptr && pattern->changes();
  return idle ? &OperationPattern() : pattern;
}

// AuditEvent.outcome. 12, "the system is no longer available", never is: then nothing is recorded.
const char* OutcomeOf(uint32_t grpc_status) {
  switch (static_cast<absl::StatusCode>(grpc_status)) {
    case absl::StatusCode::kOk:
      return "0";
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
      return "8";
    default:
      return "4";
  }
}

// An element that a pattern demands and the log does not have, or does not give.
Json Absent(const char* why) {
  return {{"extension", Json::array({{{"url", kAbsent}, {"valueCode", why}}})}};
}

Json Identified(std::string_view value) { return {{"identifier", {{"value", value}}}}; }

Json Named(const char* type, std::string_view value) {
  return {{"type", type}, {"identifier", {{"value", value}}}};
}

void AddDetail(Json& entity, const char* type, std::string_view value) {
  if (value.empty()) return;
  entity["detail"].push_back({{"type", type}, {"valueString", value}});
}

// Details of the entry that an analyst may have, and that outlive its key.
bool IsOfLeaf(const std::string& detail) {
  static constexpr const char* kOfLeaf[] = {"leaf-hash", "kind", "method",
                                            "key-id",    "body", "intent-index"};
  return std::find(std::begin(kOfLeaf), std::end(kOfLeaf), detail) != std::end(kOfLeaf);
}

// The entry itself, which leads from the event to its proof. Says nothing of what is sealed.
Json EntryEntity(const v1::Entry& entry) {
  const v1::LeafInfo& info = entry.info();
  Json entity = {{"what", Identified(entry.name())}, {"type", Coding(kEntityTypes, "4", "Other")}};
  AddDetail(entity, "leaf-hash", LeafHashHex(entry.leaf()));
  AddDetail(entity, "kind", graph::EnumWord(info.kind()));
  AddDetail(entity, "method", info.method());
  if (!entry.key_id().empty()) AddDetail(entity, "key-id", HexEncode(entry.key_id()));
  AddDetail(entity, "body", graph::EnumWord(entry.body_state()));
  if (info.kind() == v1::ENTRY_KIND_OUTCOME) {
    AddDetail(entity, "intent-index", std::to_string(info.number()));
  }
  return entity;
}

// What the leaf says, and no more: all that an analyst gets, and all that is left after an erasure.
Json SealedEvent(const v1::Entry& entry, const AuditPattern* pattern, const std::string& log) {
  const v1::LeafInfo& info = entry.info();
  Json event = {{"resourceType", "AuditEvent"},
                {"id", LeafHashHex(entry.leaf())},
                {"type", Coding(kEventTypes, "rest", "Restful Operation")}};
  if (pattern != nullptr) {
    event["subtype"] =
        Json::array({Coding(kInteractions, pattern->interaction, pattern->interaction)});
    event["action"] = pattern->action;
  }
  event["recorded"] = FormatTimeNs(info.commit_time_ns());
  event["outcome"] = OutcomeOf(info.grpc_status());
  if (info.grpc_status() != 0) {
    event["outcomeDesc"] =
        absl::StatusCodeToString(static_cast<absl::StatusCode>(info.grpc_status()));
  }
  Json client = {{"requestor", false}};
  Json server = {{"who", Named("Device", log)}, {"requestor", false}};
  if (pattern != nullptr) {
    client["type"] = pattern->client;
    server["type"] = pattern->server;
  }
  server["network"] = Absent("unknown");  // on which of its addresses a server was called
  event["agent"] = Json::array({std::move(client), std::move(server)});
  event["source"] = {{"observer", Named("Device", log)},
                     {"type", Json::array({Coding(kSourceTypes, "4", "Application Server")})}};
  event["entity"] = Json::array({EntryEntity(entry)});
  return event;
}

// "ipv6:%5B::1%5D:4242" is ::1.
Json NetworkOf(std::string_view peer) {
  const bool v4 = peer.starts_with("ipv4:");
  if (!v4 && !peer.starts_with("ipv6:")) return Absent("unknown");
  std::string host(peer.substr(5, peer.rfind(':') - 5));
  if (!v4 && host.starts_with("%5B") && host.ends_with("%5D")) {
    host = host.substr(3, host.size() - 6);
  }
  if (!v4 && host.starts_with("[") && host.ends_with("]")) host = host.substr(1, host.size() - 2);
  if (host.empty()) return Absent("unknown");
  return {{"address", std::move(host)}, {"type", "2"}};
}

void AddPurpose(const v1::CallerInfo& caller, Json& agent) {
  if (!caller.purpose_of_use().empty()) {
    agent["purposeOfUse"] = Json::array({{{"text", caller.purpose_of_use()}}});
  }
}

// The calling system, and the person on whose behalf it called.
void AddCaller(const v1::CallerInfo& caller, const AuditPattern* pattern, Json& event) {
  const bool bare = pattern != nullptr && pattern->bare;
  const bool for_somebody = !caller.on_behalf_of().empty();
  Json& client = event["agent"][0];
  client["who"] = Identified(caller.identity());
  client["requestor"] = !for_somebody;
  client["network"] = NetworkOf(caller.peer());
  for (const std::string& role : caller.roles()) {
    if (!bare) client["role"].push_back({{"text", role}});
  }
  if (!for_somebody) {
    if (!bare) AddPurpose(caller, client);
    return;
  }
  Json user = {{"who", Identified(caller.on_behalf_of())}, {"requestor", true}};
  if (pattern != nullptr) user["type"] = pattern->user;
  AddPurpose(caller, user);
  event["agent"].push_back(std::move(user));
}

Json QueryEntity(const v1::EntryBody& body, bool with_request) {
  Json entity = {{"type", Coding(kEntityTypes, "2", "System Object")},
                 {"role", Coding(kObjectRoles, "24", "Query")}};
  if (!with_request) {
    entity["_query"] = Absent("masked");
  } else if (body.request().empty()) {
    entity["_query"] = Absent("unknown");
  } else {
    entity["query"] = Base64Encode(body.request());
  }
  return entity;
}

// What was read or changed: by the name in the request, or in the words of the entry.
Json ObjectEntity(const v1::EntryBody& body) {
  std::string object = ObjectOf(body.method(), body.request());
  if (object.empty()) object = body.follows();
  const std::string& words = body.effect().empty() ? body.method() : body.effect();
  return {{"what", object.empty() ? Json{{"display", words}} : Identified(object)},
          {"type", Coding(kEntityTypes, "2", "System Object")},
          {"role", Coding(kObjectRoles, "4", "Domain Resource")}};
}

Json PatientEntity(const std::string& subject) {
  return {{"what", Named("Patient", subject)},
          {"type", Coding(kEntityTypes, "1", "Person")},
          {"role", Coding(kObjectRoles, "1", "Patient")}};
}

Json TransactionEntity(const std::string& call_id) {
  return {{"what", Identified(HexEncode(call_id))},
          {"type", {{"system", kBalpEntityTypes}, {"code", "XrequestId"}}}};
}

void AddEntities(const v1::EntryBody& body, const AuditPattern* pattern, bool requests,
                 Json& event) {
  Json& entities = event["entity"];
  Json& entry = entities[0];
  AddDetail(entry, "tenant", body.caller().tenant());
  AddDetail(entry, "trace-id", body.trace_id());
  AddDetail(entry, "client-reference", body.client_reference());
  AddDetail(entry, "follows", body.follows());
  AddDetail(entry, "stream", body.stream());
  if (pattern != nullptr) {
    entities.push_back(pattern->query ? QueryEntity(body, requests) : ObjectEntity(body));
  }
  if (!body.subject().empty()) entities.push_back(PatientEntity(body.subject()));
  if (!body.call_id().empty()) entities.push_back(TransactionEntity(body.call_id()));
}

// The patterns are of calls that succeeded, by callers who are known.
void AddProfile(const v1::Entry& entry, const AuditPattern* pattern, Json& event) {
  const v1::EntryBody& body = entry.body();
  if (pattern == nullptr || *pattern->profile == '\0') return;
  if (entry.info().grpc_status() != 0 || body.caller().identity().empty()) return;
  const std::string name =
      std::string("IHE.BasicAudit.") + (body.subject().empty() ? "" : "Patient") + pattern->profile;
  event["meta"] = {{"profile", Json::array({kBalpProfile + name})}};
}

}  // namespace

std::string LeafHashHex(const std::string& leaf) { return audit::LeafHash(leaf).Hex(); }

std::optional<Json> EventOf(const v1::Entry& entry, const EventOptions& options) {
  const AuditPattern* const pattern = PatternOf(entry.info());
  if (!IsEvent(entry.info(), pattern)) return std::nullopt;
  Json event = SealedEvent(entry, pattern, options.log);
  if (!entry.has_body()) return event;
  const v1::EntryBody& body = entry.body();
  AddProfile(entry, pattern, event);
  if (!body.reason().empty()) {
    event["outcomeDesc"] = event.value("outcomeDesc", "OK") + ": " + body.reason();
  }
  if (!body.caller().identity().empty()) AddCaller(body.caller(), pattern, event);
  AddEntities(body, pattern, options.requests, event);
  return event;
}

Json WithoutBody(const Json& event) {
  Json left = event;
  left.erase("meta");
  if (left.contains("outcomeDesc")) {
    const std::string text = left["outcomeDesc"];
    left["outcomeDesc"] = text.substr(0, text.find(':'));
  }
  Json client = {{"requestor", false}};
  if (event["agent"][0].contains("type")) client["type"] = event["agent"][0]["type"];
  left["agent"] = Json::array({std::move(client), event["agent"][1]});
  Json entry = event["entity"][0];
  Json& details = entry["detail"];
  details.erase(std::remove_if(details.begin(), details.end(),
                               [](const Json& detail) { return !IsOfLeaf(detail["type"]); }),
                details.end());
  for (Json& detail : details) {
    if (detail["type"] == "body") detail["valueString"] = graph::EnumWord(v1::BODY_STATE_ERASED);
  }
  left["entity"] = Json::array({std::move(entry)});
  return left;
}

std::string KeyIdOf(const Json& event) {
  for (const Json& detail : event["entity"][0]["detail"]) {
    if (detail["type"] == "key-id") return detail["valueString"];
  }
  return {};
}

}  // namespace evident::cli
