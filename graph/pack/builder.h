// The pack while it is being read: what its readers share.
#ifndef EVIDENT_GRAPH_PACK_BUILDER_H_
#define EVIDENT_GRAPH_PACK_BUILDER_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "criteria/fact_schema.h"
#include "evident/v1/knowledge.pb.h"
#include "graph/model/graph_draft.h"
#include "graph/pack/cursor.h"
#include "graph/pack/cycles.h"
#include "graph/pack/names.h"

namespace evident::graph {

// What a citation means: bound to a reference, or unresolved with candidates.
struct CitationMeaning {
  std::string reference;  // name; empty when unresolved
  std::optional<v1::Resolution> resolution;
  std::vector<std::string> candidates;
  std::string document;  // of an unresolved one; empty: the guideline's source_document
};

// What statements and evidence need of their guideline.
struct GuidelineInfo {
  std::vector<std::string> sections;  // slugs in authored order
  v1::ReviewState review_state = v1::REVIEW_STATE_UNSPECIFIED;
  std::string source_document;
  std::map<std::string, CitationMeaning> marks;
};

// A node that is being read, with its map.
struct NodeCursor {
  LinkTarget self;
  std::string slug;
  Cursor value;
};

// Not thread safe.
class PackBuilder {
 public:
  PackBuilder(NameTable& names, std::string language)
      : names_(names), language_(std::move(language)) {}

  NameTable& names() { return names_; }
  const std::string& language() const { return language_; }

  // Takes the record in under the node's name; one beyond kRecordBytesMax is reported.
  void AddNode(const NodeCursor& node, v1::NodeRecord record);

  // An edge that is there already, attributes included, is reported at `at` and left out.
  void AddEdge(const Cursor& at, const LinkTarget& from, v1::EdgeKind kind, const LinkTarget& to,
               v1::EdgeRecord record = {});

  // The unresolved target of this label, made on first use.
  LinkTarget Unresolved(const std::string& source_document, const std::string& label);

  // The links under `key` with their places; one that is repeated is reported and left out.
  std::vector<std::pair<Cursor, LinkTarget>> Links(MapCursor& map, std::string_view key, LinkTo to);

  // Their names.
  std::vector<std::string> LinkNames(MapCursor& map, std::string_view key, LinkTo to);

  // An edge without attributes for each of the links under `key`.
  void AddLinks(MapCursor& map, std::string_view key, LinkTo to, const LinkTarget& from,
                v1::EdgeKind kind);

  // Links that must not lead in a circle: AddEdge puts those of such kinds, the fact reader those
  // of derivations.
  void AddOrdered(OrderedLink link) { ordered_.push_back(std::move(link)); }
  const std::vector<OrderedLink>& ordered() const { return ordered_; }

  // Supersedes edges; entries are `{<what>, why}`.
  void AddSupersedes(MapCursor& map, std::string_view what, LinkTo to, const LinkTarget& from);

  // The definition of this full name, of this pack or a required one; null when there is none.
  const v1::FactDefinition* FindFact(const std::string& name);

  // Takes in a definition without its rules: what values and criteria are checked against.
  void PutFact(const std::string& name, const v1::FactDefinition& definition);

  // All definitions that PutFact took in or FindFact found.
  const criteria::FactSchema& schema() const { return schema_; }

  // The guideline that `map` names under "guideline", else the pack's only one; null, reported when
  // `required`.
  const GuidelineInfo* GuidelineOf(MapCursor& map, bool required, LinkTarget* target);
  void PutGuideline(const LinkTarget& target, GuidelineInfo info);

  GraphDraft TakeDraft();
  std::map<std::string, std::string> TakePlaces() { return std::move(places_); }

 private:
  NameTable& names_;
  const std::string language_;
  std::map<std::string, v1::FactDefinition> facts_;
  criteria::FactSchema schema_;
  std::map<std::string, GuidelineInfo> guidelines_;  // by name
  std::map<std::string, LinkTarget> unresolved_;     // by name
  std::vector<OrderedLink> ordered_;
  std::set<std::string> edge_rows_;  // what AddEdge took in
  std::map<std::string, std::string> places_;
  GraphDraft draft_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_BUILDER_H_
