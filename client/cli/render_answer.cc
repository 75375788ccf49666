#include "client/cli/render_answer.h"

#include <algorithm>
#include <string_view>

#include "base/encoding.h"
#include "client/cli/answer_index.h"
#include "client/cli/render_statement.h"
#include "client/cli/words.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

std::string_view OriginWord(v1::FactOrigin origin) {
  switch (origin) {
    case v1::FACT_ORIGIN_LINKED:
      return "from the words";
    case v1::FACT_ORIGIN_MAPPED:
      return "observed";
    case v1::FACT_ORIGIN_INHERITED:
      return "from the decision before";
    default:
      return "given";
  }
}

void RenderLinking(const v1::Linking& linking, Text& text) {
  text.Wrapped("asked:      ", linking.text());
  if (linking.intent() != v1::QUESTION_INTENT_UNSPECIFIED) {
    const std::string words =
        linking.intent_words().empty() ? "" : " (\"" + linking.intent_words() + "\")";
    text.Wrapped("asks for:   ", graph::EnumWord(linking.intent(), ' ') + words);
  }
  for (const v1::Link& link : linking.links()) {
    std::string means = link.concept_name().empty() ? "" : Slug(link.concept_name());
    for (const v1::Fact& fact : link.facts()) {
      means += (means.empty() ? "" : ", ") + InWords(fact);
    }
    if (link.overruled()) means += " (overruled by a given fact)";
    text.Wrapped("understood: ", "\"" + link.words() + "\" as " + means);
  }
  if (linking.unlinked_size() > 0) {
    std::string words;
    for (const std::string& word : linking.unlinked()) words += (words.empty() ? "" : ", ") + word;
    text.Wrapped("not understood: ", words, Style::kYellow);
  }
}

void RenderQuestion(const v1::ResolvedQuestion& question, Text& text) {
  if (question.has_linking()) RenderLinking(question.linking(), text);
  text.Wrapped("about:      ", Slugs(question.concepts()));
  for (const v1::QuestionFact& fact : question.facts()) {
    std::string origin(OriginWord(fact.origin()));
    if (fact.has_code()) origin += " as " + fact.code().system() + "|" + fact.code().code();
    text.Wrapped("fact:       ", InWords(fact.fact()) + " (" + origin + ")");
  }
  for (const v1::Code& code : question.unmapped()) {
    text.Wrapped("not bound:  ", code.system() + "|" + code.code(), Style::kYellow);
  }
  for (const v1::DerivedFact& fact : question.derived()) {
    text.Wrapped("derived:    ", InWords(fact.fact()) + " since " + fact.rule());
  }
  for (const v1::Fact& fact : question.dropped()) {
    text.Wrapped("dropped:    ", InWords(fact) + " (of the decision before; what is said now wins)",
                 Style::kYellow);
  }
}

Style StyleOf(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_CONFLICT:
    case v1::OUTCOME_ADVISED_AGAINST:
      return Style::kRed;
    case v1::OUTCOME_NOT_COVERED:
    case v1::OUTCOME_UNDECIDED:
      return Style::kYellow;
    case v1::OUTCOME_RECOMMENDED:
    case v1::OUTCOME_CONSIDERED:
      return Style::kGreen;
    default:
      return Style::kDim;
  }
}

void RenderOutcomes(const v1::Answer& answer, Text& text) {
  text.Heading("Decisions");
  size_t widest = 0;
  for (const v1::DecisionPointOutcome& point : answer.decision_points()) {
    widest = std::max(widest, Columns(point.display()));
  }
  for (const v1::DecisionPointOutcome& point : answer.decision_points()) {
    std::string word = InWords(point.outcome());
    if (point.conditional()) word += ", conditional";
    if (point.class_only()) word += ", class only: no named regimen";
    std::string lead = "  " + point.display();
    lead.append(widest - Columns(point.display()) + 2, ' ');
    text.Wrapped(lead, word, StyleOf(point.outcome()));
    if (point.missing_facts_size() > 0) {
      text.Wrapped("    asks for: ", Slugs(point.missing_facts()), Style::kDim);
    }
  }
}

void RenderPlan(const v1::Answer& answer, const AnswerIndex& index, Text& text) {
  std::string section;
  for (const v1::Recommendation& item : answer.recommendations()) {
    const std::string title = index.SectionTitle(item.guideline(), item.section());
    if (title != section) text.Heading(title);
    section = title;
    RenderStatement(item, index, text);
  }
}

std::string SideInWords(const std::string& statement, const AnswerIndex& index) {
  return index.Headline(statement) + " (" + Slug(statement) + ")";
}

