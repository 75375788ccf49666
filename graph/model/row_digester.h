// Digests of buckets and of nodes over rows that come in key order.
#ifndef EVIDENT_GRAPH_MODEL_ROW_DIGESTER_H_
#define EVIDENT_GRAPH_MODEL_ROW_DIGESTER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/ids.h"
#include "graph/model/keys.h"

namespace evident::graph {

// A group is what one kind has in one bucket: all of its nodes, then all of their edges, each in
// key order; then the next group, by kind and bucket. Not thread safe.
class RowDigester {
 public:
  static constexpr size_t kGroupBytes = 1 + 2;  // of a row: kind and bucket

  void AddNode(std::string_view row, std::string_view record);

  // Acts of review and who is to review are of no node's digest, only of the bucket's.
  void AddEdge(std::string_view row, std::string_view record, bool is_review);

  // Ends a group and tells the digests of its nodes.
  void EndGroup(const std::function<void(const NodeId&, const Digest&)>& tell);

  // Of all kBucketCount buckets. Good for nothing afterwards.
  std::vector<Digest> Buckets();

 private:
  void Take(std::string_view row, std::string_view record);

  std::string bytes_;
  std::vector<std::unique_ptr<Sha256Stream>> buckets_ =
      std::vector<std::unique_ptr<Sha256Stream>>(kBucketCount);
  std::vector<std::pair<std::string, Sha256Stream>> nodes_;  // of this group, by row
  size_t used_ = 0;
  size_t at_ = 0;  // the node whose edges come
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_ROW_DIGESTER_H_
