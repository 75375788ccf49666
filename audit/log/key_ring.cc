#include "audit/log/key_ring.h"

#include <algorithm>
#include <utility>

#include "audit/log/key_ring_rows.h"
#include "audit/log/key_wrap.h"
#include "audit/proof/entry_name.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {
namespace {

constexpr uint32_t kFormatVersion = 1;

// Id of the index key; as a body key's id it cannot turn up, since those are random.
constexpr char kIndexKeyId[] = "evident/indexkey";

// Tells one key-encryption key from another.
std::string CheckOf(const std::string& kek) {
  return std::string(HmacSha256(kek, {"evident/v1/kek-check"}).view());
}

// Whether both are origins of one log, and `before` is of an earlier incarnation.
bool IsEarlier(const std::string& before, const std::string& after) {
  const absl::StatusOr<LogId> first = ParseOrigin(before);
  const absl::StatusOr<LogId> second = ParseOrigin(after);
  return first.ok() && second.ok() && first->name == second->name &&
         first->incarnation < second->incarnation;
}

}  // namespace

absl::StatusOr<std::string> ReadKeyEncryptionKey(const std::string& path) {
  EVIDENT_ASSIGN_OR_RETURN(std::string text, ReadFile(path, 1024));
  if (!text.empty() && text.back() == '\n') text.pop_back();
  absl::StatusOr<std::string> key = HexDecode(text);
  if (key.ok() && key->size() == kBodyKeyBytes) return key;
  return MakeError(absl::StatusCode::kInvalidArgument, "KEK_MALFORMED",
                   "the key-encryption key " + path + " is not 64 hex digits");
}

std::string NewKeyEncryptionKeyFile(Random& random) {
  return HexEncode(random.Bytes(kBodyKeyBytes)) + "\n";
}

absl::StatusOr<std::unique_ptr<KeyRing>> KeyRing::Open(const KeyRingOptions& options) {
  if (options.key_encryption_key.size() != kBodyKeyBytes) {
    return MakeError(absl::StatusCode::kInvalidArgument, "KEK_MALFORMED",
                     "a key-encryption key has 32 bytes");
  }
  std::unique_ptr<KeyRing> ring(new KeyRing(options));
  kv::OpenOptions open;
  open.path = options.path;
  open.kind = "keys";
  open.format_version = kFormatVersion;
  open.mode = options.read_only ? kv::OpenOptions::Mode::kReadOnly
              : options.create  ? kv::OpenOptions::Mode::kCreate
                                : kv::OpenOptions::Mode::kOpenExisting;
  open.families = {{"default"}, {"keys"}, {"terms"}};
  open.cache_bytes = 8u << 20;
  open.write_buffer_bytes = 8u << 20;
  open.fault_file_system = options.fault_file_system;
  EVIDENT_ASSIGN_OR_RETURN(ring->store_, kv::Database::Open(open));
  EVIDENT_RETURN_IF_ERROR(ring->OpenIndexKey(options));
  return ring;
}

absl::Status KeyRing::OpenIndexKey(const KeyRingOptions& options) {
  const std::string check = CheckOf(kek_);
  EVIDENT_ASSIGN_OR_RETURN(const auto stored, store_->Get(kKeysDefault, kCheckKey));
  if (!stored.has_value() && options.create) return MakeIndexKey(check, options.origin);
  if (!stored.has_value()) {
    return MakeError(absl::StatusCode::kDataLoss, "KEYS_LOST",
                     "the keys of bodies in " + options.path +
                         " are gone, but there is a log that they belong to");
  }
  if (*stored != check) {
    return MakeError(absl::StatusCode::kPermissionDenied, "KEK_WRONG",
                     "the keys of bodies are wrapped by another key-encryption key");
  }
  EVIDENT_RETURN_IF_ERROR(CheckOrigin(options));
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store_->Get(kKeysDefault, kIndexKey));
  storage::v1::WrappedKey wrapped;
  if (!bytes.has_value() || !wrapped.ParseFromString(*bytes) || wrapped.key_id() != kIndexKeyId) {
    return KeyCorrupt("the wrapped index key is missing or damaged");
  }
  EVIDENT_ASSIGN_OR_RETURN(index_key_, UnwrapKey(kek_, wrapped));
  absl::Status rows;
  CheckSubjectRows([&rows](const absl::Status& problem) { rows.Update(problem); });
  return rows;
}

absl::Status KeyRing::CheckOrigin(const KeyRingOptions& options) {
  EVIDENT_ASSIGN_OR_RETURN(const auto stored, store_->Get(kKeysDefault, kOriginRow));
  origin_ = stored.value_or("");
  if (origin_ == options.origin || (options.take_over && IsEarlier(origin_, options.origin)) ||
      (options.read_only && IsEarlier(options.origin, origin_))) {
    return absl::OkStatus();
  }
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "KEYS_MISMATCH",
      "the keys of bodies are those of the log '" + origin_ + "', not '" + options.origin + "'");
}

