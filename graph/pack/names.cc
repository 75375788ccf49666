#include "graph/pack/names.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "base/suggest.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

struct Wanted {
  std::vector<v1::NodeKind> kinds;
  v1::ConceptKind concept_kind;  // unspecified: any
  std::string_view what;
};

Wanted WantedBy(LinkTo to) {
  constexpr auto kAny = v1::CONCEPT_KIND_UNSPECIFIED;
  switch (to) {
    case LinkTo::kGuideline:
      return {{v1::NODE_KIND_GUIDELINE}, kAny, "a guideline"};
    case LinkTo::kStatement:
      return {{v1::NODE_KIND_STATEMENT}, kAny, "a statement"};
    case LinkTo::kConcept:
      return {{v1::NODE_KIND_CONCEPT}, kAny, "a concept"};
    case LinkTo::kCondition:
      return {{v1::NODE_KIND_CONCEPT}, v1::CONCEPT_KIND_CONDITION, "a condition"};
    case LinkTo::kIntervention:
      return {{v1::NODE_KIND_CONCEPT}, v1::CONCEPT_KIND_INTERVENTION, "an intervention"};
    case LinkTo::kOutcome:
      return {{v1::NODE_KIND_CONCEPT}, v1::CONCEPT_KIND_OUTCOME, "an outcome"};
    case LinkTo::kFact:
      return {{v1::NODE_KIND_FACT}, kAny, "a fact"};
    case LinkTo::kStudy:
      return {{v1::NODE_KIND_STUDY}, kAny, "a study"};
    case LinkTo::kEvidence:
      return {{v1::NODE_KIND_EVIDENCE}, kAny, "evidence"};
    case LinkTo::kReference:
      return {{v1::NODE_KIND_REFERENCE}, kAny, "a reference"};
    case LinkTo::kProposition:
      return {{v1::NODE_KIND_PROPOSITION}, kAny, "a proposition"};
    case LinkTo::kIssuer:
      return {{v1::NODE_KIND_ISSUER}, kAny, "an issuer"};
    case LinkTo::kReviewer:
      return {{v1::NODE_KIND_BOARD, v1::NODE_KIND_PERSON}, kAny, "a board or person"};
    case LinkTo::kBoard:
      return {{v1::NODE_KIND_BOARD}, kAny, "a board"};
    case LinkTo::kPerson:
      return {{v1::NODE_KIND_PERSON}, kAny, "a person"};
    case LinkTo::kDecisionPoint:
      return {{v1::NODE_KIND_DECISION_POINT}, kAny, "a decision point"};
  }
  return {{}, kAny, "nothing"};
}

bool Fits(const LinkTarget& target, const Wanted& wanted) {
  const bool kind =
      std::find(wanted.kinds.begin(), wanted.kinds.end(), target.kind) != wanted.kinds.end();
  // A concept whose own kind could not be read was reported there.
  return kind && (wanted.concept_kind == v1::CONCEPT_KIND_UNSPECIFIED ||
                  target.concept_kind == v1::CONCEPT_KIND_UNSPECIFIED ||
                  target.concept_kind == wanted.concept_kind);
}

std::string_view KindWord(const LinkTarget& target) {
  switch (target.kind) {
    case v1::NODE_KIND_GUIDELINE:
      return "a guideline";
    case v1::NODE_KIND_STATEMENT:
      return "a statement";
    case v1::NODE_KIND_CONCEPT:
      switch (target.concept_kind) {
        case v1::CONCEPT_KIND_CONDITION:
          return "a condition";
        case v1::CONCEPT_KIND_FINDING:
          return "a finding";
        case v1::CONCEPT_KIND_INTERVENTION:
          return "an intervention";
        case v1::CONCEPT_KIND_OUTCOME:
          return "an outcome";
        default:
          return "a concept";
      }
    case v1::NODE_KIND_FACT:
      return "a fact";
    case v1::NODE_KIND_STUDY:
      return "a study";
    case v1::NODE_KIND_EVIDENCE:
      return "evidence";
    case v1::NODE_KIND_REFERENCE:
      return "a reference";
    case v1::NODE_KIND_PROPOSITION:
      return "a proposition";
    case v1::NODE_KIND_ISSUER:
      return "an issuer";
    case v1::NODE_KIND_BOARD:
      return "a board";
    case v1::NODE_KIND_PERSON:
      return "a person";
    case v1::NODE_KIND_DECISION_POINT:
      return "a decision point";
    default:
      return "an unresolved target";
  }
}

bool IsIdName(std::string_view name) {
  return name.substr(0, 5) == "pmid:" || name.substr(0, 4) == "doi:" || name.substr(0, 4) == "nct:";
}

}  // namespace

