#include "graph/storage/row_history.h"

#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/storage/live_rows.h"

namespace evident::graph {

absl::StatusOr<std::vector<RowSpan>> RowSpans(const kv::Database& database, kv::Family family,
                                              ReleaseNumber last, std::string_view prefix) {
  std::vector<RowSpan> spans;
  std::string row;
  std::optional<ReleaseNumber>
      until;  // the version of the row that was seen before, which is newer
  const auto rows = database.NewIterator(family, PrefixEnd(prefix));
  for (rows->Seek(prefix); rows->Valid(); rows->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(const VersionedRow version, SplitRelease(rows->key()));
    if (version.release > last) continue;
    if (version.row != row) until.reset();
    row.assign(version.row);
    EVIDENT_ASSIGN_OR_RETURN(const auto record, Untag(rows->key(), rows->value()));
    if (record.has_value()) spans.push_back({row, version.release, until});
    until = version.release;
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return spans;
}

absl::StatusOr<std::optional<std::string>> LastRecordOf(const kv::Database& database,
                                                        kv::Family family, ReleaseNumber last,
                                                        std::string_view row) {
  const auto rows = database.NewIterator(family, PrefixEnd(row));
  for (rows->Seek(row); rows->Valid(); rows->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(const VersionedRow version, SplitRelease(rows->key()));
    if (version.row != row || version.release > last) continue;
    EVIDENT_ASSIGN_OR_RETURN(const auto record, Untag(rows->key(), rows->value()));
    if (record.has_value()) return std::optional(std::string(*record));
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return std::optional<std::string>();
}

}  // namespace evident::graph
