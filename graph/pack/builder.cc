#include "graph/pack/builder.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "graph/model/criterion_codec.h"
#include "graph/pack/foreign_links.h"

namespace evident::graph {
void PackBuilder::AddNode(const NodeCursor& node, v1::NodeRecord record) {
  record.set_name(node.self.name);
  record.set_pack(names_.pack());
  if (record.ByteSizeLong() > kRecordBytesMax) {
    node.value.Error("found a node of " + std::to_string(record.ByteSizeLong()) +
                     " bytes; expected at most " + std::to_string(kRecordBytesMax));
    return;
  }
  places_[record.name()] = node.value.place().ToString();
  draft_.nodes.push_back(std::move(record));
}

void PackBuilder::AddEdge(const Cursor& at, const LinkTarget& from, v1::EdgeKind kind,
                          const LinkTarget& to, v1::EdgeRecord record) {
  const std::string row = from.name + "\n" + std::to_string(from.kind) + "\n" +
                          std::to_string(kind) + "\n" + to.name + "\n" + std::to_string(to.kind) +
                          "\n" + record.SerializeAsString();
  if (!edge_rows_.insert(row).second) {
    at.Error("found the same link to " + to.name + " again");
    return;
  }
  EdgeDraft edge;
  edge.src_kind = from.kind;
  edge.src = from.name;
  edge.kind = kind;
  edge.dst_kind = to.kind;
  edge.dst = to.name;
  edge.record = std::move(record);
  const std::string_view relation = OrderedRelation(kind);
  if (!relation.empty()) AddOrdered({at.place(), relation, edge.src, edge.dst});
  draft_.edges.push_back(std::move(edge));
}

LinkTarget PackBuilder::Unresolved(const std::string& source_document, const std::string& label) {
  const std::string name = names_.pack() + "/" + source_document + "#" + label;
  const auto [found, fresh] =
      unresolved_.try_emplace(name, LinkTarget{v1::NODE_KIND_UNRESOLVED, {}, name});
  if (fresh) {
    v1::NodeRecord record;
    record.set_name(name);
    record.set_pack(names_.pack());
    record.mutable_unresolved()->set_raw_label(label);
    record.mutable_unresolved()->set_source_document(source_document);
    draft_.nodes.push_back(std::move(record));
  }
  return found->second;
}

std::vector<std::pair<Cursor, LinkTarget>> PackBuilder::Links(MapCursor& map, std::string_view key,
                                                              LinkTo to) {
  std::vector<std::pair<Cursor, LinkTarget>> links;
  for (const Cursor& item : map.Items(key)) {
    std::optional<LinkTarget> target = names_.Resolve(item, to);
    if (!target) continue;
    if (std::any_of(links.begin(), links.end(),
                    [&](const auto& link) { return link.second == *target; })) {
      item.Error("found \"" + item.node().text + "\" again in one list");
      continue;
    }
    links.emplace_back(item, *std::move(target));
  }
  return links;
}

std::vector<std::string> PackBuilder::LinkNames(MapCursor& map, std::string_view key, LinkTo to) {
  std::vector<std::string> names;
  for (auto& [at, target] : Links(map, key, to)) names.push_back(std::move(target.name));
  return names;
}

void PackBuilder::AddLinks(MapCursor& map, std::string_view key, LinkTo to, const LinkTarget& from,
                           v1::EdgeKind kind) {
  for (const auto& [at, target] : Links(map, key, to)) AddEdge(at, from, kind, target);
}

void PackBuilder::AddSupersedes(MapCursor& map, std::string_view what, LinkTo to,
                                const LinkTarget& from) {
  for (const Cursor& item : map.Items("supersedes")) {
    MapCursor entry(item, "an entry of supersedes");
    const std::optional<Cursor> link = entry.Need(what);
    const std::optional<LinkTarget> target =
        link ? names_.Resolve(*link, to) : std::optional<LinkTarget>();
    v1::EdgeRecord record;
    record.mutable_supersedes()->set_why(entry.Text("why"));
    entry.Finish();
    if (target && *target == from) {
      item.Error("found a node that supersedes itself");
    } else if (target) {
      AddEdge(item, from, v1::EDGE_KIND_SUPERSEDES, *target, std::move(record));
    }
  }
}

const v1::FactDefinition* PackBuilder::FindFact(const std::string& name) {
  const auto found = facts_.find(name);
  if (found != facts_.end()) return &found->second;
  const NodePtr node = names_.ForeignNode(name);
  if (node == nullptr || !node->has_fact()) return nullptr;
  PutFact(name, node->fact());
  return &facts_[name];
}

void PackBuilder::PutFact(const std::string& name, const v1::FactDefinition& definition) {
  v1::NodeRecord bare;
  bare.set_name(name);
  *bare.mutable_fact() = definition;
  bare.mutable_fact()->clear_true_when();
  bare.mutable_fact()->clear_false_when();
  absl::StatusOr<criteria::FactDefinition> decoded = DecodeFactDefinition(bare);
  // A definition that cannot be decoded, or has no type, was reported where it stands.
  if (decoded.ok() && definition.type() != v1::FACT_TYPE_UNSPECIFIED)
    schema_.Add(*std::move(decoded)).IgnoreError();
  facts_[name] = definition;
}

const GuidelineInfo* PackBuilder::GuidelineOf(MapCursor& map, bool required, LinkTarget* target) {
  const std::optional<Cursor> link = map.Find("guideline");
  if (link) {
    const std::optional<LinkTarget> found = names_.Resolve(*link, LinkTo::kGuideline);
    if (!found) return nullptr;
    *target = *found;
  } else if (guidelines_.size() == 1) {
    *target = {v1::NODE_KIND_GUIDELINE, {}, guidelines_.begin()->first};
  } else {
    if (required) {
      map.Error("found no \"guideline\"; expected one, since the pack has " +
                std::to_string(guidelines_.size()));
    }
    return nullptr;
  }
  const auto info = guidelines_.find(target->name);
  if (info != guidelines_.end()) return &info->second;
  if (link) link->Error("found a guideline of another pack; expected one of this pack");
  return nullptr;
}

void PackBuilder::PutGuideline(const LinkTarget& target, GuidelineInfo info) {
  guidelines_[target.name] = std::move(info);
}

GraphDraft PackBuilder::TakeDraft() { return std::move(draft_); }

}  // namespace evident::graph