absl::Status KeyRing::TakeOver(const std::string& origin) {
  if (origin_ == origin) return absl::OkStatus();
  kv::WriteBatch batch;
  batch.Put(kKeysDefault, kOriginRow, origin);
  EVIDENT_RETURN_IF_ERROR(store_->Write(batch, kv::Durability::kSync));
  origin_ = origin;
  return absl::OkStatus();
}

absl::Status KeyRing::MakeIndexKey(const std::string& kek_check, const std::string& origin) {
  origin_ = origin;
  index_key_ = random_.Bytes(kBodyKeyBytes);
  storage::v1::WrappedKey record;
  record.set_key_id(kIndexKeyId);
  EVIDENT_ASSIGN_OR_RETURN(record, WrapKey(kek_, random_, std::move(record), index_key_));
  kv::WriteBatch batch;
  batch.Put(kKeysDefault, kCheckKey, kek_check);
  batch.Put(kKeysDefault, kOriginRow, origin);
  batch.Put(kKeysDefault, kIndexKey, record.SerializeAsString());
  return store_->Write(batch, kv::Durability::kSync);
}

// The subject never stands in clear: only its keyed hash does.
std::string KeyRing::Term(const SealScope& scope) const {
  std::string text;
  AppendU8(text, scope.subject.empty() ? 0 : 1);
  AppendText(text, scope.tenant);
  AppendText(text, scope.subject.empty() ? scope.day : scope.subject);
  return std::string(HmacSha256(index_key_, {text}).view());
}

std::string KeyRing::HashForIndex(std::string_view text) const {
  return std::string(
      HmacSha256(index_key_, {"evident/v1/index", std::string_view("\0", 1), text}).view());
}

absl::StatusOr<BodyKey> KeyRing::KeyFor(const SealScope& scope) {
  const std::string term = Term(scope);
  {
    MutexLock lock(mutex_);
    while (true) {
      if (const auto known = by_term_.find(term); known != by_term_.end()) return known->second;
      if (seeking_.insert(term).second) break;
      found_.Wait(mutex_);
    }
  }
  absl::StatusOr<BodyKey> found = FindOrMakeKey(term, scope);
  MutexLock lock(mutex_);
  seeking_.erase(term);
  found_.NotifyAll();
  if (!found.ok()) return found;
  if (by_term_.size() >= kCachedKeysMax) by_term_.clear();
  by_term_.emplace(term, BodyKey{found->id, found->key, false});
  return found;
}

absl::StatusOr<BodyKey> KeyRing::FindOrMakeKey(const std::string& term, const SealScope& scope) {
  EVIDENT_ASSIGN_OR_RETURN(const auto stored, store_->Get(kKeysTerms, term));
  if (!stored.has_value()) return MakeKey(term, scope);
  BodyKey found;
  EVIDENT_ASSIGN_OR_RETURN(found.id, ToKeyId(*stored));
  const absl::StatusOr<storage::v1::WrappedKey> wrapped = ReadKey(found.id);
  if (wrapped.status().code() == absl::StatusCode::kNotFound ||
      (wrapped.ok() && wrapped->term() != term)) {
    return KeyCorrupt("a term names the key " + HexEncode(KeyIdView(found.id)) +
                      ", which is not its own");
  }
  if (!wrapped.ok()) return wrapped.status();
  EVIDENT_ASSIGN_OR_RETURN(found.key, UnwrapKey(kek_, *wrapped));
  return found;
}

absl::StatusOr<BodyKey> KeyRing::MakeKey(const std::string& term, const SealScope& scope) {
  BodyKey made;
  EVIDENT_ASSIGN_OR_RETURN(made.id, ToKeyId(random_.Bytes(kBodyKeyIdBytes)));
  made.key = random_.Bytes(kBodyKeyBytes);
  storage::v1::WrappedKey record;
  record.set_key_id(std::string(KeyIdView(made.id)));
  record.set_term(term);
  record.set_tenant(scope.tenant);
  if (scope.subject.empty()) record.set_day(scope.day);
  EVIDENT_ASSIGN_OR_RETURN(record, WrapKey(kek_, random_, std::move(record), made.key));
  kv::WriteBatch batch;
  batch.Put(kKeysKeys, KeyIdView(made.id), record.SerializeAsString());
  batch.Put(kKeysTerms, term, KeyIdView(made.id));
  EVIDENT_RETURN_IF_ERROR(store_->Write(batch, kv::Durability::kSync));
  made.made = true;
  return made;
}

absl::StatusOr<storage::v1::WrappedKey> KeyRing::ReadKey(const KeyId& id) const {
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store_->Get(kKeysKeys, KeyIdView(id)));
  if (!bytes.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, "KEY_MISSING",
                     "there is no key " + HexEncode(KeyIdView(id)));
  }
  storage::v1::WrappedKey wrapped;
  if (wrapped.ParseFromString(*bytes) && wrapped.key_id() == KeyIdView(id)) return wrapped;
  return KeyCorrupt("the wrapped key " + HexEncode(KeyIdView(id)) + " is damaged");
}

