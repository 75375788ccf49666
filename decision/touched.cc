#include "decision/touched.h"

#include <map>
#include <tuple>
#include <utility>

namespace evident::decision {
namespace {

// What an answer takes from a statement besides what its guideline, its decision points and
// concepts say.
using Part = std::pair<const StatementContent*, std::string>;

// By full name. Conflicts count for both of their sides.
std::map<std::string, Part> PartsOf(const KnowledgeIndex& index) {
  std::map<std::string, Part> parts;
  const auto content = [&index](size_t at) { return index.statements()[at].content.get(); };
  const auto add = [&](std::string& text, const char* role, size_t at) {
    text += role + index.statements()[at].name() + ' ';
    text += content(at)->digest.view();
  };
  for (const StatementPlan& plan : index.statements()) {
    std::string text = std::to_string(static_cast<int>(plan.review_state));
    for (const size_t parent : plan.parents) add(text, " details ", parent);
    for (const size_t newer : plan.superseded_by) add(text, " superseded by ", newer);
    parts.emplace(plan.name(), Part(plan.content.get(), std::move(text)));
  }
  for (const ConflictPlan& conflict : index.conflicts()) {
    for (const auto& [side, other] :
         {std::pair(conflict.left, conflict.right), std::pair(conflict.right, conflict.left)}) {
      std::string& text = parts.at(index.statements()[side].name()).second;
      add(text, " against ", other);
      text += conflict.edge.SerializeAsString();
    }
  }
  return parts;
}

// What answers share besides concepts and facts.
std::map<std::string, std::string> SharedOf(const KnowledgeIndex& index) {
  std::map<std::string, std::string> texts;
  for (const DecisionPointPlan& point : index.decision_points()) {
    texts.emplace("decision point " + point.name(), point.node->SerializeAsString());
  }
  for (const auto& [name, plan] : index.guidelines()) {
    std::string text = std::to_string(static_cast<int>(plan.review_state));
    for (const auto* const names : {&plan.issuers, &plan.boards, &plan.superseded_by}) {
      for (const std::string& one : *names) text += ' ' + one;
      text += ';';
    }
    texts.emplace("guideline " + name, text + plan.node->SerializeAsString());
  }
  return texts;
}

}  // namespace

Touched::Touched(const KnowledgeIndex& before, const KnowledgeIndex& after)
    : before_(before), after_(after) {
  // The words stand for the concepts and facts, which they are shared with.
  if (&before.lexicon() != &after.lexicon() || SharedOf(before) != SharedOf(after)) {
    all_ = true;
    return;
  }
  const std::map<std::string, Part> old = PartsOf(before);
  const std::map<std::string, Part> now = PartsOf(after);
  for (const auto& [name, part] : old) {
    const auto found = now.find(name);
    if (found == now.end() || found->second != part) statements_.insert(name);
  }
  for (const auto& [name, part] : now) {
    if (old.count(name) == 0) statements_.insert(name);
  }
}

bool Touched::AnyOf(const KnowledgeIndex& index, const std::vector<std::string>& concepts) const {
  for (const size_t at : index.Candidates(concepts)) {
    if (statements_.count(index.statements()[at].name()) != 0) return true;
  }
  return false;
}

bool Touched::May(const std::vector<std::string>& concepts) const {
  return all_ || AnyOf(before_, concepts) || AnyOf(after_, concepts);
}

}  // namespace evident::decision
