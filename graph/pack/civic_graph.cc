#include "graph/pack/civic_graph.h"

#include <algorithm>

#include "base/unicode.h"
#include "graph/model/node_id.h"
#include "graph/pack/civic_names.h"

namespace evident::graph {
namespace {

constexpr char kEvidenceScheme[] = "CIViC evidence level";
constexpr char kRatingScheme[] = "CIViC trust rating";
constexpr char kAmpScheme[] = "AMP/ASCO/CAP";
constexpr char kAcmgScheme[] = "ACMG/AMP codes";
constexpr char kDoid[] = "DOID";
constexpr char kEntrez[] = "Entrez Gene";
constexpr char kCivicVariant[] = "CIViC variant";
constexpr char kCivicDrug[] = "CIViC drug";

// Stored text is in NFC; rows that are not UTF-8 are broken already.
std::string Nfc(const std::string& text) { return *ToNfc(text); }

std::string Full(const std::string& slug) { return std::string(kCivicPack) + "/" + slug; }

std::string Empty(const std::string& text) {  // "N/A" is CIViC's word for nothing
  return text == "N/A" ? std::string() : text;
}

void SetValue(v1::SchemeValue& value, const char* scheme, const std::string& text) {
  value.set_scheme(scheme);
  value.set_value(text);
}

v1::Support BearingOf(const std::string& direction) {
  if (direction == "Supports") return v1::SUPPORT_SUPPORTS;
  if (direction == "Does Not Support") return v1::SUPPORT_WEAKENS;
  return v1::SUPPORT_UNSPECIFIED;
}

// "Levine et al., 2005, Blood": who, when, where. Otherwise all of it is who.
void SetCitation(const std::string& citation, v1::Reference& reference) {
  const size_t first = citation.find(", ");
  const size_t second = first == citation.npos ? first : citation.find(", ", first + 2);
  constexpr size_t kYearDigits = 4;
  if (second == citation.npos || second - first - 2 != kYearDigits ||
      !IsCivicNumber(citation.substr(first + 2, kYearDigits))) {
    reference.set_publisher(citation);
    return;
  }
  reference.set_publisher(citation.substr(0, first));
  reference.set_year(
      static_cast<uint32_t>(std::stoul(citation.substr(first + 2, second - first - 2))));
  reference.set_container(citation.substr(second + 2));
}

}  // namespace

v1::NodeRecord& CivicGraph::NodeOf(v1::NodeKind kind, const std::string& name) {
  v1::NodeRecord& node = nodes_[{kind, name}];
  node.set_name(name);
  node.set_pack(kCivicPack);
  return node;
}

std::string CivicGraph::Concept(const std::string& slug, v1::ConceptKind kind,
                                const std::string& display, const std::string& system,
                                const std::string& code) {
  const std::string name = Full(slug);
  v1::Concept& entry = *NodeOf(v1::NODE_KIND_CONCEPT, name).mutable_clinical_concept();
  entry.set_kind(kind);
  const auto& synonyms = entry.synonyms();
  if (entry.display().empty()) {
    entry.set_display(display);
  } else if (entry.display() != display &&
             std::find(synonyms.begin(), synonyms.end(), display) == synonyms.end()) {
    entry.add_synonyms(display);
  }
  if (!code.empty() && entry.codes().empty()) {
    entry.add_codes()->set_system(system);
    entry.mutable_codes(0)->set_code(code);
  }
  return name;
}

void CivicGraph::Link(v1::NodeKind src_kind, const std::string& src, v1::EdgeKind kind,
                      v1::NodeKind dst_kind, const std::string& dst, const v1::EdgeRecord& record) {
  const std::string key =
      src + " " + std::to_string(kind) + " " + std::to_string(dst_kind) + " " + dst;
  if (linked_.insert(key).second) edges_.push_back({src_kind, src, kind, dst_kind, dst, record});
}

std::string CivicGraph::CheckVariant(const CivicTable& table, const CivicRow& row) const {
  if (!IsCivicNumber(table.Cell(row, "variant_id"))) return "variant_id is no number";
  if (table.Cell(row, "gene").empty()) return "gene is empty";
  if (table.Cell(row, "variant").empty()) return "variant is empty";
  return "";
}

std::string CivicGraph::VariantOf(const CivicTable& table, const CivicRow& row) {
  const std::string gene = Nfc(table.Cell(row, "gene"));
  const std::string entrez = table.Cell(row, "entrez_id");
  const std::string id = table.Cell(row, "variant_id");
  const std::string display = gene + " " + Nfc(table.Cell(row, "variant"));
  const std::string gene_name =
      Concept(IsCivicNumber(entrez) ? "gene-" + entrez : CivicSlug("gene-symbol-", gene),
              v1::CONCEPT_KIND_FINDING, gene, kEntrez, entrez);
  const auto known = nodes_.find({v1::NODE_KIND_CONCEPT, Full("variant-" + id)});
  if (known != nodes_.end() && known->second.clinical_concept().display() != display) {
    doubts_.push_back({table.file(), row.line(),
                       "variant_id " + id + " is " + known->second.clinical_concept().display() +
                           " elsewhere, and " + display + " here"});
    return gene_name;
  }
  const std::string name =
      Concept("variant-" + id, v1::CONCEPT_KIND_FINDING, display, kCivicVariant, id);
  Link(v1::NODE_KIND_CONCEPT, name, v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, gene_name);
  return name;
}

std::string CivicGraph::DiseaseOf(const CivicTable& table, const CivicRow& row) {
  const std::string disease = Nfc(table.Cell(row, "disease"));
  const std::string doid = table.Cell(row, "doid");
  if (disease.empty()) return "";
  // The file of 2018 leaves zeros in front where that of 2021 does too: the id is the text.
  const bool coded = IsCivicNumber(doid);
  return Concept(coded ? "doid-" + doid : CivicSlug("disease-", disease),
                 v1::CONCEPT_KIND_CONDITION, disease, kDoid, coded ? doid : "");
}

std::string CivicGraph::DrugNamed(const std::string& name) {
  const std::string full =
      Concept(CivicSlug("drug-", name), v1::CONCEPT_KIND_INTERVENTION, name, "", "");
  nodes_[{v1::NODE_KIND_CONCEPT, full}].mutable_clinical_concept()->set_intervention_kind(
      v1::INTERVENTION_KIND_DRUG);
  return full;
}

std::vector<std::string> CivicGraph::DrugsOf(const CivicTable& table, const CivicRow& row) {
  std::vector<std::string> names;
  for (const std::string& drug : CivicList(Nfc(table.Cell(row, "drugs")))) {
    std::string name = DrugNamed(drug);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

void CivicGraph::LinkPhenotypes(const CivicTable& table, const CivicRow& row, v1::NodeKind kind,
                                const std::string& from) {
  for (const std::string& phenotype : CivicList(Nfc(table.Cell(row, "phenotypes")))) {
    Link(kind, from, v1::EDGE_KIND_ABOUT, v1::NODE_KIND_CONCEPT,
         Concept(CivicSlug("phenotype-", phenotype), v1::CONCEPT_KIND_FINDING, phenotype, "", ""));
  }
}

std::string CivicGraph::AddVariant(const CivicTable& table, const CivicRow& row) {
  const std::string name = Full("variant-" + table.Cell(row, "variant_id"));
  if (nodes_.count({v1::NODE_KIND_CONCEPT, name}) > 0) return "the variant stands twice";
  if (std::string why = CheckVariant(table, row); !why.empty()) return why;
  VariantOf(table, row);
  v1::Concept& entry = *nodes_[{v1::NODE_KIND_CONCEPT, name}].mutable_clinical_concept();
  for (const std::string& alias : CivicIds(Nfc(table.Cell(row, "variant_aliases")))) {
    const auto& known = entry.synonyms();
    if (alias == "N/A" || alias == entry.display() ||
        std::find(known.begin(), known.end(), alias) != known.end()) {
      continue;
    }
    entry.add_synonyms(alias);
  }
  return "";
}

std::string CivicGraph::AddDrug(const CivicTable& table, const CivicRow& row) {
  const std::string id = table.Cell(row, "drug_id");
  const std::string drug = Nfc(table.Cell(row, "drug_name"));
  if (!IsCivicNumber(id)) return "drug_id is no number";
  if (drug.empty()) return "drug_name is empty";
  v1::Concept& entry = *nodes_[{v1::NODE_KIND_CONCEPT, DrugNamed(drug)}].mutable_clinical_concept();
  v1::Code& code = *entry.add_codes();  // one name may have several ids
  code.set_system(kCivicDrug);
  code.set_code(id);
  return "";
}

std::string CivicGraph::AddEvidence(const CivicTable& table, const CivicRow& row) {
  const std::string id = table.Cell(row, "evidence_id");
  const std::string name = Full("eid" + id);
  if (!IsCivicNumber(id)) return "evidence_id is no number";
  if (std::string why = CheckVariant(table, row); !why.empty()) return why;
  if (nodes_.count({v1::NODE_KIND_EVIDENCE, name}) > 0) return "EID" + id + " stands twice";
  for (const std::string& trial : CivicIds(table.Cell(row, "nct_ids"))) {
    if (!CheckName(v1::NODE_KIND_REFERENCE, "nct:" + trial).ok()) {
      return "nct_ids has '" + trial + "', which is no registration";
    }
  }
  const std::string source =
      table.Cell(row, table.Has("citation_id") ? "citation_id" : "pubmed_id");
  if (!source.empty() && !IsCivicNumber(source)) return "the id of its source is no number";
  const std::string variant = VariantOf(table, row);
  const std::string disease = DiseaseOf(table, row);
  v1::Evidence& evidence = *NodeOf(v1::NODE_KIND_EVIDENCE, name).mutable_evidence();
  const std::string category = Nfc(table.Cell(row, "evidence_type"));
  evidence.set_headline(CivicHeadline(
      "EID" + id + ": " + Nfc(table.Cell(row, "gene")) + " " + Nfc(table.Cell(row, "variant")) +
      (disease.empty() ? "" : ", " + Nfc(table.Cell(row, "disease"))) +
      (category.empty() ? "" : ", " + category)));
  evidence.set_text(Nfc(table.Cell(row, "evidence_statement")));
  evidence.set_category(category);
  evidence.set_significance(Empty(Nfc(table.Cell(row, "clinical_significance"))));
  evidence.set_bearing(BearingOf(table.Cell(row, "evidence_direction")));
  evidence.set_origin(Empty(Nfc(table.Cell(row, "variant_origin"))));
  const std::string level = Nfc(table.Cell(row, "evidence_level"));
  if (!level.empty()) SetValue(*evidence.mutable_level(), kEvidenceScheme, level);
  const std::string rating = Nfc(table.Cell(row, "rating"));
  if (!rating.empty()) SetValue(*evidence.mutable_rating(), kRatingScheme, rating);
  for (const std::string& drug : DrugsOf(table, row)) evidence.add_interventions(drug);
  const std::string together = Nfc(table.Cell(row, "drug_interaction_type"));
  if (!together.empty()) evidence.add_notes("drug interaction: " + together);
  const std::string status = Nfc(table.Cell(row, "evidence_status"));
  if (status != "accepted" && !status.empty()) evidence.add_notes("status: " + status);
  Link(v1::NODE_KIND_EVIDENCE, name, v1::EDGE_KIND_ABOUT, v1::NODE_KIND_CONCEPT, variant);
  if (!disease.empty()) {
    Link(v1::NODE_KIND_EVIDENCE, name, v1::EDGE_KIND_ABOUT, v1::NODE_KIND_CONCEPT, disease);
  }
  LinkPhenotypes(table, row, v1::NODE_KIND_EVIDENCE, name);
  LinkSource(table, row, name);
  return "";
}

void CivicGraph::LinkSource(const CivicTable& table, const CivicRow& row,
                            const std::string& evidence) {
  const bool newer = table.Has("citation_id");
  const std::string id = table.Cell(row, newer ? "citation_id" : "pubmed_id");
  const std::string type = newer ? table.Cell(row, "source_type") : std::string("PubMed");
  if (IsCivicNumber(id)) {
    const bool pubmed = type == "PubMed";
    const std::string name = pubmed ? "pmid:" + id : Full(CivicSlug("source-", type) + "-" + id);
    v1::Reference& source = *NodeOf(v1::NODE_KIND_REFERENCE, name).mutable_reference();
    if (pubmed) source.set_pmid(id);
    SetCitation(Nfc(table.Cell(row, "citation")), source);
    Link(v1::NODE_KIND_EVIDENCE, evidence, v1::EDGE_KIND_REPORTED_IN, v1::NODE_KIND_REFERENCE,
         name);
  }
  // A result of one registered trial is that trial's; of several, it is only said to be in them.
  const std::vector<std::string> trials = CivicIds(table.Cell(row, "nct_ids"));
  for (const std::string& trial : trials) {
    if (trials.size() == 1) {
      const std::string study = Full(CivicSlug("study-", trial));
      v1::Study& entry = *NodeOf(v1::NODE_KIND_STUDY, study).mutable_study();
      entry.set_display(trial);
      entry.set_registration(trial);
      Link(v1::NODE_KIND_EVIDENCE, evidence, v1::EDGE_KIND_RESULT_OF, v1::NODE_KIND_STUDY, study);
    } else {
      NodeOf(v1::NODE_KIND_REFERENCE, "nct:" + trial).mutable_reference()->set_nct(trial);
      Link(v1::NODE_KIND_EVIDENCE, evidence, v1::EDGE_KIND_REPORTED_IN, v1::NODE_KIND_REFERENCE,
           "nct:" + trial);
    }
  }
}

std::string CivicGraph::AddAssertion(const CivicTable& table, const CivicRow& row) {
  const std::string id = table.Cell(row, "assertion_id");
  const std::string name = Full("aid" + id);
  const std::string summary = Nfc(table.Cell(row, "assertion_summary"));
  if (!IsCivicNumber(id) || id.size() > 9 || std::stoul(id) == 0)
    return "assertion_id is no number";
  if (std::string why = CheckVariant(table, row); !why.empty()) return why;
  if (summary.empty()) return "assertion_summary is empty";
  if (nodes_.count({v1::NODE_KIND_STATEMENT, name}) > 0) return "AID" + id + " stands twice";
  const std::vector<std::string> evidence = CivicIds(table.Cell(row, "evidence_item_ids"));
  for (const std::string& item : evidence) {
    if (!IsCivicNumber(item)) return "evidence_item_ids has '" + item + "', which is no number";
  }
  v1::Statement& statement = *NodeOf(v1::NODE_KIND_STATEMENT, name).mutable_statement();
  statement.set_kind(v1::STATEMENT_KIND_FACT);
  statement.set_order(static_cast<uint32_t>(std::stoul(id)));
  v1::Wording& wording = *statement.add_wordings();
  wording.set_audience(v1::AUDIENCE_CLINICIAN);
  wording.set_language("en");
  wording.set_headline(CivicHeadline(summary));
  wording.set_text(Nfc(table.Cell(row, "assertion_description")));
  if (wording.headline() != summary) wording.set_text(summary + "\n\n" + wording.text());
  const std::string amp = Nfc(table.Cell(row, "amp_category"));
  const std::string acmg = Nfc(table.Cell(row, "acmg_codes"));
  if (!amp.empty()) {
    SetValue(*statement.mutable_grade(), kAmpScheme, amp);
  } else if (!acmg.empty()) {
    SetValue(*statement.mutable_grade(), kAcmgScheme, acmg);
  }
  for (const char* const column :
       {"assertion_type", "assertion_direction", "clinical_significance"}) {
    const std::string said = Nfc(table.Cell(row, column));
    if (!said.empty()) statement.add_readings(std::string(column) + ": " + said);
  }
  Link(v1::NODE_KIND_STATEMENT, name, v1::EDGE_KIND_ABOUT, v1::NODE_KIND_CONCEPT,
       VariantOf(table, row));
  const std::string disease = DiseaseOf(table, row);
  if (!disease.empty()) {
    Link(v1::NODE_KIND_STATEMENT, name, v1::EDGE_KIND_APPLIES_TO, v1::NODE_KIND_CONCEPT, disease);
  }
  for (const std::string& drug : DrugsOf(table, row)) {
    Link(v1::NODE_KIND_STATEMENT, name, v1::EDGE_KIND_ABOUT, v1::NODE_KIND_CONCEPT, drug);
  }
  LinkPhenotypes(table, row, v1::NODE_KIND_STATEMENT, name);
  for (const std::string& item : evidence) LinkEvidence(name, item);
  return "";
}

void CivicGraph::LinkEvidence(const std::string& assertion, const std::string& id) {
  const auto found = nodes_.find({v1::NODE_KIND_EVIDENCE, Full("eid" + id)});
  v1::EdgeRecord record;
  if (found != nodes_.end()) {
    // What speaks against an assertion is under it as such.
    record.mutable_supported_by()->set_support(found->second.evidence().bearing());
    Link(v1::NODE_KIND_STATEMENT, assertion, v1::EDGE_KIND_SUPPORTED_BY, v1::NODE_KIND_EVIDENCE,
         found->first.second, record);
    return;
  }
  const std::string label = "EID" + id;
  const std::string target = Full("assertion-summaries.tsv#" + label);
  NodeOf(v1::NODE_KIND_UNRESOLVED, target).mutable_unresolved()->set_raw_label(label);
  record.mutable_cites()->set_mark(label);
  record.mutable_cites()->set_unresolved(true);
  Link(v1::NODE_KIND_STATEMENT, assertion, v1::EDGE_KIND_CITES, v1::NODE_KIND_UNRESOLVED, target,
       record);
  unresolved_.push_back("AID" + assertion.substr(Full("aid").size()) + " -> " + label);
}

GraphDraft CivicGraph::Finish(std::vector<std::string>& unresolved,
                              std::vector<BrokenRow>& doubts) {
  GraphDraft draft;
  for (auto& [key, node] : nodes_) draft.nodes.push_back(std::move(node));
  draft.edges = std::move(edges_);
  unresolved = std::move(unresolved_);
  doubts = std::move(doubts_);
  return draft;
}

}  // namespace evident::graph
