// Finding concepts by words: names, synonyms and codes, folded (base/unicode.h), by whole words and
// by their beginnings. docs/formats/search.md.
#ifndef EVIDENT_GRAPH_TRAVERSE_CONCEPT_SEARCH_H_
#define EVIDENT_GRAPH_TRAVERSE_CONCEPT_SEARCH_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// How a concept matches, best first: the order is the ranking. The numbers are those of
// evident.v1.SearchMatch.
enum class SearchMatch : uint8_t {
  kCode = 1,           // one of its codes, as "<code>" or "<system>|<code>"
  kName = 2,           // its name
  kSynonym = 3,        // a synonym
  kNameBegins = 4,     // its name begins with the words
  kSynonymBegins = 5,  // a synonym begins with them
  kNameWords = 6,      // its name has all of the words, in any order
  kSynonymWords = 7,   // a synonym has all of them
  kNamePrefixes = 8,   // its name has words that begin with each of the words
  kSynonymPrefixes = 9,
  kNarrower = 10,  // it lies below a hit by is_a
};

struct SearchHit {
  NodePtr node;
  SearchMatch match = SearchMatch::kName;
  std::string label;  // the name, synonym or code that matched, as written; of kNarrower empty
  std::string below;  // kNarrower: full name of the hit that it lies below
};

struct SearchQuery {
  std::string text;
  std::optional<v1::ConceptKind> kind;  // only concepts of this kind; all otherwise
  bool narrower = false;                // behind each hit, what lies below it by is_a
};

// Immutable and thread safe; holds its reader.
class ConceptSearch {
 public:
  // The reader's errors.
  static absl::StatusOr<std::shared_ptr<const ConceptSearch>> Build(
      std::shared_ptr<const GraphReader> reader);

  // The same; `other`, which may be null, where that has the same concepts.
  static absl::StatusOr<std::shared_ptr<const ConceptSearch>> Build(
      std::shared_ptr<const GraphReader> reader, const std::shared_ptr<const ConceptSearch>& other);

  // Every hit, best first: by match, then by the length of the label, the label, the full name;
  // each concept once, by its best match. Nothing when `text` has no letter or digit and is no
  // code. Concepts below a hit follow it by name. RESOURCE_EXHAUSTED (SEARCH_TOO_WIDE) past
  // kSearchHitsMax; Closure's errors, the reader's.
  absl::StatusOr<std::vector<SearchHit>> Find(const SearchQuery& query) const;

 private:
  struct Label {
    uint32_t at;  // in nodes_
    bool is_name;
    std::string text;    // as written
    std::string folded;  // words joined by single spaces
  };
  struct Match {
    SearchMatch how;
    std::string label;
  };
  using Matches = std::map<uint32_t, Match>;  // by place in nodes_

  explicit ConceptSearch(std::shared_ptr<const GraphReader> reader) : reader_(std::move(reader)) {}

  void AddNode(const NodePtr& node);
  void AddLabel(uint32_t at, bool is_name, const std::string& text);
  void MatchCodes(const std::string& text, Matches& found) const;
  void MatchLabels(const std::string& text, Matches& found) const;
  std::vector<uint32_t> LabelsWith(std::string_view beginning) const;
  absl::Status AddNarrower(const SearchHit& hit, const SearchQuery& query,
                           std::vector<SearchHit>& hits) const;

  const std::shared_ptr<const GraphReader> reader_;
  std::vector<NodePtr> nodes_;
  std::vector<Label> labels_;
  std::vector<std::pair<std::string, uint32_t>> words_;  // folded word -> label, sorted
  std::multimap<std::string, std::pair<uint32_t, std::string>, std::less<>>
      codes_;  // code, and system|code, in lower case -> node and as written
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_TRAVERSE_CONCEPT_SEARCH_H_
