#include "graph/model/node_id.h"

#include <algorithm>

#include "base/digest.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::graph {
namespace {

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsPackAndSlug(std::string_view name) {
  const size_t slash = name.find('/');
  return slash != std::string_view::npos && IsSlug(name.substr(0, slash)) &&
         IsSlug(name.substr(slash + 1));
}

bool IsIdentifier(std::string_view name) {
  if (name.rfind("pmid:", 0) == 0) return IsDigits(name.substr(5));
  if (name.rfind("nct:NCT", 0) == 0) return name.size() == 15 && IsDigits(name.substr(7));
  if (name.rfind("doi:", 0) != 0 || name.size() < 6) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && static_cast<unsigned char>(c) < 0x7f &&
           !(c >= 'A' && c <= 'Z');
  });
}

// `<pack>/<source document>#<raw label>`; the label is whatever the source prints.
bool IsUnresolvedName(std::string_view name) {
  const size_t hash = name.find('#');
  return hash != std::string_view::npos && IsPackAndSlug(name.substr(0, hash)) &&
         hash + 1 < name.size() && name.find('\0') == std::string_view::npos;
}

}  // namespace

bool IsSlug(std::string_view text) {
  if (text.empty() || text.size() > kNameBytesMax || !IsLowerOrDigit(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsLowerOrDigit(c) || c == '.' || c == '_' || c == '-'; });
}

NodeId MakeNodeId(v1::NodeKind kind, std::string_view name) {
  const char first = static_cast<char>(static_cast<unsigned char>(kind));
  const Digest digest = Sha256({std::string_view(&first, 1), std::string_view("\0", 1), name});
  NodeId id;
  id.bytes[0] = static_cast<uint8_t>(kind);
  std::copy_n(digest.bytes.begin(), id.bytes.size() - 1, id.bytes.begin() + 1);
  return id;
}

NodeId MakeNodeId(const v1::NodeRecord& record) {
  return MakeNodeId(KindOf(record), record.name());
}

const std::vector<v1::NodeKind>& NodeKinds() {
  static const auto* const kinds = [] {
    auto* const all = new std::vector<v1::NodeKind>();
    for (int kind = v1::NODE_KIND_UNSPECIFIED + 1; kind <= v1::NodeKind_MAX; ++kind) {
      if (v1::NodeKind_IsValid(kind)) all->push_back(static_cast<v1::NodeKind>(kind));
    }
    return all;
  }();
  return *kinds;
}

v1::NodeKind KindOf(const v1::NodeRecord& record) {
  switch (record.body_case()) {
    case v1::NodeRecord::kGuideline:
      return v1::NODE_KIND_GUIDELINE;
    case v1::NodeRecord::kStatement:
      return v1::NODE_KIND_STATEMENT;
    case v1::NodeRecord::kClinicalConcept:
      return v1::NODE_KIND_CONCEPT;
    case v1::NodeRecord::kFact:
      return v1::NODE_KIND_FACT;
    case v1::NodeRecord::kStudy:
      return v1::NODE_KIND_STUDY;
    case v1::NodeRecord::kEvidence:
      return v1::NODE_KIND_EVIDENCE;
    case v1::NodeRecord::kReference:
      return v1::NODE_KIND_REFERENCE;
    case v1::NodeRecord::kProposition:
      return v1::NODE_KIND_PROPOSITION;
    case v1::NodeRecord::kIssuer:
      return v1::NODE_KIND_ISSUER;
    case v1::NodeRecord::kBoard:
      return v1::NODE_KIND_BOARD;
    case v1::NodeRecord::kPerson:
      return v1::NODE_KIND_PERSON;
    case v1::NodeRecord::kDecisionPoint:
      return v1::NODE_KIND_DECISION_POINT;
    case v1::NodeRecord::kUnresolved:
      return v1::NODE_KIND_UNRESOLVED;
    case v1::NodeRecord::BODY_NOT_SET:
      break;
  }
  return v1::NODE_KIND_UNSPECIFIED;
}

absl::Status CheckName(v1::NodeKind kind, std::string_view name) {
  bool valid = !name.empty() && name.size() <= kNameBytesMax;
  if (kind == v1::NODE_KIND_UNRESOLVED) {
    valid = valid && IsUnresolvedName(name);
  } else if (kind == v1::NODE_KIND_REFERENCE) {
    valid = valid && (IsIdentifier(name) || IsPackAndSlug(name));
  } else {
    valid = valid && IsPackAndSlug(name);
  }
  if (valid) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "NAME_INVALID",
                   "'" + std::string(name) + "' is no name of a " +
                       v1::NodeKind_Name(kind).substr(sizeof("NODE_KIND_") - 1) +
                       "; expected <pack>/<slug> of lower-case letters, digits, '.', '_' and '-'");
}

std::string_view BareSlug(std::string_view name) {
  const size_t slash = name.find('/');
  return slash == std::string_view::npos || name.rfind("doi:", 0) == 0 ? name
                                                                       : name.substr(slash + 1);
}

}  // namespace evident::graph
