#include "server/methods.h"

#include "server/handlers/audit_handlers.h"
#include "server/handlers/curation_acts.h"
#include "server/handlers/get_node.h"
#include "server/handlers/knowledge_streams.h"
#include "server/handlers/list_releases.h"
#include "server/handlers/review_handlers.h"

namespace evident::server {
namespace {

// A read whose handler takes `source` first.
template <typename Request, typename Source, typename Handler>
Method Read(const Source& source, Handler handler) {
  return {audit::LeafKind::kRead,
          OfMessages<Request>([&source, handler](Call& call, const Request& request) {
            return handler(source, call, request);
          })};
}

// A change of the knowledge. Where its handler has nothing to change, the entry is a read.
template <typename Request, typename Handler>
Method Change(graph::ReleaseManager& releases, Handler handler) {
  return {audit::LeafKind::kRead,
          OfRequests<Request>([&releases, handler](Call& call, const Request& request) {
            return handler(releases, call, request);
          })};
}

template <typename Request, typename Handler>
Method Decision(const DecisionSources& sources, Handler handler) {
  return {audit::LeafKind::kDecision,
          OfAnswers<Request>([&sources, handler](Call& call, const Request& request) {
            return handler(sources, call, request);
          })};
}

// A stream whose handler takes the releases first.
template <typename Request, typename Handler>
OpenSource Stream(const graph::ReleaseManager& releases, Handler handler) {
  return OfRequests<Request>([&releases, handler](Call& call, const Request& request) {
    return handler(releases, call, request);
  });
}

}  // namespace

StreamTable MakeStreams(const Services& services) {
  StreamTable streams;
  streams["/evident.v1.KnowledgeService/Traverse"] =
      Stream<v1::TraverseRequest>(services.releases, Traverse);
  streams["/evident.v1.KnowledgeService/WatchReleases"] =
      Stream<v1::WatchReleasesRequest>(services.releases, WatchReleases);
  return streams;
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
  methods["/evident.v1.DecisionService/DescribeFacts"] =
      Read<v1::DescribeFactsRequest>(decisions, DescribeFacts);
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
      Change<v1::ReviewStatementsRequest>(changing, ReviewStatements);
  methods["/evident.v1.CurationService/ListReviews"] =
      Read<v1::ListReviewsRequest>(releases, ListReviews);
  methods["/evident.v1.CurationService/ResolveCitation"] =
      Change<v1::ResolveCitationRequest>(changing, ResolveCitation);
  methods["/evident.v1.CurationService/WithdrawStatement"] =
      Change<v1::WithdrawStatementRequest>(changing, WithdrawStatement);
  methods["/evident.v1.CurationService/SetReferenceStanding"] =
      Change<v1::SetReferenceStandingRequest>(changing, SetReferenceStanding);
  methods["/evident.v1.AuditService/GetEntry"] = Read<v1::GetEntryRequest>(log, GetEntry);
  methods["/evident.v1.AuditService/ListEntries"] = Read<v1::ListEntriesRequest>(log, ListEntries);
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
  methods["/evident.v1.AdminService/CreateBackup"] = {
      audit::LeafKind::kRead,
      OfRequests<v1::CreateBackupRequest>(
          [&backups = services.backups](Call& call, const v1::CreateBackupRequest& request) {
            return CreateBackup(backups, call, request);
          })};
  return methods;
}

}  // namespace evident::server
