// A map of a pack's YAML as it is written: what has nothing to say is left out.
#ifndef EVIDENT_GRAPH_PACK_WRITTEN_MAP_H_
#define EVIDENT_GRAPH_PACK_WRITTEN_MAP_H_

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evident/v1/criterion.pb.h"
#include "evident/v1/knowledge.pb.h"
#include "google/protobuf/repeated_field.h"
#include "graph/model/change_set.h"
#include "graph/model/enum_words.h"

namespace evident::graph {

// How links of one pack are written. Not thread safe.
class LinkWords {
 public:
  // `slugs`: of nodes whose name has none, by name.
  LinkWords(const std::string& pack, std::map<std::string, std::string> slugs)
      : prefix_(pack + "/"), slugs_(std::move(slugs)) {}

  // The slug of a node of the pack, else the full name, which foreign() then holds.
  std::string Of(const std::string& name) const;

  // One line; facts and concepts by slug where all are the pack's.
  std::string Of(const v1::Criterion& criterion) const;

  // Whether it is a name of the pack's.
  bool Owns(const std::string& name) const {
    return slugs_.count(name) > 0 || name.substr(0, prefix_.size()) == prefix_;
  }

  // Names of nodes that are not the pack's, of what was written so far.
  const std::set<std::string>& foreign() const { return foreign_; }

 private:
  const std::string prefix_;
  const std::map<std::string, std::string> slugs_;
  mutable std::set<std::string> foreign_;
};

class WrittenMap {
 public:
  explicit WrittenMap(const LinkWords& links) : links_(&links), node_(YAML::NodeType::Map) {}

  void Text(const char* key, const std::string& text);
  void Number(const char* key, uint64_t number);
  void Flag(const char* key, bool flag);
  void Link(const char* key, const std::string& name);
  void When(const char* key, const v1::Criterion& criterion);
  void Place(const char* key, const v1::Locator& place);
  void Scheme(const char* key, const v1::SchemeValue& scheme);
  void Codes(const google::protobuf::RepeatedPtrField<v1::Code>& codes);
  void Act(const v1::StandingAct& act);
  void Texts(const char* key, const google::protobuf::RepeatedPtrField<std::string>& texts);
  void Links(const char* key, const google::protobuf::RepeatedPtrField<std::string>& names);

  // Targets of the edges of one kind, which say nothing of their own.
  void Edges(const char* key, const std::vector<EdgeDraft>& out, v1::EdgeKind kind);
  void Supersedes(const char* what, const std::vector<EdgeDraft>& out);

  // The word of an enum; nothing for 0.
  template <typename Enum>
  void Word(const char* key, Enum value) {
    if (static_cast<int>(value) != 0) Text(key, EnumWord(value));
  }

  // A part that was written before; an empty one is left out.
  void Part(const char* key, const YAML::Node& part);
  void Part(const char* key, const WrittenMap& part) { Part(key, part.node_); }

  // On one line.
  YAML::Node Flow() const;
  const YAML::Node& node() const { return node_; }
  const LinkWords& links() const { return *links_; }

 private:
  const LinkWords* links_;
  YAML::Node node_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_WRITTEN_MAP_H_
