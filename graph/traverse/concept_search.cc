#include "graph/traverse/concept_search.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/ascii.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "graph/model/node_id.h"
#include "graph/traverse/closure.h"

namespace evident::graph {
namespace {

bool BeginsWith(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

SearchMatch ByLabel(bool is_name, SearchMatch of_name) {
  return is_name ? of_name : static_cast<SearchMatch>(static_cast<uint8_t>(of_name) + 1);
}

// How a label that has words beginning with each of `words` matches them.
SearchMatch HowMatched(const std::string& folded, const std::string& query,
                       const std::vector<std::string>& words, bool is_name) {
  if (folded == query) return ByLabel(is_name, SearchMatch::kName);
  if (BeginsWith(folded, query)) return ByLabel(is_name, SearchMatch::kNameBegins);
  const std::vector<std::string> own = FoldedWords(folded);
  const bool whole = std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(own.begin(), own.end(), word) != own.end();
  });
  return ByLabel(is_name, whole ? SearchMatch::kNameWords : SearchMatch::kNamePrefixes);
}

absl::Status TooWide() {
  return MakeError(absl::StatusCode::kResourceExhausted, "SEARCH_TOO_WIDE",
                   "more than " + std::to_string(kSearchHitsMax) +
                       " concepts match (kSearchHitsMax): give more letters, or a kind");
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ConceptSearch>> ConceptSearch::Build(
    std::shared_ptr<const GraphReader> reader) {
  std::shared_ptr<ConceptSearch> search(new ConceptSearch(std::move(reader)));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids,
                           search->reader_->Nodes(v1::NODE_KIND_CONCEPT));
  for (const NodeId& id : ids) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, search->reader_->GetNode(id));
    if (node != nullptr) search->AddNode(node);
  }
  std::sort(search->words_.begin(), search->words_.end());
  return std::shared_ptr<const ConceptSearch>(std::move(search));
}

absl::StatusOr<std::shared_ptr<const ConceptSearch>> ConceptSearch::Build(
    std::shared_ptr<const GraphReader> reader, const std::shared_ptr<const ConceptSearch>& other) {
  if (other != nullptr) {
    EVIDENT_ASSIGN_OR_RETURN(const bool same,
                             SameNodes(*reader, *other->reader_, v1::NODE_KIND_CONCEPT));
    if (same) return other;
  }
  return Build(std::move(reader));
}

void ConceptSearch::AddNode(const NodePtr& node) {
  const auto at = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(node);
  const v1::Concept& body = node->clinical_concept();
  AddLabel(at, true, body.display());
  for (const std::string& synonym : body.synonyms()) AddLabel(at, false, synonym);
  for (const v1::Code& code : body.codes()) {
    for (const std::string& text : {code.code(), code.system() + "|" + code.code()}) {
      codes_.emplace(absl::AsciiStrToLower(text), std::pair(at, text));
    }
  }
}

void ConceptSearch::AddLabel(uint32_t at, bool is_name, const std::string& text) {
  const auto label = static_cast<uint32_t>(labels_.size());
  const std::vector<std::string> words = FoldedWords(text);
  if (words.empty()) return;
  labels_.push_back({at, is_name, text, Fold(text)});
  for (const std::string& word : std::set<std::string>(words.begin(), words.end())) {
    words_.emplace_back(word, label);
  }
}

void ConceptSearch::MatchCodes(const std::string& text, Matches& found) const {
  const auto [begin, end] = codes_.equal_range(absl::AsciiStrToLower(text));
  for (auto it = begin; it != end; ++it) {
    found.try_emplace(it->second.first, Match{SearchMatch::kCode, it->second.second});
  }
}

