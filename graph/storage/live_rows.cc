#include "graph/storage/live_rows.h"

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/storage/graph_database.h"

namespace evident::graph {

absl::Status RowCorrupt(std::string_view what, std::string_view key) {
  return MakeError(absl::StatusCode::kDataLoss, "RECORD_CORRUPT",
                   std::string(what) + " at key " + HexEncode(key));
}

absl::StatusOr<std::optional<std::string_view>> Untag(std::string_view key,
                                                      std::string_view value) {
  if (!value.empty() && value[0] == kTagPresent) return std::optional(value.substr(1));
  if (value.size() == 1 && value[0] == kTagAbsent) return std::optional<std::string_view>();
  return RowCorrupt("a value has no valid tag", key);
}

LiveRows::LiveRows(const kv::Database& database, kv::Family family, ReleaseNumber release,
                   NewerRows newer, std::string_view prefix)
    : family_(family),
      release_(release),
      newer_(newer),
      rows_(database.NewIterator(family, PrefixEnd(prefix))) {
  rows_->Seek(prefix);
}

absl::StatusOr<bool> LiveRows::Next() {
  if (begun_) rows_->Next();
  begun_ = true;
  for (; rows_->Valid(); rows_->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(const VersionedRow found, SplitRelease(rows_->key()));
    if (found.release > release_) {
      if (newer_ == NewerRows::kRefuse) return RowIsNewer(family_, rows_->key(), release_);
      continue;
    }
    if (any_ && found.row == row_) continue;  // an older value of it
    row_.assign(found.row);
    any_ = true;
    EVIDENT_ASSIGN_OR_RETURN(const auto record, Untag(rows_->key(), rows_->value()));
    if (!record.has_value()) continue;
    record_ = *record;
    return true;
  }
  EVIDENT_RETURN_IF_ERROR(rows_->status());
  return false;
}

absl::StatusOr<ReleaseNumber> NewestRelease(const kv::Database& database, kv::Family family,
                                            ReleaseNumber last, std::string_view prefix,
                                            std::string_view except) {
  ReleaseNumber newest{0};
  const auto rows = database.NewIterator(family, PrefixEnd(prefix));
  for (rows->Seek(prefix); rows->Valid(); rows->Next()) {
    if (!except.empty() && rows->key().starts_with(except)) continue;
    EVIDENT_ASSIGN_OR_RETURN(const VersionedRow row, SplitRelease(rows->key()));
    if (row.release > newest && row.release <= last) newest = row.release;
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return newest;
}

}  // namespace evident::graph
