// What the slugs of a pack stand for, and what its links lead to.
#ifndef EVIDENT_GRAPH_PACK_NAMES_H_
#define EVIDENT_GRAPH_PACK_NAMES_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "evident/v1/knowledge.pb.h"
#include "graph/model/graph_reader.h"
#include "graph/pack/cursor.h"

namespace evident::graph {

// What a link may lead to.
enum class LinkTo {
  kGuideline,
  kStatement,
  kConcept,
  kCondition,
  kIntervention,
  kOutcome,
  kFact,
  kStudy,
  kEvidence,
  kReference,
  kProposition,
  kIssuer,
  kReviewer,  // board or person
  kBoard,
  kPerson,
  kDecisionPoint,
};

// A node as links see it.
struct LinkTarget {
  v1::NodeKind kind = v1::NODE_KIND_UNSPECIFIED;
  v1::ConceptKind concept_kind = v1::CONCEPT_KIND_UNSPECIFIED;  // of concepts
  std::string name;

  bool operator==(const LinkTarget&) const = default;
};

// Not thread safe.
class NameTable {
 public:
  // `knowledge` serves the required packs; null when there is none.
  NameTable(std::string pack, std::vector<std::string> required, const GraphReader* knowledge);

  const std::string& pack() const { return pack_; }

  // Makes `slug` stand for `target`. A slug that is taken, a malformed name and a name that another
  // pack owns are reported at `place`.
  void Declare(const std::string& slug, const LinkTarget& target, const PackPlace& place,
               PackErrors& errors);

  // What the text leads to. INVALID_ARGUMENT: what was found and what was expected.
  absl::StatusOr<LinkTarget> Lookup(const std::string& text, LinkTo to);

  // What the link leads to; an unknown one, or one of the wrong kind, is reported.
  std::optional<LinkTarget> Resolve(const Cursor& link, LinkTo to);

  // The target of this slug of the pack; null when there is none.
  const LinkTarget* Find(std::string_view slug) const;

  // The slugs of references that are named by an identifier, by that name.
  std::map<std::string, std::string> SlugsOfIdNames() const {
    return {slug_of_id_name_.begin(), slug_of_id_name_.end()};
  }

  // The record of a required pack's node that a link led to; null when it is none.
  NodePtr ForeignNode(std::string_view name);

  // Why the knowledge could not be read; OK when it could.
  const absl::Status& knowledge_status() const { return knowledge_status_; }

 private:
  struct Declared {
    LinkTarget target;
    PackPlace place;
  };

  absl::StatusOr<LinkTarget> LookupForeign(const std::string& name);
  absl::Status Unknown(const std::string& text, LinkTo to) const;

  const std::string pack_;
  const std::vector<std::string> required_;
  const GraphReader* const knowledge_;
  std::map<std::string, Declared, std::less<>> declared_;
  std::map<std::string, std::string, std::less<>> slug_of_id_name_;  // "pmid:1" -> slug
  absl::Status knowledge_status_;
};

// "<pack>/<slug>" or "pmid:...", "doi:...", "nct:..." for a reference with such an id.
std::string ReferenceName(const std::string& pack, const std::string& slug,
                          const v1::Reference& reference);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_NAMES_H_
