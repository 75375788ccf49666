// What lint rules read: the compiled knowledge by kind of node, with the edges and words that rules
// ask for. Private to the workbench.
#ifndef EVIDENT_WORKBENCH_LINT_VIEW_H_
#define EVIDENT_WORKBENCH_LINT_VIEW_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/date.h"
#include "criteria/evaluate.h"
#include "decision/knowledge_index.h"
#include "decision/option_states.h"
#include "decision/question.h"
#include "graph/model/graph_reader.h"
#include "workbench/lint.h"

namespace evident::workbench {

// An edge with the names of its ends.
struct NamedEdge {
  std::string from;
  std::string to;
  v1::NodeKind to_kind = v1::NODE_KIND_UNSPECIFIED;
  graph::EdgeRecordPtr record;
};

class LintView {
 public:
  static absl::StatusOr<std::unique_ptr<LintView>> Build(const LintInput& input);

  const decision::KnowledgeIndex& index() const { return *index_; }
  const std::string& today() const { return input_.today; }

  // Whether the node is one of those that are looked at.
  bool IsLooked(const v1::NodeRecord& node) const {
    return input_.packs.empty() || input_.packs.count(node.pack()) > 0;
  }

  // All nodes of a kind, by name.
  const std::map<std::string, graph::NodePtr>& Nodes(v1::NodeKind kind) const;

  // All edges of a kind, by the name they leave, in key order.
  const std::multimap<std::string, NamedEdge>& Edges(v1::EdgeKind kind) const;
  std::vector<const NamedEdge*> EdgesFrom(v1::EdgeKind kind, const std::string& from) const;

  // Statements that are looked at, in order.
  const std::vector<const decision::StatementPlan*>& statements() const { return statements_; }

  // How a concept is shown; its name when there is none.
  std::string DisplayOf(const std::string& concept_name) const;

  // For criteria, today.
  criteria::Context Context() const { return decision::ContextOn(today_, *index_); }

  // With the facts from which they are derived, directly or through others.
  std::set<std::string> WithGrounds(std::set<std::string> facts) const;

  // Whether some facts can make all of them true, given what facts follow from others; also true
  // when that could not be ruled out.
  bool CanHoldTogether(std::vector<criteria::ExpressionPtr> criteria) const;
  // Whether nothing can make it true.
  bool NeverTrue(const criteria::ExpressionPtr& criterion) const {
    return !CanHoldTogether({criterion});
  }

 private:
  explicit LintView(LintInput input) : input_(std::move(input)) {}
  absl::Status Read();
  // What the derivation rules of the facts ask for.
  std::vector<criteria::ExpressionPtr> RulesFor(const std::set<std::string>& facts) const;

  const LintInput input_;
  Date today_;
  std::shared_ptr<const decision::KnowledgeIndex> index_;
  std::map<v1::NodeKind, std::map<std::string, graph::NodePtr>> nodes_;
  std::map<v1::EdgeKind, std::multimap<std::string, NamedEdge>> edges_;
  std::vector<const decision::StatementPlan*> statements_;
};

inline bool IsFor(const decision::StatementPlan& plan) {
  return decision::IsFor(plan.statement().polarity());
}
inline bool IsAgainst(const decision::StatementPlan& plan) {
  return decision::IsAgainst(plan.statement().polarity());
}

// Takes findings in; adds severity and place.
class Findings {
 public:
  explicit Findings(const LintInput& input) : input_(input) {}
  void Add(std::string_view rule, const std::string& node, const std::string& message);
  std::vector<Finding> Take();  // sorted

 private:
  const LintInput& input_;
  std::vector<Finding> found_;
};

// Each adds what its theme's rules find (lint_<theme>.cc).
void LintCitations(const LintView& view, Findings& findings);
void LintEvidence(const LintView& view, Findings& findings);
void LintRisks(const LintView& view, Findings& findings);
void LintWording(const LintView& view, Findings& findings);
void LintCurrency(const LintView& view, Findings& findings);
void LintContradictions(const LintView& view, Findings& findings);
void LintCoverage(const LintView& view, Findings& findings);
void LintStructure(const LintView& view, Findings& findings);

// "a, b and c"; empty for none.
std::string Listed(const std::vector<std::string>& names);

// The part behind the '/': rules name nodes of one pack by it.
std::string Bare(const std::string& full_name);

// Folded words of `text` that carry meaning: no articles, prepositions and the like, no numbers;
// plural endings taken off.
std::set<std::string> Keywords(std::string_view text);

// Whether all keywords of `words` are among those of `text`, and there are any.
bool Mentions(std::string_view text, std::string_view words);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_LINT_VIEW_H_
