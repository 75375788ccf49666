#include "audit/export/fsck.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "audit/export/fsck_findings.h"
#include "audit/export/key_check.h"
#include "audit/export/prune_check.h"
#include "audit/export/tree_check.h"
#include "audit/log/guard.h"
#include "audit/log/key_rotations.h"
#include "audit/log/store.h"
#include "audit/proof/leaf.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr size_t kGuardChecksumBytes = 32;
constexpr uint64_t kProgressEach = 4096;  // entries

class Checker {
 public:
  Checker(const kv::Database& store, LogKeys log_keys, KeyRing* keys, const FsckProgress& progress)
      : store_(store),
        log_keys_(std::move(log_keys)),
        progress_(progress),
        findings_(report_),
        tree_(store, log_keys_, findings_),
        keys_(store, keys, report_, findings_),
        pruned_(store, findings_) {}

  FsckReport Run(const std::string& guard_path) {
    CheckOrigin();
    ReadLogKeys();
    ReadCheckpoints();
    if (!guard_path.empty()) ReadGuardFile(guard_path);
    CheckEntries();
    report_.tiles = tree_.Finish();
    if (newest_ != report_.entries) {
      findings_.Problem("the newest checkpoint is of size " + std::to_string(newest_) +
                        ", the log of " + std::to_string(report_.entries));
    }
    CheckIntents();
    CheckMarks();
    keys_.Finish();
    pruned_.Finish();
    return std::move(report_);
  }

 private:
  void CheckOrigin() {
    const auto origin = store_.Get(kStoreDefault, kOriginKey);
    if (!origin.ok()) return findings_.Failed(origin.status());
    if (origin->value_or("") != log_keys_.name()) {
      findings_.Problem("the origin: it is '" + origin->value_or("") + "', the key that of '" +
                        log_keys_.name() + "'");
    }
  }

  // From a key that is trusted to the next by a hand-over, which the leaves must meet; and back to
  // those that the leaves name, since a trusted one has signed the leaves.
  void ReadLogKeys() {
    auto rotations = ReadRotations(store_);
    if (!rotations.ok()) return findings_.Failed(rotations.status());
    rotations_ = *std::move(rotations);
    for (const KeyRotation& rotation : rotations_) {
      if (!log_keys_.Has(rotation.previous.ToText())) continue;
      const std::string what = "the hand-over at entry " + std::to_string(rotation.entry.value);
      if (tree_.Want(rotation.handover, what) != 0) Trust(rotation.key);
    }
    for (size_t i = rotations_.size(); i > 0; --i) {
      if (log_keys_.Has(rotations_[i - 1].key.ToText())) Trust(rotations_[i - 1].previous);
    }
  }

  void Trust(const NoteVerifier& key) {
    if (!log_keys_.Has(key.ToText())) findings_.Failed(log_keys_.Add(key));
  }

