#include "client/cli/table_rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/encoding.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

using Json = nlohmann::ordered_json;

template <typename Enum>
Json WordOrNull(Enum value) {
  return value == 0 ? Json() : Json(graph::EnumWord(value));
}

template <typename Strings>
Json List(const Strings& strings) {
  Json list = Json::array();
  for (const std::string& one : strings) list.push_back(one);
  return list;
}

// What every row begins with.
Json Head(const v1::EntryRow& row) {
  return {{"entry_index", row.index()},
          {"time", FormatTimeNs(row.commit_time_ns())},
          {"key_id", HexEncode(row.key_id())}};
}

Json With(Json head, const Json& more) {
  head.update(more);
  return head;
}

Json EntryRowOf(const v1::EntryRow& row) {
  return With(Head(row), {{"kind", graph::EnumWord(row.kind())},
                          {"method", row.method()},
                          {"status", row.grpc_status()},
                          {"erased", row.erased()},
                          {"pruned", row.pruned()},
                          {"latency_ns", row.latency_ns()}});
}

Json DecisionRowOf(const v1::EntryRow& row) {
  const v1::DecisionRow& decision = row.decision();
  Json facts = Json::object();
  for (const v1::FactRow& fact : decision.facts()) facts[fact.name()] = fact.value();
  Json points = Json::object();
  for (const v1::DecisionPointRow& point : decision.decision_points()) {
    points[point.name()] = graph::EnumWord(point.outcome());
  }
  return With(Head(row), {{"decision", decision.name()},
                          {"mode", WordOrNull(decision.mode())},
                          {"request_key", HexEncode(decision.request_key())},
                          {"release", decision.release()},
                          {"release_digest", HexEncode(decision.release_digest())},
                          {"engine_semantics", decision.engine_semantics()},
                          {"outcome", WordOrNull(decision.outcome())},
                          {"concepts", List(decision.concepts())},
                          {"intent", WordOrNull(decision.intent())},
                          {"audience", WordOrNull(decision.audience())},
                          {"language", decision.language()},
                          {"latency_ns", row.latency_ns()},
                          {"decision_points", std::move(points)},
                          {"facts", std::move(facts)}});
}

void AddDecision(const v1::EntryRow& row, std::vector<TableRows>& tables) {
  const v1::DecisionRow& decision = row.decision();
  tables.push_back({"decisions", {DecisionRowOf(row)}});
  TableRows returned{"decision_statements", {}};
  TableRows excluded{"exclusions", {}};
  for (const v1::StatementRow& statement : decision.statements()) {
    const bool out = statement.exclusion() != v1::EXCLUSION_REASON_UNSPECIFIED;
    Json json = With(Head(row), {{"statement", statement.statement()},
                                 {"in_conflict", statement.in_conflict()}});
    if (out) {
      json["reason"] = graph::EnumWord(statement.exclusion());
    } else {
      json["applicability"] = WordOrNull(statement.applicability());
      json["options"] = statement.options();
      json["options_removed"] = statement.options_removed();
    }
    (out ? excluded : returned).rows.push_back(std::move(json));
  }
  TableRows missing{"missing_facts", {}};
  for (int i = 0; i < decision.missing_facts_size(); ++i) {
    missing.rows.push_back(With(Head(row), {{"fact", decision.missing_facts(i)}, {"rank", i + 1}}));
  }
  TableRows silences{"silences", {}};
  for (const std::string& fact : decision.silent_facts()) {
    silences.rows.push_back(With(Head(row), {{"fact", fact}}));
  }
  for (TableRows* const table : {&returned, &excluded, &missing, &silences}) {
    tables.push_back(std::move(*table));
  }
}

void AddFeedback(const v1::EntryRow& row, std::vector<TableRows>& tables) {
  TableRows feedback{"feedback", {}};
  for (const v1::StatementFeedbackRow& statement : row.feedback().statements()) {
    feedback.rows.push_back(With(Head(row), {{"decision", row.feedback().decision()},
                                             {"statement", statement.statement()},
                                             {"verdict", WordOrNull(statement.verdict())},
                                             {"reason", statement.reason()}}));
  }
  tables.push_back(std::move(feedback));
}

std::vector<TableRows> RowsOf(const v1::EntryRow& row) {
  std::vector<TableRows> tables{{"entries", {EntryRowOf(row)}}};
  if (row.has_decision()) AddDecision(row, tables);
  if (row.has_feedback()) AddFeedback(row, tables);
  if (!row.erased_key_id().empty()) {
    tables.push_back(
        {"erasures", {With(Head(row), {{"erased_key_id", HexEncode(row.erased_key_id())}})}});
  }
  return tables;
}

