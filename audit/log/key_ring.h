// The keys that seal bodies: one per subject, or per tenant and UTC day where there is no subject;
// wrapped by a key-encryption key, in a database of their own, so that a backup of the log holds no
// key.
#ifndef EVIDENT_AUDIT_LOG_KEY_RING_H_
#define EVIDENT_AUDIT_LOG_KEY_RING_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "audit/proof/body_envelope.h"
#include "base/mutex.h"
#include "base/random.h"
#include "kv/database.h"

namespace evident::audit {

using KeyId = std::array<uint8_t, kBodyKeyIdBytes>;

struct BodyKey {
  KeyId id{};
  std::string key;  // kBodyKeyBytes
};

// Whose body is sealed.
struct SealScope {
  std::string tenant;
  std::string subject;  // empty: none, and the day counts
  std::string day;      // YYYY-MM-DD
};

struct KeyRingOptions {
  std::string path;
  bool create = false;
  bool read_only = false;          // to find keys of a log that is not running, changing nothing
  std::string key_encryption_key;  // 32 bytes
  Random* random = nullptr;
  std::shared_ptr<kv::FaultFileSystem> fault_file_system;  // tests only
};

// The key-encryption key from a file of 64 hex digits and a newline. INVALID_ARGUMENT
// (KEK_MALFORMED); ReadFile's errors.
absl::StatusOr<std::string> ReadKeyEncryptionKey(const std::string& path);

// Thread safe.
class KeyRing {
 public:
  // kv's errors; PERMISSION_DENIED (KEK_WRONG) when the keys are wrapped by another key; DATA_LOSS
  // (KEY_CORRUPT) when the index key is damaged.
  static absl::StatusOr<std::unique_ptr<KeyRing>> Open(const KeyRingOptions& options);

  // The scope's key; a new one is durable before it is returned, which waits for the disk once per
  // scope.
  absl::StatusOr<BodyKey> KeyFor(const SealScope& scope);

  // NOT_FOUND (KEY_ERASED): destroyed, or never here. DATA_LOSS (KEY_CORRUPT).
  absl::StatusOr<std::string> FindKey(const KeyId& id);

  absl::Status Close() { return store_->Close(); }

 private:
  explicit KeyRing(const KeyRingOptions& options)
      : kek_(options.key_encryption_key), random_(*options.random) {}

  absl::Status OpenIndexKey();
  absl::Status MakeIndexKey(const std::string& kek_check);
  std::string Term(const SealScope& scope) const;
  absl::StatusOr<BodyKey> MakeKey(const std::string& term, const SealScope& scope);

  const std::string kek_;
  Random& random_;
  // Hashes scopes. Random and wrapped, so that another key-encryption key can take over without
  // losing the way from a subject to its key. Set once, by Open.
  std::string index_key_;
  std::unique_ptr<kv::Database> store_;
  Mutex mutex_;
  std::map<std::string, BodyKey> by_term_ EVIDENT_GUARDED_BY(mutex_);  // bounded: kCachedKeysMax
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_KEY_RING_H_
