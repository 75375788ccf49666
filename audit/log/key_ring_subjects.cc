// What the key ring keeps of subjects: holds, and erasures that are under way.
#include <utility>

#include "audit/log/key_ring.h"
#include "audit/log/key_ring_rows.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr std::string_view kErasing = "erasing/";
constexpr std::string_view kHold = "hold/";
constexpr std::string_view kDone = "done/";

std::string RowOf(std::string_view kind, std::string_view name) {
  return std::string(kind) + std::string(name);
}

absl::Status Held(absl::StatusCode code, const storage::v1::LegalHold& hold) {
  return MakeError(code, "LEGAL_HOLD",
                   "the subject is under a legal hold, which " + hold.placed_by() + " placed");
}

bool IsOfSubject(std::string_view row) {
  return row.starts_with(kErasing) || row.starts_with(kHold) || row.starts_with(kDone);
}

bool IsOfRing(std::string_view row) {
  return kv::IsIdentityRow(row) || row == kCheckKey || row == kOriginRow || row == kIndexKey;
}

template <typename Message>
absl::StatusOr<Message> Parse(std::string_view row, std::string_view bytes) {
  Message message;
  if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return message;
  return KeyCorrupt("the row " + HexEncode(row) + " does not parse");
}

}  // namespace

std::string KeyRing::RowHash(std::string_view row, std::string_view value) const {
  std::string text;
  AppendText(text, row);
  AppendText(text, value);
  return std::string(
      HmacSha256(index_key_, {"evident/v1/keys-row", std::string_view("\0", 1), text}).view());
}

void KeyRing::PutRow(const std::string& row, const std::string& value,
                     kv::WriteBatch& batch) const {
  batch.Put(kKeysDefault, row, value + RowHash(row, value));
}

absl::StatusOr<std::string_view> KeyRing::OpenRow(std::string_view row,
                                                  std::string_view stored) const {
  constexpr size_t kHashBytes = 32;
  if (stored.size() >= kHashBytes) {
    const std::string_view value = stored.substr(0, stored.size() - kHashBytes);
    if (RowHash(row, value) == stored.substr(value.size())) return value;
  }
  return KeyCorrupt("the row " + HexEncode(row) + " is not as it was written");
}

void KeyRing::CheckSubjectRows(const std::function<void(const absl::Status&)>& problem) const {
  const auto rows = store_->NewIterator(kKeysDefault);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    if (IsOfSubject(rows->key())) {
      problem(OpenRow(rows->key(), rows->value()).status());
    } else if (!IsOfRing(rows->key())) {
      problem(KeyCorrupt("the row " + HexEncode(rows->key()) + " is none of the keys'"));
    }
  }
  problem(rows->status());
}

absl::StatusOr<PendingErasure> KeyRing::ParseErasure(std::string_view row,
                                                     std::string_view stored) const {
  EVIDENT_ASSIGN_OR_RETURN(const std::string_view bytes, OpenRow(row, stored));
  EVIDENT_ASSIGN_OR_RETURN(auto erasure, Parse<storage::v1::PendingErasure>(row, bytes));
  EVIDENT_ASSIGN_OR_RETURN(const KeyId id, ToKeyId(erasure.key_id()));
  return PendingErasure{id, std::move(*erasure.mutable_index_key())};
}

absl::StatusOr<storage::v1::LegalHold> KeyRing::ParseHold(std::string_view row,
                                                          std::string_view stored) const {
  EVIDENT_ASSIGN_OR_RETURN(const std::string_view bytes, OpenRow(row, stored));
  return Parse<storage::v1::LegalHold>(row, bytes);
}

absl::StatusOr<std::optional<KeyId>> KeyRing::FindKeyId(const SealScope& scope) const {
  EVIDENT_ASSIGN_OR_RETURN(const auto stored, store_->Get(kKeysTerms, Term(scope)));
  if (!stored.has_value()) return std::optional<KeyId>();
  EVIDENT_ASSIGN_OR_RETURN(const KeyId id, ToKeyId(*stored));
  return std::optional<KeyId>(id);
}

absl::Status KeyRing::NoteErasure(const SealScope& scope, const std::string& intent,
                                  const PendingErasure& erasure) {
  MutexLock lock(subjects_mutex_);
  EVIDENT_ASSIGN_OR_RETURN(const auto hold, ReadHold(Term(scope)));
  if (hold.has_value()) return Held(absl::StatusCode::kFailedPrecondition, *hold);
  storage::v1::PendingErasure stored;
  stored.set_key_id(std::string(KeyIdView(erasure.key_id)));
  stored.set_index_key(erasure.index_key);
  kv::WriteBatch batch;
  PutRow(RowOf(kErasing, intent), stored.SerializeAsString(), batch);
  return store_->Write(batch, kv::Durability::kSync);
}

absl::Status KeyRing::DropErasure(const std::string& intent) {
  MutexLock lock(subjects_mutex_);
  kv::WriteBatch batch;
  batch.Delete(kKeysDefault, RowOf(kErasing, intent));
  return store_->Write(batch, kv::Durability::kSync);
}