std::string ReferenceName(const std::string& pack, const std::string& slug,
                          const v1::Reference& reference) {
  if (!reference.pmid().empty()) return "pmid:" + reference.pmid();
  if (!reference.doi().empty()) return "doi:" + reference.doi();
  if (!reference.nct().empty()) return "nct:" + reference.nct();
  return pack + "/" + slug;
}

NameTable::NameTable(std::string pack, std::vector<std::string> required,
                     const GraphReader* knowledge)
    : pack_(std::move(pack)), required_(std::move(required)), knowledge_(knowledge) {}

void NameTable::Declare(const std::string& slug, const LinkTarget& target, const PackPlace& place,
                        PackErrors& errors) {
  if (const absl::Status named = CheckName(target.kind, target.name); !named.ok()) {
    errors.Add(place, "found the name \"" + target.name +
                          "\"; expected a slug of a-z, 0-9, '.', '_' and '-' that begins with a "
                          "letter or digit, or a well-formed pmid, doi or nct");
    return;
  }
  const auto [first, fresh] = declared_.try_emplace(slug, Declared{target, place});
  if (!fresh) {
    errors.Add(place, "found \"" + slug + "\" again; it is already " +
                          std::string(KindWord(first->second.target)) + " at " +
                          first->second.place.ToString());
    return;
  }
  if (!IsIdName(target.name)) return;
  const auto [other, free] = slug_of_id_name_.try_emplace(target.name, slug);
  if (!free) {
    errors.Add(place, "found " + target.name + " again; it is already at " +
                          declared_.find(other->second)->second.place.ToString());
    return;
  }
  const NodePtr owned = ForeignNode(target.name);
  if (owned != nullptr && owned->pack() != pack_) {
    errors.Add(place, "found " + target.name + ", which the pack " + owned->pack() +
                          " owns; require that pack and link to the name");
  }
}

const LinkTarget* NameTable::Find(std::string_view slug) const {
  const auto found = declared_.find(slug);
  return found == declared_.end() ? nullptr : &found->second.target;
}

NodePtr NameTable::ForeignNode(std::string_view name) {
  if (knowledge_ == nullptr) return nullptr;
  absl::StatusOr<NodePtr> node = FindByName(*knowledge_, name);
  if (!node.ok()) {
    if (knowledge_status_.ok()) knowledge_status_ = node.status();
    return nullptr;
  }
  return *std::move(node);
}

absl::StatusOr<LinkTarget> NameTable::Lookup(const std::string& text, LinkTo to) {
  std::string slug = text;
  if (IsIdName(slug)) {
    const auto own = slug_of_id_name_.find(slug);
    if (own != slug_of_id_name_.end()) slug = own->second;
  } else if (slug.substr(0, pack_.size() + 1) == pack_ + "/") {
    slug = slug.substr(pack_.size() + 1);
  }
  LinkTarget target;
  if (const LinkTarget* own = Find(slug)) {
    target = *own;
  } else if (IsIdName(slug) || slug.find('/') != slug.npos) {
    EVIDENT_ASSIGN_OR_RETURN(target, LookupForeign(slug));
  } else {
    return Unknown(slug, to);
  }
  const Wanted wanted = WantedBy(to);
  if (Fits(target, wanted)) return target;
  return absl::InvalidArgumentError("found \"" + text + "\", which is " +
                                    std::string(KindWord(target)) + "; expected " +
                                    std::string(wanted.what));
}

std::optional<LinkTarget> NameTable::Resolve(const Cursor& link, LinkTo to) {
  const std::optional<std::string> text = link.Text();
  if (!text) return std::nullopt;
  absl::StatusOr<LinkTarget> target = Lookup(*text, to);
  if (target.ok()) return *std::move(target);
  link.Error(std::string(target.status().message()));
  return std::nullopt;
}

absl::StatusOr<LinkTarget> NameTable::LookupForeign(const std::string& name) {
  const NodePtr node = ForeignNode(name);
  if (node == nullptr) {
    return absl::InvalidArgumentError("found \"" + name +
                                      "\", which neither this pack nor the knowledge has");
  }
  if (std::find(required_.begin(), required_.end(), node->pack()) == required_.end()) {
    return absl::InvalidArgumentError("found \"" + name + "\" of the pack " + node->pack() +
                                      ", which pack.yaml does not require");
  }
  return LinkTarget{KindOf(*node), node->clinical_concept().kind(), node->name()};
}

absl::Status NameTable::Unknown(const std::string& text, LinkTo to) const {
  const Wanted wanted = WantedBy(to);
  std::vector<std::string> known;
  for (const auto& [slug, declared] : declared_) {
    if (Fits(declared.target, wanted)) known.push_back(slug);
  }
  return absl::InvalidArgumentError("found \"" + text + "\"; expected " + std::string(wanted.what) +
                                    " of this pack" + NearestHint(text, known));
}

}  // namespace evident::graph
