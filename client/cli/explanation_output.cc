#include "client/cli/explanation_output.h"

#include "base/clock.h"
#include "base/unicode.h"
#include "client/cli/diff_output.h"
#include "client/cli/render_answer.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

std::string InWords(v1::ReplayResult result) {
  switch (result) {
    case v1::REPLAY_RESULT_SAME:
      return "the same: byte for byte what the log commits to";
    case v1::REPLAY_RESULT_ENGINE_DIFFERS:
      return "another answer, by another engine than the one that decided";
    case v1::REPLAY_RESULT_ANSWER_DIFFERS:
      return "ANOTHER ANSWER by an engine of the same number: the record was altered, or the "
             "engine "
             "is at fault";
    case v1::REPLAY_RESULT_RECORD_DIFFERS:
      return "THE RECORD WAS ALTERED: the answer is byte for byte the one that the log commits to, "
             "and the record says otherwise";
    default:
      return "not known to this program";
  }
}

Style StyleOf(v1::ReplayResult result) {
  if (result == v1::REPLAY_RESULT_SAME) return Style::kGreen;
  return result == v1::REPLAY_RESULT_ENGINE_DIFFERS ? Style::kYellow : Style::kRed;
}

void PrintField(Text& text, const std::string& lead, const std::string& value) {
  if (!value.empty()) text.Wrapped(lead, value);
}

void PrintWhoAsked(Text& text, const v1::Explanation& explanation) {
  const v1::EntryBody& body = explanation.body();
  text.Wrapped("decision:   ", explanation.decision());
  text.Wrapped("committed:  ", FormatTimeNs(explanation.info().commit_time_ns()));
  text.Wrapped("asked by:   ", body.caller().identity() + " (" + body.caller().tenant() + ")");
  PrintField(text, "on behalf:  ", body.caller().on_behalf_of());
  PrintField(text, "purpose:    ", body.caller().purpose_of_use());
  PrintField(text, "subject:    ", body.subject());
  PrintField(text, "reference:  ", body.client_reference());
  PrintField(text, "follows:    ", body.follows());
}

void PrintChanges(Text& text, const v1::Explanation& explanation) {
  text.Heading("Since then, up to releases/" + std::to_string(explanation.head()));
  if (explanation.changes().empty()) text.Line("  nothing that it rested on has changed");
  for (const v1::ChangeSince& change : explanation.changes()) {
    const bool graver = change.kind() == v1::SINCE_KIND_STANDING ||
                        change.kind() == v1::SINCE_KIND_REMOVED ||
                        change.kind() == v1::SINCE_KIND_SUPERSEDED;
    std::string words = change.difference().name() + ": " + graph::EnumWord(change.kind(), ' ') +
                        ": " + change.words();
    if (change.release() != 0) {
      words += " (releases/" + std::to_string(change.release()) + ", " +
               FormatTimeNs(change.published_time_ns()) + ")";
    }
    text.Wrapped("  - ", words, graver ? Style::kRed : Style::kPlain);
    if (change.kind() != v1::SINCE_KIND_EDITED) continue;
    PrintFields(text, "      ", change.difference().fields());
  }
}

}  // namespace

void PrintReplay(Text& text, const v1::Replay& replay) {
  text.Wrapped("replay:     ", InWords(replay.result()), StyleOf(replay.result()));
  text.Wrapped("engine:     ", "decided by number " + std::to_string(replay.recorded_engine()) +
                                   " of " + replay.recorded_build() + ", replayed by number " +
                                   std::to_string(replay.engine()) + " of " + replay.build());
  if (!replay.differences().empty()) {
    text.Line("record, as it stands (-) and as it comes out now (+)");
    PrintFields(text, "  ", replay.differences());
  }
  if (replay.differences_omitted() > 0) {
    text.Line("  and " + std::to_string(replay.differences_omitted()) + " more");
  }
}

std::string RenderExplanation(const v1::Explanation& explanation, const TextOptions& options) {
  Text text(options);
  PrintWhoAsked(text, explanation);
  PrintReplay(text, explanation.replay());
  PrintChanges(text, explanation);
  text.Heading("The answer as it was given");
  if (!explanation.has_answer()) {
    text.Wrapped("  ", "cannot be put together again: the replay gives another one");
    return text.str();
  }
  text.Blank();
  return text.str() + RenderAnswer(explanation.answer(), options);
}

}  // namespace evident::cli