absl::Status KeyRing::Destroy(const std::string& intent) {
  MutexLock one_at_a_time(subjects_mutex_);
  EVIDENT_ASSIGN_OR_RETURN(const std::optional<PendingErasure> erasure, FindErasure(intent));
  if (!erasure.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, "ERASURE_UNKNOWN",
                     "no erasure was begun for " + intent);
  }
  const KeyId id = erasure->key_id;
  const absl::StatusOr<storage::v1::WrappedKey> wrapped = ReadKey(id);
  // Gone where the files were about to be written anew when the process ended.
  if (!wrapped.ok() && !absl::IsNotFound(wrapped.status())) return wrapped.status();
  const std::string term = wrapped.ok() ? wrapped->term() : std::string();
  {
    // Nobody finds or makes a key for the term meanwhile.
    MutexLock lock(mutex_);
    while (!seeking_.insert(term).second) found_.Wait(mutex_);
    by_term_.erase(term);
  }
  kv::WriteBatch key;
  key.Delete(kKeysKeys, KeyIdView(id));
  if (!term.empty()) key.Delete(kKeysTerms, term);
  const absl::Status status = store_->Write(key, kv::Durability::kSync);
  {
    MutexLock lock(mutex_);
    seeking_.erase(term);
    found_.NotifyAll();
  }
  EVIDENT_RETURN_IF_ERROR(status);
  EVIDENT_RETURN_IF_ERROR(store_->Scrub(kKeysKeys, KeyIdView(id)));
  kv::WriteBatch done;
  done.Delete(kKeysDefault, RowOf(kErasing, intent));
  PutRow(RowOf(kDone, intent), "", done);
  return store_->Write(done, kv::Durability::kSync);
}

absl::StatusOr<std::optional<PendingErasure>> KeyRing::FindErasure(
    const std::string& intent) const {
  const std::string row = RowOf(kErasing, intent);
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store_->Get(kKeysDefault, row));
  if (!bytes.has_value()) return std::optional<PendingErasure>();
  EVIDENT_ASSIGN_OR_RETURN(PendingErasure erasure, ParseErasure(row, *bytes));
  return std::optional(std::move(erasure));
}

absl::StatusOr<std::map<std::string, PendingErasure>> KeyRing::PendingErasures() const {
  std::map<std::string, PendingErasure> pending;
  const auto rows = store_->NewIterator(kKeysDefault);
  for (rows->Seek(kErasing); rows->Valid() && rows->key().starts_with(kErasing); rows->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(PendingErasure erasure, ParseErasure(rows->key(), rows->value()));
    pending.emplace(rows->key().substr(kErasing.size()), std::move(erasure));
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return pending;
}

absl::StatusOr<std::optional<storage::v1::LegalHold>> KeyRing::ReadHold(
    const std::string& term) const {
  const std::string row = RowOf(kHold, term);
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store_->Get(kKeysDefault, row));
  if (!bytes.has_value()) return std::optional<storage::v1::LegalHold>();
  EVIDENT_ASSIGN_OR_RETURN(auto hold, ParseHold(row, *bytes));
  return std::optional(std::move(hold));
}

absl::StatusOr<std::optional<storage::v1::LegalHold>> KeyRing::FindHold(
    const SealScope& scope) const {
  return ReadHold(Term(scope));
}

absl::Status KeyRing::PlaceHold(const SealScope& scope, const std::string& intent, int64_t now_ns) {
  MutexLock lock(subjects_mutex_);
  const std::string term = Term(scope);
  EVIDENT_ASSIGN_OR_RETURN(const auto held, ReadHold(term));
  if (held.has_value()) return Held(absl::StatusCode::kAlreadyExists, *held);
  storage::v1::LegalHold hold;
  hold.set_placed_by(intent);
  hold.set_placed_time_ns(now_ns);
  kv::WriteBatch batch;
  PutRow(RowOf(kHold, term), hold.SerializeAsString(), batch);
  PutRow(RowOf(kDone, intent), "", batch);
  return store_->Write(batch, kv::Durability::kSync);
}

absl::Status KeyRing::LiftHold(const SealScope& scope, const std::string& intent) {
  MutexLock lock(subjects_mutex_);
  const std::string term = Term(scope);
  EVIDENT_ASSIGN_OR_RETURN(const auto held, ReadHold(term));
  if (!held.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, "NO_LEGAL_HOLD",
                     "the subject is under no legal hold");
  }
  kv::WriteBatch batch;
  batch.Delete(kKeysDefault, RowOf(kHold, term));
  PutRow(RowOf(kDone, intent), "", batch);
  return store_->Write(batch, kv::Durability::kSync);
}

absl::StatusOr<KeyRing::HeldKeys> KeyRing::FindHeldKeys() const {
  HeldKeys held;
  const auto rows = store_->NewIterator(kKeysDefault);
  for (rows->Seek(kHold); rows->Valid() && rows->key().starts_with(kHold); rows->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(auto hold, ParseHold(rows->key(), rows->value()));
    EVIDENT_ASSIGN_OR_RETURN(const auto stored,
                             store_->Get(kKeysTerms, rows->key().substr(kHold.size())));
    if (!stored.has_value()) continue;
    EVIDENT_ASSIGN_OR_RETURN(const KeyId id, ToKeyId(*stored));
    held.emplace(id, std::move(hold));
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return held;
}

absl::Status KeyRing::WhileHoldsStay(const std::function<absl::Status(const HeldKeys&)>& act) {
  MutexLock lock(subjects_mutex_);
  EVIDENT_ASSIGN_OR_RETURN(const HeldKeys held, FindHeldKeys());
  return act(held);
}

absl::StatusOr<bool> KeyRing::WasDone(const std::string& intent) const {
  const std::string row = RowOf(kDone, intent);
  EVIDENT_ASSIGN_OR_RETURN(const auto stored, store_->Get(kKeysDefault, row));
  if (!stored.has_value()) return false;
  EVIDENT_RETURN_IF_ERROR(OpenRow(row, *stored).status());
  return true;
}

}  // namespace evident::audit
