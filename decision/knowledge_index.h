// A release compiled for decisions: statements with their criteria, options, conflicts and
// provenance, in the order of answers. Built once per release, immutable, shared by all threads.
#ifndef EVIDENT_DECISION_KNOWLEDGE_INDEX_H_
#define EVIDENT_DECISION_KNOWLEDGE_INDEX_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "criteria/derive.h"
#include "criteria/evaluate.h"
#include "criteria/fact_schema.h"
#include "decision/concept_tables.h"
#include "graph/model/graph_reader.h"
#include "graph/traverse/provenance.h"

namespace evident::decision {

// One intervention of an option.
struct ComponentPlan {
  std::string intervention;  // full name
  const v1::Concept* node = nullptr;
  v1::Involves edge;
  criteria::ExpressionPtr condition;  // `when` and not `unless`; null: none
  std::string condition_text;         // "when ..., unless ..."
};

struct OptionPlan {
  bool whole = false;
  std::vector<ComponentPlan> components;  // in authored order
};

// What a statement says and rests on, whatever is said of it elsewhere. Releases that have the same
// of all that it is made of share it.
struct StatementContent {
  graph::NodePtr node;
  Digest digest;
  criteria::ExpressionPtr own;          // its criterion; null: none
  std::vector<std::string> applies_to;  // full names
  std::vector<size_t> decision_points;  // in their order
  std::vector<OptionPlan> options;
  std::vector<std::string> aims_at;
  std::string guideline;  // full name; empty when it is part of none
  std::vector<std::string> issuers;
  graph::ProvenanceWalk provenance;
  std::vector<std::string> retracted;  // references that it rests on, retracted or withdrawn
};

struct StatementPlan {
  std::shared_ptr<const StatementContent> content;  // never null
  criteria::ExpressionPtr combined;   // with those of what it details (CombineCriteria); null: none
  std::vector<size_t> parents;        // the statements that it details, in order
  std::vector<size_t> superseded_by;  // directly or through others, in order
  v1::ReviewState review_state = v1::REVIEW_STATE_UNSPECIFIED;  // of this revision (review.h)

  const std::string& name() const { return content->node->name(); }
  const v1::Statement& statement() const { return content->node->statement(); }
};

// A pair of statements, once however often and from whichever side it is declared.
struct ConflictPlan {
  size_t left = 0;  // the statement that declares it; where both do, the first in order
  size_t right = 0;
  v1::ConflictsWith edge;
};

struct DecisionPointPlan {
  graph::NodePtr node;
  criteria::ExpressionPtr at_issue;

  const std::string& name() const { return node->name(); }
  const v1::DecisionPoint& point() const { return node->decision_point(); }
};

struct GuidelinePlan {
  graph::NodePtr node;
  std::vector<std::string> issuers;  // full names
  std::vector<std::string> boards;   // boards and persons who review it, full names
  v1::ReviewState review_state = v1::REVIEW_STATE_UNSPECIFIED;  // of this revision
  std::vector<std::string> superseded_by;  // directly or through others, by name
};

class KnowledgeIndex {
 public:
  // DATA_LOSS or INTERNAL when the release holds what publishing should have refused; the reader's
  // errors.
  static absl::StatusOr<std::shared_ptr<const KnowledgeIndex>> Build(
      std::shared_ptr<const graph::GraphReader> reader);

  // The same, sharing with another release, which may be null, what both have the same of.
  static absl::StatusOr<std::shared_ptr<const KnowledgeIndex>> Build(
      std::shared_ptr<const graph::GraphReader> reader,
      const std::shared_ptr<const KnowledgeIndex>& other);

  const graph::GraphReader& reader() const { return *reader_; }
  const criteria::FactSchema& schema() const { return schema_; }
  const criteria::DerivationPlan& derivations() const { return *derivations_; }

  // The words of its concepts and facts.
  const Lexicon& lexicon() const { return *tables_->lexicon; }

  // By guideline, section, authored order, name.
  const std::vector<StatementPlan>& statements() const { return statements_; }
  const std::vector<ConflictPlan>& conflicts() const { return conflicts_; }

  // By order, then name.
  const std::vector<DecisionPointPlan>& decision_points() const { return decision_points_; }

  const std::map<std::string, GuidelinePlan>& guidelines() const { return guidelines_; }
  const std::map<std::string, graph::NodePtr, std::less<>>& concepts() const {
    return tables_->concepts;
  }
  const std::map<std::string, graph::NodePtr, std::less<>>& facts() const { return tables_->facts; }

  // Whether `name` is `ancestor` or below it by is_a.
  bool IsA(std::string_view name, std::string_view ancestor) const;

  // Whether giving `given` gives `target`: it is or is below it, or has a component that does. A
  // look-up for what statements involve.
  bool Includes(const std::string& given, const std::string& target) const;

  // Statements about any of these concepts, in order: those that apply to one of them or to a
  // broader one; where none of the concepts is a condition or finding, those that involve one of
  // them or a narrower one.
  std::vector<size_t> Candidates(const std::vector<std::string>& concepts) const;

  // The same. RESOURCE_EXHAUSTED (ANSWER_TOO_LARGE) past kStatementsPerAnswerMax.
  absl::StatusOr<std::vector<size_t>> CandidatesToShow(
      const std::vector<std::string>& concepts) const;

  // Full names of the facts that these statements, their components, their decision points and the
  // rules that derive them test.
  std::set<std::string> FactsOf(const std::vector<size_t>& statements) const;

 private:
  friend class IndexBuilder;

  // All that giving it gives: itself, what it is below, and what its components give.
  std::set<std::string> WhatIsGivenBy(const std::string& given) const;

  std::shared_ptr<const graph::GraphReader> reader_;
  criteria::FactSchema schema_;
  std::optional<criteria::DerivationPlan> derivations_;
  std::vector<StatementPlan> statements_;
  std::vector<ConflictPlan> conflicts_;
  std::vector<DecisionPointPlan> decision_points_;
  std::map<std::string, GuidelinePlan> guidelines_;
  // WhatIsGivenBy each intervention that a statement involves.
  std::map<std::string, std::shared_ptr<const std::set<std::string>>, std::less<>> given_;
  std::shared_ptr<const ConceptTables> tables_;
};

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_KNOWLEDGE_INDEX_H_
