// The keys that seal bodies: one per subject, or per tenant and UTC day where there is no subject;
// wrapped by a key-encryption key, in a database of their own, so that a backup of the log holds no
// key.
#ifndef EVIDENT_AUDIT_LOG_KEY_RING_H_
#define EVIDENT_AUDIT_LOG_KEY_RING_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "audit/proof/body_envelope.h"
#include "base/mutex.h"
#include "base/random.h"
#include "evident/storage/v1/audit.pb.h"
#include "kv/database.h"

namespace evident::audit {

using KeyId = std::array<uint8_t, kBodyKeyIdBytes>;

struct BodyKey {
  KeyId id{};
  std::string key;    // kBodyKeyBytes
  bool made = false;  // by the very call that returns it
};

// Whose body is sealed.
struct SealScope {
  std::string tenant;
  std::string subject;  // empty: none, and the day counts
  std::string day;      // YYYY-MM-DD
};

struct KeyRingOptions {
  std::string path;
  std::string origin;      // of the log whose bodies the keys seal
  bool create = false;     // makes what is missing; only for a log that has yet to begin
  bool take_over = false;  // keys of an earlier incarnation of the log are these as well
  bool read_only = false;  // to find keys of a log that is not running, changing nothing; the log
                           // may be an earlier incarnation than the one that has the keys now
  std::string key_encryption_key;  // 32 bytes
  Random* random = nullptr;
  std::shared_ptr<kv::FaultFileSystem> fault_file_system;  // tests only
};

// The key-encryption key from a file of 64 hex digits and a newline. INVALID_ARGUMENT
// (KEK_MALFORMED); ReadFile's errors.
absl::StatusOr<std::string> ReadKeyEncryptionKey(const std::string& path);

// What such a file holds, for a new key.
std::string NewKeyEncryptionKeyFile(Random& random);

// Wraps the keys by `key_encryption_key` (32 bytes) instead of the options' one: durably, all of
// them or none; and then leaves nothing that the earlier one wrapped in any file. Where a run was
// cut off after the first, the next one does the second. How many keys of bodies there are. The
// server must not be running. INVALID_ARGUMENT (KEK_MALFORMED); KeyRing::Open's errors; DATA_LOSS
// (KEY_CORRUPT).
absl::StatusOr<uint64_t> RewrapKeys(const KeyRingOptions& options,
                                    const std::string& key_encryption_key);

// An erasure that was begun: from before the entry that says so until the key is destroyed.
struct PendingErasure {
  KeyId key_id{};
  std::string index_key;  // of the subject's rows in the index of the log
};

// Thread safe.
class KeyRing {
 public:
  // kv's errors; PERMISSION_DENIED (KEK_WRONG) when the keys are wrapped by another key;
  // FAILED_PRECONDITION (KEYS_MISMATCH) when they are another log's; DATA_LOSS: KEYS_LOST, when the
  // index key is not there and none is to be made, and KEY_CORRUPT, when it or a row of subjects is
  // damaged.
  static absl::StatusOr<std::unique_ptr<KeyRing>> Open(const KeyRingOptions& options);

  // The scope's key; a new one is durable before it is returned, which waits for the disk once per
  // scope, and holds up nobody who asks for another scope's. DATA_LOSS (KEY_CORRUPT).
  absl::StatusOr<BodyKey> KeyFor(const SealScope& scope);

  // NOT_FOUND (KEY_MISSING): destroyed, lost, or never here: only the log can tell. DATA_LOSS
  // (KEY_CORRUPT).
  absl::StatusOr<std::string> FindKey(const KeyId& id) const;

  // The id of the scope's key; nullopt: none was made, or it was destroyed. DATA_LOSS
  // (KEY_CORRUPT).
  absl::StatusOr<std::optional<KeyId>> FindKeyId(const SealScope& scope) const;

  // Erasing a subject. What is done durably under the name of an intent can be asked for by that
  // name. docs/formats/audit-store.md.
  //
  // Notes that the key is about to be destroyed, for `intent`. FAILED_PRECONDITION (LEGAL_HOLD)
  // naming the entry of the hold; kv's errors.
  absl::Status NoteErasure(const SealScope& scope, const std::string& intent,
                           const PendingErasure& erasure);
  // Takes the note away: nothing was destroyed.
  absl::Status DropErasure(const std::string& intent);
  // Destroys the key that was noted, and the note: when it returns the wrapped key is in no file of
  // the ring. NOT_FOUND (ERASURE_UNKNOWN): no such note.
  absl::Status Destroy(const std::string& intent);
  // By intent. DATA_LOSS (KEY_CORRUPT).
  absl::StatusOr<std::map<std::string, PendingErasure>> PendingErasures() const;
  // Of this intent; nullopt: none is under way. DATA_LOSS (KEY_CORRUPT).
  absl::StatusOr<std::optional<PendingErasure>> FindErasure(const std::string& intent) const;

