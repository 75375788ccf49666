#include "client/cli/render_statement.h"

#include <set>
#include <string>
#include <string_view>

#include "client/cli/words.h"

namespace evident::cli {
namespace {

constexpr char kItem[] = "  ";
constexpr char kDetail[] = "      ";

Style StyleOf(const v1::Recommendation& item) {
  if (item.contested()) return Style::kRed;
  if (item.applicability() == v1::APPLICABILITY_UNDECIDED) return Style::kYellow;
  switch (item.polarity()) {
    case v1::POLARITY_RECOMMEND:
    case v1::POLARITY_CONSIDER:
      return Style::kGreen;
    case v1::POLARITY_ADVISE_AGAINST:
    case v1::POLARITY_STOP:
      return Style::kRed;
    default:
      return Style::kPlain;
  }
}

std::string Tag(const v1::Recommendation& item) {
  std::string tag = "[" + InWords(item.polarity());
  if (const std::string rank = InWords(item.preference()); !rank.empty()) tag += ", " + rank;
  if (item.contested()) tag += ", contested";
  if (item.applicability() == v1::APPLICABILITY_UNDECIDED) {
    tag += item.to_apply().empty() ? ", undecided" : ", if " + InWords(item.to_apply());
  }
  return tag + "] ";
}

std::string ComponentInWords(const v1::OptionComponent& component) {
  std::string out = component.display();
  if (component.has_dose()) out += " " + InWords(component.dose());
  if (!component.add_on_to().empty()) out += " (added to " + Slug(component.add_on_to()) + ")";
  if (component.optional()) out += " (optional)";
  if (component.state() == v1::OPTION_STATE_REMOVED) {
    out += " (removed)";
  } else if (component.state() == v1::OPTION_STATE_CONDITIONAL && !component.condition().empty()) {
    out += " (" + component.condition() + ")";
  }
  return out;
}

std::string_view StateWord(v1::OptionState state) {
  switch (state) {
    case v1::OPTION_STATE_REMOVED:
      return "removed: ";
    case v1::OPTION_STATE_CONTESTED:
      return "contested: ";
    case v1::OPTION_STATE_CONDITIONAL:
      return "conditional: ";
    default:
      return "";
  }
}

// What removed the option or a part of it, each with its argument; then, in one line, what still
// may.
void RenderRemovals(const v1::AnswerOption& option, Text& text) {
  std::set<std::string> told;  // a statement against speaks of several components at once
  std::string open;
  for (const v1::Removal& removal : option.removals()) {
    const std::string& statement = removal.statement();
    if (!statement.empty() && !told.insert(statement).second) continue;
    const std::string by = statement.empty() ? "" : " (" + Slug(statement) + ")";
    if (removal.if_facts().empty() || removal.held_back()) {
      const std::string lead =
          removal.held_back() ? "held back by a filter, but against it: " : "because ";
      const std::string over =
          removal.if_facts().empty() ? "" : ", decided by " + InWords(removal.if_facts());
      text.Wrapped(std::string(kDetail) + "    ", lead + removal.argument() + by + over,
                   Style::kDim);
    } else {
      open += (open.empty() ? "" : ", ") + InWords(removal.if_facts()) + by;
    }
  }
  if (!open.empty())
    text.Wrapped(std::string(kDetail) + "    may be removed over: ", open, Style::kDim);
}

void RenderOption(const v1::AnswerOption& option, Text& text) {
  std::string line(StateWord(option.state()));
  for (int i = 0; i < option.components_size(); ++i) {
    if (i > 0) line += " + ";
    line += ComponentInWords(option.components(i));
  }
  text.Wrapped(std::string(kDetail) + "- ", line,
               option.state() == v1::OPTION_STATE_REMOVED ? Style::kDim : Style::kPlain);
  RenderRemovals(option, text);
}

void RenderConditions(const v1::Recommendation& item, Text& text) {
  std::string line;
  std::set<std::string> told;  // a statement that details another repeats its conditions
  for (const v1::CriterionResult& result : item.results()) {
    const std::string words = ConditionInWords(result);
    if (told.insert(words).second) line += (line.empty() ? "" : "; ") + words;
  }
  if (!line.empty()) text.Wrapped(std::string(kDetail) + "for whom: ", line);
}

std::string CitationInWords(const v1::CitationStep& citation, const AnswerIndex& index) {
  const v1::Cites& cites = citation.cites();
  if (cites.unresolved()) {
    std::string out = "mark " + cites.mark() + " UNRESOLVED";
    if (cites.candidates_size() > 0) out += " (may mean " + Slugs(cites.candidates()) + ")";
    return out;
  }
  const int number = index.ReferenceNumber(citation.reference());
  std::string out = number > 0 ? "[" + std::to_string(number) + "]" : citation.reference();
  if (!cites.locator().empty()) out += " " + cites.locator();
  return out;
}

void RenderProvenance(const v1::Recommendation& item, const AnswerIndex& index, Text& text) {
  std::string direct;
  std::string evidence_name;
  std::string evidence_line;
  const auto flush_evidence = [&] {
    if (evidence_line.empty()) return;
    text.Wrapped(std::string(kDetail) + "evidence: ", evidence_line);
    evidence_line.clear();
  };
  for (const v1::ProvenancePath& path : item.provenance().paths()) {
    const std::string cited = path.has_citation() ? CitationInWords(path.citation(), index) : "";
    if (path.evidence().empty()) {
      direct += (direct.empty() ? "" : ", ") + cited;
      continue;
    }
    if (path.evidence() == evidence_name) {
      if (!cited.empty()) evidence_line += ", " + cited;
      continue;
    }
    flush_evidence();
    evidence_name = path.evidence();
    const v1::EvidenceCard* card = index.Evidence(evidence_name);
    evidence_line = card == nullptr ? Slug(evidence_name) : card->evidence().headline();
    if (card != nullptr) {
      if (const std::string figures = InWords(card->evidence()); !figures.empty()) {
        evidence_line += ": " + figures;
      }
    }
    evidence_line += cited.empty() ? " -> no reference" : " -> " + cited;
  }
  flush_evidence();
  if (!direct.empty()) text.Wrapped(std::string(kDetail) + "cites: ", direct);
  if (item.provenance().paths().empty()) text.Line(std::string(kDetail) + "cites nothing");
  if (!item.provenance().complete()) {
    text.Wrapped(kDetail, "provenance incomplete", Style::kYellow);
  }
}

std::string Footer(const v1::Recommendation& item) {
  std::string line = Slug(item.statement());
  if (item.has_grade()) line += " | grade " + item.grade().scheme() + " " + item.grade().value();
  if (item.has_certainty()) {
    line += " | certainty " + item.certainty().scheme() + " " + item.certainty().value();
  }
  if (!item.timing().code().empty()) line += " | " + item.timing().code();
  if (!item.timing().verbatim().empty()) line += " | " + item.timing().verbatim();
  if (!item.elaborates().empty()) line += " | details " + Slug(item.elaborates());
  return line + " | " + InWords(item.review_state());
}

}  // namespace

std::string ConditionInWords(const v1::CriterionResult& result) {
  std::string out = result.condition();
  switch (result.truth()) {
    case v1::TRUTH_TRUE:
      out += ": yes";
      break;
    case v1::TRUTH_FALSE:
      out += ": no";
      break;
    default:
      return out + ": not known";
  }
  if (result.has_value()) out += " (" + InWords(result.value()) + ")";
  if (!result.because().empty()) out += " (" + result.because() + ")";
  return out;
}

void RenderStatement(const v1::Recommendation& item, const AnswerIndex& index, Text& text) {
  const std::string tag = Tag(item);
  const std::string headline = item.wording() == v1::WORDING_STATE_WITHHELD
                                   ? "wording withheld: there is none for this audience"
                                   : item.headline();
  text.Wrapped(kItem, tag + headline, StyleOf(item));
  if (!item.text().empty()) text.Wrapped(kDetail, item.text());
  for (const v1::AnswerOption& option : item.options()) RenderOption(option, text);
  RenderConditions(item, text);
  RenderProvenance(item, index, text);
  for (const std::string& reading : item.readings()) {
    text.Wrapped(std::string(kDetail) + "curator: ", reading, Style::kDim);
  }
  text.Wrapped(kDetail, Footer(item), Style::kDim);
}

void RenderExclusion(const v1::Exclusion& item, Text& text) {
  std::string line = item.headline().empty() ? Slug(item.statement()) : item.headline();
  line += " (" + Slug(item.statement()) + "): " + InWords(item.reason());
  std::set<std::string> told;
  for (const v1::CriterionResult& failed : item.failed()) {
    const std::string words = ConditionInWords(failed);
    if (told.insert(words).second) line += "; " + words;
  }
  if (!item.detail().empty()) line += "; " + item.detail();
  text.Wrapped("  - ", line);
  std::string change;
  for (const std::string& condition : item.nearest_change()) {
    change += (change.empty() ? "" : " and ") + condition;
  }
  if (!change.empty()) text.Wrapped("    would apply with: ", change, Style::kDim);
}

}  // namespace evident::cli
