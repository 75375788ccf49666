#include "audit/log/key_rotations.h"

#include <utility>

#include "audit/log/store.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/leaf.h"
#include "base/status.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {
namespace {

// Before the index of the entry.
constexpr std::string_view kRotationPrefix = "rotation/";
constexpr char kRotationsEnd[] = "rotation0";

absl::Status Corrupt(EntryIndex entry, const std::string& why) {
  return MakeError(absl::StatusCode::kDataLoss, "LOG_CORRUPT",
                   "the rotation of keys at entry " + std::to_string(entry.value) + " " + why);
}

absl::StatusOr<KeyRotation> ReadRotation(std::string_view row_key, std::string_view bytes) {
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t number,
                           ParseNumberKey(row_key.substr(kRotationPrefix.size())));
  const EntryIndex entry(number);
  storage::v1::KeyRotation record;
  if (!record.ParseFromString(std::string(bytes)) || record.SerializeAsString() != bytes) {
    return Corrupt(entry, "is damaged");
  }
  const auto previous = NoteVerifier::Parse(record.previous_key());
  const auto key = NoteVerifier::Parse(record.verifier_key());
  if (!previous.ok() || !key.ok()) return Corrupt(entry, "names no keys");
  return KeyRotation{entry, *previous, *key, record.handover()};
}

absl::Status CheckRotation(const kv::Database& store, const KeyRotation& rotation) {
  EVIDENT_RETURN_IF_ERROR(CheckNamesKey(store, rotation.entry, rotation.key));
  const auto handover = OpenCheckpoint(rotation.handover, rotation.previous);
  if (!handover.ok()) return Annotate(handover.status(), "a hand-over between keys");
  if (handover->size == rotation.entry.value + 1) return absl::OkStatus();
  return Corrupt(rotation.entry, "has a hand-over of another size");
}

}  // namespace

absl::StatusOr<std::vector<KeyRotation>> ReadRotations(const kv::Database& store) {
  std::vector<KeyRotation> rotations;
  const auto rows = store.NewIterator(kStoreDefault, kRotationsEnd);
  for (rows->Seek(kRotationPrefix); rows->Valid(); rows->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(KeyRotation rotation, ReadRotation(rows->key(), rows->value()));
    EVIDENT_RETURN_IF_ERROR(CheckRotation(store, rotation));
    if (!rotations.empty() && rotations.back().key.ToText() != rotation.previous.ToText()) {
      return Corrupt(rotation.entry, "is not from the key of the one before it");
    }
    rotations.push_back(std::move(rotation));
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return rotations;
}

bool IsRotationRow(std::string_view key) { return key.starts_with(kRotationPrefix); }

void PutRotation(const KeyRotation& rotation, kv::WriteBatch& writes) {
  storage::v1::KeyRotation record;
  record.set_previous_key(rotation.previous.ToText());
  record.set_verifier_key(rotation.key.ToText());
  record.set_handover(rotation.handover);
  writes.Put(kStoreDefault, std::string(kRotationPrefix) + IndexKey(rotation.entry),
             record.SerializeAsString());
}

absl::Status CheckNamesKey(const kv::Database& store, EntryIndex entry, const NoteVerifier& key) {
  EVIDENT_ASSIGN_OR_RETURN(const Leaf leaf, ReadStoredLeaf(store, entry));
  const auto* const named = std::get_if<KeyDetail>(&leaf.detail);
  if (named != nullptr && named->verifier_key == Sha256(key.ToText())) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kDataLoss, "LOG_CORRUPT",
      "entry " + std::to_string(entry.value) + " does not name the verifier key " + key.ToText());
}

absl::StatusOr<LogKeys> KeysOf(const std::vector<KeyRotation>& rotations,
                               const NoteVerifier& last) {
  LogKeys keys(rotations.empty() ? last : rotations.front().previous);
  for (const KeyRotation& rotation : rotations) EVIDENT_RETURN_IF_ERROR(keys.Add(rotation.key));
  return keys;
}

}  // namespace evident::audit
