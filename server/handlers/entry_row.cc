#include "server/handlers/entry_row.h"

#include <algorithm>
#include <set>
#include <string>
#include <variant>

#include "audit/log/store.h"
#include "audit/proof/leaf.h"
#include "base/status.h"
#include "criteria/value.h"
#include "graph/model/criterion_codec.h"
#include "server/handlers/entry_view.h"

namespace evident::server {
namespace {

constexpr size_t kRequestKeyBytes = 16;
constexpr char kDemoPurpose[] = "demo";

v1::DecisionMode ModeOf(const v1::EntryBody& body) {
  if (body.caller().purpose_of_use() == kDemoPurpose) return v1::DECISION_MODE_DEMO;
  return body.stream().empty() ? v1::DECISION_MODE_LIVE : v1::DECISION_MODE_BATCH;
}

std::set<std::string> InConflict(const v1::DecisionRecord& record) {
  std::set<std::string> names;
  for (const v1::Conflict& conflict : record.conflicts()) {
    names.insert(conflict.statement());
    names.insert(conflict.against());
  }
  return names;
}

void AddStatements(const v1::DecisionRecord& record, v1::DecisionRow& row) {
  const std::set<std::string> in_conflict = InConflict(record);
  for (const v1::StatementOutcome& outcome : record.statements()) {
    v1::StatementRow& statement = *row.add_statements();
    statement.set_statement(outcome.statement());
    statement.set_applicability(outcome.applicability());
    statement.set_exclusion(outcome.exclusion());
    statement.set_in_conflict(in_conflict.count(outcome.statement()) > 0);
    statement.set_options(static_cast<uint32_t>(outcome.options_size()));
    statement.set_options_removed(static_cast<uint32_t>(
        std::count(outcome.options().begin(), outcome.options().end(), v1::OPTION_STATE_REMOVED)));
  }
}

absl::Status AddFact(const v1::Fact& fact, const Policy& policy, v1::DecisionRow& row) {
  if (policy.analytics_facts().count(fact.name()) == 0) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const criteria::Value value, graph::DecodeValue(fact.value()));
  v1::FactRow& shown = *row.add_facts();
  shown.set_name(fact.name());
  shown.set_value(criteria::ToString(value));
  return absl::OkStatus();
}

absl::StatusOr<v1::DecisionRow> DecisionOf(const audit::Log& log, const v1::Entry& entry,
                                           const v1::EntryBody& body, const Policy& policy) {
  const v1::DecisionRecord& record = body.decision();
  const v1::ResolvedQuestion& question = record.question();
  v1::DecisionRow row;
  row.set_name(entry.name());
  row.set_mode(ModeOf(body));
  if (!body.request_mark().empty()) {
    row.set_request_key(
        log.HashForIndex("request" + body.request_mark()).substr(0, kRequestKeyBytes));
  }
  row.set_release(question.release());
  row.set_release_digest(question.release_digest());
  row.set_engine_semantics(entry.info().engine_semantics());
  row.set_outcome(record.outcome());
  *row.mutable_concepts() = question.concepts();
  row.set_intent(question.linking().intent());
  row.set_audience(question.audience());
  row.set_language(question.language());
  AddStatements(record, row);
  for (const v1::DecisionPointOutcome& outcome : record.decision_points()) {
    v1::DecisionPointRow& point = *row.add_decision_points();
    point.set_name(outcome.name());
    point.set_outcome(outcome.outcome());
  }
  *row.mutable_missing_facts() = record.missing_facts();
  for (const v1::Silence& silence : record.silences()) row.add_silent_facts(silence.fact());
  for (const v1::QuestionFact& fact : question.facts()) {
    EVIDENT_RETURN_IF_ERROR(AddFact(fact.fact(), policy, row));
  }
  for (const v1::DerivedFact& fact : question.derived()) {
    EVIDENT_RETURN_IF_ERROR(AddFact(fact.fact(), policy, row));
  }
  return row;
}

v1::FeedbackRow FeedbackOf(const v1::EntryBody& body) {
  v1::FeedbackRow row;
  row.set_decision(body.follows());
  for (const v1::StatementFeedback& feedback : body.feedback()) {
    v1::StatementFeedbackRow& statement = *row.add_statements();
    statement.set_statement(feedback.statement());
    statement.set_verdict(feedback.verdict());
    statement.set_reason(feedback.reason());
  }
  return row;
}

}  // namespace

absl::StatusOr<v1::EntryRow> RowOf(const audit::Log& log, EntryIndex index, const Policy& policy) {
  EVIDENT_ASSIGN_OR_RETURN(const v1::Entry entry, ViewEntry(log, index));
  v1::EntryRow row;
  row.set_index(index.value);
  row.set_commit_time_ns(entry.info().commit_time_ns());
  row.set_kind(entry.info().kind());
  row.set_method(entry.info().method());
  row.set_grpc_status(entry.info().grpc_status());
  EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, audit::DecodeLeaf(entry.leaf()));
  if (const auto* const erasure = std::get_if<audit::ErasureDetail>(&leaf.detail)) {
    row.set_erased_key_id(audit::KeyIdBytes(erasure->key_id));
  }
  EVIDENT_ASSIGN_OR_RETURN(const OpenedBody opened, OpenUnlessGone(log, index));
  row.set_erased(opened.state == v1::BODY_STATE_ERASED);
  row.set_pruned(opened.state == v1::BODY_STATE_PRUNED);
  row.set_key_id(opened.key_id);
  if (!opened.opened()) return row;
  const v1::EntryBody& body = opened.sealed.body();
  row.set_latency_ns(body.latency_ns());
  if (body.has_decision()) {
    EVIDENT_ASSIGN_OR_RETURN(*row.mutable_decision(), DecisionOf(log, entry, body, policy));
  }
  if (!body.feedback().empty()) *row.mutable_feedback() = FeedbackOf(body);
  return row;
}

}  // namespace evident::server
