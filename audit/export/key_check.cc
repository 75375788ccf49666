#include "audit/export/key_check.h"

#include <string>
#include <variant>

#include "audit/index/index_rows.h"
#include "audit/index/index_terms.h"
#include "audit/log/store.h"
#include "audit/proof/body_envelope.h"
#include "audit/proof/commitment.h"
#include "base/encoding.h"
#include "base/status.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {
namespace {

BodyFindings Problem(const absl::Status& status) {
  BodyFindings found;
  found.problem = std::string(status.message());
  return found;
}

}  // namespace

KeyCheck::KeyCheck(const kv::Database& store, KeyRing* keys, FsckReport& report,
                   FsckFindings& findings)
    : store_(store), keys_(keys), report_(report), findings_(findings) {
  const auto newest = store.Get(kStoreDefault, kNewestKeyKey);
  findings.Failed(newest.status());
  if (newest.ok()) newest_ = newest->value_or("");
}

absl::StatusOr<bool> KeyCheck::IsErased(const KeyId& id) const {
  EVIDENT_ASSIGN_OR_RETURN(const auto row, store_.Get(kStoreErasures, KeyIdBytes(id)));
  return row.has_value();
}

void KeyCheck::CheckErasure(uint64_t index, const ErasureDetail& erasure) {
  const auto row = store_.Get(kStoreErasures, KeyIdBytes(erasure.key_id));
  if (!row.ok()) return findings_.Failed(row.status());
  const auto named = ParseNumberKey(row->value_or(""));
  if (!named.ok() || *named < index) {
    findings_.EntryProblem(index, "the key that it says was destroyed is not kept as such");
  }
}

BodyFindings KeyCheck::Examine(uint64_t index, const Leaf& leaf, std::string_view envelope) const {
  const auto header = ReadEnvelopeHeader(envelope);
  if (!header.ok()) return Problem(header.status());
  BodyFindings found;
  if (keys_ != nullptr) {
    const auto key = keys_->FindKey(header->key_id);
    const auto bytes = key.ok() ? OpenBody(*key, envelope) : key;
    found = absl::IsNotFound(key.status()) ? ExamineClosed(header->key_id, key.status())
            : bytes.ok()                   ? ExamineOpened(index, leaf, *bytes)
                                           : Problem(bytes.status());
  }
  found.newest_key = KeyIdBytes(header->key_id) == newest_;
  return found;
}

// A body whose key is gone.
BodyFindings KeyCheck::ExamineClosed(const KeyId& id, const absl::Status& missing) const {
  const absl::StatusOr<bool> erased = IsErased(id);
  if (!erased.ok()) return Problem(erased.status());
  BodyFindings found;
  found.erased = *erased;
  if (!*erased) {
    found.problem = std::string(missing.message()) + ", and no entry says that it was destroyed";
  }
  return found;
}

BodyFindings KeyCheck::ExamineOpened(uint64_t index, const Leaf& leaf,
                                     std::string_view bytes) const {
  storage::v1::SealedBody sealed;
  if (!sealed.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Problem(absl::DataLossError("what was sealed does not parse"));
  }
  const v1::EntryBody& body = sealed.body();
  BodyFindings found = Problem(CheckMark(index, body.request_mark()));
  found.opened = true;
  for (const IndexTerm& term : TermsOfBody(body)) {
    found.index_keys.push_back(TermKey(term, *keys_));
  }
  const bool whole = body.request().size() == body.request_bytes();
  const Digest request = sealed.request_salt().empty()
                             ? Digest{}
                             : CommitRequest(sealed.request_salt(), body.request());
  if (sealed.request_salt().empty() != leaf.request_commitment.is_zero() ||
      (whole && request != leaf.request_commitment)) {
    found.problem = "its request is not the one that its leaf commits to";
  }
  return found;
}

// A row of a mark is let go of with time, and says what the body says while it is there.
absl::Status KeyCheck::CheckMark(uint64_t index, const std::string& mark) const {
  EVIDENT_ASSIGN_OR_RETURN(const auto row, store_.Get(kStoreMarks, IndexKey(EntryIndex(index))));
  if (!row.has_value() || *row == mark) return absl::OkStatus();
  return absl::DataLossError("its request mark is not the one that is kept of it");
}

void KeyCheck::Take(uint64_t index, const BodyFindings& findings) {
  newest_seen_ = newest_seen_ || findings.newest_key;
  report_.bodies_opened += findings.opened ? 1 : 0;
  report_.bodies_erased += findings.erased ? 1 : 0;
  if (!findings.problem.empty()) findings_.BodyProblem(index, findings.problem);
}

void KeyCheck::CheckStoredErasure(std::string_view key, std::string_view value) {
  const auto index = ParseNumberKey(value);
  const auto leaf = index.ok() ? ReadStoredLeaf(store_, EntryIndex(*index)) : index.status();
  const auto* const erasure = leaf.ok() ? std::get_if<ErasureDetail>(&leaf->detail) : nullptr;
  if (erasure == nullptr || KeyIdBytes(erasure->key_id) != key) {
    findings_.Problem("the erasure of key " + HexEncode(key) + ": no entry says so");
  }
}

void KeyCheck::Finish() {
  if (!newest_.empty() && !newest_seen_) {
    findings_.Problem("the newest key: no body is sealed under " + HexEncode(newest_));
  }
  const auto rows = store_.NewIterator(kStoreErasures);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    CheckStoredErasure(rows->key(), rows->value());
  }
  findings_.Failed(rows->status());
  if (keys_ == nullptr) return;
  keys_->CheckRows(
      [this](const std::string& what) { findings_.Problem("the keys: " + what); },
      [this](const KeyId& id) {
        const absl::StatusOr<bool> erased = IsErased(id);
        findings_.Failed(erased.status());
        if (!erased.value_or(false)) return;
        findings_.Problem("the keys: key " + HexEncode(KeyIdBytes(id)) +
                          " is still there, though an entry says that it was destroyed");
      });
}

}  // namespace evident::audit
