// A folder of AuditEvent resources, with every entry's leaf hash held against the signed root.
// docs/formats/fhir-audit-event.md.
#ifndef EVIDENT_CLIENT_CLI_FHIR_FOLDER_H_
#define EVIDENT_CLIENT_CLI_FHIR_FOLDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/proof/log_keys.h"
#include "audit/proof/merkle.h"
#include "client/cli/export_folder.h"
#include "client/cli/fhir_event.h"
#include "evident/v1/audit.pb.h"

namespace evident::cli {

// Extends a folder, or begins one. Not thread safe; one at a time for a folder.
class FhirFolder {
 public:
  // `requests`: as in EventOptions; `zstd`: as in FolderKind. ExportFolder::Open's errors;
  // DATA_LOSS (TABLES_DAMAGED): the manifest's edge does not lead to its root.
  static absl::StatusOr<FhirFolder> Open(const std::string& folder, const audit::LogKeys& keys,
                                         bool requests, bool zstd = false);

  uint64_t size() const { return folder_.size(); }
  uint64_t next() const { return folder_.next(); }
  uint64_t events() const { return events_; }  // that were added
  size_t rows_erased() const { return folder_.rows_erased(); }

  // The entry next(). ExportFolder::Add's errors; DecodeLeaf's.
  absl::Status Add(const v1::Entry& entry);

  // As ExportFolder::Finish. DATA_LOSS (TABLES_FORKED): what came is not what the checkpoint
  // covers; the folder stays as it was.
  absl::Status Finish(std::string_view note);

 private:
  FhirFolder(ExportFolder folder, audit::LogKeys keys, EventOptions options)
      : folder_(std::move(folder)), keys_(std::move(keys)), options_(std::move(options)) {}

  absl::Status LoadEdge();

  ExportFolder folder_;
  audit::LogKeys keys_;
  EventOptions options_;
  audit::TreeFrontier tree_;  // over the leaves of all entries
  uint64_t events_ = 0;
};

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_FHIR_FOLDER_H_
