// The client library: every RPC of evident.v1 with errors as absl::Status, and answers in the exact
// bytes that their receipts commit to.
//
//   auto client = client::Client::Connect({.address = "evident.example:7443", .ca_file = ...,
//   ...}); auto reply = (*client)->Ask(request);            // reply->answer is parsed from
//   reply->answer_bytes audit::VerifyReceipt(reply->receipt_bytes, reply->answer_bytes, ...);
#ifndef EVIDENT_CLIENT_CLIENT_H_
#define EVIDENT_CLIENT_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/connection.h"
#include "evident/v1/admin_service.pb.h"
#include "evident/v1/audit_service.pb.h"
#include "evident/v1/curation_service.pb.h"
#include "evident/v1/decision_service.pb.h"
#include "evident/v1/knowledge_service.pb.h"

namespace evident::client {

// What a receipt came with, as it came over the wire.
template <typename Answer>
struct ReceiptedReply {
  std::string answer_bytes;   // field 1 of the response, byte for byte
  std::string receipt_bytes;  // the receipt, serialised
  Answer answer;              // parsed from answer_bytes
  v1::Receipt receipt;
};
using DecisionReply = ReceiptedReply<v1::Answer>;
using ExplanationReply = ReceiptedReply<v1::Explanation>;
using WhatIfReply = ReceiptedReply<v1::WhatIf>;

// One item of a batch. Its receipt is there in either case; where `status` is not OK there is no
// answer.
struct ItemReply {
  uint64_t item = 0;    // place among the items, from 0
  v1::ItemError error;  // as it came; empty where there is an answer
  absl::Status status;  // the same, with its reason and violations
  DecisionReply reply;
};

// What a call left besides its response.
struct CallTrace {
  std::string receipt_bytes;  // of calls whose response has no receipt field, failed ones included
};

// Thread safe. Nothing is retried: a caller may retry UNAVAILABLE, each try being recorded.
class Client {
 public:
  static absl::StatusOr<std::unique_ptr<Client>> Connect(const ConnectionOptions& options);
  ~Client();

  // For every following call; 0: the server's default. Default 30 s.
  void SetTimeoutMs(int64_t timeout_ms) { timeout_ms_ = timeout_ms; }

  absl::StatusOr<DecisionReply> Recommend(const v1::RecommendRequest& request);
  absl::StatusOr<DecisionReply> Ask(const v1::AskRequest& request);
  absl::StatusOr<WhatIfReply> WhatIf(const v1::WhatIfRequest& request);

  // Sends what `next` gives until it gives nullopt, and gives `take` each reply as it comes, in
  // order, both on the calling thread; where `take` returns false, the call is cancelled and the
  // result is OK. DATA_LOSS (BATCH_INCOMPLETE): the server ended well without a reply to each.
  absl::Status BatchRecommend(const std::function<std::optional<v1::BatchRecommendRequest>()>& next,
                              const std::function<bool(const ItemReply&)>& take);

