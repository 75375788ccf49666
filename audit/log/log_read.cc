#include <algorithm>

#include "audit/log/log.h"
#include "audit/proof/body_envelope.h"
#include "audit/proof/receipt.h"
#include "base/encoding.h"
#include "base/status.h"

namespace evident::audit {
namespace {

absl::Status OutOfRange(const char* reason, const std::string& why) {
  return MakeError(absl::StatusCode::kOutOfRange, reason, why);
}

absl::Status Lacks(const char* what, EntryIndex index) {
  return MakeError(
      absl::StatusCode::kDataLoss, "LOG_CORRUPT",
      std::string("the audit log lacks the ") + what + " of entry " + std::to_string(index.value));
}

}  // namespace

uint64_t Log::Size() const {
  MutexLock lock(mutex_);
  return size_;
}

std::string Log::LatestCheckpoint() const {
  MutexLock lock(mutex_);
  return checkpoint_;
}

std::string Log::ReadOnlyReason() const {
  {
    MutexLock lock(mutex_);
    if (!read_only_.ok()) return std::string(read_only_.message());
    if (closing_) return "it is closed";
  }
  return std::string(CheckReserve().message());
}

absl::Status Log::CheckReleased(EntryIndex index) const {
  const uint64_t size = Size();
  if (index.value < size) return absl::OkStatus();
  return OutOfRange("ENTRY_UNKNOWN", "there is no entry " + std::to_string(index.value) +
                                         ": the log has " + std::to_string(size));
}

absl::StatusOr<std::string> Log::ReadLeaf(EntryIndex index) const {
  EVIDENT_RETURN_IF_ERROR(CheckReleased(index));
  EVIDENT_ASSIGN_OR_RETURN(auto leaf, store_->Get(kStoreLeaves, IndexKey(index)));
  if (leaf.has_value()) return *std::move(leaf);
  return Lacks("leaf", index);
}

absl::StatusOr<Leaf> Log::LeafAt(EntryIndex index) const {
  EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, ReadLeaf(index));
  return DecodeLeaf(bytes);
}

absl::StatusOr<std::vector<std::string>> Log::ReadLeaves(uint64_t begin, uint64_t end) const {
  std::vector<std::string> leaves;
  if (begin >= end) return leaves;
  EVIDENT_RETURN_IF_ERROR(CheckReleased(EntryIndex(end - 1)));
  const auto rows = store_->NewIterator(kStoreLeaves, IndexKey(EntryIndex(end)));
  for (rows->Seek(IndexKey(EntryIndex(begin))); rows->Valid(); rows->Next()) {
    if (rows->key() != IndexKey(EntryIndex(begin + leaves.size()))) break;
    leaves.emplace_back(rows->value());
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  if (leaves.size() == end - begin) return leaves;
  return Lacks("leaf", EntryIndex(begin + leaves.size()));
}

absl::StatusOr<std::string> Log::ReadEnvelope(EntryIndex index) const {
  EVIDENT_RETURN_IF_ERROR(CheckReleased(index));
  EVIDENT_ASSIGN_OR_RETURN(auto envelope, store_->Get(kStoreBodies, IndexKey(index)));
  if (envelope.has_value()) return *std::move(envelope);
  EVIDENT_ASSIGN_OR_RETURN(const std::optional<Pruned> pruned, ReadPruned(*store_));
  if (!pruned.has_value() || index.value >= pruned->end) return Lacks("body", index);
  return MakeError(absl::StatusCode::kNotFound, "BODY_PRUNED",
                   "the body of entry " + std::to_string(index.value) + " was removed by age, as " +
                       NameEntry(options_.id, pruned->entry, LeafKind::kPruning).ToString() +
                       " says");
}

absl::StatusOr<uint64_t> Log::FirstBody() const {
  EVIDENT_ASSIGN_OR_RETURN(const std::optional<Pruned> pruned, ReadPruned(*store_));
  return pruned.has_value() ? pruned->end : 0;
}

absl::StatusOr<bool> Log::SaysErased(const KeyId& id) const {
  EVIDENT_ASSIGN_OR_RETURN(const auto row, store_->Get(kStoreErasures, KeyIdBytes(id)));
  return row.has_value();
}

// A key that is gone was erased only where an entry of the log says so: else it was lost.
absl::StatusOr<std::string> Log::FindKey(const KeyId& id) const {
  EVIDENT_ASSIGN_OR_RETURN(const bool erased, SaysErased(id));
  if (erased) {
    return MakeError(absl::StatusCode::kNotFound, "KEY_ERASED",
                     "the key " + HexEncode(KeyIdBytes(id)) + " was destroyed");
  }
  absl::StatusOr<std::string> key = keys_->FindKey(id);
  if (key.status().code() != absl::StatusCode::kNotFound) return key;
  return MakeError(
      absl::StatusCode::kDataLoss, "KEY_MISSING",
      std::string(key.status().message()) + ", and no entry says that it was destroyed");
}

absl::StatusOr<std::string> Log::FindBodyKey(const std::string& envelope) const {
  EVIDENT_ASSIGN_OR_RETURN(const EnvelopeHeader header, ReadEnvelopeHeader(envelope));
  return FindKey(header.key_id);
}

absl::StatusOr<storage::v1::SealedBody> Log::OpenEntry(EntryIndex index) const {
  EVIDENT_ASSIGN_OR_RETURN(const std::string envelope, ReadEnvelope(index));
  return OpenEnvelope(index, envelope);
}

absl::StatusOr<storage::v1::SealedBody> Log::OpenEnvelope(EntryIndex index,
                                                          const std::string& envelope) const {
  const absl::StatusOr<std::string> key = FindBodyKey(envelope);
  if (!key.ok()) {
    return Annotate(key.status(), "opening the body of entry " + std::to_string(index.value));
  }
  EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, OpenBody(*key, envelope));
  storage::v1::SealedBody body;
  if (body.ParseFromString(bytes)) return body;
  return MakeError(absl::StatusCode::kDataLoss, "LOG_CORRUPT",
                   "the body of entry " + std::to_string(index.value) + " does not parse");
}