  // ALREADY_EXISTS (LEGAL_HOLD) naming the entry that placed it; kv's errors.
  absl::Status PlaceHold(const SealScope& scope, const std::string& intent, int64_t now_ns);
  // NOT_FOUND (NO_LEGAL_HOLD).
  absl::Status LiftHold(const SealScope& scope, const std::string& intent);
  absl::StatusOr<std::optional<storage::v1::LegalHold>> FindHold(const SealScope& scope) const;

  // The keys of subjects under a hold, by id. A subject that nothing is sealed for has none.
  using HeldKeys = std::map<KeyId, storage::v1::LegalHold>;
  absl::StatusOr<HeldKeys> FindHeldKeys() const;
  // The same for `act`, while no hold is placed or lifted. Its errors.
  absl::Status WhileHoldsStay(const std::function<absl::Status(const HeldKeys&)>& act);

  // Whether a hold was placed or lifted, or a key destroyed, for this intent.
  absl::StatusOr<bool> WasDone(const std::string& intent) const;

  // HMAC-SHA256 under the index key, 32 bytes; apart from what scopes are hashed to.
  std::string HashForIndex(std::string_view text) const;

  // The log that has the keys. With `take_over` an earlier incarnation until TakeOver.
  const std::string& origin() const { return origin_; }

  // From now on, durably, the keys are those of the log `origin`: of the bodies of its earlier
  // incarnations, too, so that an erasure reaches them.
  absl::Status TakeOver(const std::string& origin);

  // Whether any body's key was ever made here and is still here.
  absl::StatusOr<bool> HasBodyKeys() const;

  // Reads every row: each key must open, and terms and keys must name each other, one to one.
  // `problem` is told what is wrong, `key` each id that has a key.
  void CheckRows(const std::function<void(const std::string&)>& problem,
                 const std::function<void(const KeyId&)>& key) const;

  absl::Status Close() { return store_->Close(); }

 private:
  friend absl::StatusOr<uint64_t> RewrapKeys(const KeyRingOptions& options,
                                             const std::string& key_encryption_key);
  explicit KeyRing(const KeyRingOptions& options)
      : kek_(options.key_encryption_key), random_(*options.random) {}

  absl::Status OpenIndexKey(const KeyRingOptions& options);
  absl::Status CheckOrigin(const KeyRingOptions& options);
  absl::Status MakeIndexKey(const std::string& kek_check, const std::string& origin);
  std::string Term(const SealScope& scope) const;
  // Rows of subjects, with a keyed hash behind them: without the keys nobody makes one, changes one
  // or moves it to another name.
  void PutRow(const std::string& row, const std::string& value, kv::WriteBatch& batch) const;
  absl::StatusOr<std::string_view> OpenRow(std::string_view row, std::string_view stored) const;
  std::string RowHash(std::string_view row, std::string_view value) const;
  void CheckSubjectRows(const std::function<void(const absl::Status&)>& problem) const;
  absl::StatusOr<PendingErasure> ParseErasure(std::string_view row, std::string_view stored) const;
  absl::StatusOr<storage::v1::LegalHold> ParseHold(std::string_view row,
                                                   std::string_view stored) const;
  absl::StatusOr<std::optional<storage::v1::LegalHold>> ReadHold(const std::string& term) const;
  absl::StatusOr<storage::v1::WrappedKey> ReadKey(const KeyId& id) const;
  absl::StatusOr<BodyKey> FindOrMakeKey(const std::string& term, const SealScope& scope);
  absl::StatusOr<BodyKey> MakeKey(const std::string& term, const SealScope& scope);
  absl::StatusOr<std::string> Rewrapped(std::string_view bytes, const std::string& kek) const;
  absl::Status WrapBy(const std::string& kek);

  const std::string kek_;
  Random& random_;
  // Hashes scopes. Random and wrapped, so that another key-encryption key can take over without
  // losing the way from a subject to its key. Set once, by Open.
  std::string index_key_;
  std::string origin_;  // set by Open and TakeOver
  std::unique_ptr<kv::Database> store_;
  Mutex subjects_mutex_;  // one hold or erasure at a time
  Mutex mutex_;
  CondVar found_;
  std::map<std::string, BodyKey> by_term_ EVIDENT_GUARDED_BY(mutex_);  // bounded: kCachedKeysMax
  std::set<std::string> seeking_ EVIDENT_GUARDED_BY(mutex_);  // terms that a caller is at, unlocked
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_KEY_RING_H_
