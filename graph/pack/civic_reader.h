// A CIViC snapshot as a pack: docs/formats/civic.md.
#ifndef EVIDENT_GRAPH_PACK_CIVIC_READER_H_
#define EVIDENT_GRAPH_PACK_CIVIC_READER_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/graph_draft.h"
#include "graph/pack/civic_table.h"

namespace evident::graph {

inline constexpr char kCivicPack[] = "civic";
inline constexpr char kCivicEvidenceFile[] = "ClinicalEvidenceSummaries.tsv";
inline constexpr char kCivicAssertionFile[] = "AssertionSummaries.tsv";
inline constexpr char kCivicVariantFile[] = "VariantSummaries.tsv";
inline constexpr char kCivicDrugFile[] = "DrugSummaries.tsv";  // of newer snapshots

// Name of a file to its text.
using CivicFiles = std::map<std::string, std::string>;

struct CivicSnapshot {
  GraphDraft draft;                    // of the pack kCivicPack; passes CheckGraph
  std::map<std::string, size_t> rows;  // that were taken, by file
  std::vector<BrokenRow> broken;       // that were not
  std::vector<BrokenRow> doubts;       // rows that were taken and contradict another one
  // Links to evidence that the snapshot lacks, "AID13 -> EID6941".
  std::vector<std::string> unresolved;
};

struct CivicOptions {
  bool strict = false;  // a broken row is an error
  // Told of rows done and of all rows, now and then.
  std::function<void(size_t done, size_t all)> progress = nullptr;
};

// NOT_FOUND (CIVIC_FILE_MISSING): a file that is not optional. INVALID_ARGUMENT: CIVIC_HEADER as
// CivicTable::Read; with `strict` CIVIC_ROW_BROKEN with every broken row as a violation.
absl::StatusOr<CivicSnapshot> ReadCivic(const CivicFiles& files, const CivicOptions& options);

// The files of a folder that ReadCivic knows. NOT_FOUND, RESOURCE_EXHAUSTED as ReadFile.
absl::StatusOr<CivicFiles> LoadCivicFiles(const std::string& folder);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_CIVIC_READER_H_
