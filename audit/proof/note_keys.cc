#include <openssl/evp.h>

#include <utility>

#include "audit/proof/note.h"
#include "audit/proof/note_text.h"
#include "base/encoding.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kSignatureBytes = 64;
constexpr size_t kCosignatureBytes = 8 + kSignatureBytes;  // time, then Ed25519
constexpr std::string_view kSignerPrefix = "PRIVATE+KEY+";
constexpr std::string_view kDash = "\xe2\x80\x94 ";

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::shared_ptr<EVP_PKEY> Own(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

std::string HexId(uint32_t id) {
  std::string bytes;
  AppendU32(bytes, id);
  return HexEncode(bytes);
}

bool VerifyEd25519(EVP_PKEY* key, std::string_view message, std::string_view signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  return signature.size() == kSignatureBytes &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

// "name+hex8+base64" split, the base64 decoded.
struct KeyText {
  std::string_view name;
  std::string_view hex_id;
  std::string bytes;
};
bool SplitKeyText(std::string_view text, KeyText& out) {
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return false;
  out.name = text.substr(0, first);
  out.hex_id = text.substr(first + 1, second - first - 1);
  absl::StatusOr<std::string> bytes = Base64Decode(text.substr(second + 1));
  if (!bytes.ok() || bytes->size() != 1 + kKeyBytes) return false;
  out.bytes = *std::move(bytes);
  return true;
}

absl::Status BadVerifier() {
  return MakeError(absl::StatusCode::kInvalidArgument, "VERIFIER_KEY_MALFORMED",
                   "a verifier key is not name+key id+base64 of a known type");
}

absl::Status BadSigner() {
  return MakeError(absl::StatusCode::kInvalidArgument, "SIGNER_KEY_MALFORMED",
                   "a signer key is not of the form PRIVATE+KEY+name+key id+base64");
}

}  // namespace

absl::StatusOr<NoteVerifier> NoteVerifier::Create(std::string_view name, NoteKeyType type,
                                                  std::string_view public_key) {
  if (!IsValidNoteName(name) || public_key.size() != kKeyBytes) return BadVerifier();
  NoteVerifier verifier;
  verifier.name_ = std::string(name);
  verifier.type_ = type;
  verifier.public_key_ = std::string(public_key);
  verifier.key_id_ = NoteKeyId(name, type, public_key);
  verifier.key_ = Own(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
  if (verifier.key_ == nullptr) return BadVerifier();
  return verifier;
}

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(std::string_view text) {
  KeyText parts;
  if (!SplitKeyText(text, parts)) return BadVerifier();
  const auto type = static_cast<NoteKeyType>(parts.bytes[0]);
  if (type != NoteKeyType::kEd25519 && type != NoteKeyType::kCosignatureV1) return BadVerifier();
  EVIDENT_ASSIGN_OR_RETURN(NoteVerifier verifier,
                           Create(parts.name, type, std::string_view(parts.bytes).substr(1)));
  if (HexId(verifier.key_id_) != parts.hex_id) return BadVerifier();
  return verifier;
}

std::string NoteVerifier::ToText() const {
  return name_ + "+" + HexId(key_id_) + "+" +
         Base64Encode(std::string(1, static_cast<char>(type_)) + public_key_);
}

bool NoteVerifier::Verifies(std::string_view text, std::string_view signature) const {
  if (type_ == NoteKeyType::kEd25519) return VerifyEd25519(key_.get(), text, signature);
  if (signature.size() != kCosignatureBytes) return false;
  ByteReader reader(signature);
  const std::string message =
      "cosignature/v1\ntime " + std::to_string(reader.U64()) + "\n" + std::string(text);
  return VerifyEd25519(key_.get(), message, reader.rest());
}

absl::StatusOr<NoteSigner> NoteSigner::Generate(std::string_view name, Random& random) {
  return FromSeed(name, random.Bytes(kKeyBytes));
}

absl::StatusOr<NoteSigner> NoteSigner::FromSeed(std::string_view name, std::string_view seed) {
  if (seed.size() != kKeyBytes) return BadSigner();
  std::shared_ptr<EVP_PKEY> key =
      Own(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed), seed.size()));
  std::string public_key(kKeyBytes, '\0');
  size_t size = public_key.size();
  if (key == nullptr ||
      EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(public_key.data()),
                                  &size) != 1) {
    return BadSigner();
  }
  absl::StatusOr<NoteVerifier> verifier =
      NoteVerifier::Create(name, NoteKeyType::kEd25519, public_key);
  if (!verifier.ok()) return BadSigner();
  return NoteSigner(*std::move(verifier), std::string(seed), std::move(key));
}

absl::StatusOr<NoteSigner> NoteSigner::Parse(std::string_view text) {
  KeyText parts;
  if (text.substr(0, kSignerPrefix.size()) != kSignerPrefix ||
      !SplitKeyText(text.substr(kSignerPrefix.size()), parts) ||
      parts.bytes[0] != static_cast<char>(NoteKeyType::kEd25519)) {
    return BadSigner();
  }
  EVIDENT_ASSIGN_OR_RETURN(NoteSigner signer,
                           FromSeed(parts.name, std::string_view(parts.bytes).substr(1)));
  if (HexId(signer.verifier().key_id()) != parts.hex_id) return BadSigner();
  return signer;
}

std::string NoteSigner::ToText() const {
  return std::string(kSignerPrefix) + verifier_.name() + "+" + HexId(verifier_.key_id()) + "+" +
         Base64Encode(std::string(1, static_cast<char>(NoteKeyType::kEd25519)) + seed_);
}

absl::StatusOr<std::string> NoteSigner::Sign(std::string_view text) const {
  EVIDENT_RETURN_IF_ERROR(CheckNoteText(text));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Bytes(text), text.size()) != 1) {
    return MakeError(absl::StatusCode::kInternal, "SIGNING_FAILED", "signing a note failed");
  }
  std::string blob;
  AppendU32(blob, verifier_.key_id());
  blob += signature;
  return std::string(text) + "\n" + std::string(kDash) + verifier_.name() + " " +
         Base64Encode(blob) + "\n";
}

}  // namespace evident::audit
