// Nodes and releases as they go over the wire.
#ifndef EVIDENT_SERVER_HANDLERS_NODE_VIEW_H_
#define EVIDENT_SERVER_HANDLERS_NODE_VIEW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "evident/storage/v1/graph.pb.h"
#include "evident/v1/knowledge_service.pb.h"
#include "graph/model/graph_reader.h"

namespace evident::server {

// The node of this name with its edges both ways. NOT_FOUND (NODE_NOT_FOUND) naming the nearest
// known ones.
absl::StatusOr<v1::GetNodeResponse> ViewNode(const graph::GraphReader& reader,
                                             std::string_view name);

// NOT_FOUND (NODE_NOT_FOUND) naming the nearest known ones, of one kind or of all; or the reader's
// errors.
absl::Status NoSuchNode(const graph::GraphReader& reader, std::string_view name,
                        std::optional<v1::NodeKind> kind);

v1::Release ViewRelease(const storage::v1::ReleaseRecord& record);

std::string ReleaseName(uint32_t number);  // "releases/12"

// The number in "releases/<number>", decimal without leading zeros; nullopt for anything else.
std::optional<uint32_t> ParseReleaseName(std::string_view name);

// "releases/<number>/statements/<name>" taken apart; without a release when `name` is a bare one.
struct NodeName {
  std::optional<uint32_t> release;
  std::string name;
  bool statement = false;  // a statement was asked for
};
// INVALID_ARGUMENT (NODE_NAME_INVALID).
absl::StatusOr<NodeName> ParseNodeName(std::string_view name);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_NODE_VIEW_H_
