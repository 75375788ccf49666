#include "graph/pack/written_map.h"

#include "criteria/print.h"
#include "graph/model/criterion_codec.h"

namespace evident::graph {
namespace {

void AddNames(const criteria::Expression& node, std::set<std::string>& names) {
  for (const criteria::ExpressionPtr& part : node.parts) AddNames(*part, names);
  if (!node.fact.empty()) names.insert(node.fact);
  if (!node.concept_name.empty()) names.insert(node.concept_name);
}

YAML::Node InFlow(YAML::Node node) {
  node.SetStyle(YAML::EmitterStyle::Flow);
  return node;
}

}  // namespace

std::string LinkWords::Of(const std::string& name) const {
  if (const auto slug = slugs_.find(name); slug != slugs_.end()) return slug->second;
  if (name.substr(0, prefix_.size()) == prefix_) return name.substr(prefix_.size());
  foreign_.insert(name);
  return name;
}

std::string LinkWords::Of(const v1::Criterion& criterion) const {
  const absl::StatusOr<criteria::ExpressionPtr> tree = DecodeCriterion(criterion);
  // What cannot be decoded cannot be stored either; reading it back reports what came of it.
  if (!tree.ok()) return std::string(tree.status().message());
  if (*tree == nullptr) return "";
  std::set<std::string> names;
  AddNames(**tree, names);
  bool own = true;
  for (const std::string& name : names) {
    own = Owns(name) && own;
    Of(name);
  }
  return criteria::Print(*tree, own ? criteria::Names::kBare : criteria::Names::kFull);
}

void WrittenMap::Text(const char* key, const std::string& text) {
  if (!text.empty()) node_[key] = text;
}

void WrittenMap::Number(const char* key, uint64_t number) {
  if (number != 0) node_[key] = number;
}

void WrittenMap::Flag(const char* key, bool flag) {
  if (flag) node_[key] = true;
}

void WrittenMap::Link(const char* key, const std::string& name) {
  if (!name.empty()) Text(key, links_->Of(name));
}

void WrittenMap::When(const char* key, const v1::Criterion& criterion) {
  Text(key, links_->Of(criterion));
}

void WrittenMap::Place(const char* key, const v1::Locator& place) {
  if (place.line() == 0) return;
  std::string text = std::to_string(place.line());
  if (place.position() > 0) text += "/" + std::to_string(place.position());
  Text(key, text);
}

void WrittenMap::Scheme(const char* key, const v1::SchemeValue& scheme) {
  WrittenMap map(*links_);
  map.Text("scheme", scheme.scheme());
  map.Text("value", scheme.value());
  Part(key, map.Flow());
}

void WrittenMap::Codes(const google::protobuf::RepeatedPtrField<v1::Code>& codes) {
  YAML::Node list;
  for (const v1::Code& code : codes) {
    WrittenMap map(*links_);
    map.Text("system", code.system());
    map.Text("code", code.code());
    map.Text("display", code.display());
    list.push_back(map.Flow());
  }
  Part("codes", list);
}

void WrittenMap::Act(const v1::StandingAct& act) {
  WrittenMap map(*links_);
  map.Text("by", act.by());
  map.Text("on", act.on());
  map.Text("why", act.why());
  map.Text("notice", act.notice());
  Part("standing_set", map);
}

void WrittenMap::Texts(const char* key,
                       const google::protobuf::RepeatedPtrField<std::string>& texts) {
  YAML::Node list;
  for (const std::string& text : texts) list.push_back(text);
  Part(key, list);
}

void WrittenMap::Links(const char* key,
                       const google::protobuf::RepeatedPtrField<std::string>& names) {
  YAML::Node list;
  for (const std::string& name : names) list.push_back(links_->Of(name));
  Part(key, InFlow(list));
}

void WrittenMap::Edges(const char* key, const std::vector<EdgeDraft>& out, v1::EdgeKind kind) {
  YAML::Node list;
  for (const EdgeDraft& edge : out) {
    if (edge.kind == kind) list.push_back(links_->Of(edge.dst));
  }
  Part(key, InFlow(list));
}

void WrittenMap::Supersedes(const char* what, const std::vector<EdgeDraft>& out) {
  YAML::Node list;
  for (const EdgeDraft& edge : out) {
    if (edge.kind != v1::EDGE_KIND_SUPERSEDES) continue;
    WrittenMap entry(*links_);
    entry.Link(what, edge.dst);
    entry.Text("why", edge.record.supersedes().why());
    list.push_back(entry.node());
  }
  Part("supersedes", list);
}

void WrittenMap::Part(const char* key, const YAML::Node& part) {
  if (part.size() > 0) node_[key] = part;
}

YAML::Node WrittenMap::Flow() const { return InFlow(node_); }

}  // namespace evident::graph
