// The index of the audit log: finds entries by what they are about. It follows the log and is
// derived from it, so that it can be thrown away and built again; the log never waits for it.
//
//   Entries are packed in segments of kIndexSegmentEntries: those that are full are rows on disk,
//   the last one is in memory and is read again from the log on start. A term is kept as a keyed
//   hash: without the log's keys the rows say nothing.
#ifndef EVIDENT_AUDIT_INDEX_INDEX_H_
#define EVIDENT_AUDIT_INDEX_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/index/index_check.h"
#include "audit/index/index_terms.h"
#include "audit/index/posting.h"
#include "audit/log/log.h"
#include "base/limits.h"
#include "base/mutex.h"
#include "kv/database.h"

namespace evident::audit {

struct IndexOptions {
  std::string path;
  uint64_t segment_entries = kIndexSegmentEntries;         // fewer in tests
  std::shared_ptr<kv::FaultFileSystem> fault_file_system;  // tests only
};

// Entries that bear, of each group, at least one term; from `begin` to before `end`.
struct IndexQuery {
  std::vector<std::vector<IndexTerm>> groups;  // at least one, none of them empty
  uint64_t begin = 0;
  uint64_t end = 0;
};

// Where a search has come to, and what it has cost.
struct IndexProgress {
  uint64_t next = 0;  // every entry before it has been looked at
  size_t rows = 0;    // read from disk: at most one for a term and segment that are looked at
  size_t seeks = 0;   // on disk
};

// Thread safe, but for Close.
class Index {
 public:
  // The log must outlive it, and its Close come after this one's. An index of another log, or of
  // more entries than the log has, is thrown away and built again, as is one of an older format.
  // kv's errors: a damaged index is named, and its folder may be removed.
  static absl::StatusOr<std::unique_ptr<Index>> Open(const IndexOptions& options, Log& log);
  ~Index();

  // Ascending; at most `most`, and all of them where progress->next is the query's end. Complete up
  // to what the log had released when the call came: it catches up first. DATA_LOSS
  // (INDEX_CORRUPT); the log's errors.
  absl::StatusOr<std::vector<uint64_t>> Find(const IndexQuery& query, size_t most,
                                             IndexProgress* progress = nullptr);

  // What the rows of a term begin with: field(1) hash(16).
  std::string KeyOf(const IndexTerm& term) const;

  // Takes a term away from all entries: a subject's that is erased. When it returns, no file of the
  // index has its rows.
  absl::Status ForgetKey(const std::string& key);

  // Reads what the log has and the index does not. The log's errors.
  absl::Status CatchUp();

  // Builds every full segment again from the log and holds it against the rows. DATA_LOSS
  // (INDEX_DIFFERS) naming the first difference; the log's errors. IndexCheck does the same
  // offline.
  absl::StatusOr<IndexCounts> Check();

  uint64_t size() const;  // entries that it has

  // Idempotent.
  absl::Status Close();

 private:
  using Key = std::string;  // of a term: KeyOf

  struct EntryKeys {
    std::vector<Key> keys;
    bool erased = false;  // its body cannot be opened any more: keys are those of the leaf
  };

  // Keys of entries as the log hands them over, one after another.
  class Intake;

  Index(const IndexOptions& options, Log& log);

  absl::Status OpenStore(const IndexOptions& options);
  absl::Status ReadState();
  absl::StatusOr<EntryKeys> ReadKeys(uint64_t index) const;
  absl::Status CatchUpTo(uint64_t released) EVIDENT_REQUIRES(following_);
  absl::Status AddNext(uint64_t index) EVIDENT_REQUIRES(following_);
  uint64_t FullSegments() const EVIDENT_REQUIRES(mutex_) { return size_ / segment_entries_; }
  absl::Status CloseSegment() EVIDENT_REQUIRES(mutex_);
  void FollowLoop();

  const uint64_t segment_entries_;
  Log& log_;
  std::unique_ptr<kv::Database> store_;

  // Held by whoever reads the log into the index; taken before mutex_.
  Mutex following_;

  mutable Mutex mutex_;
  uint64_t size_ EVIDENT_GUARDED_BY(mutex_) = 0;
  std::unordered_map<Key, Posting> open_
      EVIDENT_GUARDED_BY(mutex_);  // rows of the segment that is not full

  const std::shared_ptr<Intake> intake_;
  bool closed_ = false;
  std::thread follower_;
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_INDEX_INDEX_H_
