// Writes one release: what differs from the one before, its digests and its record, all at once or
// not at all.
#ifndef EVIDENT_GRAPH_STORAGE_RELEASE_WRITER_H_
#define EVIDENT_GRAPH_STORAGE_RELEASE_WRITER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/content_tree.h"
#include "graph/model/rows.h"
#include "kv/database.h"

namespace evident::graph {

// Rows that differ: keys without release.
struct RowChanges {
  std::vector<std::string> nodes;
  std::vector<std::string> out;
  bool empty() const { return nodes.empty() && out.empty(); }
};

// A row of the family drafts that becomes durable with a release, or not at all.
struct AttachedRow {
  std::string key;
  std::string value;
};

// ALREADY_EXISTS (NAME_COLLISION).
absl::Status NameCollision(std::string_view id, std::string_view name, std::string_view stored);

// The error of writing a release: what fails in the middle, unlike a refusal before, leaves it open
// whether the release stands (RELEASE_UNCERTAIN).
absl::Status ExplainWrite(const storage::v1::ReleaseRecord& record, const absl::Status& status);

RowChanges Compare(const Rows& before, const Rows& after);

// Above this many rows a release is built as tables and ingested; below it is one synced batch.
inline constexpr size_t kBatchRowsMax = 20'000;

class ReleaseWriter {
 public:
  // All rows, before and after, of every bucket in which they differ; of others, whatever is there
  // twice. `tree` is that of the release before. All outlive the writer.
  ReleaseWriter(const Rows& before, const Rows& after, const ContentTree& tree)
      : before_(before), after_(after), changes_(Compare(before, after)) {
    DigestBuckets();
    content_digest_ = tree.RootWith(buckets_);
  }

  const RowChanges& changes() const { return changes_; }
  const Digest& content_digest() const { return content_digest_; }

  // Digests of the buckets that differ.
  const BucketDigestMap& buckets() const { return buckets_; }

  // Writes rows, index, names, digests, `attached` and `record`, whose digests are set, durably.
  // ALREADY_EXISTS (NAME_COLLISION) when an id stands for another name. CanonicalBytes' errors.
  // kv's errors: then nothing of the release is visible. Their reason becomes RELEASE_UNCERTAIN
  // where the disk failed in the middle: all of the release may stand once the database is opened
  // again.
  absl::Status Write(kv::Database& database, const storage::v1::ReleaseRecord& record,
                     size_t batch_rows_max = kBatchRowsMax,
                     const std::vector<AttachedRow>& attached = {}) const;

 private:
  struct Table;

  void DigestBuckets();
  absl::Status AddNames(const kv::Database& database, Table& names) const;
  absl::Status AddNodes(ReleaseNumber release, Table& nodes, Table& index) const;
  absl::Status AddEdges(ReleaseNumber release, Table& out, Table& in) const;

  const Rows& before_;
  const Rows& after_;
  const RowChanges changes_;
  BucketDigestMap buckets_;
  Digest content_digest_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_RELEASE_WRITER_H_
