#include "graph/traverse/provenance.h"

#include <set>

#include "base/limits.h"
#include "base/status.h"

namespace evident::graph {
namespace {

constexpr char kDomain[] = "evident/v1/provenance";  // hashed with its NUL

class Walker {
 public:
  explicit Walker(const GraphReader& reader) : reader_(reader) {}

  absl::Status Walk(const NodeId& statement) {
    hash_.Add({kDomain, sizeof(kDomain)});
    EVIDENT_RETURN_IF_ERROR(AddDigest(statement));
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> support,
                             reader_.Out(statement, v1::EDGE_KIND_SUPPORTED_BY));
    for (const Edge& edge : support) EVIDENT_RETURN_IF_ERROR(WalkEvidence(edge));
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> cites,
                             reader_.Out(statement, v1::EDGE_KIND_CITES));
    for (const Edge& edge : cites) {
      v1::ProvenancePath path;
      EVIDENT_RETURN_IF_ERROR(AddCitation(edge, path));
    }
    walk_.provenance.set_complete(resolved_ && !unresolved_);
    walk_.provenance.set_digest(std::string(hash_.Finish().view()));
    return absl::OkStatus();
  }

  ProvenanceWalk Take() { return std::move(walk_); }

 private:
  absl::Status AddDigest(const NodeId& id) {
    EVIDENT_ASSIGN_OR_RETURN(const Digest digest, reader_.NodeDigest(id));
    hash_.Add(digest.view());
    return absl::OkStatus();
  }

  absl::Status AddPath(v1::ProvenancePath path) {
    if (walk_.provenance.paths_size() >= static_cast<int>(kProvenancePathsMax)) {
      return MakeError(absl::StatusCode::kResourceExhausted, "PROVENANCE_TOO_WIDE",
                       "a statement has more than " + std::to_string(kProvenancePathsMax) +
                           " provenance paths (kProvenancePathsMax)");
    }
    *walk_.provenance.add_paths() = std::move(path);
    return absl::OkStatus();
  }

  // A path that ends at the target of a cites or reported_in edge.
  absl::Status AddCitation(const Edge& edge, v1::ProvenancePath path) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr target, reader_.GetNode(edge.dst));
    if (target == nullptr) {
      return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING",
                       "a citation's target is missing");
    }
    v1::CitationStep& step = *path.mutable_citation();
    *step.mutable_cites() = edge.record->cites();
    if (target->has_reference()) {
      resolved_ = true;
      step.set_reference(target->name());
      if (seen_.insert(edge.dst).second) {
        walk_.references.push_back(target);
        EVIDENT_RETURN_IF_ERROR(AddDigest(edge.dst));
      }
    } else {
      unresolved_ = true;
    }
    return AddPath(std::move(path));
  }

  absl::Status WalkEvidence(const Edge& support) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader_.GetNode(support.dst));
    if (node == nullptr) {
      return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING",
                       "a piece of evidence is missing");
    }
    if (seen_.insert(support.dst).second) {
      EVIDENT_RETURN_IF_ERROR(AddDigest(support.dst));
      walk_.evidence.push_back(node);
      EVIDENT_RETURN_IF_ERROR(AddStudy(support.dst));
    }
    v1::ProvenancePath path;
    path.set_evidence(node->name());
    *path.mutable_support() = support.record->supported_by();
    EVIDENT_ASSIGN_OR_RETURN(std::vector<Edge> ends, reader_.Out(support.dst, v1::EDGE_KIND_CITES));
    if (ends.empty()) {
      EVIDENT_ASSIGN_OR_RETURN(ends, reader_.Out(support.dst, v1::EDGE_KIND_REPORTED_IN));
    }
    for (const Edge& end : ends) EVIDENT_RETURN_IF_ERROR(AddCitation(end, path));
    return ends.empty() ? AddPath(std::move(path)) : absl::OkStatus();
  }

  absl::Status AddStudy(const NodeId& evidence) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> results,
                             reader_.Out(evidence, v1::EDGE_KIND_RESULT_OF));
    std::string name;
    if (!results.empty()) {
      EVIDENT_ASSIGN_OR_RETURN(const NodePtr study, reader_.GetNode(results[0].dst));
      if (study != nullptr) name = study->name();
    }
    walk_.studies.push_back(std::move(name));
    return absl::OkStatus();
  }

  const GraphReader& reader_;
  ProvenanceWalk walk_;
  Sha256Stream hash_;
  std::set<NodeId> seen_;
  bool resolved_ = false;
  bool unresolved_ = false;
};

}  // namespace

absl::StatusOr<ProvenanceWalk> WalkProvenance(const GraphReader& reader, const NodeId& statement) {
  Walker walker(reader);
  EVIDENT_RETURN_IF_ERROR(walker.Walk(statement));
  return walker.Take();
}

}  // namespace evident::graph
