#include "decision/assembler.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/status.h"
#include "decision/statement_parts.h"
#include "decision/wording.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/node_id.h"
#include "graph/traverse/review.h"

namespace evident::decision {
namespace {

// Outcomes from the one that asks for most attention.
constexpr v1::Outcome kRollUpOrder[] = {
    v1::OUTCOME_CONFLICT,     v1::OUTCOME_NOT_COVERED,  v1::OUTCOME_UNDECIDED,
    v1::OUTCOME_RECOMMENDED,  v1::OUTCOME_CONSIDERED,   v1::OUTCOME_ADVISED_AGAINST,
    v1::OUTCOME_NONE_APPLIES, v1::OUTCOME_NOT_AT_ISSUE,
};

v1::Outcome RollUp(const Evaluation& evaluation) {
  if (evaluation.statements.empty()) {
    return evaluation.question.concepts().empty() ? v1::OUTCOME_UNLINKED
                                                  : v1::OUTCOME_NO_STATEMENTS;
  }
  for (const v1::Outcome outcome : kRollUpOrder) {
    for (const PointResult& point : evaluation.points) {
      if (point.outcome == outcome) return outcome;
    }
  }
  return v1::OUTCOME_NONE_APPLIES;
}

class Assembler {
 public:
  explicit Assembler(const Evaluation& evaluation) : evaluation_(evaluation) {}

  absl::StatusOr<v1::Answer> Run() {
    *answer_.mutable_question() = evaluation_.question;
    answer_.set_outcome(RollUp(evaluation_));
    for (const PointResult& point : evaluation_.points) AddPoint(point);
    for (const StatementResult& result : evaluation_.statements) {
      EVIDENT_RETURN_IF_ERROR(evaluation_.proceed());
      AddStatement(result);
    }
    for (const ConflictResult& conflict : evaluation_.conflicts) AddConflict(conflict);
    for (const v1::MissingFact& fact : evaluation_.missing) *answer_.add_missing_facts() = fact;
    for (const SilenceResult& silence : evaluation_.silences) AddSilence(silence);
    AddGuidelines();
    for (const auto& [name, card] : evidence_) *answer_.add_evidence() = card;
    if (IsForPatientsOnly(evaluation_.question)) withheld_ = WithholdCliniciansWords(answer_);
    AddNotices();
    if (evaluation_.question.view() == v1::VIEW_SUMMARY) Summarise();
    return std::move(answer_);
  }

 private:
  void AddPoint(const PointResult& point) {
    const DecisionPointPlan& plan = evaluation_.index.decision_points()[point.at];
    v1::DecisionPointOutcome& out = *answer_.add_decision_points();
    out.set_name(plan.name());
    out.set_display(plan.point().display());
    out.set_outcome(point.outcome);
    out.set_conditional(point.conditional);
    out.set_class_only(point.class_only);
    for (const std::string& name : point.statements) out.add_statements(name);
    for (const std::string& fact : point.missing_facts) out.add_missing_facts(fact);
  }

  void AddStatement(const StatementResult& result) {
    if (result.excluded()) {
      *answer_.add_exclusions() = MakeExclusion(evaluation_, result);
      return;
    }
    const StatementPlan& plan = evaluation_.plan(result);
    *answer_.add_recommendations() = MakeRecommendation(evaluation_, result);
    if (!plan.content->guideline.empty()) guidelines_.insert(plan.content->guideline);
    NoteReview(plan.review_state);
    for (size_t i = 0; i < plan.content->provenance.evidence.size(); ++i) {
      const v1::NodeRecord& node = *plan.content->provenance.evidence[i];
      v1::EvidenceCard& card = evidence_[node.name()];
      card.set_name(node.name());
      *card.mutable_evidence() = node.evidence();
      card.set_study(plan.content->provenance.studies[i]);
    }
    for (const graph::NodePtr& reference : plan.content->provenance.references) {
      if (!references_.insert(reference->name()).second) continue;
      v1::ReferenceCard& card = *answer_.add_references();
      card.set_name(reference->name());
      *card.mutable_reference() = reference->reference();
    }
  }

  void NoteReview(v1::ReviewState state) {
    if (!reviewed_ ||
        graph::ReviewStrength(state) < graph::ReviewStrength(answer_.weakest_review_state())) {
      answer_.set_weakest_review_state(state);
    }
    reviewed_ = true;
  }

