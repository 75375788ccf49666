#include "graph/pack/pack_header.h"

#include <set>

#include "base/status.h"
#include "base/suggest.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

// The packs that own a node of the release.
absl::StatusOr<std::set<std::string>> PacksOf(const GraphReader& knowledge) {
  std::set<std::string> packs;
  const google::protobuf::EnumDescriptor& kinds = *v1::NodeKind_descriptor();
  for (int i = 0; i < kinds.value_count(); ++i) {
    const auto kind = static_cast<v1::NodeKind>(kinds.value(i)->number());
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, knowledge.Nodes(kind));
    for (const NodeId& id : ids) {
      EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, knowledge.GetNode(id));
      if (node != nullptr) packs.insert(node->pack());
    }
  }
  return packs;
}

}  // namespace

std::vector<std::string> PackHeader::RequiredNames() const {
  std::vector<std::string> names;
  for (const auto& [name, place] : required) names.push_back(name);
  return names;
}

PackHeader ReadHeader(const Cursor& cursor) {
  MapCursor map(cursor, "pack.yaml");
  PackHeader header;
  if (const auto name = map.Need("name")) {
    header.name = name->Text().value_or("");
    if (!header.name.empty() && !IsSlug(header.name)) {
      name->Error("found \"" + header.name + "\"; expected a slug of a-z, 0-9, '.', '_', '-'");
    }
  }
  header.label = map.NeedText("label");
  header.title = map.Text("title");
  header.language = map.Has("language") ? map.Text("language") : "en";
  for (const Cursor& item : map.Items("requires")) {
    const std::string pack = item.Text().value_or("");
    if (IsSlug(pack) && pack != header.name) {
      header.required.emplace_back(pack, item.place());
    } else {
      item.Error("expected the name of another pack");
    }
  }
  map.Finish();
  return header;
}

absl::Status CheckRequired(const PackHeader& header, const GraphReader* knowledge,
                           PackErrors& errors) {
  if (header.required.empty()) return absl::OkStatus();
  std::set<std::string> packs;
  if (knowledge != nullptr) {
    auto found = PacksOf(*knowledge);
    if (!found.ok()) {
      return Annotate(found.status(), "reading what the pack " + header.name + " requires");
    }
    packs = *std::move(found);
  }
  for (const auto& [name, place] : header.required) {
    if (packs.count(name) > 0) continue;
    errors.Add(place, "found the pack \"" + name + "\", of which the knowledge has nothing" +
                          NearestHint(name, {packs.begin(), packs.end()}));
  }
  return absl::OkStatus();
}

}  // namespace evident::graph