absl::StatusOr<std::vector<Digest>> Log::ProveInclusion(uint64_t index, uint64_t size) const {
  if (size > Size() || index >= size) {
    return OutOfRange("PROOF_RANGE", "entry " + std::to_string(index) + " of size " +
                                         std::to_string(size) + " lies beyond the log");
  }
  return InclusionProof(*tree_, index, size);
}

absl::StatusOr<std::vector<Digest>> Log::ProveConsistency(uint64_t first, uint64_t second) const {
  if (second > Size() || first > second) {
    return OutOfRange("PROOF_RANGE", "sizes " + std::to_string(first) + " and " +
                                         std::to_string(second) + " lie beyond the log");
  }
  return ConsistencyProof(*tree_, first, second);
}

absl::StatusOr<std::string> Log::CheckpointAt(uint64_t size) const {
  if (size > Size()) {
    return OutOfRange("PROOF_RANGE", "size " + std::to_string(size) + " lies beyond the log");
  }
  return ReadCheckpoint(*store_, size);
}

absl::StatusOr<std::string> Log::CheckpointAtMost(uint64_t size) const {
  return ReadCheckpointAtMost(*store_, std::min(size, Size()));
}

absl::StatusOr<uint64_t> Log::FindTime(int64_t time_ns) const {
  uint64_t low = 0;
  uint64_t high = Size();
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    EVIDENT_ASSIGN_OR_RETURN(const Leaf leaf, LeafAt(EntryIndex(middle)));
    if (leaf.commit_time_ns < time_ns) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

absl::StatusOr<std::optional<EntryIndex>> Log::FindRequest(const std::string& mark) const {
  EVIDENT_ASSIGN_OR_RETURN(const auto row, store_->Get(kStoreRequests, mark));
  if (!row.has_value()) return std::optional<EntryIndex>();
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t index, ParseNumberKey(*row));
  // What is not released yet is another call's that is under way.
  if (index >= Size()) return std::optional<EntryIndex>();
  return std::optional<EntryIndex>(EntryIndex(index));
}

absl::StatusOr<std::string> Log::ReceiptOf(EntryIndex index,
                                           const storage::v1::SealedBody& sealed) const {
  EVIDENT_ASSIGN_OR_RETURN(std::string leaf, ReadLeaf(index));
  std::string note = LatestCheckpoint();
  EVIDENT_ASSIGN_OR_RETURN(const Checkpoint checkpoint, OpenCheckpoint(note, verifier()));
  EVIDENT_ASSIGN_OR_RETURN(std::vector<Digest> proof, ProveInclusion(index.value, checkpoint.size));
  EVIDENT_ASSIGN_OR_RETURN(const v1::Receipt receipt,
                           BuildReceipt({options_.id, index, std::move(leaf), sealed.request_salt(),
                                         sealed.answer_salt(), std::move(proof), std::move(note)}));
  return SerializeReceipt(receipt);
}

absl::StatusOr<std::vector<EntryIndex>> Log::OpenIntents() const {
  std::vector<EntryIndex> open;
  const auto rows = store_->NewIterator(kStoreIntents);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(const uint64_t index, ParseNumberKey(rows->key()));
    open.emplace_back(index);
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return open;
}

}  // namespace evident::audit
