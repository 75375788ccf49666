// Statements, and their order within a guideline.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/pack/criterion_reader.h"
#include "graph/pack/links.h"
#include "graph/pack/readers.h"
#include "graph/pack/tables.h"

namespace evident::graph {
namespace {

// A statement that waits for its order.
struct Pending {
  const NodeCursor* node;
  v1::NodeRecord record;
  std::string guideline;
  size_t section;
  bool has_order;
};

void ReadWordings(MapCursor& map, const std::string& pack_language, v1::Statement& statement) {
  const std::string own = map.Text("language");
  const std::string& language = own.empty() ? pack_language : own;
  v1::Wording& first = *statement.add_wordings();
  first.set_audience(v1::AUDIENCE_CLINICIAN);
  first.set_language(language);
  first.set_headline(ReadHeadline(map, "headline"));
  first.set_text(map.Text("text"));
  for (const Cursor& item : map.Items("wordings")) {
    MapCursor entry(item, "a wording");
    v1::Wording wording;
    entry.Need("audience");
    wording.set_audience(entry.One<v1::Audience>("audience", AudienceNames()));
    wording.set_language(entry.NeedText("language"));
    wording.set_headline(ReadHeadline(entry, "headline"));
    wording.set_text(entry.Text("text"));
    entry.Finish();
    for (const v1::Wording& other : statement.wordings()) {
      if (other.audience() == wording.audience() && other.language() == wording.language()) {
        item.Error("found a second wording for the same audience and language");
        break;
      }
    }
    *statement.add_wordings() = std::move(wording);
  }
}

void ReadKind(MapCursor& map, v1::Statement& statement) {
  map.Need("kind");
  statement.set_kind(
      map.One<v1::StatementKind>("kind", {"recommendation", "fact", "good-practice"}));
  statement.set_polarity(
      map.One<v1::Polarity>("polarity", {"recommend", "consider", "advise-against", "stop"}));
  statement.set_preference(
      map.One<v1::Preference>("preference", {"preferred", "alternative", "option"}));
  const bool fact = statement.kind() == v1::STATEMENT_KIND_FACT;
  if (fact && map.Has("polarity")) {
    map.Error("found \"polarity\" on a fact; facts have none");
  } else if (!fact && statement.kind() != v1::STATEMENT_KIND_UNSPECIFIED && !map.Has("polarity")) {
    map.Error("a statement without \"polarity\", which is required unless its kind is fact");
  }
}

void ReadText(MapCursor& map, PackBuilder& builder, v1::Statement& statement) {
  if (auto grade = ReadScheme(map, "grade")) *statement.mutable_grade() = *std::move(grade);
  if (auto certainty = ReadScheme(map, "certainty")) {
    *statement.mutable_certainty() = *std::move(certainty);
  }
  statement.set_care_phase(map.Text("care_phase"));
  if (auto when = ReadCriterion(map, "when", builder)) {
    *statement.mutable_criterion() = *std::move(when);
  }
  if (const auto timing = map.Find("timing")) {
    MapCursor entry(*timing, "a timing");
    statement.mutable_timing()->set_code(entry.Text("code"));
    statement.mutable_timing()->set_verbatim(entry.Text("verbatim"));
    entry.Finish();
    if (entry.Has("code") == entry.Has("verbatim")) {
      timing->Error("expected one of \"code\" and \"verbatim\"");
    }
  }
  ReadWordings(map, builder.language(), statement);
  statement.set_valid_from(map.Date("valid_from"));
  statement.set_valid_to(map.Date("valid_to"));
  if (!statement.valid_from().empty() && !statement.valid_to().empty() &&
      statement.valid_to() < statement.valid_from()) {
    map.Error("found valid_to before valid_from");
  }
  for (std::string& row : map.Texts("rows")) statement.add_source_rows(std::move(row));
  for (std::string& reading : map.Texts("readings")) statement.add_readings(std::move(reading));
}

void ReadLinks(MapCursor& map, const NodeCursor& node, const GuidelineInfo* guideline, bool is_fact,
               PackBuilder& builder) {
  const LinkTarget& self = node.self;
  map.Need("applies_to");
  builder.AddLinks(map, "applies_to", LinkTo::kCondition, self, v1::EDGE_KIND_APPLIES_TO);
  builder.AddLinks(map, "decides", LinkTo::kDecisionPoint, self, v1::EDGE_KIND_DECIDES);
  builder.AddLinks(map, "alternative_to", LinkTo::kStatement, self, v1::EDGE_KIND_ALTERNATIVE_TO);
  builder.AddLinks(map, "asserts", LinkTo::kProposition, self, v1::EDGE_KIND_ASSERTS);
  builder.AddLinks(map, "concerns", LinkTo::kFact, self, v1::EDGE_KIND_CONCERNS);
  builder.AddLinks(map, "aims_at", LinkTo::kOutcome, self, v1::EDGE_KIND_AIMS_AT);
  builder.AddLinks(map, "about", LinkTo::kConcept, self, v1::EDGE_KIND_ABOUT);
  ReadReviewers(map, self, builder);
  const auto elaborates = builder.Links(map, "elaborates", LinkTo::kStatement);
  if (elaborates.size() > 1) map.Error("found several statements to elaborate; expected one");
  for (const auto& [at, parent] : elaborates) {
    if (parent == self) {
      at.Error("found a statement that elaborates itself");
    } else {
      builder.AddEdge(at, self, v1::EDGE_KIND_ELABORATES, parent);
    }
  }
  const size_t options = ReadOptions(map, self, builder);
  if (options == 0 && !is_fact) {
    map.Error("a statement without \"options\" or \"intervention\", which only facts may lack");
  }
  ReadSupport(map, self, builder);
  ReadCitations(map, self, guideline, builder);
  ReadConflicts(map, self, builder);
  builder.AddSupersedes(map, "statement", LinkTo::kStatement, self);
}

// The section's place in the guideline's order; past the last one when it is not there.
size_t ReadSectionOf(MapCursor& map, const GuidelineInfo* guideline, v1::Statement& statement) {
  const std::optional<Cursor> value = map.Need("section");
  if (!value || guideline == nullptr) return 0;
  const std::optional<size_t> index = value->OneOf(guideline->sections);
  if (!index) return guideline->sections.size();
  statement.set_section(guideline->sections[*index]);
  return *index;
}

void ReadStates(MapCursor& map, v1::Statement& statement) {
  std::vector<std::string> states = ReviewStateNames();
  states.emplace_back(kNeverSubmitted);
  statement.set_review_state(map.One<v1::ReviewState>("review_state", states));
  if (statement.review_state() == static_cast<v1::ReviewState>(states.size())) {
    statement.set_review_state(v1::REVIEW_STATE_UNSPECIFIED);
  }
  statement.set_standing(map.One<v1::Standing>("standing", StandingNames()));
  if (auto act = ReadStandingAct(map)) *statement.mutable_standing_act() = *std::move(act);
}

Pending ReadStatement(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "a statement");
  Pending pending{&node, {}, {}, 0, map.Has("order")};
  v1::Statement& statement = *pending.record.mutable_statement();
  LinkTarget target;
  const GuidelineInfo* guideline = builder.GuidelineOf(map, true, &target);
  pending.guideline = target.name;
  pending.section = ReadSectionOf(map, guideline, statement);
  statement.set_order(map.Number("order", 1, 1'000'000));
  ReadKind(map, statement);
  ReadText(map, builder, statement);
  ReadStates(map, statement);
  if (guideline != nullptr) {
    if (!map.Has("review_state")) statement.set_review_state(guideline->review_state);
    builder.AddEdge(node.value, node.self, v1::EDGE_KIND_PART_OF, target);
  }
  ReadLinks(map, node, guideline, statement.kind() == v1::STATEMENT_KIND_FACT, builder);
  map.Finish();
  return pending;
}

// Gives the statements of one guideline their order, or checks the one that they have.
void SetOrder(std::vector<Pending*>& statements) {
  const bool given = statements.front()->has_order;
  std::map<uint32_t, const NodeCursor*> taken;
  for (Pending* pending : statements) {
    if (pending->has_order != given) {
      pending->node->value.Error(
          "expected \"order\" on all statements of a guideline or on none; the first one, " +
          statements.front()->node->slug + ", has " + (given ? "one" : "none"));
      return;
    }
    if (!given) continue;
    const uint32_t order = pending->record.statement().order();
    const auto [first, fresh] = taken.try_emplace(order, pending->node);
    if (!fresh && order != 0) {
      pending->node->value.Error("found the order " + std::to_string(order) + " again; " +
                                 first->second->slug + " has it");
    }
  }
  if (given) return;
  std::stable_sort(statements.begin(), statements.end(),
                   [](const Pending* a, const Pending* b) { return a->section < b->section; });
  uint32_t order = 0;
  for (Pending* pending : statements) pending->record.mutable_statement()->set_order(++order);
}

}  // namespace

void ReadStatements(const std::vector<NodeCursor>& nodes, PackBuilder& builder) {
  std::vector<Pending> statements;
  statements.reserve(nodes.size());
  for (const NodeCursor& node : nodes) statements.push_back(ReadStatement(node, builder));
  std::map<std::string, std::vector<Pending*>> by_guideline;
  for (Pending& pending : statements) by_guideline[pending.guideline].push_back(&pending);
  for (auto& [guideline, members] : by_guideline) SetOrder(members);
  for (Pending& pending : statements) builder.AddNode(*pending.node, std::move(pending.record));
}

}  // namespace evident::graph