  void AddConflict(const ConflictResult& conflict) {
    const auto& statements = evaluation_.index.statements();
    v1::Conflict& out = *answer_.add_conflicts();
    out.set_statement(statements[conflict.plan->left].name());
    out.set_against(statements[conflict.plan->right].name());
    out.set_state(conflict.state);
    *out.mutable_discriminators() = conflict.plan->edge.discriminators();
    out.set_none_named(conflict.plan->edge.none_named());
    out.set_note(conflict.plan->edge.note());
    out.set_held_back(conflict.held_back);
    AddSets(conflict.would_join, out.mutable_would_join());
    std::set<size_t> points;
    for (const size_t side : {conflict.plan->left, conflict.plan->right}) {
      const auto& decided = statements[side].content->decision_points;
      points.insert(decided.begin(), decided.end());
    }
    for (const size_t at : points) {
      out.add_decision_points(evaluation_.index.decision_points()[at].name());
    }
  }

  void AddSilence(const SilenceResult& silence) {
    v1::Silence& out = *answer_.add_silences();
    out.set_decision_point(evaluation_.index.decision_points()[silence.decision_point].name());
    out.set_fact(silence.fact);
    *out.mutable_value() = graph::EncodeValue(evaluation_.facts.at(silence.fact));
    out.set_kind(silence.kind);
    for (const std::string& name : silence.statements) out.add_statements(name);
  }

  std::string DisplayOf(v1::NodeKind kind, const std::string& name) const {
    const auto node = evaluation_.index.reader().GetNode(graph::MakeNodeId(kind, name));
    if (!node.ok() || *node == nullptr) return name;
    if ((*node)->has_issuer()) return (*node)->issuer().display();
    if ((*node)->has_board()) return (*node)->board().display();
    return name;
  }

  void AddGuidelines() {
    for (const std::string& name : guidelines_) {
      const auto found = evaluation_.index.guidelines().find(name);
      if (found == evaluation_.index.guidelines().end()) continue;
      const GuidelinePlan& plan = found->second;
      v1::GuidelineCard& card = *answer_.add_guidelines();
      card.set_name(name);
      *card.mutable_guideline() = plan.node->guideline();
      card.mutable_guideline()->set_review_state(plan.review_state);
      for (const std::string& issuer : plan.issuers) {
        card.add_issuers(DisplayOf(v1::NODE_KIND_ISSUER, issuer));
      }
      for (const std::string& board : plan.boards) {
        card.add_boards(DisplayOf(v1::NODE_KIND_BOARD, board));
      }
    }
  }

  v1::Notice& AddNotice(const char* code, const std::string& text) {
    v1::Notice& notice = *answer_.add_notices();
    notice.set_code(code);
    notice.set_text(text);
    return notice;
  }

  void AddNotices() {
    if (answer_.outcome() == v1::OUTCOME_UNLINKED) {
      AddNotice("UNLINKED",
                "No concept of the knowledge was recognised in the question, so no guidance was "
                "looked up. Name the condition, or ask which facts and concepts are known.");
    } else if (answer_.outcome() == v1::OUTCOME_NO_STATEMENTS) {
      AddNotice("NO_STATEMENTS", "The knowledge holds no statement about what was asked.");
    }
    if (reviewed_ && answer_.weakest_review_state() != v1::REVIEW_STATE_APPROVED) {
      AddNotice("REVIEW_PENDING",
                "At least one statement used here has not been approved in clinical "
                "review: use it with caution.");
    }
    AddStatementNotice(
        "UNRESOLVED_CITATION", "Citations that could not be resolved to a reference.",
        [](const v1::Recommendation& item) {
          return std::any_of(
              item.provenance().paths().begin(), item.provenance().paths().end(),
              [](const v1::ProvenancePath& path) { return path.citation().cites().unresolved(); });
        });
    AddRetractedNotice();
    AddHeldBackNotice();
    AddWordingNotices();
    for (const v1::Fact& fact : evaluation_.question.dropped()) {
      AddNotice("INHERITED_FACT_DROPPED",
                "A fact of the earlier decision contradicts what is stated now and was dropped.")
          .add_about(fact.name());
    }
  }

  void AddRetractedNotice() {
    std::set<std::string> about;
    for (const StatementResult& result : evaluation_.statements) {
      if (result.excluded()) continue;
      const std::vector<std::string>& retracted = evaluation_.plan(result).content->retracted;
      about.insert(retracted.begin(), retracted.end());
    }
    if (about.empty()) return;
    v1::Notice& notice = AddNotice(
        "REFERENCE_RETRACTED",
        "References that statements shown here rest on have been retracted or withdrawn.");
    for (const std::string& name : about) notice.add_about(name);
  }

