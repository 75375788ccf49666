#include "audit/export/key_check.h"

#include <string>
#include <variant>

#include "audit/log/store.h"
#include "audit/proof/body_envelope.h"
#include "audit/proof/commitment.h"
#include "base/encoding.h"
#include "evident/storage/v1/audit.pb.h"

namespace evident::audit {

KeyCheck::KeyCheck(const kv::Database& store, KeyRing* keys, FsckReport& report,
                   FsckFindings& findings)
    : store_(store), keys_(keys), report_(report), findings_(findings) {
  const auto newest = store.Get(kStoreDefault, kNewestKeyKey);
  findings.Failed(newest.status());
  if (newest.ok()) newest_ = newest->value_or("");
}

bool KeyCheck::IsErased(const KeyId& id) {
  const auto row = store_.Get(kStoreErasures, KeyIdBytes(id));
  findings_.Failed(row.status());
  return row.ok() && row->has_value();
}

void KeyCheck::CheckErasure(uint64_t index, const ErasureDetail& erasure) {
  const auto row = store_.Get(kStoreErasures, KeyIdBytes(erasure.key_id));
  if (!row.ok()) return findings_.Failed(row.status());
  const auto named = ParseNumberKey(row->value_or(""));
  if (!named.ok() || *named < index) {
    findings_.EntryProblem(index, "the key that it says was destroyed is not kept as such");
  }
}

void KeyCheck::CheckBody(uint64_t index, const Leaf& leaf, std::string_view envelope) {
  const auto header = ReadEnvelopeHeader(envelope);
  if (!header.ok()) return findings_.BodyProblem(index, std::string(header.status().message()));
  newest_seen_ = newest_seen_ || KeyIdBytes(header->key_id) == newest_;
  if (keys_ == nullptr) return;
  const auto key = keys_->FindKey(header->key_id);
  if (key.status().code() == absl::StatusCode::kNotFound) {
    if (IsErased(header->key_id)) {
      ++report_.bodies_erased;
      return;
    }
    return findings_.BodyProblem(
        index, std::string(key.status().message()) + ", and no entry says that it was destroyed");
  }
  const auto bytes = key.ok() ? OpenBody(*key, envelope) : key;
  if (!bytes.ok()) return findings_.BodyProblem(index, std::string(bytes.status().message()));
  CheckRequest(index, leaf, *bytes);
}

void KeyCheck::CheckRequest(uint64_t index, const Leaf& leaf, std::string_view bytes) {
  storage::v1::SealedBody sealed;
  if (!sealed.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return findings_.BodyProblem(index, "what was sealed does not parse");
  }
  ++report_.bodies_opened;
  const v1::EntryBody& body = sealed.body();
  CheckMark(index, body.request_mark());
  const bool whole = body.request().size() == body.request_bytes();
  const Digest request = sealed.request_salt().empty()
                             ? Digest{}
                             : CommitRequest(sealed.request_salt(), body.request());
  if (sealed.request_salt().empty() != leaf.request_commitment.is_zero() ||
      (whole && request != leaf.request_commitment)) {
    findings_.BodyProblem(index, "its request is not the one that its leaf commits to");
  }
}

// A row of a mark is let go of with time, and says what the body says while it is there.
void KeyCheck::CheckMark(uint64_t index, const std::string& mark) {
  const auto row = store_.Get(kStoreMarks, IndexKey(EntryIndex(index)));
  if (!row.ok()) return findings_.Failed(row.status());
  if (row->has_value() && **row != mark) {
    findings_.BodyProblem(index, "its request mark is not the one that is kept of it");
  }
}

void KeyCheck::CheckStoredErasure(std::string_view key, std::string_view value) {
  const auto index = ParseNumberKey(value);
  const auto bytes = index.ok() ? store_.Get(kStoreLeaves, value) : index.status();
  const auto leaf = bytes.ok() ? DecodeLeaf(bytes->value_or("")) : bytes.status();
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
        if (!IsErased(id)) return;
        findings_.Problem("the keys: key " + HexEncode(KeyIdBytes(id)) +
                          " is still there, though an entry says that it was destroyed");
      });
}

}  // namespace evident::audit
