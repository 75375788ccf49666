#include "graph/pack/cycles.h"

#include <map>
#include <set>
#include <utility>

namespace evident::graph {
namespace {

using Node = std::pair<std::string_view, std::string>;  // relation, name

Node FromOf(const OrderedLink& link) { return {link.relation, link.from}; }
Node ToOf(const OrderedLink& link) { return {link.relation, link.to}; }

// The nodes that remain once those that no remaining link enters are taken away again and again.
// With `enter` of the reversed links these are the nodes on circles and between them.
std::set<Node> Core(const std::vector<OrderedLink>& links, Node (*leave)(const OrderedLink&),
                    Node (*enter)(const OrderedLink&), const std::set<Node>* within) {
  std::map<Node, int> entering;
  std::map<Node, std::vector<Node>> next;
  for (const OrderedLink& link : links) {
    const Node from = leave(link);
    const Node to = enter(link);
    if (within != nullptr && (within->count(from) == 0 || within->count(to) == 0)) continue;
    entering.try_emplace(from, 0);
    ++entering[to];
    next[from].push_back(to);
  }
  std::vector<Node> free;
  for (const auto& [node, count] : entering) {
    if (count == 0) free.push_back(node);
  }
  while (!free.empty()) {
    const Node node = std::move(free.back());
    free.pop_back();
    entering.erase(node);
    for (const Node& to : next[node]) {
      if (--entering[to] == 0) free.push_back(to);
    }
  }
  std::set<Node> core;
  for (const auto& [node, count] : entering) core.insert(node);
  return core;
}

}  // namespace

void CheckCycles(const std::vector<OrderedLink>& links, PackErrors& errors) {
  const std::set<Node> downstream = Core(links, FromOf, ToOf, nullptr);
  if (downstream.empty()) return;
  const std::set<Node> circles = Core(links, ToOf, FromOf, &downstream);
  for (const OrderedLink& link : links) {
    if (circles.count(FromOf(link)) == 0 || circles.count(ToOf(link)) == 0) continue;
    errors.Add(link.place, "found that " + std::string(link.relation) + " leads from " + link.from +
                               " over " + link.to + " in a circle");
  }
}

}  // namespace evident::graph
