// Who acts on the knowledge.
#ifndef EVIDENT_GRAPH_RELEASE_ACTOR_H_
#define EVIDENT_GRAPH_RELEASE_ACTOR_H_

#include <string>

namespace evident::graph {

// Who acts, and the UTC day on which they do (YYYY-MM-DD).
struct Actor {
  std::string identity;
  std::string on;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_ACTOR_H_