  void ReadCheckpoints() {
    const auto rows = store_.NewIterator(kStoreCheckpoints);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      ++report_.checkpoints;
      const auto size = ParseNumberKey(rows->key());
      const std::string what =
          "checkpoint " + (size.ok() ? std::to_string(*size) : HexEncode(rows->key()));
      const uint64_t signed_size = tree_.Want(rows->value(), what);
      if (signed_size != 0 && (!size.ok() || *size != signed_size)) {
        findings_.Problem(what + ": it is of size " + std::to_string(signed_size));
      }
      newest_ = std::max(newest_, signed_size);
    }
    findings_.Failed(rows->status());
  }

  void ReadGuardFile(const std::string& path) {
    report_.guard_checked = true;
    const auto note = ReadGuard(path);
    if (!note.ok()) return findings_.Failed(note.status());
    newest_ = std::max(newest_, note->empty() ? 0 : tree_.Want(*note, "the guard"));
    // The older slot stands in for a damaged newer one, which must not go unnoticed here.
    const auto bytes = ReadFile(path, 2 * kGuardSlotBytes);
    if (!bytes.ok()) return findings_.Failed(bytes.status());
    for (size_t slot = 0; slot < 2; ++slot) {
      const std::string_view content =
          std::string_view(*bytes).substr(slot * kGuardSlotBytes, kGuardSlotBytes);
      const std::string_view body = content.substr(0, kGuardSlotBytes - kGuardChecksumBytes);
      if (Sha256(body).view() != content.substr(body.size())) {
        findings_.Problem("the guard: slot " + std::to_string(slot) + " is damaged");
      }
    }
  }

  void CheckEntries() {
    bodies_ = store_.NewIterator(kStoreBodies);
    bodies_->SeekToFirst();
    const auto rows = store_.NewIterator(kStoreLeaves);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const uint64_t expected = report_.entries;
      const auto index = ParseNumberKey(rows->key());
      if (!index.ok() || *index != expected) {
        // Everything behind a gap would be reported as well.
        return findings_.EntryProblem(expected, "it is missing");
      }
      ++report_.entries;
      const auto leaf = DecodeLeaf(rows->value());
      if (leaf.ok()) {
        CheckLeaf(expected, *leaf);
      } else {
        findings_.EntryProblem(expected, std::string(leaf.status().message()));
      }
      CheckStoredBody(expected, leaf.ok() ? &*leaf : nullptr);
      tree_.Append(rows->value());
      if (report_.entries % kProgressEach == 0) TellProgress();
    }
    TellProgress();
    findings_.Failed(rows->status());
    for (; bodies_->Valid(); bodies_->Next()) {
      findings_.Problem("body " + HexEncode(bodies_->key()) + ": it has no entry");
    }
    findings_.Failed(bodies_->status());
  }

  void TellProgress() const {
    if (progress_) progress_(report_.entries, std::max(newest_, report_.entries));
  }

  void CheckLeaf(uint64_t index, const Leaf& leaf) {
    if (leaf.commit_time_ns < last_time_ns_) findings_.EntryProblem(index, "its time goes back");
    // Not the latest so far: one time in the far future would hide everything behind it.
    last_time_ns_ = leaf.commit_time_ns;
    CheckNamedKey(index, leaf);
    if (leaf.kind == LeafKind::kIntent) intents_.insert(index);
    if (const auto* const erasure = std::get_if<ErasureDetail>(&leaf.detail)) {
      keys_.CheckErasure(index, *erasure);
    }
    if (const auto* const pruning = std::get_if<PruningDetail>(&leaf.detail)) {
      pruned_.CheckPruning(index, *pruning, intents_.count(pruning->intent.value) > 0);
    }
    const auto* const outcome = std::get_if<OutcomeDetail>(&leaf.detail);
    if (outcome != nullptr && intents_.erase(outcome->intent.value) == 0) {
      findings_.EntryProblem(index, "it cites entry " + std::to_string(outcome->intent.value) +
                                        ", which is no open intent");
    }
  }

  // The first entry names a key, or the second one where the first says what the log goes on from;
  // others do so at a rotation only, whose row was held against its entry.
  void CheckNamedKey(uint64_t index, const Leaf& leaf) {
    if (leaf.kind == LeafKind::kIncarnation) {
      if (index != 0) findings_.EntryProblem(index, "it begins a log, and is not its first");
      goes_on_ = index == 0;
      return;
    }
    const auto* const named = std::get_if<KeyDetail>(&leaf.detail);
    if (index == (goes_on_ ? 1u : 0u)) {
      if (named == nullptr || !IsFirstKey(named->verifier_key)) {
        findings_.EntryProblem(index, "it does not name the verifier key");
      }
    } else if (named != nullptr && !IsRotation(index)) {
      findings_.EntryProblem(index, "it names a key that no rotation is known of");
    }
  }

  bool IsFirstKey(const Digest& hash) const {
    if (!rotations_.empty()) return Sha256(rotations_.front().previous.ToText()) == hash;
    const auto& keys = log_keys_.all();
    return std::any_of(keys.begin(), keys.end(),
                       [&hash](const NoteVerifier& key) { return Sha256(key.ToText()) == hash; });
  }

  bool IsRotation(uint64_t index) const {
    return std::any_of(rotations_.begin(), rotations_.end(), [index](const KeyRotation& rotation) {
      return rotation.entry.value == index;
    });
  }

  // `leaf` is null when it does not decode.
  void CheckStoredBody(uint64_t index, const Leaf* leaf) {
    const std::string key = IndexKey(EntryIndex(index));
    for (; bodies_->Valid() && bodies_->key() < key; bodies_->Next()) {
      findings_.Problem("body " + HexEncode(bodies_->key()) + ": it has no entry");
    }
    if (!bodies_->Valid() || bodies_->key() != key) {
      if (!pruned_.IsRemoved(index)) return findings_.BodyProblem(index, "it is missing");
      ++report_.bodies_pruned;
      return;
    }
    if (pruned_.IsRemoved(index)) {
      findings_.BodyProblem(index, "it is still there, though an entry says that it was removed");
    }
    if (leaf != nullptr && Sha256(bodies_->value()) != leaf->body_hash) {
      findings_.BodyProblem(index, "it is not the one that its leaf names");
    } else if (leaf != nullptr) {
      keys_.CheckBody(index, *leaf, bodies_->value());
    }
    bodies_->Next();
  }

  void CheckIntents() {
    std::set<uint64_t> stored;
    const auto rows = store_.NewIterator(kStoreIntents);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const auto index = ParseNumberKey(rows->key());
      if (index.ok()) stored.insert(*index);
      if (!index.ok()) findings_.Failed(index.status());
    }
    findings_.Failed(rows->status());
    report_.open_intents = intents_.size();
    if (stored != intents_) {
      findings_.Problem("the open intents are not those that the leaves give");
    }
  }

  // Each mark leads to the newest entry that bears it, which is of a decision.
  void CheckMarks() {
    const auto marks = store_.NewIterator(kStoreMarks);
    for (marks->SeekToFirst(); marks->Valid(); marks->Next()) {
      const std::string what = "the request mark of entry " + HexEncode(marks->key());
      const auto named = store_.Get(kStoreRequests, marks->value());
      const auto bytes = store_.Get(kStoreLeaves, marks->key());
      const auto leaf = bytes.ok() ? DecodeLeaf(bytes->value_or("")) : bytes.status();
      if (!named.ok()) return findings_.Failed(named.status());
      if (!leaf.ok() || leaf->kind != LeafKind::kDecision) {
        findings_.Problem(what + ": that is no entry of a decision");
      } else if (named->value_or("") < marks->key()) {
        findings_.Problem(what + ": it does not lead back to it");
      }
    }
    findings_.Failed(marks->status());
    const auto requests = store_.NewIterator(kStoreRequests);
    for (requests->SeekToFirst(); requests->Valid(); requests->Next()) {
      const auto mark = store_.Get(kStoreMarks, requests->value());
      if (!mark.ok()) return findings_.Failed(mark.status());
      if (mark->value_or("") == requests->key()) continue;
      findings_.Problem("the request mark " + HexEncode(requests->key()) +
                        ": the entry that it leads to does not bear it");
    }
    findings_.Failed(requests->status());
  }

  const kv::Database& store_;
  LogKeys log_keys_;  // that are trusted
  std::vector<KeyRotation> rotations_;
  bool goes_on_ = false;  // the log is a later incarnation
  const FsckProgress& progress_;
  FsckReport report_;
  FsckFindings findings_;
  TreeCheck tree_;
  KeyCheck keys_;
  PruneCheck pruned_;
  std::unique_ptr<kv::Iterator> bodies_;
  std::set<uint64_t> intents_;
  int64_t last_time_ns_ = 0;
  uint64_t newest_ = 0;
};

}  // namespace

absl::StatusOr<FsckReport> CheckLog(const std::string& log_path, const std::string& guard_path,
                                    const LogKeys& log_keys, KeyRing* keys,
                                    const FsckProgress& progress) {
  StoreOptions options;
  options.path = log_path;
  options.read_only = true;
  EVIDENT_ASSIGN_OR_RETURN(const auto store, OpenStore(options));
  return Checker(*store, log_keys, keys, progress).Run(guard_path);
}

}  // namespace evident::audit
