#include "audit/log/key_ring.h"

#include <algorithm>
#include <utility>

#include "audit/log/key_wrap.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {
namespace {

constexpr kv::Family kDefault{0};  // kek_check, index_key -> storage.v1.WrappedKey
constexpr kv::Family kKeys{1};     // key id(16) -> storage.v1.WrappedKey
constexpr kv::Family kTerms{2};    // HMAC(index key, scope)(32) -> key id(16)

constexpr uint32_t kFormatVersion = 1;
constexpr char kCheckKey[] = "kek_check";

// Row and id of the index key; as a body key's id it cannot turn up, since those are random.
constexpr char kIndexKey[] = "index_key";
constexpr char kIndexKeyId[] = "evident/indexkey";

absl::StatusOr<KeyId> ToKeyId(std::string_view bytes) {
  KeyId id{};
  if (bytes.size() != id.size()) {
    return MakeError(absl::StatusCode::kDataLoss, "KEY_CORRUPT", "a key id does not have 16 bytes");
  }
  std::copy(bytes.begin(), bytes.end(), id.begin());
  return id;
}

std::string_view View(const KeyId& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

void AppendText(std::string& out, const std::string& text) {
  AppendU32(out, static_cast<uint32_t>(text.size()));
  out += text;
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
  EVIDENT_RETURN_IF_ERROR(ring->OpenIndexKey());
  return ring;
}

absl::Status KeyRing::OpenIndexKey() {
  const std::string check(HmacSha256(kek_, {"evident/v1/kek-check"}).view());
  EVIDENT_ASSIGN_OR_RETURN(const auto stored, store_->Get(kDefault, kCheckKey));
  if (!stored.has_value()) return MakeIndexKey(check);
  if (*stored != check) {
    return MakeError(absl::StatusCode::kPermissionDenied, "KEK_WRONG",
                     "the keys of bodies are wrapped by another key-encryption key");
  }
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store_->Get(kDefault, kIndexKey));
  storage::v1::WrappedKey wrapped;
  if (!bytes.has_value() || !wrapped.ParseFromString(*bytes) || wrapped.key_id() != kIndexKeyId) {
    return MakeError(absl::StatusCode::kDataLoss, "KEY_CORRUPT",
                     "the wrapped index key is missing or damaged");
  }
  EVIDENT_ASSIGN_OR_RETURN(index_key_, UnwrapKey(kek_, wrapped));
  return absl::OkStatus();
}

absl::Status KeyRing::MakeIndexKey(const std::string& kek_check) {
  index_key_ = random_.Bytes(kBodyKeyBytes);
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::WrappedKey wrapped,
                           WrapKey(kek_, random_, kIndexKeyId, index_key_));
  kv::WriteBatch batch;
  batch.Put(kDefault, kCheckKey, kek_check);
  batch.Put(kDefault, kIndexKey, wrapped.SerializeAsString());
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

absl::StatusOr<BodyKey> KeyRing::KeyFor(const SealScope& scope) {
  const std::string term = Term(scope);
  MutexLock lock(mutex_);
  if (const auto cached = by_term_.find(term); cached != by_term_.end()) return cached->second;
  EVIDENT_ASSIGN_OR_RETURN(const auto stored, store_->Get(kTerms, term));
  BodyKey found;
  if (stored.has_value()) {
    EVIDENT_ASSIGN_OR_RETURN(found.id, ToKeyId(*stored));
    EVIDENT_ASSIGN_OR_RETURN(found.key, FindKey(found.id));
  } else {
    EVIDENT_ASSIGN_OR_RETURN(found, MakeKey(term, scope));
  }
  if (by_term_.size() >= kCachedKeysMax) by_term_.clear();
  by_term_.emplace(term, found);
  return found;
}

absl::StatusOr<BodyKey> KeyRing::MakeKey(const std::string& term, const SealScope& scope) {
  BodyKey made;
  EVIDENT_ASSIGN_OR_RETURN(made.id, ToKeyId(random_.Bytes(kBodyKeyIdBytes)));
  made.key = random_.Bytes(kBodyKeyBytes);
  EVIDENT_ASSIGN_OR_RETURN(storage::v1::WrappedKey wrapped,
                           WrapKey(kek_, random_, View(made.id), made.key));
  if (scope.subject.empty()) wrapped.set_day(scope.day);
  wrapped.set_tenant(scope.tenant);
  kv::WriteBatch batch;
  batch.Put(kKeys, View(made.id), wrapped.SerializeAsString());
  batch.Put(kTerms, term, View(made.id));
  EVIDENT_RETURN_IF_ERROR(store_->Write(batch, kv::Durability::kSync));
  return made;
}

absl::StatusOr<std::string> KeyRing::FindKey(const KeyId& id) {
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store_->Get(kKeys, View(id)));
  if (!bytes.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, "KEY_ERASED",
                     "the key " + HexEncode(View(id)) + " was destroyed, or never was here");
  }
  storage::v1::WrappedKey wrapped;
  if (!wrapped.ParseFromString(*bytes) || wrapped.key_id() != View(id)) {
    return MakeError(absl::StatusCode::kDataLoss, "KEY_CORRUPT",
                     "the wrapped key " + HexEncode(View(id)) + " is damaged");
  }
  return UnwrapKey(kek_, wrapped);
}

}  // namespace evident::audit
