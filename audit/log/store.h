// Column families and keys of the audit log's database, in one place (docs/formats/audit-store.md).
// Integers are big-endian.
#ifndef EVIDENT_AUDIT_LOG_STORE_H_
#define EVIDENT_AUDIT_LOG_STORE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "audit/log/tile.h"
#include "audit/proof/leaf.h"
#include "base/ids.h"
#include "kv/database.h"

namespace evident::audit {

inline constexpr kv::Family kStoreDefault{0};      // origin, newest_key, pruned
inline constexpr kv::Family kStoreLeaves{1};       // index(8) -> leaf
inline constexpr kv::Family kStoreBodies{2};       // index(8) -> sealed body
inline constexpr kv::Family kStoreTiles{3};        // level(1) n(8) -> 256 hashes; full tiles only
inline constexpr kv::Family kStoreCheckpoints{4};  // size(8) -> signed note
inline constexpr kv::Family kStoreIntents{5};   // index(8) of an intent without outcome -> nothing
inline constexpr kv::Family kStoreErasures{6};  // key id(16) -> index(8) of its newest erasure
inline constexpr kv::Family kStoreRequests{7};  // request mark(32) -> index(8) of its newest entry
inline constexpr kv::Family kStoreMarks{8};     // index(8) -> the mark(32) that it was asked under

inline constexpr char kOriginKey[] = "origin";         // the log's name and incarnation
inline constexpr char kNewestKeyKey[] = "newest_key";  // id of the body key that was made last
inline constexpr char kPrunedKey[] = "pruned";         // Pruned

std::string IndexKey(EntryIndex index);
std::string SizeKey(uint64_t size);
std::string TileKey(uint8_t level, uint64_t n);
std::string KeyIdBytes(const std::array<uint8_t, 16>& key_id);
absl::StatusOr<uint64_t> ParseNumberKey(
    std::string_view key);  // DATA_LOSS (KEY_MALFORMED) unless 8 bytes

struct StoreOptions {
  std::string path;
  bool create = false;
  bool read_only = false;
  kv::WalRecovery wal_recovery = kv::WalRecovery::kTolerateTornTail;
  std::shared_ptr<kv::FaultFileSystem> fault_file_system;  // tests only
};
absl::StatusOr<std::unique_ptr<kv::Database>> OpenStore(const StoreOptions& options);

// DATA_LOSS: there is no leaf, or it does not decode.
absl::StatusOr<Leaf> ReadStoredLeaf(const kv::Database& store, EntryIndex index);

// How far the bodies of the oldest entries were removed, as index(8) of the first that is kept,
// then index(8) of the entry that says so.
struct Pruned {
  uint64_t end = 0;
  EntryIndex entry;
};
std::string PrunedBytes(const Pruned& pruned);
// nullopt: every entry has its body. DATA_LOSS (LOG_CORRUPT).
absl::StatusOr<std::optional<Pruned>> ReadPruned(const kv::Database& store);
// Whether the entry that it names says so. ReadStoredLeaf's errors.
absl::StatusOr<bool> IsSaid(const kv::Database& store, const Pruned& pruned);

// One past the last leaf's index; 0 for an empty log.
absl::StatusOr<uint64_t> ReadSize(const kv::Database& store);

// The stored checkpoint of exactly this size, or of the largest size at most `size`; empty when
// there is none.
absl::StatusOr<std::string> ReadCheckpoint(const kv::Database& store, uint64_t size);
absl::StatusOr<std::string> ReadCheckpointAtMost(const kv::Database& store, uint64_t size);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_STORE_H_
