#include "client/cli/fhir_pattern.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "evident/v1/admin_service.pb.h"
#include "evident/v1/audit_service.pb.h"
#include "evident/v1/curation_service.pb.h"
#include "evident/v1/decision_service.pb.h"
#include "evident/v1/knowledge_service.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace evident::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kDicom[] = "http://dicom.nema.org/resources/ontology/DCM";
constexpr char kParticipation[] = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
constexpr char kProvenance[] = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";

Json Typed(const char* system, const char* code, const char* display) {
  return {{"coding", Json::array({Coding(system, code, display)})}};
}

Json Source() { return Typed(kDicom, "110153", "Source Role ID"); }
Json Destination() { return Typed(kDicom, "110152", "Destination Role ID"); }
Json Application() { return Typed(kDicom, "110150", "Application"); }
Json Custodian() { return Typed(kProvenance, "custodian", "Custodian"); }
Json Recipient() { return Typed(kParticipation, "IRCP", "information recipient"); }
Json Author() { return Typed(kParticipation, "AUT", "Author"); }

const AuditPattern& Query() {
  static const AuditPattern pattern{"Query",       "search",    "E",   Source(),
                                    Destination(), Recipient(), false, true};
  return pattern;
}

// What is read flows from the server to the client.
const AuditPattern& Read() {
  static const AuditPattern pattern{"Read", "read", "R", Destination(), Source(), Recipient()};
  return pattern;
}

const AuditPattern& Create() {
  static const AuditPattern pattern{"Create", "create", "C", Source(), Destination(), Author()};
  return pattern;
}

const AuditPattern& Update() {
  static const AuditPattern pattern{"Update", "update", "U", Source(), Destination(), Author()};
  return pattern;
}

const AuditPattern& Delete() {
  static const AuditPattern pattern{"Delete",    "delete", "D", Application(),
                                    Custodian(), Author(), true};
  return pattern;
}

struct MethodPattern {
  std::string_view method;
  const AuditPattern& (*pattern)();
  const char* object = "";  // field of the request that names what it is about
};

constexpr MethodPattern kMethods[] = {
    {"/evident.v1.DecisionService/Recommend", Query},
    {"/evident.v1.DecisionService/BatchRecommend", Query},
    {"/evident.v1.DecisionService/Ask", Query},
    {"/evident.v1.DecisionService/DescribeFacts", Query},
    {"/evident.v1.DecisionService/Explain", Read, "name"},
    {"/evident.v1.DecisionService/Replay", Read, "name"},
    {"/evident.v1.DecisionService/RecordFeedback", Create, "decision"},
    {"/evident.v1.DecisionService/WhatIf", Query},
    {"/evident.v1.KnowledgeService/GetNode", Read, "name"},
    {"/evident.v1.KnowledgeService/ListNodes", Query},
    {"/evident.v1.KnowledgeService/SearchConcepts", Query},
    {"/evident.v1.KnowledgeService/Traverse", Query},
    {"/evident.v1.KnowledgeService/GetProvenance", Read, "statement"},
    {"/evident.v1.KnowledgeService/ListReleases", Query},
    {"/evident.v1.KnowledgeService/GetRelease", Read},
    {"/evident.v1.KnowledgeService/DiffReleases", Query},
    {"/evident.v1.KnowledgeService/WatchReleases", Query},
    {"/evident.v1.CurationService/CreateDraft", Create},
    {"/evident.v1.CurationService/ApplyChanges", Update, "draft"},
    {"/evident.v1.CurationService/ImportPack", Create},
    {"/evident.v1.CurationService/LintDraft", Read, "draft"},
    {"/evident.v1.CurationService/TestDraft", Read, "draft"},
    {"/evident.v1.CurationService/RenderDraft", Read, "draft"},
    {"/evident.v1.CurationService/SubmitDraft", Update, "draft"},
    {"/evident.v1.CurationService/ReviewDraft", Update, "draft"},
    {"/evident.v1.CurationService/PublishDraft", Create, "draft"},
    {"/evident.v1.CurationService/ReviewStatements", Update},
    {"/evident.v1.CurationService/ResolveCitation", Update, "node"},
    {"/evident.v1.CurationService/WithdrawStatement", Update, "statement"},
    {"/evident.v1.CurationService/SetReferenceStanding", Update, "reference"},
    {"/evident.v1.CurationService/ExportPack", Read, "pack"},
    {"/evident.v1.CurationService/GetDraft", Read, "draft"},
    {"/evident.v1.CurationService/ListDrafts", Query},
    {"/evident.v1.CurationService/AbandonDraft", Update, "draft"},
    {"/evident.v1.CurationService/ListReviews", Query},
    {"/evident.v1.AuditService/GetEntry", Read, "name"},
    {"/evident.v1.AuditService/ListEntries", Query},
    {"/evident.v1.AuditService/ExportEntries", Query},
    {"/evident.v1.AuditService/ExportBodies", Query},
    {"/evident.v1.AuditService/GetCheckpoint", Read},
    {"/evident.v1.AuditService/GetInclusionProof", Read},
    {"/evident.v1.AuditService/GetConsistencyProof", Read},
    {"/evident.v1.AuditService/FindAffectedDecisions", Query},
    {"/evident.v1.AuditService/EraseSubject", Delete},
    {"/evident.v1.AuditService/PlaceLegalHold", Create},
    {"/evident.v1.AuditService/PruneBodies", Delete},
    {"/evident.v1.AuditService/LiftLegalHold", Delete},
    {"/evident.v1.AuditService/ExportTables", Query},
    {"/evident.v1.AdminService/GetStatus", Read},
    {"/evident.v1.AdminService/CreateBackup", OperationPattern},
};

const MethodPattern* Find(std::string_view method) {
  const auto* const found =
      std::find_if(std::begin(kMethods), std::end(kMethods),
                   [method](const MethodPattern& row) { return row.method == method; });
  return found == std::end(kMethods) ? nullptr : found;
}

// The request message of a method of this API; nullptr when there is none.
std::unique_ptr<google::protobuf::Message> RequestOf(std::string_view method) {
  std::string name(method.substr(1));
  std::replace(name.begin(), name.end(), '/', '.');
  const auto* const found =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
  if (found == nullptr) return nullptr;
  const auto* const prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(found->input_type());
  return std::unique_ptr<google::protobuf::Message>(prototype->New());
}

}  // namespace

Json Coding(const char* system, const char* code, const char* display) {
  return {{"system", system}, {"code", code}, {"display", display}};
}

const AuditPattern& OperationPattern() {
  static const AuditPattern pattern{"", "operation", "E", Source(), Destination(), Author()};
  return pattern;
}

const AuditPattern* PatternOf(std::string_view method) {
  const MethodPattern* const row = Find(method);
  return row == nullptr ? nullptr : &row->pattern();
}

std::string ObjectOf(std::string_view method, const std::string& request) {
  const MethodPattern* const row = Find(method);
  if (row == nullptr || *row->object == '\0') return {};
  const auto message = RequestOf(method);
  if (message == nullptr || !message->ParseFromString(request)) return {};
  const auto* const field = message->GetDescriptor()->FindFieldByName(row->object);
  return field == nullptr ? std::string() : message->GetReflection()->GetString(*message, field);
}

}  // namespace evident::cli
