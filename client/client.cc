#include "client/client.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/mutex.h"
#include "base/status.h"
#include "client/batch_call.h"
#include "client/completion.h"
#include "client/rpc_status.h"
#include "client/silence_guard.h"
#include "evident/v1/audit_service.grpc.pb.h"
#include "evident/v1/curation_service.grpc.pb.h"
#include "evident/v1/knowledge_service.grpc.pb.h"

namespace evident::client {
namespace {

constexpr char kReceiptTrailer[] = "evident-receipt-bin";

void SetDeadline(grpc::ClientContext& context, int64_t timeout_ms) {
  if (timeout_ms <= 0) return;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(timeout_ms));
}

template <typename Answer>
absl::StatusOr<ReceiptedReply<Answer>> ReadReply(v1::VerifiableResponse response,
                                                 const std::string& method) {
  ReceiptedReply<Answer> reply;
  reply.answer_bytes = std::move(*response.mutable_answer());
  reply.receipt = std::move(*response.mutable_receipt());
  reply.receipt_bytes = reply.receipt.SerializeAsString();
  if (reply.answer.ParseFromString(reply.answer_bytes)) return reply;
  return MakeError(absl::StatusCode::kDataLoss, "ANSWER_UNREADABLE",
                   "the answer of " + method + " does not parse");
}

// The bytes are read twice: for the answer as it is, and for what stands beside it.
absl::StatusOr<ItemReply> ReadItem(const std::string& response) {
  v1::VerifiableResponse verifiable;
  v1::BatchRecommendResponse read;
  if (!verifiable.ParseFromString(response) || !read.ParseFromString(response)) {
    return MakeError(absl::StatusCode::kDataLoss, "ANSWER_UNREADABLE",
                     "a response of BatchRecommend does not parse");
  }
  ItemReply item;
  item.item = read.item();
  if (read.has_error()) {
    std::vector<Violation> violations;
    for (const v1::FieldViolation& violation : read.error().violations()) {
      violations.push_back({violation.field(), violation.description()});
    }
    item.status = MakeError(static_cast<absl::StatusCode>(read.error().code()),
                            read.error().reason(), read.error().message(), violations);
    item.error = std::move(*read.mutable_error());
  }
  EVIDENT_ASSIGN_OR_RETURN(item.reply,
                           ReadReply<v1::Answer>(std::move(verifiable), "BatchRecommend"));
  return item;
}

}  // namespace

struct Client::Impl {
  std::shared_ptr<grpc::Channel> channel;
  mutable Mutex mutex;
  CallTrace trace EVIDENT_GUARDED_BY(mutex);

  void Keep(const grpc::ClientContext& context) {
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto found = trailers.find(kReceiptTrailer);
    MutexLock lock(mutex);
    trace.receipt_bytes.clear();
    if (found != trailers.end()) {
      trace.receipt_bytes.assign(found->second.data(), found->second.size());
    }
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Unary(const char* method, const Request& request, int64_t timeout_ms) {
    grpc::ClientContext context;
    SetDeadline(context, timeout_ms);
    Response response;
    Completion completion;
    grpc::TemplatedGenericStub<Request, Response> stub(channel);
    stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &response,
                   [&completion](grpc::Status status) { completion.Finish(std::move(status)); });
    const grpc::Status status = completion.Wait();
    Keep(context);
    if (!status.ok()) return FromGrpc(status);
    return response;
  }

  // Calls a method of a service and reads the stream that it answers with to its end.
  template <typename Service, typename Request, typename Response>
  absl::Status Drain(std::unique_ptr<grpc::ClientReader<Response>> (Service::Stub::*method)(
                         grpc::ClientContext*, const Request&),
                     const Request& request, int64_t timeout_ms,
                     const std::function<bool(const Response&)>& take, int64_t silence_ms = 0) {
    grpc::ClientContext context;
    SetDeadline(context, timeout_ms);
    SilenceGuard silence(context, std::chrono::milliseconds(silence_ms));
    const auto stub = Service::NewStub(channel);
    const auto reader = (stub.get()->*method)(&context, request);
    Response response;
    bool wanted = true;
    while (wanted && reader->Read(&response)) {
      silence.Pause();
      wanted = take(response);
      silence.Listen();
    }
    if (!wanted) context.TryCancel();
    const grpc::Status status = reader->Finish();
    Keep(context);
    EVIDENT_RETURN_IF_ERROR(silence.status());
    return status.ok() || !wanted ? absl::OkStatus() : FromGrpc(status);
  }

