// Writes a release of millions of rows from flat arrays: what differs from the head, in one
// ingestion of tables, with the same rows that ReleaseWriter would write.
#ifndef EVIDENT_GRAPH_STORAGE_BULK_WRITER_H_
#define EVIDENT_GRAPH_STORAGE_BULK_WRITER_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/digest.h"
#include "graph/model/keys.h"
#include "graph/model/memory_graph.h"
#include "graph/storage/release_writer.h"
#include "kv/database.h"
#include "kv/ingest.h"

namespace evident::graph {

// A release in memory with its stored bytes.
struct BulkRows {
  std::shared_ptr<const MemoryGraph> graph;
  std::vector<std::string> nodes;    // canonical records, by place in graph->ids()
  std::vector<std::string> records;  // canonical records, by place in graph->records()
  std::vector<Digest> buckets;       // of all kBucketCount
};

// `alive` is asked every now and then; its error ends the work.
using CheckAlive = std::function<absl::Status()>;

class BulkWriter {
 public:
  // Compares the rows of the head with `after`, which outlives the writer. DATA_LOSS naming the
  // key.
  static absl::StatusOr<BulkWriter> Compare(const kv::Database& database,
                                            const storage::v1::ReleaseRecord& head,
                                            const BulkRows& after, const CheckAlive& alive);

  uint64_t nodes_changed() const { return nodes_changed_; }
  uint64_t edges_changed() const { return edges_changed_; }
  bool empty() const { return nodes_changed_ + edges_changed_ == 0; }

  // Writes what differs, `attached` and `record`, whose digests are set, durably and all at once;
  // `buckets_before` are the head's. The errors of ReleaseWriter::Write, and `alive`'s before
  // anything is visible.
  absl::Status Write(kv::Database& database, const storage::v1::ReleaseRecord& record,
                     const std::vector<Digest>& buckets_before,
                     const std::vector<AttachedRow>& attached, const CheckAlive& alive) const;

 private:
  class Writing;

  // Of millions, so in place.
  using EdgeRow = std::array<char, kEdgeRowBytes>;

  explicit BulkWriter(const BulkRows& after) : after_(&after) {}
  absl::Status CompareNodes(const kv::Database& database, ReleaseNumber head);
  absl::Status CompareEdges(const kv::Database& database, ReleaseNumber head,
                            const CheckAlive& alive);

  const BulkRows* after_;
  uint64_t nodes_changed_ = 0;
  uint64_t edges_changed_ = 0;
  std::vector<bool> changed_nodes_;                          // by place
  std::vector<std::pair<uint32_t, std::string>> old_nodes_;  // of changed ones, before; by place
  std::vector<std::pair<std::string, std::string>> gone_nodes_;  // row and record, by row
  std::vector<bool> changed_edges_;                              // by place
  std::vector<EdgeRow> gone_edges_;                              // rows of `out`, in order
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_BULK_WRITER_H_
