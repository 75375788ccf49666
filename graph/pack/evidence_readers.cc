// Evidence, studies and references.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "graph/pack/links.h"
#include "graph/pack/readers.h"
#include "graph/pack/tables.h"

namespace evident::graph {
namespace {

void ReadSeverity(const Cursor& cursor, v1::Severity& severity) {
  MapCursor map(cursor, "a severity");
  const std::optional<Cursor> value = map.Need("grade");
  severity.set_scheme(map.Text("scheme"));
  map.Finish();
  const std::string text = value ? value->Text().value_or("") : "";
  if (text.empty()) return;
  for (const auto& [sign, op] : kSeveritySigns) {
    if (text.substr(0, sign.size()) != sign) continue;
    const size_t digit = text.find_first_not_of(' ', sign.size());
    if (digit != text.npos && digit + 1 == text.size() && absl::ascii_isdigit(text[digit])) {
      severity.set_op(op);
      severity.set_grade(static_cast<uint32_t>(text[digit] - '0'));
      return;
    }
    break;
  }
  value->Error("found \"" + text + "\"; expected a grade such as \">= 2\"");
}

void ReadArms(MapCursor& map, v1::Evidence& evidence) {
  for (const Cursor& item : map.Items("arms")) {
    MapCursor entry(item, "an arm");
    v1::Arm& arm = *evidence.add_arms();
    arm.set_name(entry.NeedText("name"));
    if (const auto value = entry.Find("value")) {
      if (auto quantity = value->Quantity()) *arm.mutable_value() = *std::move(quantity);
    }
    arm.set_participants(entry.Number("n", 1, 100'000'000));
    entry.Finish();
  }
}

void ReadNumber(MapCursor& map, std::string_view key, bool required, v1::Decimal* out) {
  const std::optional<Cursor> value = required ? map.Need(key) : map.Find(key);
  if (!value) return;
  if (auto number = value->Number()) *out = *std::move(number);
}

void ReadEffect(const Cursor& cursor, v1::Effect& effect) {
  MapCursor map(cursor, "an effect");
  effect.set_measure(map.NeedText("measure"));
  ReadNumber(map, "value", true, effect.mutable_value());
  if (map.Has("p")) ReadNumber(map, "p", false, effect.mutable_p());
  if (const auto value = map.Find("interval")) {
    MapCursor entry(*value, "an interval");
    v1::Interval& interval = *effect.mutable_interval();
    ReadNumber(entry, "low", true, interval.mutable_low());
    ReadNumber(entry, "high", true, interval.mutable_high());
    if (entry.Has("level")) ReadNumber(entry, "level", false, interval.mutable_level());
    entry.Finish();
  }
  map.Finish();
}

void ReadRange(const Cursor& cursor, v1::RangeAcrossStudies& range) {
  MapCursor map(cursor, "a range across studies");
  const std::optional<Cursor> low = map.Need("low");
  const std::optional<Cursor> high = map.Need("high");
  map.Finish();
  if (low) {
    if (auto value = low->Quantity()) *range.mutable_low() = *std::move(value);
  }
  if (high) {
    if (auto value = high->Quantity()) *range.mutable_high() = *std::move(value);
  }
  if (range.low().unit() != range.high().unit()) {
    cursor.Error("found a range in two units, " + range.low().unit() + " and " +
                 range.high().unit());
  }
}

void ReadFigures(MapCursor& map, v1::Evidence& evidence) {
  if (const auto severity = map.Find("severity")) {
    ReadSeverity(*severity, *evidence.mutable_severity());
  }
  ReadArms(map, evidence);
  if (const auto effect = map.Find("effect")) ReadEffect(*effect, *evidence.mutable_effect());
  if (const auto range = map.Find("range")) {
    ReadRange(*range, *evidence.mutable_range());
    if (evidence.has_effect() || evidence.arms_size() > 0) {
      range->Error("found \"range\" beside \"arms\" or \"effect\"; expected one of them");
    }
  }
}

// What the source says of the result, in its own words and schemes.
void ReadSourceWords(MapCursor& map, v1::Evidence& evidence) {
  evidence.set_text(map.Text("text"));
  if (auto level = ReadScheme(map, "level")) *evidence.mutable_level() = *std::move(level);
  if (auto rating = ReadScheme(map, "rating")) *evidence.mutable_rating() = *std::move(rating);
  evidence.set_category(map.Text("category"));
  evidence.set_significance(map.Text("significance"));
  evidence.set_bearing(map.One<v1::Support>("bearing", {"supports", "weakens"}));
  evidence.set_origin(map.Text("origin"));
}

// The digits, or other form, that an identifier must have; what is wrong is reported at its key.
void CheckIdentifier(MapCursor& map, std::string_view key, bool fine, std::string_view expected) {
  if (const auto value = map.Find(key); value && !fine) {
    value->Error("found \"" + value->node().text + "\"; expected " + std::string(expected));
  }
}

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void ReadEvidence(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "evidence");
  v1::NodeRecord record;
  v1::Evidence& evidence = *record.mutable_evidence();
  evidence.set_headline(ReadHeadline(map, "headline"));
  evidence.set_analysis(map.Text("analysis"));
  evidence.set_population(map.Text("population"));
  if (const auto outcome = map.Need("outcome")) {
    if (const auto target = builder.names().Resolve(*outcome, LinkTo::kOutcome)) {
      evidence.set_outcome(target->name);
    }
  }
  ReadFigures(map, evidence);
  evidence.set_direction(map.One<v1::Direction>("direction", {"benefit", "harm", "neutral"}));
  for (std::string& name : builder.LinkNames(map, "interventions", LinkTo::kIntervention)) {
    evidence.add_interventions(std::move(name));
  }
  ReadSourceWords(map, evidence);
  builder.AddLinks(map, "about", LinkTo::kConcept, node.self, v1::EDGE_KIND_ABOUT);
  for (std::string& row : map.Texts("rows")) evidence.add_source_rows(std::move(row));
  for (std::string& note : map.Texts("notes")) evidence.add_notes(std::move(note));
  LinkTarget target;
  const GuidelineInfo* guideline = builder.GuidelineOf(map, false, &target);
  const auto studies = builder.Links(map, "result_of", LinkTo::kStudy);
  if (studies.size() > 1) map.Error("found several studies; expected one");
  for (const auto& [at, study] : studies) {
    builder.AddEdge(at, node.self, v1::EDGE_KIND_RESULT_OF, study);
  }
  builder.AddLinks(map, "reported_in", LinkTo::kReference, node.self, v1::EDGE_KIND_REPORTED_IN);
  ReadCitations(map, node.self, guideline, builder);
  map.Finish();
  builder.AddNode(node, std::move(record));
}

void ReadStudy(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "a study");
  v1::NodeRecord record;
  v1::Study& study = *record.mutable_study();
  study.set_display(map.NeedText("name"));
  study.set_registration(map.Text("registration"));
  study.set_participants(map.Number("participants", 1, 100'000'000));
  study.set_design(map.Text("design"));
  builder.AddLinks(map, "reported_in", LinkTo::kReference, node.self, v1::EDGE_KIND_REPORTED_IN);
  map.Finish();
  builder.AddNode(node, std::move(record));
}

