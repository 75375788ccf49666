// What decisions work on between question and answer: every candidate statement with what came of
// it.
#ifndef EVIDENT_DECISION_EVALUATION_H_
#define EVIDENT_DECISION_EVALUATION_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "criteria/deciding.h"
#include "criteria/evaluate.h"
#include "decision/knowledge_index.h"
#include "evident/v1/answer.pb.h"

namespace evident::decision {

// What removes, or would remove, an option or a component.
struct RemovalResult {
  std::string statement;  // full name; empty: the component's own condition
  std::string argument;
  std::string intervention;
  criteria::FactSets if_facts;  // empty: it is removed
  bool held_back = false;       // the statement is: nothing is removed, but is conditional
};

struct ComponentResult {
  v1::OptionState state = v1::OPTION_STATE_OFFERED;
  criteria::Truth own = criteria::Truth::kTrue;  // of its own condition
};

struct OptionResult {
  v1::OptionState state = v1::OPTION_STATE_OFFERED;
  bool incomplete = false;  // a statement removed a component that is not optional
  bool hangs = false;       // a component of it hangs on missing facts, or a possible conflict does
  std::vector<ComponentResult> components;
  std::vector<RemovalResult> removals;
};

struct StatementResult {
  size_t at = 0;                                                    // in the index
  v1::Applicability applicability = v1::APPLICABILITY_UNSPECIFIED;  // unspecified: excluded
  v1::ExclusionReason exclusion = v1::EXCLUSION_REASON_UNSPECIFIED;
  std::string detail;  // of an exclusion
  // Of a statement that a filter holds back: how its criterion comes out, true or unknown.
  std::optional<criteria::Truth> held;
  criteria::ExpressionPtr combined;  // with those of what it details and is not out; null: none
  criteria::DecidingSets sets;       // of a statement whose criterion is unknown
  std::vector<OptionResult> options;
  bool contested = false;         // a side of a standing conflict
  bool may_be_contested = false;  // a side of a possible one

  bool applies() const { return applicability == v1::APPLICABILITY_APPLIES; }
  bool undecided() const { return applicability == v1::APPLICABILITY_UNDECIDED; }
  bool excluded() const { return applicability == v1::APPLICABILITY_UNSPECIFIED; }
  // Held back or not: whether its criterion holds, or may.
  bool holds() const { return applies() || held == criteria::Truth::kTrue; }
  bool may_hold() const { return !excluded() || held.has_value(); }
};

struct ConflictResult {
  const ConflictPlan* plan = nullptr;
  v1::ConflictState state = v1::CONFLICT_STATE_UNSPECIFIED;
  criteria::FactSets would_join;
  std::string held_back;  // full name of the side that a filter holds back; empty: none
};

struct SilenceResult {
  size_t decision_point = 0;
  std::string fact;
  v1::SilenceKind kind = v1::SILENCE_KIND_UNSPECIFIED;
  std::vector<std::string> statements;
};

struct PointResult {
  size_t at = 0;  // in the index
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  bool conditional = false;
  bool class_only = false;
  std::vector<std::string> statements;
  std::vector<std::string> missing_facts;
};

// Ends the work with its status, such as DEADLINE_EXCEEDED or CANCELLED; asked once a statement.
using Proceed = std::function<absl::Status()>;

struct Evaluation {
  Evaluation(const KnowledgeIndex& knowledge, const v1::ResolvedQuestion& asked,
             criteria::Facts given, criteria::Facts known, criteria::Context with,
             const Proceed& to_proceed)
      : index(knowledge),
        question(asked),
        supplied(std::move(given)),
        facts(std::move(known)),
        context(std::move(with)),
        proceed(to_proceed) {}

  const KnowledgeIndex& index;
  const v1::ResolvedQuestion& question;
  criteria::Facts supplied;
  criteria::Facts facts;  // with those that follow
  criteria::Context context;
  const Proceed& proceed;
  std::vector<StatementResult> statements;  // candidates, in order
  std::map<size_t, size_t> places;          // place in the index -> place in `statements`
  std::vector<ConflictResult> conflicts;
  std::vector<PointResult> points;
  std::vector<SilenceResult> silences;
  std::vector<v1::MissingFact> missing;

  const StatementPlan& plan(const StatementResult& result) const {
    return index.statements()[result.at];
  }
  // Null when the statement is no candidate.
  StatementResult* Find(size_t at) {
    const auto found = places.find(at);
    return found == places.end() ? nullptr : &statements[found->second];
  }
};

// Each ends with the status of `proceed`.

// selector.cc: which candidates apply, are undecided or are out.
absl::Status SelectStatements(Evaluation& evaluation);

// conflicts.cc: declared contradictions whose sides both apply, or could. Marks their sides.
absl::Status FindConflicts(Evaluation& evaluation);

// options.cc: components by their conditions, removals by statements against, contested options,
// components that are added to what is left of others.
absl::Status SettleOptions(Evaluation& evaluation);

// outcomes.cc: silences over partitions, and the outcome of each decision point.
absl::Status SettleDecisionPoints(Evaluation& evaluation);

// missing_facts.cc: facts that would change something, first asked first.
absl::Status RankMissingFacts(Evaluation& evaluation);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_EVALUATION_H_