// Labels, ascending, that have a word beginning so.
std::vector<uint32_t> ConceptSearch::LabelsWith(std::string_view beginning) const {
  std::vector<uint32_t> labels;
  for (auto it = std::lower_bound(words_.begin(), words_.end(),
                                  std::pair(std::string(beginning), uint32_t{0}));
       it != words_.end() && BeginsWith(it->first, beginning); ++it) {
    labels.push_back(it->second);
  }
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

void ConceptSearch::MatchLabels(const std::string& text, Matches& found) const {
  const std::string query = Fold(text);
  const std::vector<std::string> words = FoldedWords(text);
  if (words.empty()) return;
  std::vector<uint32_t> labels = LabelsWith(words[0]);
  for (size_t i = 1; i < words.size() && !labels.empty(); ++i) {
    const std::vector<uint32_t> more = LabelsWith(words[i]);
    std::vector<uint32_t> both;
    std::set_intersection(labels.begin(), labels.end(), more.begin(), more.end(),
                          std::back_inserter(both));
    labels = std::move(both);
  }
  for (const uint32_t at : labels) {
    const Label& label = labels_[at];
    const SearchMatch how = HowMatched(label.folded, query, words, label.is_name);
    const auto [best, fresh] = found.try_emplace(label.at, Match{how, label.text});
    if (fresh) continue;
    const auto rank = [](SearchMatch match, const std::string& words_of) {
      return std::tuple(match, words_of.size(), words_of);
    };
    if (rank(how, label.text) < rank(best->second.how, best->second.label)) {
      best->second = {how, label.text};
    }
  }
}

absl::StatusOr<std::vector<SearchHit>> ConceptSearch::Find(const SearchQuery& query) const {
  Matches found;
  MatchCodes(query.text, found);
  MatchLabels(query.text, found);
  std::vector<SearchHit> direct;
  for (auto& [at, match] : found) {
    const NodePtr& node = nodes_[at];
    if (query.kind.has_value() && node->clinical_concept().kind() != *query.kind) continue;
    direct.push_back({node, match.how, std::move(match.label), ""});
  }
  if (direct.size() > kSearchHitsMax) return TooWide();
  std::sort(direct.begin(), direct.end(), [](const SearchHit& a, const SearchHit& b) {
    const size_t a_size = a.label.size();
    const size_t b_size = b.label.size();
    return std::tie(a.match, a_size, a.label, a.node->name()) <
           std::tie(b.match, b_size, b.label, b.node->name());
  });
  if (!query.narrower) return direct;
  std::vector<SearchHit> hits;
  for (SearchHit& hit : direct) {
    const SearchHit top = hit;
    hits.push_back(std::move(hit));
    EVIDENT_RETURN_IF_ERROR(AddNarrower(top, query, hits));
  }
  // A concept that is a hit itself stands there alone; below several, below the first.
  std::set<std::string> own;
  for (const SearchHit& hit : hits) {
    if (hit.match != SearchMatch::kNarrower) own.insert(hit.node->name());
  }
  std::set<std::string> seen;
  std::erase_if(hits, [&](const SearchHit& hit) {
    const std::string& name = hit.node->name();
    if (hit.match != SearchMatch::kNarrower) return false;
    return own.count(name) > 0 || !seen.insert(name).second;
  });
  return hits;
}

absl::Status ConceptSearch::AddNarrower(const SearchHit& hit, const SearchQuery& query,
                                        std::vector<SearchHit>& hits) const {
  const NodeId id = MakeNodeId(*hit.node);
  EVIDENT_ASSIGN_OR_RETURN(const std::set<NodeId> below,
                           Closure(*reader_, id, v1::EDGE_KIND_IS_A, Way::kIn));
  std::map<std::string, NodePtr> by_name;
  for (const NodeId& narrower : below) {
    if (narrower == id) continue;
    EVIDENT_ASSIGN_OR_RETURN(NodePtr node, reader_->GetNode(narrower));
    if (node == nullptr) continue;
    if (query.kind.has_value() && node->clinical_concept().kind() != *query.kind) continue;
    by_name.emplace(node->name(), std::move(node));
  }
  if (hits.size() + by_name.size() > kSearchHitsMax) return TooWide();
  for (auto& [name, node] : by_name) {
    hits.push_back({std::move(node), SearchMatch::kNarrower, "", hit.node->name()});
  }
  return absl::OkStatus();
}

}  // namespace evident::graph
