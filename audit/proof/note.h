// Signed notes (C2SP signed-note) with Ed25519 keys, byte for byte as Go's x/mod/sumdb/note reads
// and writes them. docs/formats/merkle-note-checkpoint.md.
#ifndef EVIDENT_AUDIT_PROOF_NOTE_H_
#define EVIDENT_AUDIT_PROOF_NOTE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/random.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace evident::audit {

enum class NoteKeyType : uint8_t {
  kEd25519 = 1,
  kCosignatureV1 = 4,  // Ed25519 over a timestamped header and the text
};

struct NoteSignature {
  std::string name;
  uint32_t key_id = 0;
  std::string signature;  // without the key id
};

struct Note {
  std::string text;  // ends in a newline
  std::vector<NoteSignature> signatures;
};

// Checks the form, no signature. INVALID_ARGUMENT (NOTE_MALFORMED) for anything that is not the one
// spelling of a note; RESOURCE_EXHAUSTED (NOTE_TOO_LARGE) above kNoteBytesMax or
// kNoteSignaturesMax.
absl::StatusOr<Note> ParseNote(std::string_view bytes);

// First 4 bytes of SHA-256(name || 0x0A || type || public key), big-endian.
uint32_t NoteKeyId(std::string_view name, NoteKeyType type, std::string_view public_key);

// Non-empty UTF-8 without Unicode white space, control characters or '+'.
bool IsValidNoteName(std::string_view name);

// One public key and the name it signs under. A value; thread safe.
class NoteVerifier {
 public:
  // "name+hex8(key id)+base64(type || public key)". INVALID_ARGUMENT (VERIFIER_KEY_MALFORMED).
  static absl::StatusOr<NoteVerifier> Parse(std::string_view text);
  static absl::StatusOr<NoteVerifier> Create(std::string_view name, NoteKeyType type,
                                             std::string_view public_key);

  const std::string& name() const { return name_; }
  uint32_t key_id() const { return key_id_; }
  NoteKeyType type() const { return type_; }
  const std::string& public_key() const { return public_key_; }  // 32 bytes
  std::string ToText() const;                                    // what Parse reads

  bool Verifies(std::string_view text, std::string_view signature) const;

 private:
  NoteVerifier() = default;
  std::string name_;
  uint32_t key_id_ = 0;
  NoteKeyType type_ = NoteKeyType::kEd25519;
  std::string public_key_;
  std::shared_ptr<evp_pkey_st> key_;
};

// One Ed25519 private key and the name it signs under. Thread safe. Signatures are deterministic.
class NoteSigner {
 public:
  // "PRIVATE+KEY+name+hex8(key id)+base64(01 || seed)". INVALID_ARGUMENT (SIGNER_KEY_MALFORMED);
  // messages never show the text.
  static absl::StatusOr<NoteSigner> Parse(std::string_view text);
  static absl::StatusOr<NoteSigner> FromSeed(std::string_view name, std::string_view seed);  // 32
  static absl::StatusOr<NoteSigner> Generate(std::string_view name, Random& random);

  const NoteVerifier& verifier() const { return verifier_; }
  std::string ToText() const;  // secret: what Parse reads

  // The note of `text`, signed. INVALID_ARGUMENT (NOTE_MALFORMED) for a text that no note can hold.
  absl::StatusOr<std::string> Sign(std::string_view text) const;

 private:
  NoteSigner(NoteVerifier verifier, std::string seed, std::shared_ptr<evp_pkey_st> key)
      : verifier_(std::move(verifier)), seed_(std::move(seed)), key_(std::move(key)) {}
  NoteVerifier verifier_;
  std::string seed_;
  std::shared_ptr<evp_pkey_st> key_;
};

struct OpenedNote {
  std::string text;
  std::vector<NoteSignature> verified;  // by one of the keys given, one for each
  size_t unknown = 0;                   // signature lines by other keys, ignored
};

// Parses and verifies. DATA_LOSS (SIGNATURE_INVALID) when a key that is given has a line here that
// does not verify; (SIGNATURE_MISSING) when none of the keys signed. Else ParseNote's errors.
absl::StatusOr<OpenedNote> OpenNote(std::string_view bytes, std::span<const NoteVerifier> keys);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_NOTE_H_
