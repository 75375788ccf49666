#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "graph/model/invariants.h"

namespace evident::graph {
namespace {

class AddOnChecker {
 public:
  explicit AddOnChecker(const GraphDraft& draft) : draft_(draft) {
    for (const v1::NodeRecord& node : draft.nodes) {
      const v1::Polarity polarity = node.statement().polarity();
      if (polarity == v1::POLARITY_RECOMMEND || polarity == v1::POLARITY_CONSIDER) {
        for_something_.insert(node.name());
      }
    }
    for (const EdgeDraft& edge : draft.edges) Take(edge);
  }

  std::vector<Violation> Run() {
    for (const EdgeDraft& edge : draft_.edges) {
      if (edge.record.involves().add_on_to().empty() || HasBase(edge)) continue;
      found_.push_back({edge.src + " -> " + edge.dst + ": add_on_to",
                        "neither its option nor a statement for something that decides the same or "
                        "that is elaborated gives " +
                            edge.record.involves().add_on_to()});
    }
    return std::move(found_);
  }

 private:
  void Take(const EdgeDraft& edge) {
    switch (edge.kind) {
      case v1::EDGE_KIND_IS_A:
        broader_[edge.src].insert(edge.dst);
        break;
      case v1::EDGE_KIND_COMPONENT_OF:
        parts_[edge.dst].insert(edge.src);
        break;
      case v1::EDGE_KIND_DECIDES:
        decided_[edge.src].insert(edge.dst);
        deciders_[edge.dst].insert(edge.src);
        break;
      case v1::EDGE_KIND_ELABORATES:
        parents_[edge.src].insert(edge.dst);
        break;
      case v1::EDGE_KIND_INVOLVES:
        // An add-on is nothing to add to.
        if (edge.record.involves().add_on_to().empty()) {
          options_[edge.src][edge.record.involves().option()].insert(edge.dst);
        }
        break;
      default:
        break;
    }
  }

  // What giving `from` gives by these links, itself included. Links may lead in a circle.
  const std::set<std::string>& Reached(const std::string& from, bool with_parts) {
    std::set<std::string>& seen = reached_[{from, with_parts}];
    if (!seen.insert(from).second) return seen;
    std::vector<std::string> open = {from};
    while (!open.empty()) {
      const std::string one = std::move(open.back());
      open.pop_back();
      for (const auto* const links : {&broader_, &parts_}) {
        if (links == &parts_ && !with_parts) continue;
        const auto next = links->find(one);
        if (next == links->end()) continue;
        for (const std::string& name : next->second) {
          if (seen.insert(name).second) open.push_back(name);
        }
      }
    }
    return seen;
  }

  bool IsBase(const std::string& intervention, const EdgeDraft& add_on) {
    return Reached(intervention, true).count(add_on.record.involves().add_on_to()) != 0 &&
           Reached(intervention, false).count(add_on.dst) == 0 &&
           Reached(add_on.dst, false).count(intervention) == 0;
  }

  bool Gives(const std::set<std::string>& interventions, const EdgeDraft& add_on) {
    return std::any_of(interventions.begin(), interventions.end(),
                       [&](const std::string& one) { return IsBase(one, add_on); });
  }

  bool HasBase(const EdgeDraft& add_on) {
    const auto own = options_.find(add_on.src);
    if (own != options_.end()) {
      const auto option = own->second.find(add_on.record.involves().option());
      if (option != own->second.end() && Gives(option->second, add_on)) return true;
    }
    std::set<std::string> others;
    if (const auto parents = parents_.find(add_on.src); parents != parents_.end()) {
      others = parents->second;
    }
    if (const auto points = decided_.find(add_on.src); points != decided_.end()) {
      for (const std::string& point : points->second) {
        const std::set<std::string>& deciders = deciders_.at(point);
        others.insert(deciders.begin(), deciders.end());
      }
    }
    others.erase(add_on.src);
    return std::any_of(others.begin(), others.end(), [&](const std::string& other) {
      const auto options = options_.find(other);
      if (for_something_.count(other) == 0 || options == options_.end()) return false;
      return std::any_of(options->second.begin(), options->second.end(),
                         [&](const auto& option) { return Gives(option.second, add_on); });
    });
  }

  using Links = std::map<std::string, std::set<std::string>>;

  const GraphDraft& draft_;
  std::set<std::string> for_something_;  // statements
  Links broader_;
  Links parts_;
  Links decided_;
  Links deciders_;
  Links parents_;
  std::map<std::string, std::map<uint32_t, std::set<std::string>>> options_;
  std::map<std::pair<std::string, bool>, std::set<std::string>> reached_;
  std::vector<Violation> found_;
};

}  // namespace

std::vector<Violation> CheckAddOns(const GraphDraft& draft) { return AddOnChecker(draft).Run(); }

}  // namespace evident::graph
