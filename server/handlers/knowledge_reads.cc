#include "server/handlers/knowledge_reads.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "graph/model/node_id.h"
#include "graph/traverse/diff.h"
#include "graph/traverse/provenance.h"
#include "server/handlers/act_fields.h"
#include "server/handlers/node_view.h"
#include "server/handlers/read_frame.h"
#include "server/handlers/release_selection.h"

namespace evident::server {
namespace {

absl::StatusOr<v1::ProvenanceNode> WithDigest(const graph::GraphReader& reader,
                                              const graph::NodePtr& node) {
  v1::ProvenanceNode out;
  *out.mutable_node() = *node;
  EVIDENT_ASSIGN_OR_RETURN(const Digest digest, reader.NodeDigest(graph::MakeNodeId(*node)));
  out.set_digest(std::string(digest.view()));
  return out;
}

bool IsOfPack(const graph::NodePtr& node, const std::string& pack) {
  return node != nullptr && (pack.empty() || node->pack() == pack);
}

// The two releases and the place of one page of a diff.
struct DiffPage {
  PinnedRelease from;
  PinnedRelease to;
  int size = 0;
  uint64_t next = 0;
  std::string scope;
};

// Tokens hold both releases: `bound` has the one compared from in its upper half.
absl::StatusOr<DiffPage> OpenDiff(const graph::ReleaseManager& releases, Call& call,
                                  const v1::DiffReleasesRequest& request) {
  DiffPage page;
  EVIDENT_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
  page.scope = PageScope(releases, call, request, {"from", "to", "page_size", "page_token"});
  if (request.page_token().empty()) {
    EVIDENT_ASSIGN_OR_RETURN(page.from, PinRelease(releases, request.from(), "from", call));
    EVIDENT_ASSIGN_OR_RETURN(page.to, PinRelease(releases, request.to(), "to", call));
    return page;
  }
  EVIDENT_ASSIGN_OR_RETURN(const PagePosition position,
                           ReadPageToken(page.scope, request.page_token()));
  page.next = position.next;
  const ReleaseNumber from(static_cast<uint32_t>(position.bound >> 32));
  const ReleaseNumber to(static_cast<uint32_t>(position.bound));
  EVIDENT_ASSIGN_OR_RETURN(page.from, PinRelease(releases, from, call));
  EVIDENT_ASSIGN_OR_RETURN(page.to, PinRelease(releases, to, call));
  return page;
}

}  // namespace

absl::StatusOr<v1::ListNodesResponse> ListNodes(const graph::ReleaseManager& releases, Call& call,
                                                const v1::ListNodesRequest& request) {
  ActFields fields;
  if (request.kind() == v1::NODE_KIND_UNSPECIFIED || !v1::NodeKind_IsValid(request.kind())) {
    fields.Refuse("kind", "must be a known kind of nodes");
  }
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const ReleasePage page, OpenPage(releases, call, request));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, page.release->Nodes(request.kind()));
  v1::ListNodesResponse response;
  response.set_release(page.release->release().number());
  const size_t end = std::min(ids.size(), static_cast<size_t>(page.next) + kNodesScannedMax);
  size_t at = page.next;
  size_t bytes = 0;
  for (; at < end && response.nodes_size() < page.size && bytes < kPageBytesMax; ++at) {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr node, page.release->GetNode(ids[at]));
    if (!IsOfPack(node, request.pack())) continue;
    bytes += node->ByteSizeLong();
    *response.add_nodes() = *node;
  }
  if (at < ids.size()) response.set_next_page_token(page.TokenFor(at));
  return response;
}

absl::StatusOr<v1::SearchConceptsResponse> SearchConcepts(
    const SearchSources& sources, Call& call, const v1::SearchConceptsRequest& request) {
  ActFields fields;
  fields.NeedName("text", request.text());
  if (!v1::ConceptKind_IsValid(request.kind())) {
    fields.Refuse("kind", "must be a known kind of concepts");
  }
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const ReleasePage page, OpenPage(sources.releases, call, request));
  EVIDENT_ASSIGN_OR_RETURN(
      const auto search,
      sources.cache.For(page.release, sources.releases.Head()->release().number()));
  graph::SearchQuery query;
  query.text = request.text();
  query.narrower = request.narrower();
  if (request.kind() != v1::CONCEPT_KIND_UNSPECIFIED) query.kind = request.kind();
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<graph::SearchHit> hits, search->Find(query));
  v1::SearchConceptsResponse response;
  response.set_release(page.release->release().number());
  response.set_total(static_cast<uint32_t>(hits.size()));
  size_t at = page.next;
  for (; at < hits.size() && response.hits_size() < page.size; ++at) {
    v1::ConceptHit& hit = *response.add_hits();
    hit.set_name(hits[at].node->name());
    *hit.mutable_clinical_concept() = hits[at].node->clinical_concept();
    hit.set_match(static_cast<v1::SearchMatch>(hits[at].match));
    hit.set_label(hits[at].label);
    hit.set_below(hits[at].below);
  }
  if (at < hits.size()) response.set_next_page_token(page.TokenFor(at));
  return response;
}

