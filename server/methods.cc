#include "server/methods.h"

#include <string>
#include <utility>

#include "base/status.h"
#include "server/handlers/asked_again.h"
#include "server/handlers/audit_handlers.h"
#include "server/handlers/curation_acts.h"
#include "server/handlers/draft_edits.h"
#include "server/handlers/draft_reads.h"
#include "server/handlers/export_bodies.h"
#include "server/handlers/export_entries.h"
#include "server/handlers/get_node.h"
#include "server/handlers/knowledge_streams.h"
#include "server/handlers/list_releases.h"
#include "server/handlers/publish_draft.h"
#include "server/handlers/release_selection.h"
#include "server/handlers/request_mark.h"
#include "server/handlers/review_handlers.h"
#include "server/handlers/what_if.h"

namespace evident::server {
namespace {

// A handler of messages that takes `source` first, as one of bytes.
template <typename Request, typename Source, typename Handler>
auto With(Source& source, Handler handler) {
  return OfRequests<Request>([&source, handler](Call& call, const Request& request) {
    return handler(source, call, request);
  });
}

// A change of something else than the knowledge.
template <typename Request, typename Source, typename Handler>
Method Act(Source& source, Handler handler) {
  return {audit::LeafKind::kRead, With<Request>(source, handler)};
}

// A read whose handler takes `source` first.
template <typename Request, typename Source, typename Handler>
Method Read(const Source& source, Handler handler) {
  return {audit::LeafKind::kRead,
          OfMessages<Request>([&source, handler](Call& call, const Request& request) {
            return handler(source, call, request);
          })};
}

template <typename Request>
const std::string& RequestIdOf(const Request& request) {
  if constexpr (requires { request.frame(); }) {
    return request.frame().request_id();
  } else {
    return request.request_id();
  }
}

// A change of the knowledge or of a draft, whose handler takes `source` first. What was answered
// under its request id before is answered again. Where its handler has nothing to change, the entry
// is a read.
template <typename Request, typename Source, typename Handler>
Method Change(graph::ReleaseManager& releases, Source& source, Handler handler) {
  return {audit::LeafKind::kRead,
          OfRequests<Request>([&releases, &source, handler](
                                  Call& call, const Request& request) -> absl::StatusOr<Reply> {
            if (const std::string& id = RequestIdOf(request); !id.empty()) {
              EVIDENT_ASSIGN_OR_RETURN(auto mark, MarkOf(call, id, request.SerializeAsString()));
              call.set_mark(mark);
              EVIDENT_ASSIGN_OR_RETURN(auto answer, AnsweredBefore(releases.drafts(), call));
              if (answer) return Reply{*std::move(answer)};
            }
            return handler(source, call, request);
          })};
}

// The methods on drafts.
void AddDraftMethods(graph::ReleaseManager& releases, const DraftSources& drafts,
                     MethodTable& methods) {
  const auto at = [&methods](const char* name) -> Method& {
    return methods["/evident.v1.CurationService/" + std::string(name)];
  };
  at("CreateDraft") = Change<v1::CreateDraftRequest>(releases, drafts, CreateDraft);
  at("ApplyChanges") = Change<v1::ApplyChangesRequest>(releases, drafts, ApplyChanges);
  at("SubmitDraft") = Change<v1::SubmitDraftRequest>(releases, drafts, SubmitDraft);
  at("ReviewDraft") = Change<v1::ReviewDraftRequest>(releases, drafts, ReviewDraft);
  at("PublishDraft") = Change<v1::PublishDraftRequest>(releases, drafts, PublishDraft);
  at("AbandonDraft") = Change<v1::AbandonDraftRequest>(releases, drafts, AbandonDraft);
  at("GetDraft") = Read<v1::GetDraftRequest>(drafts, GetDraft);
  at("ListDrafts") = Read<v1::ListDraftsRequest>(drafts, ListDrafts);
  at("LintDraft") = Read<v1::LintDraftRequest>(drafts, LintDraft);
  at("TestDraft") = Read<v1::TestDraftRequest>(drafts, TestDraft);
  at("RenderDraft") = Read<v1::RenderDraftRequest>(drafts, RenderDraft);
}

// A decision. What was answered under its request id before is answered again.
template <typename Request, typename Handler>
Method Decision(const DecisionSources& sources, Handler handler) {
  return {audit::LeafKind::kDecision,
          [&sources, handler](Call& call, std::string_view bytes) -> absl::StatusOr<Reply> {
            Request request;
            EVIDENT_RETURN_IF_ERROR(ParseRequest(bytes, request));
            EVIDENT_ASSIGN_OR_RETURN(auto again,
                                     AnswerAgain(sources, call, request.question(), bytes));
            if (again) return *std::move(again);
            EVIDENT_ASSIGN_OR_RETURN(std::string answer, handler(sources, call, request));
            return Reply{std::move(answer), true};
          }};
}

// A call that is answered with what its receipt commits to.
template <typename Request, typename Handler>
Method Answer(audit::LeafKind kind, const DecisionSources& sources, Handler handler) {
  return {kind, OfAnswers<Request>([&sources, handler](Call& call, const Request& request) {
            return handler(sources, call, request);
          })};
}

}  // namespace

StreamTable MakeStreams(const Services& services) {
  const graph::ReleaseManager& releases = services.releases;
  StreamTable streams;
  streams["/evident.v1.KnowledgeService/Traverse"] = With<v1::TraverseRequest>(releases, Traverse);
  streams["/evident.v1.KnowledgeService/WatchReleases"] =
      With<v1::WatchReleasesRequest>(releases, WatchReleases);
  streams["/evident.v1.CurationService/ExportPack"] =
      With<v1::ExportPackRequest>(services.drafts, ExportPack);
  streams["/evident.v1.AuditService/ExportEntries"] =
      With<v1::ExportEntriesRequest>(services.log, ExportEntries);
  streams["/evident.v1.AuditService/ExportBodies"] =
      With<v1::ExportBodiesRequest>(services.log, ExportBodies);
  streams["/evident.v1.AuditService/ExportTables"] =
      With<v1::ExportTablesRequest>(services.tables, ExportTables);
  return streams;
}

OpenItems MakeBatch(const Services& services) {
  const DecisionSources& decisions = services.decisions;
  return [&decisions](Call& call) -> absl::StatusOr<Method> {
    // One release for all items that ask for none in particular.
    EVIDENT_ASSIGN_OR_RETURN(const PinnedRelease head,
                             PinRelease(decisions.releases, graph::ReleaseSelector(), call));
    return Method{audit::LeafKind::kDecision,
                  OfAnswers<v1::BatchRecommendRequest>(
                      [&decisions, head](Call& item, const v1::BatchRecommendRequest& request) {
                        return RecommendItem(decisions, item, *head, request);
                      })};
  };
}

MethodTable MakeMethods(const Services& services) {
  const audit::Log& log = services.log;
  graph::ReleaseManager& changing = services.releases;
  const graph::ReleaseManager& releases = changing;
  const DecisionSources& decisions = services.decisions;
  MethodTable methods;
  methods["/evident.v1.DecisionService/Recommend"] =
      Decision<v1::RecommendRequest>(decisions, Recommend);
  methods["/evident.v1.DecisionService/Ask"] = Decision<v1::AskRequest>(decisions, Ask);
  methods["/evident.v1.DecisionService/WhatIf"] =
      Answer<v1::WhatIfRequest>(audit::LeafKind::kRead, decisions, WhatIf);
  methods["/evident.v1.DecisionService/DescribeFacts"] =
      Read<v1::DescribeFactsRequest>(decisions, DescribeFacts);
  methods["/evident.v1.DecisionService/Explain"] =
      Answer<v1::ExplainRequest>(audit::LeafKind::kRead, decisions, Explain);
  methods["/evident.v1.DecisionService/Replay"] = Read<v1::ReplayRequest>(decisions, Replay);
  Method feedback = Read<v1::RecordFeedbackRequest>(services.feedback, RecordFeedback);
  feedback.kind = audit::LeafKind::kFeedback;
  methods["/evident.v1.DecisionService/RecordFeedback"] = std::move(feedback);
  methods["/evident.v1.KnowledgeService/GetNode"] = Read<v1::GetNodeRequest>(releases, GetNode);
  methods["/evident.v1.KnowledgeService/ListReleases"] =
      Read<v1::ListReleasesRequest>(releases, ListReleases);
  methods["/evident.v1.KnowledgeService/ListNodes"] =
      Read<v1::ListNodesRequest>(releases, ListNodes);
  methods["/evident.v1.KnowledgeService/SearchConcepts"] =
      Read<v1::SearchConceptsRequest>(services.searches, SearchConcepts);
  methods["/evident.v1.KnowledgeService/GetProvenance"] =
      Read<v1::GetProvenanceRequest>(releases, GetProvenance);
  methods["/evident.v1.KnowledgeService/GetRelease"] =
      Read<v1::GetReleaseRequest>(releases, GetRelease);
  methods["/evident.v1.KnowledgeService/DiffReleases"] =
      Read<v1::DiffReleasesRequest>(releases, DiffReleases);
  methods["/evident.v1.CurationService/ReviewStatements"] =
      Change<v1::ReviewStatementsRequest>(changing, changing, ReviewStatements);
  methods["/evident.v1.CurationService/ListReviews"] =
      Read<v1::ListReviewsRequest>(releases, ListReviews);
  methods["/evident.v1.CurationService/ResolveCitation"] =
      Change<v1::ResolveCitationRequest>(changing, changing, ResolveCitation);
  methods["/evident.v1.CurationService/WithdrawStatement"] =
      Change<v1::WithdrawStatementRequest>(changing, changing, WithdrawStatement);
  methods["/evident.v1.CurationService/SetReferenceStanding"] =
      Change<v1::SetReferenceStandingRequest>(changing, changing, SetReferenceStanding);
  AddDraftMethods(changing, services.drafts, methods);
  methods["/evident.v1.AuditService/GetEntry"] = Read<v1::GetEntryRequest>(log, GetEntry);
  methods["/evident.v1.AuditService/ListEntries"] =
      Read<v1::ListEntriesRequest>(services.audit, ListEntries);
  methods["/evident.v1.AuditService/FindAffectedDecisions"] =
      Read<v1::FindAffectedDecisionsRequest>(services.audit, FindAffectedDecisions);
  methods["/evident.v1.AuditService/EraseSubject"] =
      Act<v1::EraseSubjectRequest>(services.subjects, EraseSubject);
  methods["/evident.v1.AuditService/PlaceLegalHold"] =
      Act<v1::PlaceLegalHoldRequest>(services.subjects, PlaceLegalHold);
  methods["/evident.v1.AuditService/LiftLegalHold"] =
      Act<v1::LiftLegalHoldRequest>(services.subjects, LiftLegalHold);
  methods["/evident.v1.AuditService/PruneBodies"] =
      Act<v1::PruneBodiesRequest>(services.pruning, PruneBodies);
  methods["/evident.v1.AuditService/GetCheckpoint"] =
      Read<v1::GetCheckpointRequest>(log, GetCheckpoint);
  methods["/evident.v1.AuditService/GetInclusionProof"] =
      Read<v1::GetInclusionProofRequest>(log, GetInclusionProof);
  methods["/evident.v1.AuditService/GetConsistencyProof"] =
      Read<v1::GetConsistencyProofRequest>(log, GetConsistencyProof);
  Method status = Read<v1::GetStatusRequest>(
      services.status, [](const StatusSources& sources, Call& call, const v1::GetStatusRequest&) {
        return GetStatus(sources, call);
      });
  status.when_read_only = true;
  methods["/evident.v1.AdminService/GetStatus"] = std::move(status);
  methods["/evident.v1.AdminService/CreateBackup"] =
      Act<v1::CreateBackupRequest>(services.backups, CreateBackup);
  return methods;
}

}  // namespace evident::server