v1::Reference ReadReferenceRecord(MapCursor& map) {
  v1::Reference reference;
  reference.set_title(map.NeedText("title"));
  reference.set_publisher(map.Text("publisher"));
  reference.set_container(map.Text("container"));
  reference.set_year(map.Number("year", 1000, 9999));
  reference.set_pmid(map.Text("pmid"));
  reference.set_doi(absl::AsciiStrToLower(map.Text("doi")));
  reference.set_nct(map.Text("nct"));
  reference.set_declared_kind(map.Text("declared_kind"));
  reference.set_assessed_kind(map.Text("assessed_kind"));
  reference.set_tier(map.Text("tier"));
  reference.set_standing(map.One<v1::Standing>("standing", StandingNames()));
  if (auto act = ReadStandingAct(map)) *reference.mutable_standing_act() = *std::move(act);
  for (std::string& note : map.Texts("notes")) reference.add_notes(std::move(note));
  return reference;
}

void ReadReference(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "a reference");
  v1::NodeRecord record;
  *record.mutable_reference() = ReadReferenceRecord(map);
  const v1::Reference& reference = record.reference();
  CheckIdentifier(map, "pmid", AllDigits(reference.pmid()), "the digits of a PubMed id");
  CheckIdentifier(map, "doi", reference.doi().substr(0, 3) == "10.", "a DOI such as 10.1000/182");
  CheckIdentifier(map, "nct",
                  reference.nct().size() == 11 && reference.nct().substr(0, 3) == "NCT" &&
                      AllDigits(std::string_view(reference.nct()).substr(3)),
                  "NCT and eight digits");
  builder.AddSupersedes(map, "reference", LinkTo::kReference, node.self);
  map.Finish();
  builder.AddNode(node, std::move(record));
}

}  // namespace evident::graph