  template <typename Answer, typename Request>
  absl::StatusOr<ReceiptedReply<Answer>> Receipted(const char* method, const Request& request,
                                                   int64_t timeout_ms) {
    EVIDENT_ASSIGN_OR_RETURN(v1::VerifiableResponse response,
                             (Unary<v1::VerifiableResponse, Request>(method, request, timeout_ms)));
    return ReadReply<Answer>(std::move(response), method);
  }
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(const ConnectionOptions& options) {
  auto impl = std::make_unique<Impl>();
  EVIDENT_ASSIGN_OR_RETURN(impl->channel, OpenChannel(options));
  return std::unique_ptr<Client>(new Client(std::move(impl)));
}

CallTrace Client::last_trace() const {
  MutexLock lock(impl_->mutex);
  return impl_->trace;
}

absl::StatusOr<DecisionReply> Client::Recommend(const v1::RecommendRequest& request) {
  return impl_->Receipted<v1::Answer>("/evident.v1.DecisionService/Recommend", request,
                                      timeout_ms_);
}

absl::StatusOr<DecisionReply> Client::Ask(const v1::AskRequest& request) {
  return impl_->Receipted<v1::Answer>("/evident.v1.DecisionService/Ask", request, timeout_ms_);
}

absl::StatusOr<WhatIfReply> Client::WhatIf(const v1::WhatIfRequest& request) {
  return impl_->Receipted<v1::WhatIf>("/evident.v1.DecisionService/WhatIf", request, timeout_ms_);
}

absl::Status Client::BatchRecommend(
    const std::function<std::optional<v1::BatchRecommendRequest>()>& next,
    const std::function<bool(const ItemReply&)>& take) {
  grpc::ClientContext context;
  SetDeadline(context, timeout_ms_);
  grpc::TemplatedGenericStub<v1::BatchRecommendRequest, grpc::ByteBuffer> stub(impl_->channel);
  BatchCall call;
  stub.PrepareBidiStreamingCall(&context, "/evident.v1.DecisionService/BatchRecommend",
                                grpc::StubOptions(), &call);
  absl::Status unreadable;
  uint64_t answered = 0;
  const grpc::Status ended = call.Run(context, next, [&](const std::string& response) {
    const absl::StatusOr<ItemReply> item = ReadItem(response);
    if (!item.ok()) unreadable = item.status();
    if (item.ok()) ++answered;
    return item.ok() && take(*item);
  });
  impl_->Keep(context);
  if (!unreadable.ok()) return unreadable;
  if (call.unwanted()) return absl::OkStatus();
  if (!ended.ok()) return FromGrpc(ended);
  if (answered == call.sent()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, "BATCH_INCOMPLETE",
                   "the server answered " + std::to_string(answered) + " of " +
                       std::to_string(call.sent()) + " items and ended the batch");
}

absl::StatusOr<v1::DescribeFactsResponse> Client::DescribeFacts(
    const v1::DescribeFactsRequest& request) {
  return impl_->Unary<v1::DescribeFactsResponse>("/evident.v1.DecisionService/DescribeFacts",
                                                 request, timeout_ms_);
}

absl::StatusOr<ExplanationReply> Client::Explain(const v1::ExplainRequest& request) {
  return impl_->Receipted<v1::Explanation>("/evident.v1.DecisionService/Explain", request,
                                           timeout_ms_);
}

absl::StatusOr<v1::ReplayResponse> Client::Replay(const v1::ReplayRequest& request) {
  return impl_->Unary<v1::ReplayResponse>("/evident.v1.DecisionService/Replay", request,
                                          timeout_ms_);
}

absl::StatusOr<v1::RecordFeedbackResponse> Client::RecordFeedback(
    const v1::RecordFeedbackRequest& request) {
  return impl_->Unary<v1::RecordFeedbackResponse>("/evident.v1.DecisionService/RecordFeedback",
                                                  request, timeout_ms_);
}

absl::StatusOr<v1::GetNodeResponse> Client::GetNode(const v1::GetNodeRequest& request) {
  return impl_->Unary<v1::GetNodeResponse>("/evident.v1.KnowledgeService/GetNode", request,
                                           timeout_ms_);
}

absl::StatusOr<v1::ListReleasesResponse> Client::ListReleases(
    const v1::ListReleasesRequest& request) {
  return impl_->Unary<v1::ListReleasesResponse>("/evident.v1.KnowledgeService/ListReleases",
                                                request, timeout_ms_);
}

absl::StatusOr<v1::GetEntryResponse> Client::GetEntry(const v1::GetEntryRequest& request) {
  return impl_->Unary<v1::GetEntryResponse>("/evident.v1.AuditService/GetEntry", request,
                                            timeout_ms_);
}

absl::StatusOr<v1::ListEntriesResponse> Client::ListEntries(const v1::ListEntriesRequest& request) {
  return impl_->Unary<v1::ListEntriesResponse>("/evident.v1.AuditService/ListEntries", request,
                                               timeout_ms_);
}

absl::StatusOr<v1::GetCheckpointResponse> Client::GetCheckpoint() {
  return impl_->Unary<v1::GetCheckpointResponse>("/evident.v1.AuditService/GetCheckpoint",
                                                 v1::GetCheckpointRequest(), timeout_ms_);
}

absl::StatusOr<v1::GetInclusionProofResponse> Client::GetInclusionProof(
    const v1::GetInclusionProofRequest& request) {
  return impl_->Unary<v1::GetInclusionProofResponse>("/evident.v1.AuditService/GetInclusionProof",
                                                     request, timeout_ms_);
}

absl::StatusOr<v1::GetConsistencyProofResponse> Client::GetConsistencyProof(
    const v1::GetConsistencyProofRequest& request) {
  return impl_->Unary<v1::GetConsistencyProofResponse>(
      "/evident.v1.AuditService/GetConsistencyProof", request, timeout_ms_);
}

absl::StatusOr<v1::CreateBackupResponse> Client::CreateBackup() {
  return impl_->Unary<v1::CreateBackupResponse>("/evident.v1.AdminService/CreateBackup",
                                                v1::CreateBackupRequest(), timeout_ms_);
}

absl::StatusOr<v1::FindAffectedDecisionsResponse> Client::FindAffectedDecisions(
    const v1::FindAffectedDecisionsRequest& request) {
  return impl_->Unary<v1::FindAffectedDecisionsResponse>(
      "/evident.v1.AuditService/FindAffectedDecisions", request, timeout_ms_);
}

absl::StatusOr<v1::EraseSubjectResponse> Client::EraseSubject(
    const v1::EraseSubjectRequest& request) {
  return impl_->Unary<v1::EraseSubjectResponse>("/evident.v1.AuditService/EraseSubject", request,
                                                timeout_ms_);
}

absl::StatusOr<v1::PlaceLegalHoldResponse> Client::PlaceLegalHold(
    const v1::PlaceLegalHoldRequest& request) {
  return impl_->Unary<v1::PlaceLegalHoldResponse>("/evident.v1.AuditService/PlaceLegalHold",
                                                  request, timeout_ms_);
}

absl::StatusOr<v1::LiftLegalHoldResponse> Client::LiftLegalHold(
    const v1::LiftLegalHoldRequest& request) {
  return impl_->Unary<v1::LiftLegalHoldResponse>("/evident.v1.AuditService/LiftLegalHold", request,
                                                 timeout_ms_);
}

absl::StatusOr<v1::PruneBodiesResponse> Client::PruneBodies(const v1::PruneBodiesRequest& request) {
  return impl_->Unary<v1::PruneBodiesResponse>("/evident.v1.AuditService/PruneBodies", request,
                                               timeout_ms_);
}

absl::StatusOr<v1::GetStatusResponse> Client::GetStatus() {
  return impl_->Unary<v1::GetStatusResponse>("/evident.v1.AdminService/GetStatus",
                                             v1::GetStatusRequest(), timeout_ms_);
}

absl::StatusOr<v1::ReviewStatementsResponse> Client::ReviewStatements(
    const v1::ReviewStatementsRequest& request) {
  return impl_->Unary<v1::ReviewStatementsResponse>("/evident.v1.CurationService/ReviewStatements",
                                                    request, timeout_ms_);
}

absl::StatusOr<v1::ListReviewsResponse> Client::ListReviews(const v1::ListReviewsRequest& request) {
  return impl_->Unary<v1::ListReviewsResponse>("/evident.v1.CurationService/ListReviews", request,
                                               timeout_ms_);
}

absl::StatusOr<v1::ResolveCitationResponse> Client::ResolveCitation(
    const v1::ResolveCitationRequest& request) {
  return impl_->Unary<v1::ResolveCitationResponse>("/evident.v1.CurationService/ResolveCitation",
                                                   request, timeout_ms_);
}

absl::StatusOr<v1::WithdrawStatementResponse> Client::WithdrawStatement(
    const v1::WithdrawStatementRequest& request) {
  return impl_->Unary<v1::WithdrawStatementResponse>(
      "/evident.v1.CurationService/WithdrawStatement", request, timeout_ms_);
}

absl::StatusOr<v1::SetReferenceStandingResponse> Client::SetReferenceStanding(
    const v1::SetReferenceStandingRequest& request) {
  return impl_->Unary<v1::SetReferenceStandingResponse>(
      "/evident.v1.CurationService/SetReferenceStanding", request, timeout_ms_);
}

absl::StatusOr<v1::ListNodesResponse> Client::ListNodes(const v1::ListNodesRequest& request) {
  return impl_->Unary<v1::ListNodesResponse>("/evident.v1.KnowledgeService/ListNodes", request,
                                             timeout_ms_);
}

absl::StatusOr<v1::SearchConceptsResponse> Client::SearchConcepts(
    const v1::SearchConceptsRequest& request) {
  return impl_->Unary<v1::SearchConceptsResponse>("/evident.v1.KnowledgeService/SearchConcepts",
                                                  request, timeout_ms_);
}

absl::StatusOr<v1::GetProvenanceResponse> Client::GetProvenance(
    const v1::GetProvenanceRequest& request) {
  return impl_->Unary<v1::GetProvenanceResponse>("/evident.v1.KnowledgeService/GetProvenance",
                                                 request, timeout_ms_);
}

absl::StatusOr<v1::GetReleaseResponse> Client::GetRelease(const v1::GetReleaseRequest& request) {
  return impl_->Unary<v1::GetReleaseResponse>("/evident.v1.KnowledgeService/GetRelease", request,
                                              timeout_ms_);
}

absl::StatusOr<v1::DiffReleasesResponse> Client::DiffReleases(
    const v1::DiffReleasesRequest& request) {
  return impl_->Unary<v1::DiffReleasesResponse>("/evident.v1.KnowledgeService/DiffReleases",
                                                request, timeout_ms_);
}

absl::StatusOr<v1::CreateDraftResponse> Client::CreateDraft(const v1::CreateDraftRequest& request) {
  return impl_->Unary<v1::CreateDraftResponse>("/evident.v1.CurationService/CreateDraft", request,
                                               timeout_ms_);
}

absl::StatusOr<v1::ApplyChangesResponse> Client::ApplyChanges(
    const v1::ApplyChangesRequest& request) {
  return impl_->Unary<v1::ApplyChangesResponse>("/evident.v1.CurationService/ApplyChanges", request,
                                                timeout_ms_);
}

absl::StatusOr<v1::GetDraftResponse> Client::GetDraft(const v1::GetDraftRequest& request) {
  return impl_->Unary<v1::GetDraftResponse>("/evident.v1.CurationService/GetDraft", request,
                                            timeout_ms_);
}

absl::StatusOr<v1::ListDraftsResponse> Client::ListDrafts(const v1::ListDraftsRequest& request) {
  return impl_->Unary<v1::ListDraftsResponse>("/evident.v1.CurationService/ListDrafts", request,
                                              timeout_ms_);
}

absl::StatusOr<v1::LintDraftResponse> Client::LintDraft(const v1::LintDraftRequest& request) {
  return impl_->Unary<v1::LintDraftResponse>("/evident.v1.CurationService/LintDraft", request,
                                             timeout_ms_);
}

absl::StatusOr<v1::TestDraftResponse> Client::TestDraft(const v1::TestDraftRequest& request) {
  return impl_->Unary<v1::TestDraftResponse>("/evident.v1.CurationService/TestDraft", request,
                                             timeout_ms_);
}

absl::StatusOr<v1::RenderDraftResponse> Client::RenderDraft(const v1::RenderDraftRequest& request) {
  return impl_->Unary<v1::RenderDraftResponse>("/evident.v1.CurationService/RenderDraft", request,
                                               timeout_ms_);
}

absl::StatusOr<v1::SubmitDraftResponse> Client::SubmitDraft(const v1::SubmitDraftRequest& request) {
  return impl_->Unary<v1::SubmitDraftResponse>("/evident.v1.CurationService/SubmitDraft", request,
                                               timeout_ms_);
}

absl::StatusOr<v1::ReviewDraftResponse> Client::ReviewDraft(const v1::ReviewDraftRequest& request) {
  return impl_->Unary<v1::ReviewDraftResponse>("/evident.v1.CurationService/ReviewDraft", request,
                                               timeout_ms_);
}

absl::StatusOr<v1::PublishDraftResponse> Client::PublishDraft(
    const v1::PublishDraftRequest& request) {
  return impl_->Unary<v1::PublishDraftResponse>("/evident.v1.CurationService/PublishDraft", request,
                                                timeout_ms_);
}

absl::StatusOr<v1::AbandonDraftResponse> Client::AbandonDraft(
    const v1::AbandonDraftRequest& request) {
  return impl_->Unary<v1::AbandonDraftResponse>("/evident.v1.CurationService/AbandonDraft", request,
                                                timeout_ms_);
}

absl::Status Client::Traverse(const v1::TraverseRequest& request,
                              const std::function<bool(const v1::TraverseResponse&)>& take) {
  return impl_->Drain<v1::KnowledgeService>(&v1::KnowledgeService::Stub::Traverse, request,
                                            timeout_ms_, take);
}

absl::Status Client::WatchReleases(
    const v1::WatchReleasesRequest& request,
    const std::function<bool(const v1::WatchReleasesResponse&)>& take) {
  return impl_->Drain<v1::KnowledgeService>(&v1::KnowledgeService::Stub::WatchReleases, request,
                                            timeout_ms_, take);
}

absl::Status Client::ExportEntries(
    const v1::ExportEntriesRequest& request,
    const std::function<bool(const v1::ExportEntriesResponse&)>& take) {
  return impl_->Drain<v1::AuditService>(&v1::AuditService::Stub::ExportEntries, request,
                                        timeout_ms_, take);
}

absl::Status Client::ExportTables(const v1::ExportTablesRequest& request,
                                  const std::function<bool(const v1::ExportTablesResponse&)>& take,
                                  int64_t silence_ms) {
  return impl_->Drain<v1::AuditService>(&v1::AuditService::Stub::ExportTables, request, timeout_ms_,
                                        take, silence_ms);
}

absl::Status Client::ExportBodies(
    const v1::ExportBodiesRequest& request,
    const std::function<bool(const v1::ExportBodiesResponse&)>& take) {
  return impl_->Drain<v1::AuditService>(&v1::AuditService::Stub::ExportBodies, request, timeout_ms_,
                                        take);
}

absl::Status Client::ExportPack(const v1::ExportPackRequest& request,
                                const std::function<bool(const v1::ExportPackResponse&)>& take) {
  return impl_->Drain<v1::CurationService>(&v1::CurationService::Stub::ExportPack, request,
                                           timeout_ms_, take);
}

absl::StatusOr<v1::ImportPackResponse> Client::ImportPack(
    const v1::ImportPackHeader& header,
    const std::vector<std::pair<std::string, std::string>>& files,
    const std::function<void(size_t files_sent)>& sent) {
  grpc::ClientContext context;
  SetDeadline(context, timeout_ms_);
  v1::ImportPackResponse response;
  const auto stub = v1::CurationService::NewStub(impl_->channel);
  const auto writer = stub->ImportPack(&context, &response);
  // A failed write means that the server has answered already: Finish tells what.
  v1::ImportPackRequest message;
  *message.mutable_header() = header;
  bool open = writer->Write(message);
  size_t count = 0;
  for (const auto& [path, content] : files) {
    if (!open) break;
    message.Clear();
    message.mutable_file()->set_path(path);
    message.mutable_file()->set_content(content);
    open = writer->Write(message);
    if (open && sent) sent(++count);
  }
  if (open) {
    message.Clear();
    message.mutable_commit()->set_files(static_cast<uint32_t>(files.size()));
    message.mutable_commit()->set_sha256(PackFilesDigest(files));
    open = writer->Write(message);
  }
  if (open) writer->WritesDone();
  const grpc::Status status = writer->Finish();
  impl_->Keep(context);
  if (!status.ok()) return FromGrpc(status);
  return response;
}

std::string PackFilesDigest(const std::vector<std::pair<std::string, std::string>>& files) {
  Sha256Stream hash;
  const auto add = [&hash](const std::string& bytes) {
    std::string length;
    AppendU32(length, static_cast<uint32_t>(bytes.size()));
    hash.Add(length);
    hash.Add(bytes);
  };
  for (const auto& [path, content] : files) {
    add(path);
    add(content);
  }
  return std::string(hash.Finish().view());
}

}  // namespace evident::client
