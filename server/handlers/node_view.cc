#include "server/handlers/node_view.h"

#include <charconv>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/unicode.h"
#include "graph/model/node_id.h"

namespace evident::server {
namespace {

constexpr size_t kSuggestFromMax = 4096;  // nodes looked at for the nearest names

absl::StatusOr<std::vector<std::string>> KnownNames(const graph::GraphReader& reader,
                                                    std::optional<v1::NodeKind> only) {
  std::vector<std::string> names;
  for (int kind = v1::NODE_KIND_GUIDELINE; kind <= v1::NODE_KIND_DECISION_POINT; ++kind) {
    if (only.has_value() && kind != *only) continue;
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids,
                             reader.Nodes(static_cast<v1::NodeKind>(kind)));
    for (const NodeId& id : ids) {
      if (names.size() >= kSuggestFromMax) return names;
      EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr node, reader.GetNode(id));
      if (node) names.push_back(node->name());
    }
  }
  return names;
}

absl::StatusOr<v1::Edge> ViewEdge(const graph::GraphReader& reader, const graph::Edge& edge,
                                  const NodeId& other) {
  EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr node, reader.GetNode(other));
  if (!node) {
    return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING",
                     "an edge leads to a node that is not in the release");
  }
  v1::Edge view;
  view.set_kind(edge.kind);
  view.set_node(node->name());
  view.set_ordinal(edge.ordinal);
  *view.mutable_record() = *edge.record;
  return view;
}

}  // namespace

absl::StatusOr<v1::GetNodeResponse> ViewNode(const graph::GraphReader& reader,
                                             std::string_view name) {
  EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr node, graph::FindByName(reader, name));
  if (!node) return NoSuchNode(reader, name, std::nullopt);
  const NodeId id = graph::MakeNodeId(*node);
  v1::GetNodeResponse response;
  *response.mutable_node() = *node;
  response.set_id(std::string(id.view()));
  EVIDENT_ASSIGN_OR_RETURN(const Digest digest, reader.NodeDigest(id));
  response.set_digest(std::string(digest.view()));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<graph::Edge> out, reader.Out(id, std::nullopt));
  for (const graph::Edge& edge : out) {
    EVIDENT_ASSIGN_OR_RETURN(*response.add_out(), ViewEdge(reader, edge, edge.dst));
  }
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<graph::Edge> in, reader.In(id, std::nullopt));
  for (const graph::Edge& edge : in) {
    EVIDENT_ASSIGN_OR_RETURN(*response.add_in(), ViewEdge(reader, edge, edge.src));
  }
  response.set_release(reader.release().number());
  return response;
}

absl::Status NoSuchNode(const graph::GraphReader& reader, std::string_view name,
                        std::optional<v1::NodeKind> kind) {
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<std::string> known, KnownNames(reader, kind));
  return MakeError(absl::StatusCode::kNotFound, "NODE_NOT_FOUND",
                   ReleaseName(reader.release().number()) + " has no " +
                       (kind == v1::NODE_KIND_STATEMENT ? "statement" : "node") + " '" +
                       std::string(name) + "'" + NearestHint(name, known));
}

v1::Release ViewRelease(const storage::v1::ReleaseRecord& record) {
  v1::Release release;
  release.set_name(ReleaseName(record.number()));
  release.set_number(record.number());
  release.set_parent(record.parent());
  release.set_label(record.label());
  release.set_publish_time_ns(record.publish_time_ns());
  release.set_author(record.author());
  *release.mutable_reviewers() = record.reviewers();
  release.set_nodes(record.nodes());
  release.set_edges(record.edges());
  release.set_content_digest(record.content_digest());
  release.set_release_digest(record.release_digest());
  *release.mutable_packs() = record.packs();
  release.set_intent(record.intent());
  return release;
}

std::string ReleaseName(uint32_t number) { return "releases/" + std::to_string(number); }

std::optional<uint32_t> ParseReleaseName(std::string_view name) {
  constexpr std::string_view kPrefix = "releases/";
  if (name.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  if (!whole || number == 0 || name.front() == '0') return std::nullopt;
  return number;
}

absl::StatusOr<NodeName> ParseNodeName(std::string_view name) {
  constexpr std::string_view kStatements = "/statements/";
  const absl::Status invalid =
      MakeError(absl::StatusCode::kInvalidArgument, "NODE_NAME_INVALID",
                "'" + Beginning(name, kNameBytesMax) + "' is not the name of a node",
                {{"name", "must be a full name, or releases/<number>/statements/<pack>/<slug>"}});
  if (name.empty() || name.size() > kNameBytesMax + 64) return invalid;
  const size_t statements = name.find(kStatements);
  if (name.rfind("releases/", 0) != 0 || statements == std::string_view::npos) {
    return NodeName{std::nullopt, std::string(name), false};
  }
  const std::optional<uint32_t> release = ParseReleaseName(name.substr(0, statements));
  const std::string_view rest = name.substr(statements + kStatements.size());
  if (!release || rest.empty()) return invalid;
  return NodeName{release, std::string(rest), true};
}

}  // namespace evident::server
