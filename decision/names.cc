#include "decision/names.h"

#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/suggest.h"
#include "graph/model/node_id.h"

namespace evident::decision {
namespace {

// What is longer than any name is not looked for, nor repeated in a message.
absl::Status CheckLength(const char* what, const std::string& written) {
  if (written.size() <= kNameBytesMax) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "NAME_TOO_LONG",
                   std::string("the name of a ") + what + " has at most " +
                       std::to_string(kNameBytesMax) + " bytes, this one has " +
                       std::to_string(written.size()));
}

absl::Status Unknown(const char* reason, const char* what, const std::string& written,
                     const std::vector<std::string>& known) {
  std::vector<std::string> candidates = known;
  for (const std::string& name : known) candidates.emplace_back(graph::BareSlug(name));
  return MakeError(
      absl::StatusCode::kInvalidArgument, reason,
      std::string("there is no ") + what + " '" + written + "'" + NearestHint(written, candidates));
}

absl::Status Ambiguous(const char* reason, const char* what, const std::string& written,
                       const std::vector<std::string>& matches) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   std::string("'") + written + "' is more than one " + what + ": " +
                       absl::StrJoin(matches, ", "));
}

// `names` is any sorted range of full names.
template <typename Names, typename NameOf>
std::vector<std::string> WithSlug(const Names& names, const std::string& slug, NameOf name_of) {
  std::vector<std::string> matches;
  for (const auto& one : names) {
    if (graph::BareSlug(name_of(one)) == slug) matches.push_back(name_of(one));
  }
  return matches;
}

template <typename Map>
std::vector<std::string> Keys(const Map& map) {
  std::vector<std::string> keys;
  for (const auto& [name, node] : map) keys.push_back(name);
  return keys;
}

}  // namespace

absl::StatusOr<std::string> ResolveConcept(const KnowledgeIndex& index,
                                           const std::string& written) {
  EVIDENT_RETURN_IF_ERROR(CheckLength("concept", written));
  if (index.concepts().find(written) != index.concepts().end()) return written;
  const std::vector<std::string> matches =
      WithSlug(index.concepts(), written, [](const auto& entry) { return entry.first; });
  if (matches.size() == 1) return matches[0];
  if (matches.size() > 1) return Ambiguous("CONCEPT_AMBIGUOUS", "concept", written, matches);
  return Unknown("CONCEPT_UNKNOWN", "concept", written, Keys(index.concepts()));
}

absl::StatusOr<std::vector<graph::NodePtr>> NodesWithCode(const KnowledgeIndex& index,
                                                          const v1::Code& code) {
  EVIDENT_ASSIGN_OR_RETURN(
      const std::vector<NodeId> ids,
      index.reader().Find(graph::Index::kCode, code.system() + "|" + code.code()));
  std::vector<graph::NodePtr> nodes;
  for (const NodeId& id : ids) {
    EVIDENT_ASSIGN_OR_RETURN(graph::NodePtr node, index.reader().GetNode(id));
    if (node != nullptr) nodes.push_back(std::move(node));
  }
  return nodes;
}

absl::StatusOr<std::string> ResolveCode(const KnowledgeIndex& index, const v1::Code& code) {
  EVIDENT_RETURN_IF_ERROR(CheckLength("code system", code.system()));
  EVIDENT_RETURN_IF_ERROR(CheckLength("code", code.code()));
  const std::string term = code.system() + "|" + code.code();
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<graph::NodePtr> nodes, NodesWithCode(index, code));
  std::vector<std::string> matches;
  for (const graph::NodePtr& node : nodes) {
    if (node->has_clinical_concept()) matches.push_back(node->name());
  }
  if (matches.size() == 1) return matches[0];
  if (matches.size() > 1) return Ambiguous("CONCEPT_AMBIGUOUS", "concept", term, matches);
  return Unknown("CONCEPT_UNKNOWN", "concept with the code", term, {});
}

absl::StatusOr<std::string> ResolveFact(const KnowledgeIndex& index, const std::string& written,
                                        const std::set<std::string>& asked) {
  EVIDENT_RETURN_IF_ERROR(CheckLength("fact", written));
  if (index.facts().find(written) != index.facts().end()) return written;
  const std::vector<std::string> matches =
      WithSlug(asked, written, [](const std::string& name) { return name; });
  if (matches.size() == 1) return matches[0];
  if (matches.size() > 1) return Ambiguous("FACT_AMBIGUOUS", "fact", written, matches);
  const std::vector<std::string> elsewhere =
      WithSlug(index.facts(), written, [](const auto& entry) { return entry.first; });
  if (!elsewhere.empty()) {
    return Ambiguous("FACT_AMBIGUOUS", "fact, none of the concepts asked for; in full", written,
                     elsewhere);
  }
  return Unknown(
      "FACT_UNKNOWN", "fact", written,
      asked.empty() ? Keys(index.facts()) : std::vector<std::string>(asked.begin(), asked.end()));
}

}  // namespace evident::decision