  absl::StatusOr<v1::DescribeFactsResponse> DescribeFacts(const v1::DescribeFactsRequest& request);
  absl::StatusOr<ExplanationReply> Explain(const v1::ExplainRequest& request);
  absl::StatusOr<v1::ReplayResponse> Replay(const v1::ReplayRequest& request);
  absl::StatusOr<v1::RecordFeedbackResponse> RecordFeedback(
      const v1::RecordFeedbackRequest& request);
  absl::StatusOr<v1::GetNodeResponse> GetNode(const v1::GetNodeRequest& request);
  absl::StatusOr<v1::ListReleasesResponse> ListReleases(const v1::ListReleasesRequest& request);
  absl::StatusOr<v1::GetEntryResponse> GetEntry(const v1::GetEntryRequest& request);
  absl::StatusOr<v1::ListEntriesResponse> ListEntries(const v1::ListEntriesRequest& request);
  absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint();
  absl::StatusOr<v1::GetInclusionProofResponse> GetInclusionProof(
      const v1::GetInclusionProofRequest& request);
  absl::StatusOr<v1::GetConsistencyProofResponse> GetConsistencyProof(
      const v1::GetConsistencyProofRequest& request);
  absl::StatusOr<v1::FindAffectedDecisionsResponse> FindAffectedDecisions(
      const v1::FindAffectedDecisionsRequest& request);
  absl::StatusOr<v1::EraseSubjectResponse> EraseSubject(const v1::EraseSubjectRequest& request);
  absl::StatusOr<v1::PlaceLegalHoldResponse> PlaceLegalHold(
      const v1::PlaceLegalHoldRequest& request);
  absl::StatusOr<v1::LiftLegalHoldResponse> LiftLegalHold(const v1::LiftLegalHoldRequest& request);
  absl::StatusOr<v1::PruneBodiesResponse> PruneBodies(const v1::PruneBodiesRequest& request);
  absl::StatusOr<v1::GetStatusResponse> GetStatus();
  absl::StatusOr<v1::CreateBackupResponse> CreateBackup();
  absl::StatusOr<v1::ListNodesResponse> ListNodes(const v1::ListNodesRequest& request);
  absl::StatusOr<v1::SearchConceptsResponse> SearchConcepts(
      const v1::SearchConceptsRequest& request);
  absl::StatusOr<v1::GetProvenanceResponse> GetProvenance(const v1::GetProvenanceRequest& request);
  absl::StatusOr<v1::GetReleaseResponse> GetRelease(const v1::GetReleaseRequest& request);
  absl::StatusOr<v1::DiffReleasesResponse> DiffReleases(const v1::DiffReleasesRequest& request);
  absl::StatusOr<v1::ReviewStatementsResponse> ReviewStatements(
      const v1::ReviewStatementsRequest& request);
  absl::StatusOr<v1::ListReviewsResponse> ListReviews(const v1::ListReviewsRequest& request);
  absl::StatusOr<v1::ResolveCitationResponse> ResolveCitation(
      const v1::ResolveCitationRequest& request);
  absl::StatusOr<v1::WithdrawStatementResponse> WithdrawStatement(
      const v1::WithdrawStatementRequest& request);
  absl::StatusOr<v1::SetReferenceStandingResponse> SetReferenceStanding(
      const v1::SetReferenceStandingRequest& request);
  // Methods on drafts.
  absl::StatusOr<v1::CreateDraftResponse> CreateDraft(const v1::CreateDraftRequest& request);
  absl::StatusOr<v1::ApplyChangesResponse> ApplyChanges(const v1::ApplyChangesRequest& request);
  absl::StatusOr<v1::GetDraftResponse> GetDraft(const v1::GetDraftRequest& request);
  absl::StatusOr<v1::ListDraftsResponse> ListDrafts(const v1::ListDraftsRequest& request);
  absl::StatusOr<v1::LintDraftResponse> LintDraft(const v1::LintDraftRequest& request);
  absl::StatusOr<v1::TestDraftResponse> TestDraft(const v1::TestDraftRequest& request);
  absl::StatusOr<v1::RenderDraftResponse> RenderDraft(const v1::RenderDraftRequest& request);
  absl::StatusOr<v1::SubmitDraftResponse> SubmitDraft(const v1::SubmitDraftRequest& request);
  absl::StatusOr<v1::ReviewDraftResponse> ReviewDraft(const v1::ReviewDraftRequest& request);
  absl::StatusOr<v1::PublishDraftResponse> PublishDraft(const v1::PublishDraftRequest& request);
  absl::StatusOr<v1::AbandonDraftResponse> AbandonDraft(const v1::AbandonDraftRequest& request);

  // Streams: `take` is given each message as it comes and says whether to go on; where it does not,
  // the call is cancelled and the result is OK.
  absl::Status Traverse(const v1::TraverseRequest& request,
                        const std::function<bool(const v1::TraverseResponse&)>& take);
  absl::Status WatchReleases(const v1::WatchReleasesRequest& request,
                             const std::function<bool(const v1::WatchReleasesResponse&)>& take);

  absl::Status ExportEntries(const v1::ExportEntriesRequest& request,
                             const std::function<bool(const v1::ExportEntriesResponse&)>& take);
  // UNAVAILABLE (STREAM_SILENT): nothing came for `silence_ms`; 0: that may be.
  absl::Status ExportTables(const v1::ExportTablesRequest& request,
                            const std::function<bool(const v1::ExportTablesResponse&)>& take,
                            int64_t silence_ms = 0);
  absl::Status ExportBodies(const v1::ExportBodiesRequest& request,
                            const std::function<bool(const v1::ExportBodiesResponse&)>& take);
  absl::Status ExportPack(const v1::ExportPackRequest& request,
                          const std::function<bool(const v1::ExportPackResponse&)>& take);

  // Sends the header, each (path, content), then the commit message with their count and digest.
  // `sent` is told how many files are sent, after each.
  absl::StatusOr<v1::ImportPackResponse> ImportPack(
      const v1::ImportPackHeader& header,
      const std::vector<std::pair<std::string, std::string>>& files,
      const std::function<void(size_t files_sent)>& sent = nullptr);

  // What the newest finished call of this client left. Meaningful with one call at a time.
  CallTrace last_trace() const;

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
  int64_t timeout_ms_ = 30'000;
};

// SHA-256 over, for each file in order, u32 big-endian length and bytes of its path, then of its
// content: what an import's commit message carries.
std::string PackFilesDigest(const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace evident::client

#endif  // EVIDENT_CLIENT_CLIENT_H_
