// Cases.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graph/pack/expectation_reader.h"
#include "graph/pack/fact_values.h"
#include "graph/pack/readers.h"
#include "graph/pack/tables.h"

namespace evident::graph {
namespace {

// `facts` with those of `over` put in their place; by name.
std::vector<v1::Fact> Overlay(const std::vector<v1::Fact>& facts,
                              const std::vector<v1::Fact>& over) {
  std::map<std::string, v1::Fact> merged;
  for (const v1::Fact& fact : facts) merged[fact.name()] = fact;
  for (const v1::Fact& fact : over) merged[fact.name()] = fact;
  std::vector<v1::Fact> out;
  for (auto& [name, fact] : merged) out.push_back(std::move(fact));
  return out;
}

v1::Filters ReadFilters(const Cursor& cursor, PackBuilder& builder) {
  MapCursor map(cursor, "the filters");
  v1::Filters filters;
  filters.set_hold_back_unresolved(map.Boolean("hold_back_unresolved"));
  filters.set_hold_back_retracted(map.Boolean("hold_back_retracted"));
  filters.set_review_state_min(map.One<v1::ReviewState>("review_state_min", ReviewStateNames()));
  for (std::string& issuer : builder.LinkNames(map, "issuers", LinkTo::kIssuer)) {
    filters.add_issuers(std::move(issuer));
  }
  map.Finish();
  return filters;
}

PackCase ReadCase(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "a case");
  PackCase out;
  out.slug = node.slug;
  out.place = node.value.place();
  out.description = map.NeedText("description");
  out.concepts = builder.LinkNames(map, "concepts", LinkTo::kConcept);
  out.ask = map.Text("ask");
  if (const auto linked = map.Find("linked")) {
    out.linked = ReadFacts(*linked, "the linked facts", builder);
    if (!map.Has("ask")) linked->Error("found \"linked\" without \"ask\"");
  }
  std::vector<v1::Fact> stated;
  if (const auto facts = map.Find("facts")) stated = ReadFacts(*facts, "the facts", builder);
  out.facts = Overlay(out.linked, stated);
  out.follows = map.Text("follows");
  out.as_of = map.Date("as_of");
  const auto audience = map.One<v1::Audience>("audience", AudienceNames());
  if (audience != v1::AUDIENCE_UNSPECIFIED) out.audience = audience;
  if (const auto filters = map.Find("filters")) out.filters = ReadFilters(*filters, builder);
  if (const auto expect = map.Need("expect")) out.expect = ReadExpectation(*expect, builder);
  map.Finish();
  if (out.concepts.empty() && out.ask.empty() && out.follows.empty()) {
    map.Error("a case without \"concepts\", \"ask\" or \"follows\"; expected one of them");
  }
  return out;
}

// Merges what cases inherit, each after the one that it follows.
class Inheritance {
 public:
  Inheritance(const std::vector<NodeCursor>& nodes, std::vector<PackCase>& cases)
      : nodes_(nodes), cases_(cases) {
    for (size_t i = 0; i < cases.size(); ++i) by_slug_.emplace(cases[i].slug, i);
  }

  void Run() {
    for (size_t i = 0; i < cases_.size(); ++i) Settle(i);
  }

 private:
  // Walks up to the first settled case, then merges downwards; no recursion, chains may be long.
  void Settle(size_t index) {
    std::vector<size_t> chain;
    std::set<size_t> seen;
    for (size_t at = index; !settled_.count(at);) {
      if (!seen.insert(at).second) {
        nodes_[index].value.Error("found cases that follow one another in a circle");
        break;
      }
      chain.push_back(at);
      if (cases_[at].follows.empty()) break;
      const auto next = by_slug_.find(cases_[at].follows);
      if (next == by_slug_.end()) {
        nodes_[at].value.Error("found \"follows: " + cases_[at].follows +
                               "\"; expected a case of this pack");
        cases_[at].follows.clear();
        break;
      }
      at = next->second;
    }
    for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
      settled_.insert(*it);
      PackCase& own = cases_[*it];
      if (own.follows.empty()) continue;
      const PackCase& before = cases_[by_slug_.find(own.follows)->second];
      own.facts = Overlay(before.facts, own.facts);
      if (own.concepts.empty()) own.concepts = before.concepts;
    }
  }

  const std::vector<NodeCursor>& nodes_;
  std::vector<PackCase>& cases_;
  std::map<std::string, size_t> by_slug_;
  std::set<size_t> settled_;
};

}  // namespace

std::vector<PackCase> ReadCases(const std::vector<NodeCursor>& nodes, PackBuilder& builder) {
  std::vector<PackCase> cases;
  cases.reserve(nodes.size());
  for (const NodeCursor& node : nodes) cases.push_back(ReadCase(node, builder));
  Inheritance(nodes, cases).Run();
  return cases;
}

}  // namespace evident::graph
