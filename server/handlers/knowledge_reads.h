// KnowledgeService: nodes, concepts, provenance and releases.
#ifndef EVIDENT_SERVER_HANDLERS_KNOWLEDGE_READS_H_
#define EVIDENT_SERVER_HANDLERS_KNOWLEDGE_READS_H_

#include "absl/status/statusor.h"
#include "evident/v1/knowledge_service.pb.h"
#include "graph/release/release_manager.h"
#include "graph/traverse/concept_search.h"
#include "server/call.h"
#include "server/knowledge_cache.h"

namespace evident::server {

// What searches are made from. All outlive it.
struct SearchSources {
  const graph::ReleaseManager& releases;
  SearchCache& cache;
};

// A page looks at no more than kNodesScannedMax nodes. INVALID_ARGUMENT (REQUEST_INVALID): no kind.
// OpenPage's errors.
absl::StatusOr<v1::ListNodesResponse> ListNodes(const graph::ReleaseManager& releases, Call& call,
                                                const v1::ListNodesRequest& request);

// INVALID_ARGUMENT (REQUEST_INVALID): no text, or too long; an unknown kind. Find's errors
// (concept_search.h), OpenPage's.
absl::StatusOr<v1::SearchConceptsResponse> SearchConcepts(const SearchSources& sources, Call& call,
                                                          const v1::SearchConceptsRequest& request);

// NOT_FOUND (NODE_NOT_FOUND) naming the nearest known ones; WalkProvenance's errors.
absl::StatusOr<v1::GetProvenanceResponse> GetProvenance(const graph::ReleaseManager& releases,
                                                        Call& call,
                                                        const v1::GetProvenanceRequest& request);

absl::StatusOr<v1::GetReleaseResponse> GetRelease(const graph::ReleaseManager& releases, Call& call,
                                                  const v1::GetReleaseRequest& request);

// A page looks at no more than kNodesScannedMax nodes. INVALID_ARGUMENT (REQUEST_INVALID): no
// release to compare from, an unknown kind; PageSize's, ReadPageToken's and PinRelease's errors.
absl::StatusOr<v1::DiffReleasesResponse> DiffReleases(const graph::ReleaseManager& releases,
                                                      Call& call,
                                                      const v1::DiffReleasesRequest& request);

// For reads that must see this release.
v1::ConsistencyToken TokenOf(const graph::ReleaseManager& releases,
                             const storage::v1::ReleaseRecord& record);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_KNOWLEDGE_READS_H_
