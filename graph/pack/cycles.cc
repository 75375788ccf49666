#include "graph/pack/cycles.h"

#include <map>
#include <set>
#include <utility>

#include "base/limits.h"

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

// Of a node whose links all lead to an end.
struct Height {
  size_t left = 0;                       // links from it whose far end is not measured yet
  size_t steps = 0;                      // of the longest chain from here
  const OrderedLink* longest = nullptr;  // its first link
};

size_t StepsMax(std::string_view relation) {
  return relation == kDerivation ? kDerivationDepthMax - 1 : kIsADepthMax;
}

std::string TooLong(const OrderedLink& link) {
  const bool derived = link.relation == kDerivation;
  return "found that " + std::string(link.relation) + " leads from " + link.from + " more than " +
         std::to_string(StepsMax(link.relation)) + " steps on (" +
         (derived ? "kDerivationDepthMax" : "kIsADepthMax") + ")";
}

// Of a set of links without a circle.
void CheckHeights(const std::vector<OrderedLink>& links, PackErrors& errors) {
  std::map<Node, Height> heights;
  std::map<Node, std::vector<const OrderedLink*>> into;
  for (const OrderedLink& link : links) {
    ++heights[FromOf(link)].left;
    heights.try_emplace(ToOf(link));
    into[ToOf(link)].push_back(&link);
  }
  std::vector<Node> ready;
  for (const auto& [node, height] : heights) {
    if (height.left == 0) ready.push_back(node);
  }
  while (!ready.empty()) {
    const Node node = std::move(ready.back());
    ready.pop_back();
    const Height here = heights[node];
    // One complaint a chain: not again for all that leads to it.
    if (here.steps == StepsMax(node.first) + 1) {
      const OrderedLink* link = here.longest;
      while (link->place.file.empty() && heights[ToOf(*link)].longest != nullptr) {
        link = heights[ToOf(*link)].longest;
      }
      const bool own = !link->place.file.empty();
      errors.Add(own ? link->place : PackPlace{"pack.yaml", 0, 0}, TooLong(*here.longest));
    }
    for (const OrderedLink* link : into[node]) {
      Height& below = heights[FromOf(*link)];
      if (here.steps + 1 > below.steps) below = {below.left, here.steps + 1, link};
      if (--below.left == 0) ready.push_back(FromOf(*link));
    }
  }
}

}  // namespace

void CheckCycles(const std::vector<OrderedLink>& links, PackErrors& errors) {
  const std::set<Node> downstream = Core(links, FromOf, ToOf, nullptr);
  if (downstream.empty()) return CheckHeights(links, errors);
  const std::set<Node> circles = Core(links, ToOf, FromOf, &downstream);
  for (const OrderedLink& link : links) {
    if (link.place.file.empty()) continue;
    if (circles.count(FromOf(link)) == 0 || circles.count(ToOf(link)) == 0) continue;
    errors.Add(link.place, "found that " + std::string(link.relation) + " leads from " + link.from +
                               " over " + link.to + " in a circle");
  }
}

}  // namespace evident::graph
