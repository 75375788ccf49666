#include "audit/log/store.h"

#include "base/encoding.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr uint32_t kFormatVersion = 1;

}  // namespace

std::string IndexKey(EntryIndex index) { return SizeKey(index.value); }

std::string SizeKey(uint64_t size) {
  std::string key;
  AppendU64(key, size);
  return key;
}

std::string TileKey(uint8_t level, uint64_t n) {
  std::string key;
  AppendU8(key, level);
  AppendU64(key, n);
  return key;
}

std::string KeyIdBytes(const std::array<uint8_t, 16>& key_id) {
  return {key_id.begin(), key_id.end()};
}

absl::StatusOr<uint64_t> ParseNumberKey(std::string_view key) {
  ByteReader reader(key);
  const uint64_t number = reader.U64();
  if (reader.done()) return number;
  return MakeError(absl::StatusCode::kDataLoss, "KEY_MALFORMED",
                   "key " + HexEncode(key) + " of the audit log does not have 8 bytes");
}

absl::StatusOr<std::unique_ptr<kv::Database>> OpenStore(const StoreOptions& options) {
  kv::OpenOptions open;
  open.path = options.path;
  open.kind = "audit";
  open.format_version = kFormatVersion;
  open.mode = options.read_only ? kv::OpenOptions::Mode::kReadOnly
              : options.create  ? kv::OpenOptions::Mode::kCreate
                                : kv::OpenOptions::Mode::kOpenExisting;
  open.families = {{"default"}, {"leaf"},    {"body", true}, {"tile"}, {"checkpoint"},
                   {"intent"},  {"erasure"}, {"request"},    {"mark"}};
  open.wal_recovery = options.wal_recovery;
  open.fault_file_system = options.fault_file_system;
  return kv::Database::Open(open);
}

absl::StatusOr<Leaf> ReadStoredLeaf(const kv::Database& store, EntryIndex index) {
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store.Get(kStoreLeaves, IndexKey(index)));
  return DecodeLeaf(bytes.value_or(""));
}

std::string PrunedBytes(const Pruned& pruned) {
  return SizeKey(pruned.end) + IndexKey(pruned.entry);
}

absl::StatusOr<std::optional<Pruned>> ReadPruned(const kv::Database& store) {
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store.Get(kStoreDefault, kPrunedKey));
  if (!bytes.has_value()) return std::optional<Pruned>();
  ByteReader reader(*bytes);
  const uint64_t end = reader.U64();
  const EntryIndex entry(reader.U64());
  if (reader.done()) return std::optional(Pruned{end, entry});
  return MakeError(absl::StatusCode::kDataLoss, "LOG_CORRUPT",
                   "the audit log's row of removed bodies does not have 16 bytes");
}

absl::StatusOr<bool> IsSaid(const kv::Database& store, const Pruned& pruned) {
  EVIDENT_ASSIGN_OR_RETURN(const Leaf leaf, ReadStoredLeaf(store, pruned.entry));
  const auto* const pruning = std::get_if<PruningDetail>(&leaf.detail);
  return pruning != nullptr && pruning->end.value == pruned.end;
}

absl::StatusOr<uint64_t> ReadSize(const kv::Database& store) {
  const auto rows = store.NewIterator(kStoreLeaves);
  rows->SeekToLast();
  EVIDENT_RETURN_IF_ERROR(rows->status());
  if (!rows->Valid()) return 0;
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t last, ParseNumberKey(rows->key()));
  return last + 1;
}

absl::StatusOr<std::string> ReadCheckpoint(const kv::Database& store, uint64_t size) {
  EVIDENT_ASSIGN_OR_RETURN(const auto note, store.Get(kStoreCheckpoints, SizeKey(size)));
  return note.value_or("");
}

absl::StatusOr<std::string> ReadCheckpointAtMost(const kv::Database& store, uint64_t size) {
  const auto rows = store.NewIterator(kStoreCheckpoints);
  rows->SeekForPrev(SizeKey(size));
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return rows->Valid() ? std::string(rows->value()) : std::string();
}

}  // namespace evident::audit
