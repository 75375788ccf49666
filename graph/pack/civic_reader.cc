#include "graph/pack/civic_reader.h"

#include <utility>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "graph/pack/civic_graph.h"

namespace evident::graph {
namespace {

constexpr size_t kRowsPerProgress = 500;

using AddRow = std::string (CivicGraph::*)(const CivicTable&, const CivicRow&);

struct FilePlan {
  const char* file;
  bool optional;
  std::vector<std::string> columns;
  AddRow add;
};

// In the order in which they are taken.
std::vector<FilePlan> Plans() {
  return {
      {kCivicVariantFile,
       false,
       {"variant_id", "gene", "entrez_id", "variant"},
       &CivicGraph::AddVariant},
      {kCivicDrugFile, true, {"drug_name", "drug_id"}, &CivicGraph::AddDrug},
      {kCivicEvidenceFile,
       false,
       {"gene",
        "entrez_id",
        "variant",
        "disease",
        "doid",
        "phenotypes",
        "drugs",
        "drug_interaction_type",
        "evidence_type",
        "evidence_direction",
        "evidence_level",
        "clinical_significance",
        "evidence_statement",
        "citation",
        "nct_ids",
        "rating",
        "evidence_status",
        "evidence_id",
        "variant_id",
        "variant_origin"},
       &CivicGraph::AddEvidence},
      {kCivicAssertionFile,
       false,
       {"gene", "entrez_id", "variant", "disease", "doid", "phenotypes", "drugs", "assertion_type",
        "assertion_direction", "clinical_significance", "acmg_codes", "amp_category",
        "assertion_summary", "assertion_description", "assertion_id", "evidence_item_ids",
        "variant_id"},
       &CivicGraph::AddAssertion},
  };
}

absl::Status Strict(const std::vector<BrokenRow>& broken) {
  std::vector<Violation> violations;
  for (const BrokenRow& row : broken) {
    violations.push_back({row.file + ":" + std::to_string(row.line), row.why});
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "CIVIC_ROW_BROKEN",
                   std::to_string(broken.size()) + " rows are broken; first: " +
                       violations[0].field + ": " + violations[0].description,
                   violations);
}

// The file of evidence names its sources in one of two ways.
absl::Status CheckSources(const CivicTable& table) {
  if (table.file() != kCivicEvidenceFile || table.Has("pubmed_id") ||
      (table.Has("citation_id") && table.Has("source_type"))) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "CIVIC_HEADER",
                   table.file() + " has neither pubmed_id nor citation_id and source_type");
}

}  // namespace

absl::StatusOr<CivicSnapshot> ReadCivic(const CivicFiles& files, const CivicOptions& options) {
  std::vector<std::pair<FilePlan, CivicTable>> tables;
  size_t all = 0;
  for (FilePlan& plan : Plans()) {
    const auto file = files.find(plan.file);
    if (file == files.end() && plan.optional) continue;
    if (file == files.end()) {
      return MakeError(absl::StatusCode::kNotFound, "CIVIC_FILE_MISSING",
                       std::string("a snapshot of CIViC has a file ") + plan.file);
    }
    EVIDENT_ASSIGN_OR_RETURN(CivicTable table,
                             CivicTable::Read(plan.file, file->second, plan.columns));
    EVIDENT_RETURN_IF_ERROR(CheckSources(table));
    all += table.rows().size();
    tables.emplace_back(std::move(plan), std::move(table));
  }
  CivicSnapshot snapshot;
  CivicGraph graph;
  size_t done = 0;
  for (const auto& [plan, table] : tables) {
    snapshot.broken.insert(snapshot.broken.end(), table.broken().begin(), table.broken().end());
    size_t& taken = snapshot.rows[plan.file];
    for (const CivicRow& row : table.rows()) {
      const std::string why = (graph.*plan.add)(table, row);
      if (why.empty()) {
        ++taken;
      } else {
        snapshot.broken.push_back({plan.file, row.line(), why});
      }
      const bool tell = ++done % kRowsPerProgress == 0 || done == all;
      if (tell && options.progress) options.progress(done, all);
    }
  }
  if (options.strict && !snapshot.broken.empty()) return Strict(snapshot.broken);
  snapshot.draft = graph.Finish(snapshot.unresolved, snapshot.doubts);
  return snapshot;
}

absl::StatusOr<CivicFiles> LoadCivicFiles(const std::string& folder) {
  CivicFiles files;
  for (const FilePlan& plan : Plans()) {
    absl::StatusOr<std::string> text = ReadFile(folder + "/" + plan.file, kPackBytesMax);
    if (!text.ok() && plan.optional && absl::IsNotFound(text.status())) continue;
    EVIDENT_RETURN_IF_ERROR(text.status());
    files.emplace(plan.file, *std::move(text));
  }
  return files;
}

}  // namespace evident::graph