// What every row of a release begins with.
Json ReleaseHead(const v1::ReleaseDimensions& release) {
  return {{"release", release.release()}, {"release_digest", HexEncode(release.release_digest())}};
}

Json ReleaseRow(const v1::ReleaseDimensions& release) {
  const bool known = !release.unknown();
  return With(ReleaseHead(release),
              {{"in_database", known},
               {"time", known ? Json(FormatTimeNs(release.publish_time_ns())) : Json()},
               {"statement_count", release.statements_size()},
               {"concept_count", release.concepts_size()},
               {"reference_count", release.references_size()}});
}

Json ValueOrNull(bool there, const std::string& value) { return there ? Json(value) : Json(); }

Json StatementJson(const v1::StatementDimension& row) {
  return {{"statement", row.statement()},
          {"pack", row.pack()},
          {"headline", row.headline()},
          {"wording", row.wording()},
          {"language", row.language()},
          {"kind", WordOrNull(row.kind())},
          {"polarity", WordOrNull(row.polarity())},
          {"preference", WordOrNull(row.preference())},
          {"strength_scheme", ValueOrNull(row.has_grade(), row.grade().scheme())},
          {"strength", ValueOrNull(row.has_grade(), row.grade().value())},
          {"certainty_scheme", ValueOrNull(row.has_certainty(), row.certainty().scheme())},
          {"certainty", ValueOrNull(row.has_certainty(), row.certainty().value())},
          {"review_state", WordOrNull(row.review_state())},
          {"standing", WordOrNull(row.standing())},
          {"guideline", row.guideline()},
          {"guideline_title", row.guideline_title()},
          {"guideline_edition", row.guideline_edition()},
          {"issuers", List(row.issuers())},
          {"rests_on", List(row.references())}};
}

Json ConceptJson(const v1::ConceptDimension& row) {
  Json codes = Json::array();
  for (const v1::Code& code : row.codes()) {
    codes.push_back({{"system", code.system()}, {"code", code.code()}});
  }
  return {{"concept", row.name()},
          {"pack", row.pack()},
          {"display", row.display()},
          {"kind", WordOrNull(row.kind())},
          {"intervention_kind", WordOrNull(row.intervention_kind())},
          {"codes", std::move(codes)}};
}

Json ReferenceJson(const v1::ReferenceDimension& row) {
  return {{"reference", row.reference()},
          {"pack", row.pack()},
          {"title", row.title()},
          {"year", row.year() == 0 ? Json() : Json(row.year())},
          {"pmid", ValueOrNull(!row.pmid().empty(), row.pmid())},
          {"doi", ValueOrNull(!row.doi().empty(), row.doi())},
          {"nct", ValueOrNull(!row.nct().empty(), row.nct())},
          {"standing", WordOrNull(row.standing())}};
}

std::optional<Json> WithoutErased(const std::string& table, Json row,
                                  const std::set<std::string>& erased) {
  if (table == "erasures" || erased.count(row.value("key_id", "")) == 0) return row;
  if (table != "entries") return std::nullopt;
  row["erased"] = true;
  row["latency_ns"] = 0;
  return row;
}

}  // namespace

ExportedEntry TablesOf(const v1::EntryRow& row) {
  return {row.index(), row.commit_time_ns(), RowsOf(row), HexEncode(row.erased_key_id())};
}

FolderKind TablesKind(bool zstd) { return {Json::object(), WithoutErased, zstd}; }

bool ReleaseRows::Add(const v1::ReleaseDimensions& part) {
  if (part.release_digest() != release_.release_digest()) release_.Clear();
  release_.MergeFrom(part);
  return part.complete();
}

std::vector<TableRows> ReleaseRows::Take() {
  const v1::ReleaseDimensions release = std::exchange(release_, {});
  std::vector<TableRows> tables{{"releases", {ReleaseRow(release)}},
                                {"release_statements", {}},
                                {"release_concepts", {}},
                                {"release_references", {}}};
  for (const auto& row : release.statements()) {
    tables[1].rows.push_back(With(ReleaseHead(release), StatementJson(row)));
  }
  for (const auto& row : release.concepts()) {
    tables[2].rows.push_back(With(ReleaseHead(release), ConceptJson(row)));
  }
  for (const auto& row : release.references()) {
    tables[3].rows.push_back(With(ReleaseHead(release), ReferenceJson(row)));
  }
  for (TableRows& table : tables) {
    std::sort(table.rows.begin(), table.rows.end(),
              [](const Json& a, const Json& b) { return a.dump() < b.dump(); });
  }
  return tables;
}

}  // namespace evident::cli
