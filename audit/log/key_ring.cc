#include "audit/log/key_ring.h"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {
namespace {

constexpr kv::Family kDefault{0};  // kek_check
constexpr kv::Family kKeys{1};     // key id(16) -> storage.v1.WrappedKey
constexpr kv::Family kTerms{2};    // HMAC(index key, scope)(32) -> key id(16)

constexpr uint32_t kFormatVersion = 1;
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
constexpr char kCheckKey[] = "kek_check";

struct CipherFreer {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherPtr = std::unique_ptr<EVP_CIPHER_CTX, CipherFreer>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::StatusOr<std::string> Wrap(const std::string& kek, std::string_view nonce,
                                 std::string_view id, std::string_view key) {
  const CipherPtr context(EVP_CIPHER_CTX_new());
  std::string out(key.size() + kTagBytes, '\0');
  auto* const data = reinterpret_cast<unsigned char*>(out.data());
  int length = 0;
  int rest = 0;
  if (EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), Bytes(kek), Bytes(nonce), nullptr) !=
          1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &length, Bytes(id), static_cast<int>(id.size())) !=
          1 ||
      EVP_EncryptUpdate(context.get(), data, &length, Bytes(key), static_cast<int>(key.size())) !=
          1 ||
      EVP_EncryptFinal_ex(context.get(), data + length, &rest) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, data + key.size()) != 1) {
    return MakeError(absl::StatusCode::kInternal, "KEY_WRAP_FAILED", "wrapping a key failed");
  }
  return out;
}

absl::StatusOr<std::string> Unwrap(const std::string& kek, const storage::v1::WrappedKey& wrapped) {
  const absl::Status corrupt = MakeError(absl::StatusCode::kDataLoss, "KEY_CORRUPT",
                                         "a wrapped key does not open: it was damaged");
  if (wrapped.wrapped().size() != kBodyKeyBytes + kTagBytes ||
      wrapped.nonce().size() != kNonceBytes) {
    return corrupt;
  }
  const CipherPtr context(EVP_CIPHER_CTX_new());
  std::string key(kBodyKeyBytes, '\0');
  auto* const data = reinterpret_cast<unsigned char*>(key.data());
  std::string tag = wrapped.wrapped().substr(kBodyKeyBytes);
  int length = 0;
  int rest = 0;
  if (EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), Bytes(kek), Bytes(wrapped.nonce()),
                          nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &length, Bytes(wrapped.key_id()),
                        static_cast<int>(wrapped.key_id().size())) != 1 ||
      EVP_DecryptUpdate(context.get(), data, &length, Bytes(wrapped.wrapped()),
                        static_cast<int>(kBodyKeyBytes)) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) != 1 ||
      EVP_DecryptFinal_ex(context.get(), data + length, &rest) != 1) {
    return corrupt;
  }
  return key;
}

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
  open.mode =
      options.create ? kv::OpenOptions::Mode::kCreate : kv::OpenOptions::Mode::kOpenExisting;
  open.families = {{"default"}, {"keys"}, {"terms"}};
  open.cache_bytes = 8u << 20;
  open.write_buffer_bytes = 8u << 20;
  open.fault_file_system = options.fault_file_system;
  EVIDENT_ASSIGN_OR_RETURN(ring->store_, kv::Database::Open(open));
  EVIDENT_RETURN_IF_ERROR(ring->CheckKek());
  return ring;
}

absl::Status KeyRing::CheckKek() {
  const std::string check(HmacSha256(kek_, {"evident/v1/kek-check"}).view());
  EVIDENT_ASSIGN_OR_RETURN(const auto stored, store_->Get(kDefault, kCheckKey));
  if (stored.has_value()) {
    if (*stored == check) return absl::OkStatus();
    return MakeError(absl::StatusCode::kPermissionDenied, "KEK_WRONG",
                     "the keys of bodies are wrapped by another key-encryption key");
  }
  kv::WriteBatch batch;
  batch.Put(kDefault, kCheckKey, check);
  return store_->Write(batch, kv::Durability::kSync);
}

// The subject never stands in clear: only its keyed hash does.
std::string KeyRing::Term(const SealScope& scope) const {
  const Digest index_key = HmacSha256(kek_, {"evident/v1/index-key"});
  std::string text;
  AppendU8(text, scope.subject.empty() ? 0 : 1);
  AppendText(text, scope.tenant);
  AppendText(text, scope.subject.empty() ? scope.day : scope.subject);
  return std::string(HmacSha256(index_key.view(), {text}).view());
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
  storage::v1::WrappedKey wrapped;
  wrapped.set_key_id(std::string(View(made.id)));
  wrapped.set_nonce(random_.Bytes(kNonceBytes));
  EVIDENT_ASSIGN_OR_RETURN(*wrapped.mutable_wrapped(),
                           Wrap(kek_, wrapped.nonce(), wrapped.key_id(), made.key));
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
  return Unwrap(kek_, wrapped);
}

}  // namespace evident::audit
