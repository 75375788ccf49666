#include "workbench/lint_view.h"

#include <algorithm>

#include "base/status.h"
#include "base/unicode.h"
#include "criteria/deciding.h"
#include "graph/model/node_id.h"

namespace evident::workbench {
namespace {

// Words that say nothing about what a text is about.
bool IsFiller(const std::string& word) {
  static const auto* const fillers = new std::set<std::string>{
      "a",        "all",  "an",   "and",   "any",  "are",   "as",    "at",   "be",
      "by",       "for",  "from", "grade", "has",  "have",  "if",    "in",   "is",
      "it",       "its",  "more", "no",    "not",  "of",    "on",    "or",   "patient",
      "patients", "rate", "than", "that",  "the",  "their", "there", "they", "this",
      "to",       "was",  "were", "what",  "when", "which", "who",   "with", "without"};
  return fillers->count(word) > 0 ||
         std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string Singular(std::string word) {
  if (word.size() > 4 && word.back() == 's' && word[word.size() - 2] != 's') word.pop_back();
  return word;
}

}  // namespace

std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string Bare(const std::string& full_name) { return std::string(graph::BareSlug(full_name)); }

std::set<std::string> Keywords(std::string_view text) {
  std::set<std::string> words;
  for (std::string& word : FoldedWords(text)) {
    if (!IsFiller(word)) words.insert(Singular(std::move(word)));
  }
  return words;
}

bool Mentions(std::string_view text, std::string_view words) {
  const std::set<std::string> in = Keywords(text);
  const std::set<std::string> wanted = Keywords(words);
  return !wanted.empty() && std::includes(in.begin(), in.end(), wanted.begin(), wanted.end());
}

absl::StatusOr<std::unique_ptr<LintView>> LintView::Build(const LintInput& input) {
  std::unique_ptr<LintView> view(new LintView(input));
  EVIDENT_ASSIGN_OR_RETURN(view->today_, ParseDate(input.today));
  EVIDENT_ASSIGN_OR_RETURN(view->index_, decision::KnowledgeIndex::Build(input.knowledge));
  EVIDENT_RETURN_IF_ERROR(view->Read());
  for (const decision::StatementPlan& plan : view->index_->statements()) {
    if (view->IsLooked(*plan.content->node)) view->statements_.push_back(&plan);
  }
  return view;
}

absl::Status LintView::Read() {
  const graph::GraphReader& reader = *input_.knowledge;
  std::map<NodeId, graph::NodePtr> by_id;
  for (const v1::NodeKind kind : graph::NodeKinds()) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, reader.Nodes(kind));
    for (const NodeId& id : ids) {
      EVIDENT_ASSIGN_OR_RETURN(graph::NodePtr node, reader.GetNode(id));
      if (node == nullptr) continue;
      nodes_[kind][node->name()] = node;
      by_id[id] = std::move(node);
    }
  }
  for (const auto& [id, node] : by_id) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<graph::Edge> edges, reader.Out(id, std::nullopt));
    for (const graph::Edge& edge : edges) {
      const auto target = by_id.find(edge.dst);
      if (target == by_id.end()) continue;
      edges_[edge.kind].emplace(node->name(),
                                NamedEdge{node->name(), target->second->name(),
                                          graph::KindOf(*target->second), edge.record});
    }
  }
  return absl::OkStatus();
}

const std::map<std::string, graph::NodePtr>& LintView::Nodes(v1::NodeKind kind) const {
  static const auto* const none = new std::map<std::string, graph::NodePtr>();
  const auto found = nodes_.find(kind);
  return found == nodes_.end() ? *none : found->second;
}

const std::multimap<std::string, NamedEdge>& LintView::Edges(v1::EdgeKind kind) const {
  static const auto* const none = new std::multimap<std::string, NamedEdge>();
  const auto found = edges_.find(kind);
  return found == edges_.end() ? *none : found->second;
}

std::vector<const NamedEdge*> LintView::EdgesFrom(v1::EdgeKind kind,
                                                  const std::string& from) const {
  std::vector<const NamedEdge*> found;
  const auto [begin, end] = Edges(kind).equal_range(from);
  for (auto it = begin; it != end; ++it) found.push_back(&it->second);
  return found;
}

std::string LintView::DisplayOf(const std::string& concept_name) const {
  const auto& concepts = Nodes(v1::NODE_KIND_CONCEPT);
  const auto found = concepts.find(concept_name);
  return found == concepts.end() ? Bare(concept_name) : found->second->clinical_concept().display();
}

std::set<std::string> LintView::WithGrounds(std::set<std::string> facts) const {
  std::vector<std::string> waiting(facts.begin(), facts.end());
  while (!waiting.empty()) {
    const std::string name = std::move(waiting.back());
    waiting.pop_back();
    const criteria::FactDefinition* const definition = index_->schema().Find(name);
    if (definition == nullptr) continue;
    for (const criteria::ExpressionPtr& rule : {definition->true_when, definition->false_when}) {
      for (const std::string& ground : criteria::FactsOf(rule)) {
        if (facts.insert(ground).second) waiting.push_back(ground);
      }
    }
  }
  return facts;
}

std::vector<criteria::ExpressionPtr> LintView::RulesFor(const std::set<std::string>& facts) const {
  std::vector<criteria::ExpressionPtr> rules;
  for (const std::string& name : facts) {
    const criteria::FactDefinition* const definition = index_->schema().Find(name);
    if (definition == nullptr) continue;
    for (const bool value : {true, false}) {
      const criteria::ExpressionPtr& rule = value ? definition->true_when : definition->false_when;
      if (rule == nullptr) continue;
      rules.push_back(criteria::AnyOf(
          {criteria::Not(rule), criteria::Comparison(name, criteria::Operator::kEqual, value)}));
    }
  }
  return rules;
}

bool LintView::CanHoldTogether(std::vector<criteria::ExpressionPtr> criteria) const {
  std::erase(criteria, nullptr);
  if (criteria.empty()) return true;
  const criteria::ExpressionPtr asked = criteria::AllOf(criteria);
  for (criteria::ExpressionPtr& rule : RulesFor(WithGrounds(criteria::FactsOf(asked)))) {
    criteria.push_back(std::move(rule));
  }
  const criteria::ExpressionPtr all = criteria::AllOf(std::move(criteria));
  const criteria::Context context = Context();
  const criteria::Truth truth = criteria::Evaluate(all, {}, context);
  if (truth != criteria::Truth::kUnknown) return truth == criteria::Truth::kTrue;
  const criteria::DecidingSets sets = criteria::FindDecidingSets(all, {}, context);
  return !sets.exact || !sets.to_apply.empty();
}

void Findings::Add(std::string_view rule, const std::string& node, const std::string& message) {
  Finding finding;
  finding.rule = std::string(rule);
  for (const LintRule& known : LintRules()) {
    if (known.id == rule) finding.severity = known.severity;
  }
  finding.node = node;
  const auto place = input_.places.find(node);
  if (place != input_.places.end()) finding.place = place->second;
  finding.message = message;
  found_.push_back(std::move(finding));
}

std::vector<Finding> Findings::Take() {
  const auto rank = [](const std::string& rule) {
    size_t at = 0;
    while (at < LintRules().size() && LintRules()[at].id != rule) ++at;
    return at;
  };
  std::stable_sort(found_.begin(), found_.end(), [&](const Finding& a, const Finding& b) {
    return std::tuple(rank(a.rule), a.node, a.message) <
           std::tuple(rank(b.rule), b.node, b.message);
  });
  return std::move(found_);
}

}  // namespace evident::workbench
