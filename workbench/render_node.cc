#include "workbench/render_node.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/status.h"
#include "graph/model/current_node.h"
#include "graph/model/node_id.h"
#include "graph/model/words.h"
#include "graph/traverse/diff.h"

namespace evident::workbench {
namespace {

absl::StatusOr<graph::NodeChange> NodeIn(const graph::GraphReader& release, v1::NodeKind kind,
                                         const std::string& name) {
  EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr node,
                           release.GetNode(graph::MakeNodeId(kind, name)));
  if (node == nullptr) return graph::NodeChange{kind, name, std::nullopt, {}};
  return graph::CurrentNode(release, *node);
}

void AddLine(const std::string& label, const std::string& before, const std::string& after,
             v1::RenderedNode& rendered) {
  v1::RenderedLine& line = *rendered.add_lines();
  line.set_label(label);
  line.set_before(before);
  line.set_after(after);
}

// Lines of one label: those that stay side by side, then the others, old beside new.
void AddLabel(const std::string& label, std::vector<std::string> before,
              std::vector<std::string> after, v1::RenderedNode& rendered) {
  for (auto old = before.begin(); old != before.end();) {
    const auto same = std::find(after.begin(), after.end(), *old);
    if (same == after.end()) {
      ++old;
      continue;
    }
    AddLine(label, *old, *same, rendered);
    after.erase(same);
    old = before.erase(old);
  }
  for (size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
    AddLine(label, i < before.size() ? before[i] : "", i < after.size() ? after[i] : "", rendered);
  }
}

void AddLines(const std::vector<Sentence>& before, const std::vector<Sentence>& after,
              v1::RenderedNode& rendered) {
  std::vector<std::string> labels;
  std::map<std::string, std::pair<std::vector<std::string>, std::vector<std::string>>> texts;
  // Labels in the order of the newer revision, then those that only the older one has.
  for (const std::vector<Sentence>* const side : {&after, &before}) {
    for (const Sentence& sentence : *side) {
      if (texts.try_emplace(sentence.label).second) labels.push_back(sentence.label);
      auto& [old, fresh] = texts[sentence.label];
      (side == &after ? fresh : old).push_back(sentence.text);
    }
  }
  for (const std::string& label : labels) {
    AddLabel(label, texts[label].first, texts[label].second, rendered);
  }
}

bool ShowsADifference(const v1::RenderedNode& rendered) {
  return std::any_of(rendered.lines().begin(), rendered.lines().end(),
                     [](const v1::RenderedLine& line) { return line.before() != line.after(); });
}

// What no sentence speaks of, field by field.
void AddFields(const v1::NodeDifference& difference, v1::RenderedNode& rendered) {
  for (const v1::FieldChange& field : difference.fields()) {
    AddLine(field.path(), field.before(), field.after(), rendered);
  }
  for (const v1::EdgeChange& edge : difference.edges()) {
    for (const v1::FieldChange& field : edge.fields()) {
      AddLine(edge.target() + ", " + field.path(), field.before(), field.after(), rendered);
    }
  }
}

}  // namespace

absl::StatusOr<std::optional<v1::RenderedNode>> RenderNode(const graph::GraphReader& before,
                                                           const graph::GraphReader& after,
                                                           v1::NodeKind kind,
                                                           const std::string& name) {
  EVIDENT_ASSIGN_OR_RETURN(const auto difference,
                           graph::DiffNode(before, after, graph::MakeNodeId(kind, name)));
  if (!difference) return std::optional<v1::RenderedNode>();
  EVIDENT_ASSIGN_OR_RETURN(const graph::NodeChange old, NodeIn(before, kind, name));
  EVIDENT_ASSIGN_OR_RETURN(const graph::NodeChange fresh, NodeIn(after, kind, name));
  v1::RenderedNode rendered;
  rendered.set_kind(kind);
  rendered.set_name(name);
  rendered.set_title(graph::TitleOf(fresh.node ? *fresh.node : *old.node));
  rendered.set_change(difference->change());
  AddLines(SentencesOf(old, before), SentencesOf(fresh, after), rendered);
  if (!ShowsADifference(rendered)) AddFields(*difference, rendered);
  return std::optional(std::move(rendered));
}

}  // namespace evident::workbench
