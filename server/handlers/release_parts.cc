#include "server/handlers/release_parts.h"

#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "decision/wording.h"
#include "graph/model/node_id.h"
#include "graph/traverse/provenance.h"
#include "graph/traverse/review.h"

namespace evident::server {
namespace {

constexpr char kLanguage[] = "en";

void AddWords(const v1::Statement& statement, v1::StatementDimension& row) {
  v1::ResolvedQuestion reader;
  reader.set_audience(v1::AUDIENCE_CLINICIAN);
  reader.set_language(kLanguage);
  const v1::Wording* const wording = decision::ChooseWording(statement, reader).wording;
  if (wording == nullptr) return;
  row.set_headline(wording->headline());
  row.set_wording(wording->text());
  row.set_language(wording->language());
}

absl::Status AddGuideline(const graph::GraphReader& release, const NodeId& statement,
                          v1::StatementDimension& row) {
  EVIDENT_ASSIGN_OR_RETURN(const auto parts, release.Out(statement, v1::EDGE_KIND_PART_OF));
  if (parts.empty()) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr guideline, release.GetNode(parts[0].dst));
  if (guideline == nullptr) return absl::OkStatus();
  row.set_guideline(guideline->name());
  row.set_guideline_title(guideline->guideline().title());
  row.set_guideline_edition(guideline->guideline().edition());
  EVIDENT_ASSIGN_OR_RETURN(const auto issued, release.Out(parts[0].dst, v1::EDGE_KIND_ISSUED_BY));
  for (const graph::Edge& edge : issued) {
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr issuer, release.GetNode(edge.dst));
    if (issuer != nullptr) row.add_issuers(issuer->name());
  }
  return absl::OkStatus();
}

void AddConcept(const v1::NodeRecord& node, v1::ConceptDimension& row) {
  const v1::Concept& shown = node.clinical_concept();
  row.set_name(node.name());
  row.set_pack(node.pack());
  row.set_display(shown.display());
  row.set_kind(shown.kind());
  row.set_intervention_kind(shown.intervention_kind());
  *row.mutable_codes() = shown.codes();
}

void AddReference(const v1::NodeRecord& node, v1::ReferenceDimension& row) {
  const v1::Reference& reference = node.reference();
  row.set_reference(node.name());
  row.set_pack(node.pack());
  row.set_title(reference.title());
  row.set_year(reference.year());
  row.set_pmid(reference.pmid());
  row.set_doi(reference.doi());
  row.set_nct(reference.nct());
  row.set_standing(reference.standing());
}

}  // namespace

absl::StatusOr<ReleaseParts> ReleaseParts::Open(const graph::ReleaseManager& releases,
                                                uint32_t number, const std::string& digest) {
  ReleaseParts parts(number, digest);
  graph::ReleaseSelector selector;
  selector.number = ReleaseNumber(number);
  auto pinned = releases.Pin(selector);
  if (absl::IsNotFound(pinned.status())) return parts;
  if (!pinned.ok()) return pinned.status();
  if ((*pinned)->release().release_digest() != digest) return parts;
  parts.release_ = *std::move(pinned);
  for (const v1::NodeKind kind :
       {v1::NODE_KIND_STATEMENT, v1::NODE_KIND_CONCEPT, v1::NODE_KIND_REFERENCE}) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, parts.release_->Nodes(kind));
    parts.ids_.insert(parts.ids_.end(), ids.begin(), ids.end());
  }
  return parts;
}

absl::StatusOr<v1::ReleaseDimensions> ReleaseParts::Next() {
  v1::ReleaseDimensions part;
  part.set_release(number_);
  part.set_release_digest(digest_);
  part.set_unknown(release_ == nullptr);
  if (release_ != nullptr) part.set_publish_time_ns(release_->release().publish_time_ns());
  for (size_t i = 0; i < kDimensionRowsEach && next_ < ids_.size(); ++i, ++next_) {
    EVIDENT_RETURN_IF_ERROR(Add(ids_[next_], part));
  }
  part.set_complete(next_ == ids_.size());
  return part;
}

absl::Status ReleaseParts::Add(const NodeId& id, v1::ReleaseDimensions& part) const {
  EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr node, release_->GetNode(id));
  if (node == nullptr) return absl::OkStatus();
  if (node->has_statement()) return AddStatement(id, *node, *part.add_statements());
  if (node->has_clinical_concept()) AddConcept(*node, *part.add_concepts());
  if (node->has_reference()) AddReference(*node, *part.add_references());
  return absl::OkStatus();
}

absl::Status ReleaseParts::AddStatement(const NodeId& id, const v1::NodeRecord& node,
                                        v1::StatementDimension& row) const {
  const v1::Statement& statement = node.statement();
  row.set_statement(node.name());
  row.set_pack(node.pack());
  AddWords(statement, row);
  row.set_kind(statement.kind());
  row.set_polarity(statement.polarity());
  row.set_preference(statement.preference());
  if (statement.has_grade()) *row.mutable_grade() = statement.grade();
  if (statement.has_certainty()) *row.mutable_certainty() = statement.certainty();
  EVIDENT_ASSIGN_OR_RETURN(const graph::ReviewStanding review, graph::ReviewOf(*release_, id));
  row.set_review_state(review.state);
  row.set_standing(statement.standing());
  EVIDENT_RETURN_IF_ERROR(AddGuideline(*release_, id, row));
  EVIDENT_ASSIGN_OR_RETURN(const graph::ProvenanceWalk walk, graph::WalkProvenance(*release_, id));
  for (const graph::NodePtr& reference : walk.references) row.add_references(reference->name());
  return absl::OkStatus();
}

}  // namespace evident::server