// A wrapped key as stored, wrapped by another key-encryption key.
absl::StatusOr<std::string> KeyRing::Rewrapped(std::string_view bytes,
                                               const std::string& kek) const {
  storage::v1::WrappedKey record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return KeyCorrupt("a wrapped key is damaged");
  }
  EVIDENT_ASSIGN_OR_RETURN(const std::string key, UnwrapKey(kek_, record));
  EVIDENT_ASSIGN_OR_RETURN(record, WrapKey(kek, random_, std::move(record), key));
  return record.SerializeAsString();
}

// Every row that depends on the key-encryption key, by another one.
absl::Status KeyRing::WrapBy(const std::string& kek) {
  kv::WriteBatch batch;
  EVIDENT_ASSIGN_OR_RETURN(const auto index_key, store_->Get(kKeysDefault, kIndexKey));
  EVIDENT_ASSIGN_OR_RETURN(const std::string index_row, Rewrapped(index_key.value_or(""), kek));
  batch.Put(kKeysDefault, kCheckKey, CheckOf(kek));
  batch.Put(kKeysDefault, kIndexKey, index_row);
  const auto rows = store_->NewIterator(kKeysKeys);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    const absl::StatusOr<std::string> row = Rewrapped(rows->value(), kek);
    if (!row.ok()) return Annotate(row.status(), "key " + HexEncode(rows->key()));
    batch.Put(kKeysKeys, rows->key(), *row);
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return store_->Write(batch, kv::Durability::kSync);
}

absl::StatusOr<uint64_t> RewrapKeys(const KeyRingOptions& options,
                                    const std::string& key_encryption_key) {
  KeyRingOptions rewrapped = options;
  rewrapped.key_encryption_key = key_encryption_key;
  absl::StatusOr<std::unique_ptr<KeyRing>> ring = KeyRing::Open(rewrapped);
  if (ErrorReason(ring.status()) == "KEK_WRONG") {
    ring = KeyRing::Open(options);
    if (ring.ok()) EVIDENT_RETURN_IF_ERROR((*ring)->WrapBy(key_encryption_key));
  }
  EVIDENT_RETURN_IF_ERROR(ring.status());
  kv::Database& store = *(*ring)->store_;
  EVIDENT_RETURN_IF_ERROR(store.Scrub(kKeysDefault, ""));
  EVIDENT_RETURN_IF_ERROR(store.Scrub(kKeysKeys, ""));
  uint64_t keys = 0;
  {
    const auto rows = store.NewIterator(kKeysKeys);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) ++keys;
    EVIDENT_RETURN_IF_ERROR(rows->status());
  }
  EVIDENT_RETURN_IF_ERROR((*ring)->Close());
  return keys;
}

absl::StatusOr<std::string> KeyRing::FindKey(const KeyId& id) const {
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::WrappedKey wrapped, ReadKey(id));
  return UnwrapKey(kek_, wrapped);
}

absl::StatusOr<bool> KeyRing::HasBodyKeys() const {
  const auto rows = store_->NewIterator(kKeysKeys);
  rows->SeekToFirst();
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return rows->Valid();
}

void KeyRing::CheckRows(const std::function<void(const std::string&)>& problem,
                        const std::function<void(const KeyId&)>& key) const {
  const auto failed = [&problem](const absl::Status& status) {
    if (!status.ok()) problem(std::string(status.message()));
  };
  CheckSubjectRows(failed);
  const auto keys = store_->NewIterator(kKeysKeys);
  for (keys->SeekToFirst(); keys->Valid(); keys->Next()) {
    const std::string name = "key " + HexEncode(keys->key());
    const absl::StatusOr<KeyId> id = ToKeyId(keys->key());
    const auto wrapped = id.ok() ? ReadKey(*id) : id.status();
    const auto opened = wrapped.ok() ? UnwrapKey(kek_, *wrapped) : wrapped.status();
    if (id.ok()) key(*id);
    if (!opened.ok()) {
      problem(name + ": " + std::string(opened.status().message()));
      continue;
    }
    const auto named = store_->Get(kKeysTerms, wrapped->term());
    failed(named.status());
    if (named.ok() && *named != keys->key()) problem(name + ": no term leads to it");
  }
  failed(keys->status());
  const auto terms = store_->NewIterator(kKeysTerms);
  for (terms->SeekToFirst(); terms->Valid(); terms->Next()) {
    const absl::StatusOr<KeyId> id = ToKeyId(terms->value());
    const auto wrapped = id.ok() ? ReadKey(*id) : id.status();
    if (wrapped.ok() && wrapped->term() == terms->key()) continue;
    problem("term " + HexEncode(terms->key()) + ": it leads to no key of its own");
  }
  failed(terms->status());
}

}  // namespace evident::audit
