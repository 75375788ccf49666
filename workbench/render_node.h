// What a node says, for people: plain sentences under labels, the old ones beside the new.
#ifndef EVIDENT_WORKBENCH_RENDER_NODE_H_
#define EVIDENT_WORKBENCH_RENDER_NODE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "evident/v1/draft.pb.h"
#include "graph/model/change_set.h"
#include "graph/model/graph_reader.h"

namespace evident::workbench {

struct Sentence {
  std::string label;  // "Recommendation", "For whom"
  std::string text;
};

// What the node and the edges that leave it say, in the order in which a clinician reads it; links
// by the words of what they lead to in `release`, acts of review left out. A label may come several
// times.
std::vector<Sentence> SentencesOf(const graph::NodeChange& node, const graph::GraphReader& release);

// The node as `before` and as `after` have it, line by line: lines of one label stand beside each
// other where they are the same or both are the only ones left, and every field that differs is in
// some line. nullopt when nothing differs. The readers' errors.
absl::StatusOr<std::optional<v1::RenderedNode>> RenderNode(const graph::GraphReader& before,
                                                           const graph::GraphReader& after,
                                                           v1::NodeKind kind,
                                                           const std::string& name);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_RENDER_NODE_H_
