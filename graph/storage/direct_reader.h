// Reads any release straight from the database: for old releases, and for a head that is too large
// for memory.
#ifndef EVIDENT_GRAPH_STORAGE_DIRECT_READER_H_
#define EVIDENT_GRAPH_STORAGE_DIRECT_READER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/graph_reader.h"
#include "graph/model/rows.h"
#include "graph/storage/live_rows.h"
#include "kv/database.h"

namespace evident::graph {

class DirectReader final : public GraphReader {
 public:
  // The database must outlive the reader. With kRefuse a newer row that a scan meets is DATA_LOSS
  // (RELEASE_INCOMPLETE) naming its key.
  DirectReader(const kv::Database& database, storage::v1::ReleaseRecord release,
               NewerRows newer = NewerRows::kSkip)
      : database_(database), release_(std::move(release)), newer_(newer) {}

  const storage::v1::ReleaseRecord& release() const override { return release_; }
  absl::StatusOr<NodePtr> GetNode(const NodeId& id) const override;
  absl::StatusOr<std::vector<Edge>> Out(const NodeId& src,
                                        std::optional<v1::EdgeKind> kind) const override;
  absl::StatusOr<std::vector<Edge>> In(const NodeId& dst,
                                       std::optional<v1::EdgeKind> kind) const override;
  absl::StatusOr<std::vector<NodeId>> Nodes(v1::NodeKind kind) const override;
  absl::StatusOr<std::vector<NodeId>> Find(Index index, std::string_view term) const override;
  absl::StatusOr<Digest> NodeDigest(const NodeId& id) const override;

  // Every row of nodes and out that is live in the release. DATA_LOSS (KEY_MALFORMED) for a key of
  // another length than its family's.
  absl::StatusOr<Rows> ReadRows() const;

  // Every bucket's digest in the release.
  absl::StatusOr<std::vector<Digest>> ReadBuckets() const;

  // Every live row that begins with `prefix`, in order, until `visit` fails.
  using RowVisitor = std::function<absl::Status(std::string_view row, std::string_view record)>;
  absl::Status Scan(kv::Family family, std::string_view prefix, const RowVisitor& visit) const;

 private:
  // The live record under `row`; nullopt when it is absent.
  absl::StatusOr<std::optional<std::string>> Get(kv::Family family, std::string_view row) const;

  absl::StatusOr<std::vector<Edge>> ScanEdges(kv::Family family, const std::string& prefix) const;

  const kv::Database& database_;
  const storage::v1::ReleaseRecord release_;
  const NewerRows newer_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_DIRECT_READER_H_