void RenderConflicts(const v1::Answer& answer, const AnswerIndex& index, Text& text) {
  if (answer.conflicts_size() == 0) return;
  text.Heading("Conflicts in the knowledge");
  for (const v1::Conflict& conflict : answer.conflicts()) {
    const bool standing = conflict.state() == v1::CONFLICT_STATE_STANDING;
    std::string line = standing ? "standing: " : "possible: ";
    line += SideInWords(conflict.statement(), index) + " AGAINST " +
            SideInWords(conflict.against(), index);
    if (!conflict.held_back().empty()) {
      line += "; a filter holds " + Slug(conflict.held_back()) + " back";
    }
    text.Wrapped("  - ", line, standing ? Style::kRed : Style::kYellow);
    if (conflict.would_join_size() > 0) {
      text.Wrapped("    decided by: ", InWords(conflict.would_join()));
    }
    if (conflict.none_named()) {
      text.Wrapped("    ", "the sources name no fact that tells the sides apart");
    } else if (conflict.discriminators_size() > 0) {
      text.Wrapped("    told apart by: ", Slugs(conflict.discriminators()));
    }
    if (!conflict.note().empty()) text.Wrapped("    ", conflict.note(), Style::kDim);
  }
}

void RenderSilences(const v1::Answer& answer, const AnswerIndex& index, Text& text) {
  if (answer.silences_size() == 0) return;
  text.Heading("What the knowledge does not say");
  for (const v1::Silence& silence : answer.silences()) {
    const std::string where = index.DecisionPoint(silence.decision_point()) + ": ";
    const std::string value = Slug(silence.fact()) + " = " + InWords(silence.value());
    if (silence.kind() == v1::SILENCE_KIND_NOT_COVERED) {
      text.Wrapped("  - ", where + "no statement covers " + value, Style::kYellow);
    } else {
      text.Wrapped("  - ", where + "these apply without testing " + Slug(silence.fact()) + ": " +
                               Slugs(silence.statements()));
    }
  }
}

void RenderMissing(const v1::Answer& answer, const AnswerIndex& index, Text& text) {
  if (answer.missing_facts_size() == 0) return;
  text.Heading("Facts that would change the answer, first asked first");
  for (const v1::MissingFact& fact : answer.missing_facts()) {
    std::string line = Slug(fact.name()) + ": " + fact.question();
    if (!fact.unit().empty()) line += " [" + fact.unit() + "]";
    if (fact.undefined_term()) line += " (the source does not define the term)";
    text.Wrapped("  - ", line);
    std::string decides;
    for (const std::string& point : fact.decision_points()) {
      decides += (decides.empty() ? "" : ", ") + index.DecisionPoint(point);
    }
    if (fact.statements_size() > 0) {
      decides +=
          (decides.empty() ? "" : "; ") + std::string("statements ") + Slugs(fact.statements());
    }
    if (!decides.empty()) text.Wrapped("    decides ", decides, Style::kDim);
  }
}

void RenderExclusions(const v1::Answer& answer, Text& text) {
  if (answer.exclusions_size() == 0) return;
  text.Heading("Left out");
  for (const v1::Exclusion& item : answer.exclusions()) RenderExclusion(item, text);
}

void RenderSources(const v1::Answer& answer, Text& text) {
  if (answer.references_size() > 0) text.Heading("References");
  for (int i = 0; i < answer.references_size(); ++i) {
    text.Wrapped("  [" + std::to_string(i + 1) + "] ", InWords(answer.references(i).reference()));
  }
  for (const v1::GuidelineCard& card : answer.guidelines()) {
    const v1::Guideline& guideline = card.guideline();
    text.Heading(guideline.title());
    text.Wrapped("  ", "review: " + InWords(guideline.review_state()));
    if (!guideline.document_date().empty()) {
      text.Wrapped("  document date: ", guideline.document_date());
    }
    if (!guideline.editorial_policy().empty()) {
      text.Wrapped("  editorial policy: ", guideline.editorial_policy());
    }
    text.Wrapped("  ", guideline.disclaimer(), Style::kDim);
  }
}

void RenderNotices(const v1::Answer& answer, Text& text) {
  if (answer.notices_size() == 0) return;
  text.Heading("Mind");
  for (const v1::Notice& notice : answer.notices()) {
    text.Wrapped("  - ", notice.text(), Style::kYellow);
    if (notice.about_size() > 0) text.Wrapped("    see ", Slugs(notice.about()), Style::kDim);
  }
}

}  // namespace

std::string RenderAnswer(const v1::Answer& answer, const TextOptions& options) {
  Text text(options);
  const AnswerIndex index(answer);
  RenderQuestion(answer.question(), text);
  text.Wrapped("outcome:    ", InWords(answer.outcome()), StyleOf(answer.outcome()));
  if (answer.decision_points_size() > 0) RenderOutcomes(answer, text);
  RenderNotices(answer, text);
  RenderPlan(answer, index, text);
  RenderConflicts(answer, index, text);
  RenderSilences(answer, index, text);
  RenderMissing(answer, index, text);
  RenderExclusions(answer, text);
  RenderSources(answer, text);
  text.Heading("Knowledge");
  const v1::ResolvedQuestion& question = answer.question();
  text.Line("  release " + std::to_string(question.release()) + ", as valid on " +
            question.as_valid_on());
  text.Line("  digest " + HexEncode(question.release_digest()));
  return text.str();
}

}  // namespace evident::cli
