#include "graph/pack/links.h"

#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "graph/model/node_id.h"
#include "graph/pack/criterion_reader.h"

namespace evident::graph {
namespace {

void ReadDose(const Cursor& cursor, v1::Dose& dose) {
  MapCursor map(cursor, "a dose");
  if (const auto amount = map.Find("amount")) {
    if (auto value = amount->Quantity()) *dose.mutable_amount() = *std::move(value);
  }
  if (const auto interval = map.Find("interval")) {
    if (auto value = interval->Quantity()) *dose.mutable_interval() = *std::move(value);
  }
  dose.set_route(map.Text("route"));
  dose.set_schedule(map.Text("schedule"));
  map.Finish();
  if (cursor.node().entries.empty()) {
    cursor.Error("found an empty dose; expected amount, interval, route or schedule");
  }
}

void ReadComponent(const Cursor& cursor, v1::Involves involves, const LinkTarget& from,
                   PackBuilder& builder) {
  MapCursor map(cursor, "a component");
  const std::optional<Cursor> link = map.Need("do");
  if (const auto dose = map.Find("dose")) ReadDose(*dose, *involves.mutable_dose());
  if (const auto base = map.Find("add_on_to")) {
    const std::optional<LinkTarget> to = builder.names().Resolve(*base, LinkTo::kIntervention);
    if (to) involves.set_add_on_to(to->name);
  }
  if (auto when = ReadCriterion(map, "when", builder)) {
    *involves.mutable_when() = *std::move(when);
  }
  if (auto unless = ReadCriterion(map, "unless", builder)) {
    *involves.mutable_unless() = *std::move(unless);
  }
  involves.set_optional(map.Boolean("optional"));
  map.Finish();
  if (!link) return;
  const std::optional<LinkTarget> target = builder.names().Resolve(*link, LinkTo::kIntervention);
  if (!target) return;
  v1::EdgeRecord record;
  *record.mutable_involves() = std::move(involves);
  builder.AddEdge(cursor, from, v1::EDGE_KIND_INVOLVES, *target, std::move(record));
}

void ReadOption(const Cursor& cursor, uint32_t number, const LinkTarget& from,
                PackBuilder& builder) {
  MapCursor map(cursor, "an option");
  v1::Involves involves;
  involves.set_option(number);
  involves.set_whole(map.Boolean("whole"));
  const std::optional<Cursor> components = map.Need("components");
  map.Finish();
  if (!components) return;
  const std::vector<Cursor> items = components->Items();
  if (items.empty()) components->Error("found no component; expected at least one");
  for (size_t i = 0; i < items.size(); ++i) {
    involves.set_component(static_cast<uint32_t>(i + 1));
    ReadComponent(items[i], involves, from, builder);
  }
}

void ReadResolution(const Cursor& cursor, v1::Resolution& resolution, PackBuilder& builder) {
  MapCursor map(cursor, "the act that resolved a mark");
  const std::optional<Cursor> by = map.Find("by");
  const std::optional<Cursor> identity = map.Find("identity");
  if (by.has_value() == identity.has_value()) {
    cursor.Error("expected one of \"by\", a person of the pack, and \"identity\"");
  } else if (identity) {
    resolution.set_by(identity->Text().value_or(""));
  } else if (const auto person = builder.names().Resolve(*by, LinkTo::kPerson)) {
    resolution.set_by(person->name);
  }
  if (const auto on = map.Need("on")) resolution.set_on(on->Date().value_or(""));
  resolution.set_why(map.NeedText("why"));
  map.Finish();
}

// The cites edge of `cites` to what `meaning` says.
void AddCitation(const Cursor& cursor, v1::Cites cites, const CitationMeaning& meaning,
                 const LinkTarget& from, const GuidelineInfo* guideline, PackBuilder& builder) {
  v1::EdgeRecord record;
  if (!meaning.reference.empty()) {
    if (meaning.resolution) *cites.mutable_resolution() = *meaning.resolution;
    *record.mutable_cites() = std::move(cites);
    builder.AddEdge(cursor, from, v1::EDGE_KIND_CITES,
                    {v1::NODE_KIND_REFERENCE, {}, meaning.reference}, std::move(record));
    return;
  }
  if (cites.mark().empty()) {
    cursor.Error("found an unresolved citation without \"mark\"; expected the mark as printed");
    return;
  }
  std::string document = meaning.document;
  if (document.empty() && guideline != nullptr) document = guideline->source_document;
  if (document.empty()) {
    cursor.Error("found an unresolved citation; expected its guideline to have a source_document");
    return;
  }
  const LinkTarget target = builder.Unresolved(document, cites.mark());
  if (!CheckName(target.kind, target.name).ok()) {
    cursor.Error("found the mark \"" + cites.mark() + "\", which cannot name an unresolved target");
    return;
  }
  cites.set_unresolved(true);
  for (const std::string& candidate : meaning.candidates) cites.add_candidates(candidate);
  *record.mutable_cites() = std::move(cites);
  builder.AddEdge(cursor, from, v1::EDGE_KIND_CITES, target, std::move(record));
}

void ReadCitation(const Cursor& cursor, const LinkTarget& from, const GuidelineInfo* guideline,
                  PackBuilder& builder) {
  v1::Cites cites;
  if (cursor.node().kind == YamlNode::Kind::kScalar) {
    const auto target = builder.names().Resolve(cursor, LinkTo::kReference);
    if (target) AddCitation(cursor, cites, {target->name, {}, {}, {}}, from, guideline, builder);
    return;
  }
  MapCursor map(cursor, "a citation");
  cites.set_mark(map.Text("mark"));
  if (const auto at = map.Find("at")) {
    if (auto place = at->Place()) *cites.mutable_at() = *std::move(place);
  }
  cites.set_locator(map.Text("locator"));
  const bool says_itself = map.Has("reference") || map.Has("unresolved") || map.Has("resolved");
  std::optional<CitationMeaning> meaning = ReadCitationMeaning(map, builder);
  map.Finish();
  if (!says_itself && cursor.node().kind == YamlNode::Kind::kMap) {
    if (guideline != nullptr) {
      const auto entry = guideline->marks.find(cites.mark());
      if (entry != guideline->marks.end()) meaning = entry->second;
    }
    if (!meaning) {
      cursor.Error(
          "found a citation with neither \"reference\" nor \"unresolved\", and no entry \"" +
          cites.mark() + "\" in the marks of its guideline; expected one of them");
    }
  }
  if (meaning) AddCitation(cursor, std::move(cites), *meaning, from, guideline, builder);
}

void ReadReview(const Cursor& cursor, const LinkTarget& from, PackBuilder& builder) {
  MapCursor map(cursor, "an act of review");
  const std::optional<Cursor> reviewer = map.Need("reviewer");
  v1::EdgeRecord record;
  v1::ReviewedBy& act = *record.mutable_reviewed_by();
  map.Need("act");
  act.set_act(map.One<v1::ReviewAct>("act", {"submit", "approve", "reject", "abstain"}));
  if (const auto digest = map.Need("digest")) {
    const absl::StatusOr<std::string> bytes = HexDecode(digest->Text().value_or(""));
    if (bytes.ok() && bytes->size() == Digest().view().size()) {
      act.set_digest(*bytes);
    } else {
      digest->Error("expected the 64 hexadecimal digits of the revision's digest");
    }
  }
  if (const auto board = map.Need("board")) {
    const auto target = builder.names().Resolve(*board, LinkTo::kBoard);
    if (target) act.set_board(target->name);
  }
  act.set_by(map.NeedText("by"));
  map.Need("on");
  act.set_on(map.Date("on"));
  act.set_note(map.Text("note"));
  for (std::string& interest : map.Texts("interests")) act.add_interests(std::move(interest));
  act.set_due(map.Date("due"));
  map.Finish();
  if (!reviewer) return;
  if (const auto target = builder.names().Resolve(*reviewer, LinkTo::kReviewer)) {
    builder.AddEdge(cursor, from, v1::EDGE_KIND_REVIEWED_BY, *target, std::move(record));
  }
}

void ReadConflict(const Cursor& cursor, const LinkTarget& from, PackBuilder& builder) {
  MapCursor map(cursor, "a conflict");
  const std::optional<Cursor> link = map.Need("statement");
  v1::EdgeRecord record;
  v1::ConflictsWith& conflict = *record.mutable_conflicts_with();
  for (std::string& name : builder.LinkNames(map, "discriminators", LinkTo::kFact)) {
    conflict.add_discriminators(std::move(name));
  }
  conflict.set_none_named(map.Boolean("none_named"));
  conflict.set_note(map.Text("note"));
  map.Finish();
  if (!map.Has("discriminators") && !map.Has("none_named")) {
    cursor.Error("found a conflict without \"discriminators\"; expected them, or none_named: true");
  } else if (conflict.none_named() == (conflict.discriminators_size() > 0)) {
    cursor.Error("expected either discriminators or none_named: true");
  }
  if (!link) return;
  const std::optional<LinkTarget> target = builder.names().Resolve(*link, LinkTo::kStatement);
  if (target && *target == from) {
    link->Error("found a statement in conflict with itself");
  } else if (target) {
    builder.AddEdge(cursor, from, v1::EDGE_KIND_CONFLICTS_WITH, *target, std::move(record));
  }
}

}  // namespace

size_t ReadOptions(MapCursor& map, const LinkTarget& from, PackBuilder& builder) {
  const std::vector<Cursor> options = map.Items("options");
  uint32_t number = 0;
  for (const Cursor& option : options) ReadOption(option, ++number, from, builder);
  const std::optional<Cursor> single = map.Find("intervention");
  if (!single) return options.size();
  if (!options.empty()) single->Error("found \"intervention\" beside \"options\"; expected one");
  if (const auto target = builder.names().Resolve(*single, LinkTo::kIntervention)) {
    v1::EdgeRecord record;
    record.mutable_involves()->set_option(1);
    record.mutable_involves()->set_component(1);
    builder.AddEdge(*single, from, v1::EDGE_KIND_INVOLVES, *target, std::move(record));
  }
  return 1;
}

void ReadSupport(MapCursor& map, const LinkTarget& from, PackBuilder& builder) {
  for (const Cursor& item : map.Items("supported_by")) {
    v1::EdgeRecord record;
    v1::SupportedBy& support = *record.mutable_supported_by();
    support.set_support(v1::SUPPORT_SUPPORTS);
    std::optional<LinkTarget> target;
    if (item.node().kind == YamlNode::Kind::kScalar) {
      target = builder.names().Resolve(item, LinkTo::kEvidence);
    } else {
      MapCursor entry(item, "an entry of supported_by");
      if (const auto link = entry.Need("evidence")) {
        target = builder.names().Resolve(*link, LinkTo::kEvidence);
      }
      const auto way = entry.One<v1::Support>("support", {"supports", "weakens", "not-said"});
      if (way != v1::SUPPORT_UNSPECIFIED) {
        support.set_support(v1::Support_IsValid(way) ? way : v1::SUPPORT_UNSPECIFIED);
      }
      support.set_directness(entry.One<v1::Directness>("directness", {"direct", "indirect"}));
      entry.Finish();
    }
    if (target) builder.AddEdge(item, from, v1::EDGE_KIND_SUPPORTED_BY, *target, std::move(record));
  }
}

std::optional<CitationMeaning> ReadCitationMeaning(MapCursor& map, PackBuilder& builder) {
  const std::optional<Cursor> reference = map.Find("reference");
  const std::optional<Cursor> resolved = map.Find("resolved");
  const std::optional<Cursor> unresolved = map.Find("unresolved");
  CitationMeaning meaning;
  if (resolved) ReadResolution(*resolved, meaning.resolution.emplace(), builder);
  if (resolved && !reference) resolved->Error("found \"resolved\" without \"reference\"");
  if (reference && unresolved) {
    unresolved->Error("found \"unresolved\" beside \"reference\"; expected one of them");
    return std::nullopt;
  }
  if (reference) {
    const auto target = builder.names().Resolve(*reference, LinkTo::kReference);
    if (!target) return std::nullopt;
    meaning.reference = target->name;
    return meaning;
  }
  if (!unresolved) return std::nullopt;
  MapCursor entry(*unresolved, "an unresolved citation");
  meaning.candidates = builder.LinkNames(entry, "candidates", LinkTo::kReference);
  if (const auto document = entry.Find("document")) {
    meaning.document = document->Text().value_or("");
    if (!IsSlug(meaning.document)) document->Error("expected a slug of a-z, 0-9, '.', '_', '-'");
  }
  entry.Finish();
  return meaning;
}

void ReadCitations(MapCursor& map, const LinkTarget& from, const GuidelineInfo* guideline,
                   PackBuilder& builder) {
  for (const Cursor& item : map.Items("cites")) ReadCitation(item, from, guideline, builder);
  builder.AddLinks(map, "possible_source", LinkTo::kReference, from, v1::EDGE_KIND_POSSIBLE_SOURCE);
}

void ReadReviewers(MapCursor& map, const LinkTarget& from, PackBuilder& builder) {
  for (const Cursor& item : map.Items("reviewed_by")) {
    if (item.node().kind != YamlNode::Kind::kScalar) {
      ReadReview(item, from, builder);
    } else if (const auto target = builder.names().Resolve(item, LinkTo::kReviewer)) {
      builder.AddEdge(item, from, v1::EDGE_KIND_REVIEWED_BY, *target);
    }
  }
}

void ReadConflicts(MapCursor& map, const LinkTarget& from, PackBuilder& builder) {
  for (const Cursor& item : map.Items("conflicts_with")) ReadConflict(item, from, builder);
}

}  // namespace evident::graph
