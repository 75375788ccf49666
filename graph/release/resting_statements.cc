#include "graph/release/resting_statements.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

bool AnyAt(const std::vector<LinkSpan>& spans, ReleaseNumber release) {
  return std::any_of(spans.begin(), spans.end(), [release](const LinkSpan& span) {
    return span.from <= release && (!span.until.has_value() || release < *span.until);
  });
}

// By the node at the other end.
std::map<NodeId, std::vector<LinkSpan>> ByOther(const std::vector<LinkSpan>& spans) {
  std::map<NodeId, std::vector<LinkSpan>> by_other;
  for (const LinkSpan& span : spans) by_other[span.other].push_back(span);
  return by_other;
}

v1::NodeKind KindOf(const NodeId& id) { return static_cast<v1::NodeKind>(id.kind()); }

}  // namespace

absl::StatusOr<RestingStatements> RestingStatements::Find(const ReleaseManager& releases,
                                                          const NodeId& node) {
  RestingStatements resting;
  switch (KindOf(node)) {
    case v1::NODE_KIND_STATEMENT:
      EVIDENT_RETURN_IF_ERROR(resting.AddStatement(releases, node, Path()));
      break;
    case v1::NODE_KIND_EVIDENCE:
      EVIDENT_RETURN_IF_ERROR(resting.AddSupported(releases, node, Path()));
      break;
    case v1::NODE_KIND_REFERENCE:
      EVIDENT_RETURN_IF_ERROR(resting.AddReference(releases, node));
      break;
    default:
      break;
  }
  return resting;
}

absl::Status RestingStatements::AddStatement(const ReleaseManager& releases, const NodeId& id,
                                             const Path& path) {
  EVIDENT_ASSIGN_OR_RETURN(const NodePtr statement, releases.LastRecord(id));
  if (statement == nullptr) return absl::OkStatus();
  paths_[statement->name()].push_back(path);
  if (paths_.size() <= kAffectedStatementsMax) return absl::OkStatus();
  return MakeError(absl::StatusCode::kResourceExhausted, "AFFECTED_TOO_MANY",
                   "more than " + std::to_string(kAffectedStatementsMax) +
                       " statements (kAffectedStatementsMax) rested on it");
}

absl::Status RestingStatements::AddSupported(const ReleaseManager& releases, const NodeId& evidence,
                                             const Path& onward) {
  EVIDENT_ASSIGN_OR_RETURN(const Spans support,
                           releases.LinkHistory(evidence, v1::EDGE_KIND_SUPPORTED_BY, true));
  for (const auto& [statement, spans] : ByOther(support)) {
    Path path = onward;
    path.links.push_back(spans);
    EVIDENT_RETURN_IF_ERROR(AddStatement(releases, statement, path));
  }
  return absl::OkStatus();
}

absl::Status RestingStatements::AddReference(const ReleaseManager& releases,
                                             const NodeId& reference) {
  EVIDENT_ASSIGN_OR_RETURN(const Spans cites,
                           releases.LinkHistory(reference, v1::EDGE_KIND_CITES, true));
  for (const auto& [citing, spans] : ByOther(cites)) {
    const Path path{{spans}, {}};
    if (KindOf(citing) == v1::NODE_KIND_STATEMENT) {
      EVIDENT_RETURN_IF_ERROR(AddStatement(releases, citing, path));
    } else if (KindOf(citing) == v1::NODE_KIND_EVIDENCE) {
      EVIDENT_RETURN_IF_ERROR(AddSupported(releases, citing, path));
    }
  }
  EVIDENT_ASSIGN_OR_RETURN(const Spans reports,
                           releases.LinkHistory(reference, v1::EDGE_KIND_REPORTED_IN, true));
  for (const auto& [reported, spans] : ByOther(reports)) {
    if (KindOf(reported) != v1::NODE_KIND_EVIDENCE) continue;
    EVIDENT_ASSIGN_OR_RETURN(Spans cited,
                             releases.LinkHistory(reported, v1::EDGE_KIND_CITES, false));
    EVIDENT_RETURN_IF_ERROR(AddSupported(releases, reported, {{spans}, std::move(cited)}));
  }
  return absl::OkStatus();
}

std::vector<std::string> RestingStatements::names() const {
  std::vector<std::string> names;
  names.reserve(paths_.size());
  for (const auto& [name, paths] : paths_) names.push_back(name);
  return names;
}

bool RestingStatements::RestsIn(const std::string& statement, ReleaseNumber release) const {
  const auto found = paths_.find(statement);
  if (found == paths_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [release](const Path& path) {
    return !AnyAt(path.instead, release) &&
           std::all_of(path.links.begin(), path.links.end(),
                       [release](const Spans& spans) { return AnyAt(spans, release); });
  });
}

}  // namespace evident::graph
