#include "server/grpc_services.h"

#include "evident/v1/admin_service.grpc.pb.h"
#include "evident/v1/audit_service.grpc.pb.h"
#include "evident/v1/curation_service.grpc.pb.h"
#include "evident/v1/decision_service.grpc.pb.h"
#include "evident/v1/knowledge_service.grpc.pb.h"

namespace evident::server {
namespace {

using Context = grpc::CallbackServerContext;
using grpc::ByteBuffer;
using grpc::ServerUnaryReactor;

using DecisionBase = v1::DecisionService::WithRawCallbackMethod_Recommend<
    v1::DecisionService::WithRawCallbackMethod_Ask<
        v1::DecisionService::WithRawCallbackMethod_BatchRecommend<
            v1::DecisionService::WithRawCallbackMethod_WhatIf<
                v1::DecisionService::WithRawCallbackMethod_DescribeFacts<
                    v1::DecisionService::WithRawCallbackMethod_Explain<
                        v1::DecisionService::WithRawCallbackMethod_Replay<
                            v1::DecisionService::WithRawCallbackMethod_RecordFeedback<
                                v1::DecisionService::Service>>>>>>>>;

class Decisions final : public DecisionBase {
 public:
  explicit Decisions(const ReactorParts& parts) : parts_(parts) {}
  ServerUnaryReactor* Recommend(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.DecisionService/Recommend", context, in, out);
  }
  ServerUnaryReactor* Ask(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.DecisionService/Ask", context, in, out);
  }
  grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>* BatchRecommend(Context* context) override {
    return TakeBatch(parts_, "/evident.v1.DecisionService/BatchRecommend", context);
  }
  ServerUnaryReactor* WhatIf(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.DecisionService/WhatIf", context, in, out);
  }
  ServerUnaryReactor* DescribeFacts(Context* context, const ByteBuffer* in,
                                    ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.DecisionService/DescribeFacts", context, in, out);
  }
  ServerUnaryReactor* Explain(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.DecisionService/Explain", context, in, out);
  }
  ServerUnaryReactor* Replay(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.DecisionService/Replay", context, in, out);
  }
  ServerUnaryReactor* RecordFeedback(Context* context, const ByteBuffer* in,
                                     ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.DecisionService/RecordFeedback", context, in, out);
  }

 private:
  const ReactorParts& parts_;
};

using KnowledgeBase = v1::KnowledgeService::WithRawCallbackMethod_GetNode<
    v1::KnowledgeService::WithRawCallbackMethod_ListNodes<
        v1::KnowledgeService::WithRawCallbackMethod_SearchConcepts<
            v1::KnowledgeService::WithRawCallbackMethod_GetProvenance<
                v1::KnowledgeService::WithRawCallbackMethod_ListReleases<
                    v1::KnowledgeService::WithRawCallbackMethod_GetRelease<
                        v1::KnowledgeService::WithRawCallbackMethod_DiffReleases<
                            v1::KnowledgeService::WithRawCallbackMethod_Traverse<
                                v1::KnowledgeService::WithRawCallbackMethod_WatchReleases<
                                    v1::KnowledgeService::Service>>>>>>>>>;

class Knowledge final : public KnowledgeBase {
 public:
  explicit Knowledge(const ReactorParts& parts) : parts_(parts) {}
  ServerUnaryReactor* GetNode(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.KnowledgeService/GetNode", context, in, out);
  }
  ServerUnaryReactor* ListNodes(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.KnowledgeService/ListNodes", context, in, out);
  }
  ServerUnaryReactor* SearchConcepts(Context* context, const ByteBuffer* in,
                                     ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.KnowledgeService/SearchConcepts", context, in, out);
  }
  ServerUnaryReactor* GetProvenance(Context* context, const ByteBuffer* in,
                                    ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.KnowledgeService/GetProvenance", context, in, out);
  }
  ServerUnaryReactor* ListReleases(Context* context, const ByteBuffer* in,
                                   ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.KnowledgeService/ListReleases", context, in, out);
  }
  ServerUnaryReactor* GetRelease(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.KnowledgeService/GetRelease", context, in, out);
  }
  ServerUnaryReactor* DiffReleases(Context* context, const ByteBuffer* in,
                                   ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.KnowledgeService/DiffReleases", context, in, out);
  }
  grpc::ServerWriteReactor<ByteBuffer>* Traverse(Context* context, const ByteBuffer* in) override {
    return TakeStream(parts_, "/evident.v1.KnowledgeService/Traverse", context, in);
  }
  grpc::ServerWriteReactor<ByteBuffer>* WatchReleases(Context* context,
                                                      const ByteBuffer* in) override {
    return TakeStream(parts_, "/evident.v1.KnowledgeService/WatchReleases", context, in);
  }

