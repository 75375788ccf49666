// A reader of a draft that is too simple to be wrong, and what two readers answer differently.
// Tests only.
#ifndef EVIDENT_GRAPH_MODEL_NAIVE_READER_H_
#define EVIDENT_GRAPH_MODEL_NAIVE_READER_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// Looks at every node and edge of a draft for every question.
class NaiveReader final : public GraphReader {
 public:
  NaiveReader(GraphDraft draft, storage::v1::ReleaseRecord release)
      : draft_(std::move(draft)), release_(std::move(release)) {}

  const storage::v1::ReleaseRecord& release() const override { return release_; }
  absl::StatusOr<NodePtr> GetNode(const NodeId& id) const override;
  absl::StatusOr<std::vector<Edge>> Out(const NodeId& src,
                                        std::optional<v1::EdgeKind> kind) const override;
  absl::StatusOr<std::vector<Edge>> In(const NodeId& dst,
                                       std::optional<v1::EdgeKind> kind) const override;
  absl::StatusOr<std::vector<NodeId>> Nodes(v1::NodeKind kind) const override;
  absl::StatusOr<std::vector<NodeId>> Find(Index index, std::string_view term) const override;
  absl::StatusOr<Digest> NodeDigest(const NodeId& id) const override;

 private:
  std::vector<Edge> AllEdges() const;  // in key order of out

  const GraphDraft draft_;
  const storage::v1::ReleaseRecord release_;
};

// What to ask readers: everything that was ever in one of the drafts.
struct Questions {
  std::set<NodeId> ids;
  std::set<std::pair<Index, std::string>> terms;
  void Add(const GraphDraft& draft);
};

// The first answer in which the readers differ, or an error of either; empty when there is none.
std::string FirstDifference(const GraphReader& a, const GraphReader& b, const Questions& questions);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_NAIVE_READER_H_
