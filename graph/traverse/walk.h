// A bounded walk over a release: breadth first, every node once, one step at a time.
#ifndef EVIDENT_GRAPH_TRAVERSE_WALK_H_
#define EVIDENT_GRAPH_TRAVERSE_WALK_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

struct WalkPlan {
  std::vector<NodeId> starts;         // without repeats
  bool out = true;                    // follow edges from their source
  bool in = false;                    // follow edges from their target
  std::set<v1::EdgeKind> edge_kinds;  // empty: all
  std::set<v1::NodeKind> node_kinds;  // kinds that are reached and gone on from; empty: all
  uint32_t depth_max = 1;             // edges from a start; the walk ends there
  size_t fan_out_max = 1;             // edges that one node may be left by
  size_t total_max = 1;               // steps
};

// One edge followed; or a start, with no edge.
struct WalkStep {
  uint32_t depth = 0;  // of `node`; 0 for a start
  NodePtr node;        // never null
  NodeId id;
  std::optional<Edge> edge;  // as stored, whichever way it was followed
  NodeId from;               // the end it was followed from; of a start, itself
  bool seen = false;         // the node was reached before: a circle, or another way to it
  bool has_more = false;     // edges would lead on from it, past depth_max
};

// Not thread safe. Of one reader, which must outlive it.
class Walk {
 public:
  Walk(const GraphReader& reader, WalkPlan plan);

  // The next step: starts first, in their order, then by depth; from one node edges out before
  // edges in, each in key order. An edge is followed once, whatever its ends. nullopt at the end.
  // NOT_FOUND (NODE_UNKNOWN): a start that the release does not hold. RESOURCE_EXHAUSTED naming
  // node and budget: WALK_FAN_OUT, WALK_TOTAL. DATA_LOSS (EDGE_DANGLING); the reader's errors.
  absl::StatusOr<std::optional<WalkStep>> Next();

 private:
  struct Waiting {
    NodeId id;
    uint32_t depth;
  };

  absl::StatusOr<WalkStep> Start(const NodeId& id);
  absl::StatusOr<std::vector<Edge>> EdgesOf(const NodeId& id) const;
  absl::Status Expand();
  absl::StatusOr<std::optional<WalkStep>> Follow(const Edge& edge);
  absl::Status MarkDepthEnd(WalkStep& step) const;
  bool IsWanted(const NodeId& id) const;
  absl::Status Count();

  const GraphReader& reader_;
  const WalkPlan plan_;
  size_t next_start_ = 0;
  size_t steps_ = 0;
  std::deque<Waiting> waiting_;  // reached, not yet left
  Waiting at_;                   // the node whose edges are in `edges_`
  std::vector<Edge> edges_;
  size_t next_edge_ = 0;
  std::set<NodeId> reached_;
  std::set<std::string> followed_;  // rows of edges, so that both ends follow one once
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_TRAVERSE_WALK_H_
