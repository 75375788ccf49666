#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/limits.h"
#include "graph/model/invariants.h"

namespace evident::graph {
namespace {

using Key = std::pair<v1::NodeKind, std::string>;

struct Link {
  std::set<Key> up;
  std::set<Key> down;
  size_t ups_left = 0;  // of `up`, those whose height is not known yet
  size_t height = 0;    // edges of the longest chain that begins here
};

class ChainChecker {
 public:
  ChainChecker(const GraphDraft& draft, v1::EdgeKind kind) : kind_(kind) {
    for (const EdgeDraft& edge : draft.edges) {
      if (edge.kind != kind) continue;
      const Key from(edge.src_kind, edge.src);
      const Key to(edge.dst_kind, edge.dst);
      links_[from].up.insert(to);
      links_[to].down.insert(from);
    }
    for (auto& [key, link] : links_) link.ups_left = link.up.size();
  }

  std::vector<Violation> Run() {
    Measure();
    // What is left lies on a circle or leads to one; from there every walk ends in a circle.
    std::set<Key> walked;
    for (const auto& [key, link] : links_) {
      if (link.ups_left > 0 && walked.count(key) == 0) WalkCircle(key, walked);
    }
    return std::move(found_);
  }

 private:
  void Measure() {
    std::vector<Key> ready;
    for (const auto& [key, link] : links_) {
      if (link.ups_left == 0) ready.push_back(key);
    }
    while (!ready.empty()) {
      const Key key = std::move(ready.back());
      ready.pop_back();
      const Link& link = links_[key];
      // One complaint a chain: not again for all that lies below.
      if (link.height == kIsADepthMax + 1) {
        Add(key, "leads more than " + std::to_string(kIsADepthMax) + " steps on (kIsADepthMax)");
      }
      for (const Key& below : link.down) {
        Link& next = links_[below];
        next.height = std::max(next.height, link.height + 1);
        if (--next.ups_left == 0) ready.push_back(below);
      }
    }
  }

  void WalkCircle(const Key& from, std::set<Key>& walked) {
    std::vector<Key> path;
    for (Key at = from; walked.insert(at).second;) {
      path.push_back(at);
      const std::set<Key>& up = links_[at].up;
      at = *std::find_if(up.begin(), up.end(),
                         [this](const Key& key) { return links_[key].ups_left > 0; });
      const auto again = std::find(path.begin(), path.end(), at);
      if (again == path.end()) continue;
      std::string way;
      for (auto step = again; step != path.end(); ++step) way += step->second + " -> ";
      Add(at, "leads from it back to where it began: " + way + at.second);
    }
  }

  void Add(const Key& key, const std::string& why) {
    found_.push_back({key.second, v1::EdgeKind_Name(kind_) + " " + why});
  }

  const v1::EdgeKind kind_;
  std::map<Key, Link> links_;
  std::vector<Violation> found_;
};

}  // namespace

std::vector<Violation> CheckChains(const GraphDraft& draft, v1::EdgeKind kind) {
  return ChainChecker(draft, kind).Run();
}

}  // namespace evident::graph
