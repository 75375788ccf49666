// Guidelines, and who issues and reviews them.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/reason_code.h"
#include "graph/model/node_id.h"
#include "graph/pack/links.h"
#include "graph/pack/readers.h"
#include "graph/pack/tables.h"

namespace evident::graph {
namespace {

void ReadSection(const Cursor& cursor, const std::string& parent, v1::Guideline& guideline,
                 GuidelineInfo& info) {
  MapCursor map(cursor, "a section");
  v1::Section section;
  section.set_slug(map.NeedText("slug"));
  section.set_title(map.NeedText("title"));
  section.set_parent(parent);
  const bool known =
      std::find(info.sections.begin(), info.sections.end(), section.slug()) != info.sections.end();
  if (known) map.Error("found the section \"" + section.slug() + "\" again");
  info.sections.push_back(section.slug());
  const std::string slug = section.slug();
  *guideline.add_sections() = std::move(section);
  if (parent.empty()) {
    for (const Cursor& below : map.Items("sections")) ReadSection(below, slug, guideline, info);
  }
  map.Finish();
}

void ReadClaims(MapCursor& map, v1::Guideline& guideline) {
  for (const Cursor& item : map.Items("review_claims")) {
    MapCursor entry(item, "a review claim");
    v1::ReviewClaim& claim = *guideline.add_review_claims();
    claim.set_state(entry.One<v1::ReviewState>("state", ReviewStateNames()));
    if (!entry.Has("state")) entry.Error("a review claim without \"state\", which is required");
    if (const auto at = entry.Find("at")) {
      if (auto place = at->Place()) *claim.mutable_at() = *std::move(place);
    }
    entry.Finish();
  }
}

void ReadFeedbackReasons(MapCursor& map, v1::Guideline& guideline) {
  std::set<std::string> codes;
  for (const Cursor& item : map.Items("feedback_reasons")) {
    MapCursor entry(item, "a reason of feedback");
    v1::CodedReason& reason = *guideline.add_feedback_reasons();
    reason.set_code(entry.NeedText("code"));
    reason.set_words(entry.NeedText("words"));
    if (!reason.code().empty() && !IsReasonCode(reason.code())) {
      entry.Error("the code \"" + reason.code() + "\" of a reason; expected a-z, 0-9 and -");
    } else if (!codes.insert(reason.code()).second) {
      entry.Error("the reason \"" + reason.code() + "\" stands twice");
    }
    entry.Finish();
  }
  if (codes.size() > kFeedbackReasonsMax) {
    map.Error("more than " + std::to_string(kFeedbackReasonsMax) +
              " reasons of feedback (kFeedbackReasonsMax)");
  }
}

void ReadMarks(MapCursor& map, GuidelineInfo& info, PackBuilder& builder) {
  const std::optional<Cursor> marks = map.Find("marks");
  if (!marks) return;
  if (marks->node().kind != YamlNode::Kind::kMap) {
    marks->Error("found " + std::string(KindName(marks->node().kind)) +
                 "; expected a map of mark to citation");
  }
  for (const YamlEntry& entry : marks->node().entries) {
    const Cursor value = marks->At(entry.value);
    MapCursor citation(value, "the meaning of a mark");
    const bool says = citation.Has("reference") || citation.Has("unresolved");
    std::optional<CitationMeaning> meaning = ReadCitationMeaning(citation, builder);
    citation.Finish();
    if (!meaning && !says) {
      value.Error("found neither \"reference\" nor \"unresolved\"; expected one of them");
    }
    // A refused meaning is put in too: the citations that take it are not at fault.
    info.marks[entry.key] = std::move(meaning).value_or(CitationMeaning());
  }
}

void ReadDates(MapCursor& map, v1::Guideline& guideline) {
  guideline.set_document_date(map.Date("document_date"));
  guideline.set_valid_from(map.Date("valid_from"));
  guideline.set_valid_to(map.Date("valid_to"));
  guideline.set_evidence_cutoff(map.Date("evidence_cutoff"));
  guideline.set_last_reviewed(map.Date("last_reviewed"));
  guideline.set_review_due(map.Date("review_due"));
  // ISO dates order as text.
  if (!guideline.valid_from().empty() && !guideline.valid_to().empty() &&
      guideline.valid_to() < guideline.valid_from()) {
    map.Error("found valid_to before valid_from");
  }
}

}  // namespace

void ReadGuideline(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "a guideline");
  v1::NodeRecord record;
  v1::Guideline& guideline = *record.mutable_guideline();
  GuidelineInfo info;
  guideline.set_title(map.NeedText("title"));
  guideline.set_edition(map.Text("edition"));
  ReadDates(map, guideline);
  guideline.set_standing(map.One<v1::Standing>("standing", StandingNames()));
  guideline.set_editorial_policy(map.Text("editorial_policy"));
  guideline.set_disclaimer(map.Text("disclaimer"));
  guideline.set_licence(map.Text("licence"));
  guideline.set_review_state(map.One<v1::ReviewState>("review_state", ReviewStateNames()));
  ReadClaims(map, guideline);
  ReadFeedbackReasons(map, guideline);
  if (const auto sections = map.Need("sections")) {
    for (const Cursor& item : sections->Items()) ReadSection(item, "", guideline, info);
  }
  for (std::string& note : map.Texts("notes")) guideline.add_notes(std::move(note));
  if (const auto document = map.Find("source_document")) {
    info.source_document = document->Text().value_or("");
    if (!IsSlug(info.source_document))
      document->Error("expected a slug of a-z, 0-9, '.', '_', '-'");
  }
  info.review_state = guideline.review_state();
  ReadMarks(map, info, builder);
  builder.AddLinks(map, "issued_by", LinkTo::kIssuer, node.self, v1::EDGE_KIND_ISSUED_BY);
  ReadReviewers(map, node.self, builder);
  builder.AddSupersedes(map, "guideline", LinkTo::kGuideline, node.self);
  map.Finish();
  builder.PutGuideline(node.self, std::move(info));
  builder.AddNode(node, std::move(record));
}

void ReadIssuer(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "an issuer");
  v1::NodeRecord record;
  record.mutable_issuer()->set_display(map.NeedText("name"));
  record.mutable_issuer()->set_url(map.Text("url"));
  map.Finish();
  builder.AddNode(node, std::move(record));
}

void ReadBoard(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "a board");
  v1::NodeRecord record;
  record.mutable_board()->set_display(map.NeedText("name"));
  record.mutable_board()->set_quorum(map.Number("quorum", 1, 1000));
  for (std::string& member : builder.LinkNames(map, "members", LinkTo::kPerson)) {
    record.mutable_board()->add_members(std::move(member));
  }
  map.Finish();
  builder.AddNode(node, std::move(record));
}

void ReadPerson(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "a person");
  v1::NodeRecord record;
  record.mutable_person()->set_display(map.NeedText("name"));
  record.mutable_person()->set_identity(map.Text("identity"));
  map.Finish();
  builder.AddNode(node, std::move(record));
}

void ReadProposition(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "a proposition");
  v1::NodeRecord record;
  record.mutable_proposition()->set_text(map.NeedText("text"));
  map.Finish();
  builder.AddNode(node, std::move(record));
}

}  // namespace evident::graph
