#include "audit/export/fsck.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "audit/export/entry_reader.h"
#include "audit/export/fsck_findings.h"
#include "audit/export/key_check.h"
#include "audit/export/prune_check.h"
#include "audit/export/tree_check.h"
#include "audit/index/index_check.h"
#include "audit/index/index_rows.h"
#include "audit/index/index_terms.h"
#include "audit/log/guard.h"
#include "audit/log/key_rotations.h"
#include "audit/log/store.h"
#include "audit/proof/leaf.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr size_t kGuardChecksumBytes = 32;

// Entries that are read before they are looked at, and of these what one processor takes at a time.
constexpr size_t kReadEach = 4096;
constexpr size_t kReadBytes = size_t{16} << 20;
constexpr size_t kExaminedEach = 128;

// What is found of an entry by itself.
struct Examined {
  absl::StatusOr<Leaf> leaf = Leaf();
  Digest hash;                       // of the leaf
  std::optional<BodyFindings> body;  // nullopt: there is none, or it cannot be held against a leaf
};

class Checker {
 public:
  Checker(const kv::Database& store, LogKeys log_keys, const FsckOptions& options,
          IndexCheck* index)
      : store_(store),
        log_keys_(std::move(log_keys)),
        options_(options),
        index_(index),
        findings_(report_),
        tree_(store, log_keys_, findings_),
        keys_(store, options.keys, report_, findings_),
        pruned_(store, findings_) {}

  FsckReport Run(const std::string& guard_path) {
    CheckOrigin();
    CheckOwnRows();
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
    FinishIndex();
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

  // That no row stands under a name that nobody would look for.
  void CheckOwnRows() {
    const auto rows = store_.NewIterator(kStoreDefault);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const std::string_view key = rows->key();
      if (kv::IsIdentityRow(key) || IsRotationRow(key) || key == kOriginKey ||
          key == kNewestKeyKey || key == kPrunedKey) {
        continue;
      }
      findings_.Problem("the row " + HexEncode(key) + ": it is none of the log's");
    }
    findings_.Failed(rows->status());
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
    EntryReader reader(store_);
    while (true) {
      const std::vector<StoredEntry> entries = reader.Read(kReadEach, kReadBytes);
      if (entries.empty()) break;
      const std::vector<Examined> examined = Examine(entries);
      for (size_t i = 0; i < entries.size(); ++i) CheckEntry(entries[i], examined[i]);
      TellProgress();
    }
    if (report_.entries == 0) TellProgress();
    findings_.Failed(reader.status());
    // Everything behind a gap would be reported as well.
    if (reader.gap()) return findings_.EntryProblem(*reader.gap(), "it is missing");
    TellStrayBodies(reader.StrayBodies());
    findings_.Failed(reader.status());
  }

  void TellProgress() const {
    if (!options_.progress) return;
    options_.progress(report_.entries, std::max(newest_, report_.entries));
  }

  void TellStrayBodies(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
      findings_.Problem("body " + HexEncode(key) + ": it has no entry");
    }
  }

  std::vector<Examined> Examine(const std::vector<StoredEntry>& entries) const {
    std::vector<Examined> examined(entries.size());
    RunForEach(entries.size(), kExaminedEach,
               [&](size_t i) { examined[i] = ExamineOne(entries[i]); });
    return examined;
  }

  Examined ExamineOne(const StoredEntry& entry) const {
    Examined found;
    found.leaf = DecodeLeaf(entry.leaf);
    found.hash = LeafHash(entry.leaf);
    if (!found.leaf.ok() || !entry.body.has_value()) return found;
    if (Sha256(*entry.body) == found.leaf->body_hash) {
      found.body = keys_.Examine(entry.index, *found.leaf, *entry.body);
    } else {
      found.body.emplace().problem = "it is not the one that its leaf names";
    }
    return found;
  }

  // In order, one entry after another.
  void CheckEntry(const StoredEntry& entry, const Examined& found) {
    ++report_.entries;
    if (found.leaf.ok()) {
      CheckLeaf(entry.index, *found.leaf);
    } else {
      findings_.EntryProblem(entry.index, std::string(found.leaf.status().message()));
    }
    TellStrayBodies(entry.stray_bodies);
    CheckBodyIsThere(entry.index, entry.body.has_value());
    if (found.body.has_value()) keys_.Take(entry.index, *found.body);
    if (index_ != nullptr && found.leaf.ok()) CheckIndexed(*found.leaf, found.body);
    tree_.Append(found.hash);
  }

  void CheckBodyIsThere(uint64_t index, bool there) {
    const bool removed = pruned_.IsRemoved(index);
    report_.bodies_pruned += removed && !there ? 1 : 0;
    if (!removed && !there) findings_.BodyProblem(index, "it is missing");
    if (removed && there) {
      findings_.BodyProblem(index, "it is still there, though an entry says that it was removed");
    }
  }

  // After the first difference nothing more can be told of the index.
  void CheckIndexed(const Leaf& leaf, const std::optional<BodyFindings>& body) {
    std::vector<std::string> keys;
    for (const IndexTerm& term : TermsOfLeaf(leaf)) keys.push_back(TermKey(term, *options_.keys));
    const bool opened = body.has_value() && body->opened;
    if (opened) keys.insert(keys.end(), body->index_keys.begin(), body->index_keys.end());
    TellIndex(index_->Add(keys, !opened));
  }

  void TellIndex(const absl::Status& status) {
    findings_.Failed(status);
    if (!status.ok()) index_ = nullptr;
  }

  void FinishIndex() {
    if (index_ == nullptr) return;
    const absl::StatusOr<IndexCounts> counts = index_->Finish();
    TellIndex(counts.status());
    if (counts.ok()) report_.indexed = counts->entries;
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
      const auto index = ParseNumberKey(marks->key());
      const auto leaf = index.ok() ? ReadStoredLeaf(store_, EntryIndex(*index)) : index.status();
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
  const FsckOptions& options_;
  IndexCheck* index_;  // null: none, or it was found to differ
  FsckReport report_;
  FsckFindings findings_;
  TreeCheck tree_;
  KeyCheck keys_;
  PruneCheck pruned_;
  std::set<uint64_t> intents_;
  int64_t last_time_ns_ = 0;
  uint64_t newest_ = 0;
};

}  // namespace

absl::StatusOr<FsckReport> CheckLog(const std::string& log_path, const std::string& guard_path,
                                    const LogKeys& log_keys, const FsckOptions& options) {
  StoreOptions open;
  open.path = log_path;
  open.read_only = true;
  EVIDENT_ASSIGN_OR_RETURN(const auto store, OpenStore(open));
  std::unique_ptr<IndexCheck> index;
  if (!options.index_path.empty()) {
    if (options.keys == nullptr) {
      return MakeError(absl::StatusCode::kInvalidArgument, "KEYS_NEEDED",
                       "the rows of an index are hashes under a key: it is checked with the keys");
    }
    EVIDENT_ASSIGN_OR_RETURN(
        index, IndexCheck::Open(options.index_path, log_keys.name(), options.segment_entries));
  }
  return Checker(*store, log_keys, options, index.get()).Run(guard_path);
}

}  // namespace evident::audit
