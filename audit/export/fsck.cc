#include "audit/export/fsck.h"

#include <map>
#include <set>

#include "audit/log/guard.h"
#include "audit/log/store.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/leaf.h"
#include "audit/proof/merkle.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr size_t kHashBytes = 32;

class Checker {
 public:
  Checker(const kv::Database& store, const NoteVerifier& key) : store_(store), key_(key) {}

  void Run(const std::string& guard_path) {
    ReadMarks(guard_path);
    CheckLeaves();
    CheckBodies();
    CheckTiles();
    CheckIntents();
    for (const auto& [size, what] : roots_wanted_) {
      Problem(what.second + ": its size " + std::to_string(size) + " is beyond the log's " +
              std::to_string(report_.entries));
    }
  }

  FsckReport Take() { return std::move(report_); }

 private:
  void Problem(const std::string& what) {
    if (report_.problems.size() < kFsckProblemsMax) report_.problems.push_back(what);
  }

  void Want(const std::string& note, const std::string& what) {
    const auto checkpoint = OpenCheckpoint(note, key_);
    if (!checkpoint.ok()) return Problem(what + ": " + std::string(checkpoint.status().message()));
    roots_wanted_.emplace(checkpoint->size, std::pair(checkpoint->root, what));
    newest_ = std::max(newest_, checkpoint->size);
  }

  // Checkpoints and guard say which roots the leaves must give, at which sizes.
  void ReadMarks(const std::string& guard_path) {
    const auto rows = store_.NewIterator(kStoreCheckpoints);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      ++report_.checkpoints;
      const std::string what = "checkpoint " + HexEncode(rows->key());
      const auto size = ParseNumberKey(rows->key());
      const auto checkpoint = OpenCheckpoint(rows->value(), key_);
      if (size.ok() && checkpoint.ok() && *size != checkpoint->size) {
        Problem(what + ": it is of size " + std::to_string(checkpoint->size));
      }
      Want(std::string(rows->value()), what);
    }
    if (!rows->status().ok()) Problem(std::string(rows->status().message()));
    if (guard_path.empty()) return;
    const auto note = ReadGuard(guard_path);
    if (!note.ok()) return Problem(std::string(note.status().message()));
    if (!note->empty()) Want(*note, "the guard");
  }

  void CheckRoots() {
    const auto [begin, end] = roots_wanted_.equal_range(frontier_.size());
    for (auto wanted = begin; wanted != end; ++wanted) {
      if (wanted->second.first != frontier_.Root()) {
        Problem(wanted->second.second + ": the leaves give another root");
      }
    }
    roots_wanted_.erase(begin, end);
  }

  void CheckLeaves() {
    int64_t last_time = 0;
    const auto rows = store_.NewIterator(kStoreLeaves);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const uint64_t expected = report_.entries++;
      const std::string what = "entry " + std::to_string(expected);
      const auto index = ParseNumberKey(rows->key());
      if (!index.ok() || *index != expected) {
        Problem(what + ": it is missing");
        return;  // everything behind a gap would be reported as well
      }
      const auto leaf = DecodeLeaf(rows->value());
      if (!leaf.ok()) {
        Problem(what + ": " + std::string(leaf.status().message()));
      } else {
        if (leaf->commit_time_ns < last_time) Problem(what + ": its time goes back");
        last_time = leaf->commit_time_ns;
        body_hashes_.push_back(leaf->body_hash);
        if (leaf->kind == LeafKind::kIntent) intents_.insert(expected);
        if (const auto* const outcome = std::get_if<OutcomeDetail>(&leaf->detail)) {
          intents_.erase(outcome->intent.value);
        }
      }
      if (body_hashes_.size() < report_.entries) body_hashes_.emplace_back();
      frontier_.Append(LeafHash(rows->value()), [this](int level, uint64_t i, const Digest& hash) {
        if (level % 8 == 0) tile_hashes_[{level / 8, i}] = hash;
      });
      CheckRoots();
    }
    if (!rows->status().ok()) Problem(std::string(rows->status().message()));
    if (newest_ != report_.entries) {
      Problem("the newest checkpoint is of size " + std::to_string(newest_) + ", the log of " +
              std::to_string(report_.entries));
    }
  }

  void CheckBodies() {
    uint64_t next = 0;
    const auto rows = store_.NewIterator(kStoreBodies);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next(), ++next) {
      const auto index = ParseNumberKey(rows->key());
      if (!index.ok() || *index != next || next >= body_hashes_.size()) {
        return Problem("body " + std::to_string(next) +
                       ": it is missing, or one too many is there");
      }
      if (Sha256(rows->value()) != body_hashes_[next]) {
        Problem("body " + std::to_string(next) + ": it is not the one that its leaf names");
      }
    }
    if (!rows->status().ok()) return Problem(std::string(rows->status().message()));
    if (next != report_.entries) Problem("body " + std::to_string(next) + ": it is missing");
  }

  void CheckTiles() {
    uint64_t expected = 0;
    for (uint64_t full = report_.entries / kTileHashes; full > 0; full /= kTileHashes) {
      expected += full;
    }
    const auto rows = store_.NewIterator(kStoreTiles);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      ++report_.tiles;
      ByteReader key(rows->key());
      const int level = key.U8();
      const uint64_t n = key.U64();
      std::string bytes;
      for (uint64_t i = 0; i < kTileHashes; ++i) {
        const auto found = tile_hashes_.find({level, n * kTileHashes + i});
        if (found != tile_hashes_.end()) bytes += found->second.view();
      }
      if (!key.done() || bytes.size() != kTileHashes * kHashBytes || bytes != rows->value()) {
        Problem("tile " + std::to_string(n) + " of level " + std::to_string(level) +
                ": it is not what the leaves give");
      }
    }
    if (!rows->status().ok()) return Problem(std::string(rows->status().message()));
    if (report_.tiles != expected) Problem("tiles are missing, or too many are there");
  }

  void CheckIntents() {
    std::set<uint64_t> stored;
    const auto rows = store_.NewIterator(kStoreIntents);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const auto index = ParseNumberKey(rows->key());
      if (index.ok()) stored.insert(*index);
    }
    if (!rows->status().ok()) Problem(std::string(rows->status().message()));
    report_.open_intents = intents_.size();
    if (stored != intents_) Problem("the open intents are not those that the leaves give");
  }

  const kv::Database& store_;
  const NoteVerifier& key_;
  FsckReport report_;
  TreeFrontier frontier_;
  std::multimap<uint64_t, std::pair<Digest, std::string>> roots_wanted_;
  std::map<std::pair<int, uint64_t>, Digest> tile_hashes_;
  std::vector<Digest> body_hashes_;
  std::set<uint64_t> intents_;
  uint64_t newest_ = 0;
};

}  // namespace

absl::StatusOr<FsckReport> CheckLog(const std::string& log_path, const std::string& guard_path,
                                    const NoteVerifier& key) {
  StoreOptions options;
  options.path = log_path;
  options.read_only = true;
  EVIDENT_ASSIGN_OR_RETURN(const auto store, OpenStore(options));
  Checker checker(*store, key);
  checker.Run(guard_path);
  return checker.Take();
}

}  // namespace evident::audit