 private:
  const ReactorParts& parts_;
};

using DraftBase = v1::CurationService::WithRawCallbackMethod_CreateDraft<
    v1::CurationService::WithRawCallbackMethod_ApplyChanges<
        v1::CurationService::WithRawCallbackMethod_GetDraft<
            v1::CurationService::WithRawCallbackMethod_ListDrafts<
                v1::CurationService::WithRawCallbackMethod_LintDraft<
                    v1::CurationService::WithRawCallbackMethod_TestDraft<
                        v1::CurationService::WithRawCallbackMethod_RenderDraft<
                            v1::CurationService::WithRawCallbackMethod_SubmitDraft<
                                v1::CurationService::WithRawCallbackMethod_ReviewDraft<
                                    v1::CurationService::WithRawCallbackMethod_PublishDraft<
                                        v1::CurationService::WithRawCallbackMethod_AbandonDraft<
                                            v1::CurationService::Service>>>>>>>>>>>;
using CurationBase = v1::CurationService::WithRawCallbackMethod_ImportPack<
    v1::CurationService::WithRawCallbackMethod_ReviewStatements<
        v1::CurationService::WithRawCallbackMethod_ListReviews<
            v1::CurationService::WithRawCallbackMethod_ResolveCitation<
                v1::CurationService::WithRawCallbackMethod_WithdrawStatement<
                    v1::CurationService::WithRawCallbackMethod_SetReferenceStanding<
                        v1::CurationService::WithRawCallbackMethod_ExportPack<DraftBase>>>>>>>;

class Curation final : public CurationBase {
 public:
  explicit Curation(const ReactorParts& parts) : parts_(parts) {}
  ServerUnaryReactor* ReviewStatements(Context* context, const ByteBuffer* in,
                                       ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/ReviewStatements", context, in, out);
  }
  ServerUnaryReactor* ListReviews(Context* context, const ByteBuffer* in,
                                  ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/ListReviews", context, in, out);
  }
  ServerUnaryReactor* ResolveCitation(Context* context, const ByteBuffer* in,
                                      ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/ResolveCitation", context, in, out);
  }
  ServerUnaryReactor* WithdrawStatement(Context* context, const ByteBuffer* in,
                                        ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/WithdrawStatement", context, in, out);
  }
  ServerUnaryReactor* SetReferenceStanding(Context* context, const ByteBuffer* in,
                                           ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/SetReferenceStanding", context, in, out);
  }
  ServerUnaryReactor* CreateDraft(Context* context, const ByteBuffer* in,
                                  ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/CreateDraft", context, in, out);
  }
  ServerUnaryReactor* ApplyChanges(Context* context, const ByteBuffer* in,
                                   ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/ApplyChanges", context, in, out);
  }
  ServerUnaryReactor* GetDraft(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/GetDraft", context, in, out);
  }
  ServerUnaryReactor* ListDrafts(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/ListDrafts", context, in, out);
  }
  ServerUnaryReactor* LintDraft(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/LintDraft", context, in, out);
  }
  ServerUnaryReactor* TestDraft(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/TestDraft", context, in, out);
  }
  ServerUnaryReactor* RenderDraft(Context* context, const ByteBuffer* in,
                                  ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/RenderDraft", context, in, out);
  }
  ServerUnaryReactor* SubmitDraft(Context* context, const ByteBuffer* in,
                                  ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/SubmitDraft", context, in, out);
  }
  ServerUnaryReactor* ReviewDraft(Context* context, const ByteBuffer* in,
                                  ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/ReviewDraft", context, in, out);
  }
  ServerUnaryReactor* PublishDraft(Context* context, const ByteBuffer* in,
                                   ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/PublishDraft", context, in, out);
  }
  ServerUnaryReactor* AbandonDraft(Context* context, const ByteBuffer* in,
                                   ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.CurationService/AbandonDraft", context, in, out);
  }
  grpc::ServerWriteReactor<ByteBuffer>* ExportPack(Context* context,
                                                   const ByteBuffer* in) override {
    return TakeStream(parts_, "/evident.v1.CurationService/ExportPack", context, in);
  }
  grpc::ServerReadReactor<ByteBuffer>* ImportPack(Context* context, ByteBuffer* out) override {
    return TakeImport(parts_, "/evident.v1.CurationService/ImportPack", context, out);
  }