  // A filter that keeps a warning's words must not keep the warning.
  void AddHeldBackNotice() {
    std::set<std::string> held;
    for (const v1::Recommendation& item : answer_.recommendations()) {
      for (const v1::AnswerOption& option : item.options()) {
        for (const v1::Removal& removal : option.removals()) {
          if (removal.held_back()) held.insert(removal.statement());
        }
      }
    }
    for (const ConflictResult& conflict : evaluation_.conflicts) {
      if (!conflict.held_back.empty()) held.insert(conflict.held_back);
    }
    if (held.empty()) return;
    v1::Notice& notice =
        AddNotice("HELD_BACK_WARNING",
                  "Statements that a filter holds back speak against something that is shown here "
                  "or contradict it: see them without the filter before acting on this.");
    for (const std::string& name : held) notice.add_about(name);
  }

  void AddWordingNotices() {
    AddStatementNotice(
        "WORDING_WITHHELD",
        "What is worded for clinicians alone is not shown to patients unless asked for.",
        [](const v1::Recommendation& item) { return item.wording() == v1::WORDING_STATE_WITHHELD; },
        withheld_);
    AddStatementNotice("WORDING_FALLBACK",
                       "The wording is for another audience or in another language than asked for.",
                       [](const v1::Recommendation& item) {
                         return item.wording() == v1::WORDING_STATE_FALLBACK;
                       });
  }

  // `always`: also when it concerns no statement.
  template <typename Concerns>
  void AddStatementNotice(const char* code, const std::string& text, Concerns concerns,
                          bool always = false) {
    v1::Notice notice;
    for (const v1::Recommendation& item : answer_.recommendations()) {
      if (concerns(item)) notice.add_about(item.statement());
    }
    if (notice.about().empty() && !always) return;
    notice.set_code(code);
    notice.set_text(text);
    *answer_.add_notices() = std::move(notice);
  }

  void Summarise() {
    for (v1::Recommendation& item : *answer_.mutable_recommendations()) {
      item.clear_text();
      item.clear_results();
      item.clear_readings();
      item.mutable_provenance()->clear_paths();
      for (v1::AnswerOption& option : *item.mutable_options()) {
        for (v1::OptionComponent& component : *option.mutable_components()) {
          component.clear_results();
        }
      }
    }
    for (v1::Exclusion& item : *answer_.mutable_exclusions()) {
      item.clear_failed();
      item.clear_nearest_change();
    }
    answer_.clear_evidence();
    answer_.clear_references();
  }

  const Evaluation& evaluation_;
  v1::Answer answer_;
  std::map<std::string, v1::EvidenceCard> evidence_;
  std::set<std::string> references_;
  std::set<std::string> guidelines_;
  bool reviewed_ = false;
  bool withheld_ = false;  // words for clinicians, beside the wordings of statements
};

}  // namespace

absl::StatusOr<v1::Answer> AssembleAnswer(const Evaluation& evaluation) {
  return Assembler(evaluation).Run();
}

absl::StatusOr<v1::DecisionRecord> AssembleRecord(const Evaluation& evaluation,
                                                  const v1::Answer& answer) {
  v1::DecisionRecord record;
  *record.mutable_question() = evaluation.question;
  record.set_outcome(answer.outcome());
  *record.mutable_decision_points() = answer.decision_points();
  for (const StatementResult& result : evaluation.statements) {
    const StatementPlan& plan = evaluation.plan(result);
    EVIDENT_RETURN_IF_ERROR(evaluation.proceed());
    v1::StatementOutcome& out = *record.add_statements();
    out.set_statement(plan.name());
    out.set_applicability(result.applicability);
    out.set_exclusion(result.exclusion);
    AddResults(criteria::EvaluateLeaves(result.combined, evaluation.facts, evaluation.context),
               evaluation, out.mutable_results());
    for (const OptionResult& option : result.options) out.add_options(option.state);
  }
  *record.mutable_conflicts() = answer.conflicts();
  for (v1::Conflict& conflict : *record.mutable_conflicts()) conflict.clear_note();
  for (const v1::MissingFact& fact : answer.missing_facts()) record.add_missing_facts(fact.name());
  *record.mutable_silences() = answer.silences();
  record.set_answer_format(kAnswerFormat);
  return record;
}

}  // namespace evident::decision
