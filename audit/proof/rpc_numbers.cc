#include "audit/proof/rpc_numbers.h"

namespace evident::audit {
namespace {

constexpr RpcNumber kTable[] = {
    {1, "/evident.v1.DecisionService/Recommend"},
    {2, "/evident.v1.DecisionService/BatchRecommend"},
    {3, "/evident.v1.DecisionService/Ask"},
    {4, "/evident.v1.DecisionService/DescribeFacts"},
    {5, "/evident.v1.DecisionService/Explain"},
    {6, "/evident.v1.DecisionService/Replay"},
    {7, "/evident.v1.DecisionService/RecordFeedback"},
    {8, "/evident.v1.DecisionService/WhatIf"},
    {20, "/evident.v1.KnowledgeService/GetNode"},
    {21, "/evident.v1.KnowledgeService/ListNodes"},
    {22, "/evident.v1.KnowledgeService/SearchConcepts"},
    {23, "/evident.v1.KnowledgeService/Traverse"},
    {24, "/evident.v1.KnowledgeService/GetProvenance"},
    {25, "/evident.v1.KnowledgeService/ListReleases"},
    {26, "/evident.v1.KnowledgeService/GetRelease"},
    {27, "/evident.v1.KnowledgeService/DiffReleases"},
    {28, "/evident.v1.KnowledgeService/WatchReleases"},
    {40, "/evident.v1.CurationService/CreateDraft"},
    {41, "/evident.v1.CurationService/ApplyChanges"},
    {42, "/evident.v1.CurationService/ImportPack"},
    {43, "/evident.v1.CurationService/LintDraft"},
    {44, "/evident.v1.CurationService/TestDraft"},
    {45, "/evident.v1.CurationService/RenderDraft"},
    {46, "/evident.v1.CurationService/SubmitDraft"},
    {47, "/evident.v1.CurationService/ReviewDraft"},
    {48, "/evident.v1.CurationService/PublishDraft"},
    {49, "/evident.v1.CurationService/ReviewStatements"},
    {50, "/evident.v1.CurationService/ResolveCitation"},
    {51, "/evident.v1.CurationService/WithdrawStatement"},
    {52, "/evident.v1.CurationService/SetReferenceStanding"},
    {53, "/evident.v1.CurationService/ExportPack"},
    {54, "/evident.v1.CurationService/GetDraft"},
    {55, "/evident.v1.CurationService/ListDrafts"},
    {56, "/evident.v1.CurationService/AbandonDraft"},
    {57, "/evident.v1.CurationService/ListReviews"},
    {60, "/evident.v1.AuditService/GetEntry"},
    {61, "/evident.v1.AuditService/ListEntries"},
    {62, "/evident.v1.AuditService/ExportEntries"},
    {63, "/evident.v1.AuditService/GetCheckpoint"},
    {64, "/evident.v1.AuditService/GetInclusionProof"},
    {65, "/evident.v1.AuditService/GetConsistencyProof"},
    {66, "/evident.v1.AuditService/FindAffectedDecisions"},
    {67, "/evident.v1.AuditService/EraseSubject"},
    {68, "/evident.v1.AuditService/PlaceLegalHold"},
    {69, "/evident.v1.AuditService/PruneBodies"},
    {70, "/evident.v1.AuditService/LiftLegalHold"},
    {71, "/evident.v1.AuditService/ExportTables"},
    {72, "/evident.v1.AuditService/ExportBodies"},
    {80, "/evident.v1.AdminService/GetStatus"},
    {81, "/evident.v1.AdminService/CreateBackup"},
};

}  // namespace

std::span<const RpcNumber> RpcNumbers() { return kTable; }

uint16_t RpcNumberOf(std::string_view method) {
  for (const RpcNumber& row : kTable) {
    if (row.method == method) return row.number;
  }
  return kUnknownRpc;
}

std::string_view RpcMethodOf(uint16_t number) {
  for (const RpcNumber& row : kTable) {
    if (row.number == number) return row.method;
  }
  return {};
}

}  // namespace evident::audit