 private:
  const ReactorParts& parts_;
};

using AuditBase = v1::AuditService::WithRawCallbackMethod_GetEntry<
    v1::AuditService::WithRawCallbackMethod_ListEntries<
        v1::AuditService::WithRawCallbackMethod_GetCheckpoint<
            v1::AuditService::WithRawCallbackMethod_GetInclusionProof<
                v1::AuditService::WithRawCallbackMethod_GetConsistencyProof<
                    v1::AuditService::WithRawCallbackMethod_ExportEntries<
                        v1::AuditService::WithRawCallbackMethod_FindAffectedDecisions<
                            v1::AuditService::WithRawCallbackMethod_EraseSubject<
                                v1::AuditService::WithRawCallbackMethod_PlaceLegalHold<
                                    v1::AuditService::WithRawCallbackMethod_LiftLegalHold<
                                        v1::AuditService::WithRawCallbackMethod_ExportTables<
                                            v1::AuditService::WithRawCallbackMethod_PruneBodies<
                                                v1::AuditService::
                                                    WithRawCallbackMethod_ExportBodies<
                                                        v1::AuditService::Service>>>>>>>>>>>>>;

class Audit final : public AuditBase {
 public:
  explicit Audit(const ReactorParts& parts) : parts_(parts) {}
  ServerUnaryReactor* GetEntry(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AuditService/GetEntry", context, in, out);
  }
  ServerUnaryReactor* ListEntries(Context* context, const ByteBuffer* in,
                                  ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AuditService/ListEntries", context, in, out);
  }
  ServerUnaryReactor* GetCheckpoint(Context* context, const ByteBuffer* in,
                                    ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AuditService/GetCheckpoint", context, in, out);
  }
  ServerUnaryReactor* GetInclusionProof(Context* context, const ByteBuffer* in,
                                        ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AuditService/GetInclusionProof", context, in, out);
  }
  ServerUnaryReactor* GetConsistencyProof(Context* context, const ByteBuffer* in,
                                          ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AuditService/GetConsistencyProof", context, in, out);
  }
  grpc::ServerWriteReactor<ByteBuffer>* ExportEntries(Context* context,
                                                      const ByteBuffer* in) override {
    return TakeStream(parts_, "/evident.v1.AuditService/ExportEntries", context, in);
  }
  grpc::ServerWriteReactor<ByteBuffer>* ExportTables(Context* context,
                                                     const ByteBuffer* in) override {
    return TakeStream(parts_, "/evident.v1.AuditService/ExportTables", context, in);
  }
  grpc::ServerWriteReactor<ByteBuffer>* ExportBodies(Context* context,
                                                     const ByteBuffer* in) override {
    return TakeStream(parts_, "/evident.v1.AuditService/ExportBodies", context, in);
  }
  ServerUnaryReactor* FindAffectedDecisions(Context* context, const ByteBuffer* in,
                                            ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AuditService/FindAffectedDecisions", context, in, out);
  }
  ServerUnaryReactor* EraseSubject(Context* context, const ByteBuffer* in,
                                   ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AuditService/EraseSubject", context, in, out);
  }
  ServerUnaryReactor* PlaceLegalHold(Context* context, const ByteBuffer* in,
                                     ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AuditService/PlaceLegalHold", context, in, out);
  }
  ServerUnaryReactor* LiftLegalHold(Context* context, const ByteBuffer* in,
                                    ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AuditService/LiftLegalHold", context, in, out);
  }
  ServerUnaryReactor* PruneBodies(Context* context, const ByteBuffer* in,
                                  ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AuditService/PruneBodies", context, in, out);
  }

 private:
  const ReactorParts& parts_;
};

class Admin final
    : public v1::AdminService::WithRawCallbackMethod_GetStatus<
          v1::AdminService::WithRawCallbackMethod_CreateBackup<v1::AdminService::Service>> {
 public:
  explicit Admin(const ReactorParts& parts) : parts_(parts) {}
  ServerUnaryReactor* GetStatus(Context* context, const ByteBuffer* in, ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AdminService/GetStatus", context, in, out);
  }
  ServerUnaryReactor* CreateBackup(Context* context, const ByteBuffer* in,
                                   ByteBuffer* out) override {
    return TakeUnary(parts_, "/evident.v1.AdminService/CreateBackup", context, in, out);
  }

 private:
  const ReactorParts& parts_;
};

class Unknown final : public grpc::CallbackGenericService {
 public:
  explicit Unknown(const ReactorParts& parts) : parts_(parts) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return TakeUnknown(parts_, context);
  }

 private:
  const ReactorParts& parts_;
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> MakeServices(const ReactorParts& parts) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<Decisions>(parts));
  services.push_back(std::make_unique<Knowledge>(parts));
  services.push_back(std::make_unique<Curation>(parts));
  services.push_back(std::make_unique<Audit>(parts));
  services.push_back(std::make_unique<Admin>(parts));
  return services;
}

std::unique_ptr<grpc::CallbackGenericService> MakeUnknownService(const ReactorParts& parts) {
  return std::make_unique<Unknown>(parts);
}

const std::vector<const char*>& ServiceNames() {
  static const std::vector<const char*>* const names = new std::vector<const char*>{
      v1::DecisionService::service_full_name(), v1::KnowledgeService::service_full_name(),
      v1::CurationService::service_full_name(), v1::AuditService::service_full_name(),
      v1::AdminService::service_full_name()};
  return *names;
}

std::string_view CurationServiceName() { return v1::CurationService::service_full_name(); }

}  // namespace evident::server
