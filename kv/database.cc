#include "kv/database.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/status.h"
#include "kv/fault_file_system_rocksdb.h"
#include "kv/ingest.h"
#include "kv/rocks_database.h"

namespace evident::kv {

WriteBatch::WriteBatch() = default;
WriteBatch::~WriteBatch() = default;
WriteBatch::WriteBatch(WriteBatch&&) noexcept = default;
WriteBatch& WriteBatch::operator=(WriteBatch&&) noexcept = default;

void WriteBatch::Put(Family family, std::string_view key, std::string_view value) {
  list_.push_back({family, std::string(key), std::string(value), std::nullopt});
  bytes_ += key.size() + value.size();
}

void WriteBatch::Delete(Family family, std::string_view key) {
  list_.push_back({family, std::string(key), std::nullopt, std::nullopt});
  bytes_ += key.size();
}

void WriteBatch::DeleteRange(Family family, std::string_view begin, std::string_view end) {
  list_.push_back({family, std::string(begin), std::nullopt, std::string(end)});
  bytes_ += begin.size() + end.size();
}

const std::vector<WriteBatch::Operation>& Database::Operations(const WriteBatch& batch) {
  return batch.list_;
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const OpenOptions& options) {
  if (options.families.empty() || options.families[0].name != "default") {
    return MakeError(absl::StatusCode::kInvalidArgument, "DATABASE_FAMILIES",
                     "opening " + options.path + ": the first column family must be 'default'");
  }
  auto database = std::make_unique<RocksDatabase>(options, FaultEnv(options.fault_file_system));
  EVIDENT_RETURN_IF_ERROR(database->Start());
  return std::unique_ptr<Database>(std::move(database));
}

absl::Status Database::Ingest(const std::vector<IngestRows>& families) {
  EVIDENT_ASSIGN_OR_RETURN(const std::unique_ptr<Ingestion> ingestion, NewIngestion());
  for (const IngestRows& part : families) {
    for (const auto& [key, value] : part.rows) {
      EVIDENT_RETURN_IF_ERROR(ingestion->Add(part.family, key, value));
    }
  }
  return ingestion->Commit();
}

absl::StatusOr<uint64_t> FreeBytes(const std::string& path) {
  struct statvfs info {};
  if (statvfs(path.c_str(), &info) != 0) {
    return MakeError(absl::StatusCode::kUnavailable, "DISK_UNKNOWN",
                     "asking for the free space of " + path + ": " + std::strerror(errno));
  }
  return static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
}

}  // namespace evident::kv