absl::StatusOr<v1::GetProvenanceResponse> GetProvenance(const graph::ReleaseManager& releases,
                                                        Call& call,
                                                        const v1::GetProvenanceRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const NodeName name, ParseNodeName(request.statement()));
  EVIDENT_ASSIGN_OR_RETURN(const PinnedRelease pinned,
                           PinFor(name, releases, request.release(), "release", call));
  const NodeId id = graph::MakeNodeId(v1::NODE_KIND_STATEMENT, name.name);
  EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr statement, pinned->GetNode(id));
  if (statement == nullptr) return NoSuchNode(*pinned, name.name, v1::NODE_KIND_STATEMENT);
  EVIDENT_ASSIGN_OR_RETURN(graph::ProvenanceWalk walk, graph::WalkProvenance(*pinned, id));
  v1::GetProvenanceResponse response;
  response.set_release(pinned->release().number());
  EVIDENT_ASSIGN_OR_RETURN(*response.mutable_statement(), WithDigest(*pinned, statement));
  *response.mutable_provenance() = std::move(walk.provenance);
  for (const graph::NodePtr& evidence : walk.evidence) {
    EVIDENT_ASSIGN_OR_RETURN(*response.add_evidence(), WithDigest(*pinned, evidence));
  }
  std::vector<std::string> studies;
  for (const std::string& study : walk.studies) {
    if (study.empty() || std::count(studies.begin(), studies.end(), study) > 0) continue;
    studies.push_back(study);
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr node,
                             pinned->GetNode(graph::MakeNodeId(v1::NODE_KIND_STUDY, study)));
    if (node == nullptr) continue;
    EVIDENT_ASSIGN_OR_RETURN(*response.add_studies(), WithDigest(*pinned, node));
  }
  for (const graph::NodePtr& reference : walk.references) {
    EVIDENT_ASSIGN_OR_RETURN(*response.add_references(), WithDigest(*pinned, reference));
  }
  return response;
}

absl::StatusOr<v1::GetReleaseResponse> GetRelease(const graph::ReleaseManager& releases, Call& call,
                                                  const v1::GetReleaseRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const graph::ReleaseSelector selector,
                           ReadSelector(releases, request.release(), "release", call));
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::ReleaseRecord record, releases.Record(selector));
  if (record.number() == 0) {
    return MakeError(absl::StatusCode::kNotFound, "RELEASE_UNKNOWN", "there is no release yet");
  }
  v1::GetReleaseResponse response;
  *response.mutable_release() = ViewRelease(record);
  *response.mutable_token() = TokenOf(releases, record);
  return response;
}

absl::StatusOr<v1::DiffReleasesResponse> DiffReleases(const graph::ReleaseManager& releases,
                                                      Call& call,
                                                      const v1::DiffReleasesRequest& request) {
  ActFields fields;
  if (request.from().selector_case() == v1::ReleaseSelector::SELECTOR_NOT_SET) {
    fields.Refuse("from", "must name the release to compare from");
  }
  if (!v1::NodeKind_IsValid(request.kind())) fields.Refuse("kind", "must be a known kind of nodes");
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  EVIDENT_ASSIGN_OR_RETURN(const DiffPage page, OpenDiff(releases, call, request));
  std::optional<v1::NodeKind> kind;
  if (request.kind() != v1::NODE_KIND_UNSPECIFIED) kind = request.kind();
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids,
                           graph::NodesOfEither(*page.from, *page.to, kind));
  v1::DiffReleasesResponse response;
  const uint64_t from = page.from->release().number();
  response.set_from(page.from->release().number());
  response.set_to(page.to->release().number());
  const size_t end = std::min(ids.size(), static_cast<size_t>(page.next) + kNodesScannedMax);
  size_t at = page.next;
  size_t bytes = 0;
  for (; at < end && response.differences_size() < page.size && bytes < kPageBytesMax; ++at) {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr before, page.from->GetNode(ids[at]));
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr after, page.to->GetNode(ids[at]));
    if (!IsOfPack(before, request.pack()) && !IsOfPack(after, request.pack())) continue;
    EVIDENT_ASSIGN_OR_RETURN(std::optional<v1::NodeDifference> difference,
                             graph::DiffNode(*page.from, *page.to, ids[at]));
    if (!difference.has_value()) continue;
    bytes += difference->ByteSizeLong();
    *response.add_differences() = *std::move(difference);
  }
  if (at < ids.size()) {
    response.set_next_page_token(
        MakePageToken(page.scope, {at, from << 32 | page.to->release().number()}));
  }
  return response;
}

v1::ConsistencyToken TokenOf(const graph::ReleaseManager& releases,
                             const storage::v1::ReleaseRecord& record) {
  v1::ConsistencyToken token;
  token.set_database_id(releases.database_id());
  token.set_release(record.number());
  token.set_digest_prefix(record.release_digest().substr(0, kTokenDigestBytes));
  return token;
}

}  // namespace evident::server
