#include "client/cli/question_options.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "client/cli/fact_argument.h"
#include "client/cli/facts_json.h"
#include "graph/model/enum_words.h"
#include "graph/model/value_text.h"

namespace evident::cli {
namespace {

absl::Status RefuseObservation(const std::string& argument, std::string_view why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "OBSERVATION_ARGUMENT_INVALID",
                   "observation '" + argument + "': " + std::string(why));
}

// Nothing where there is no bar, or no code behind it.
std::optional<v1::Code> ReadCode(const std::string& text) {
  const size_t bar = text.rfind('|');
  if (bar == std::string::npos || bar + 1 == text.size()) return std::nullopt;
  v1::Code code;
  code.set_system(text.substr(0, bar));
  code.set_code(text.substr(bar + 1));
  return code;
}

// Those of the file but for what is given on the command line too, which is taken.
absl::Status AddFacts(const QuestionOptions& question, v1::QuestionFrame& frame) {
  std::set<std::string> given;
  for (const std::string& argument : question.facts) {
    EVIDENT_ASSIGN_OR_RETURN(v1::Fact fact, ParseFactArgument(argument));
    given.insert(fact.name());
    *frame.add_facts() = std::move(fact);
  }
  if (question.facts_file.empty()) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const std::string text,
                           ReadFile(question.facts_file, kSettingsFileBytesMax));
  auto facts = ReadFactsJson(text);
  if (!facts.ok()) return Annotate(facts.status(), question.facts_file);
  for (v1::Fact& fact : *facts) {
    if (given.count(fact.name()) == 0) *frame.add_facts() = std::move(fact);
  }
  return absl::OkStatus();
}

}  // namespace

void AddQuestionOptions(CLI::App& command, QuestionOptions& question) {
  command
      .add_option("--fact", question.facts, "name=value, as in score=1 or x=9.0[g/dL]; repeat it")
      ->allow_extra_args(false);
  command.add_option("--facts-file", question.facts_file,
                     "JSON of facts, as facts --json-schema says; --fact wins");
  command
      .add_option("--observation", question.observations,
                  "SYSTEM|CODE, or SYSTEM|CODE=VALUE: what the site's mapping binds; repeat it")
      ->allow_extra_args(false);
  command.add_option("--concept", question.concepts, "Name of a concept; repeat it")
      ->allow_extra_args(false);
  command.add_option("--subject", question.subject, "Pseudonymous reference to the patient");
  command.add_option("--follows", question.follows, "Decision whose facts are inherited");
  command.add_option("--audience", question.audience, "clinician or patient")
      ->check(CLI::IsMember({"clinician", "patient"}));
  command.add_option("--language", question.language, "BCP 47 tag");
  command.add_option("--as-valid-on", question.as_valid_on, "YYYY-MM-DD");
  command.add_option("--release", question.release, "releases/N; default the newest");
  command.add_flag("--hold-back-unresolved", question.hold_back_unresolved,
                   "Leave out statements whose citations are not resolved");
  command.add_flag("--hold-back-retracted", question.hold_back_retracted,
                   "Leave out statements that rest on a retracted reference");
  command.add_option("--review-state-min", question.review_state_min, "Leave out what is less")
      ->check(CLI::IsMember({"submitted", "under-review", "approved"}));
  command.add_option("--purpose", question.purpose, "Purpose of use, recorded");
  command.add_option("--on-behalf-of", question.on_behalf_of, "Person asked for, recorded");
  command.add_option("--client-reference", question.client_reference, "Your own, recorded");
  command.add_flag("--allow-clinician-wording", question.allow_clinician_wording,
                   "Patients get clinicians' wording where there is no other");
  command.add_flag("--summary", question.summary, "Outcomes without the wordings");
}

void AddAnswerOptions(CLI::App& command, QuestionOptions& question) {
  command.add_option("--request-id", question.request_id,
                     "An id of your own: asked again under it, the first answer is given again");
  command.add_flag("--markdown", question.markdown, "The answer as Markdown");
  command.add_option("--save", question.save,
                     "Write PREFIX.answer, PREFIX.receipt and PREFIX.request");
}

absl::StatusOr<v1::Observation> ParseObservation(const std::string& argument) {
  const size_t bar = argument.find('|');
  const size_t equals = bar == std::string::npos ? bar : argument.find('=', bar);
  const auto code = ReadCode(argument.substr(0, equals));
  if (!code) return RefuseObservation(argument, "expected SYSTEM|CODE");
  v1::Observation observation;
  *observation.mutable_code() = *code;
  if (equals == std::string::npos) return observation;
  const std::string value = argument.substr(equals + 1);
  if (const auto value_code = ReadCode(value)) {
    *observation.mutable_value_code() = *value_code;
    return observation;
  }
  auto read = graph::ParseValueText(value);
  if (!read.ok()) return RefuseObservation(argument, std::string(read.status().message()));
  *observation.mutable_value() = *std::move(read);
  return observation;
}

absl::StatusOr<v1::QuestionFrame> FrameOf(const QuestionOptions& question) {
  v1::QuestionFrame frame;
  for (const std::string& name : question.concepts) frame.add_concepts(name);
  for (const std::string& name : question.named) frame.add_concepts(name);
  EVIDENT_RETURN_IF_ERROR(AddFacts(question, frame));
  for (const std::string& argument : question.observations) {
    EVIDENT_ASSIGN_OR_RETURN(*frame.add_observations(), ParseObservation(argument));
  }
  frame.set_subject(question.subject);
  frame.set_purpose_of_use(question.purpose);
  frame.set_on_behalf_of(question.on_behalf_of);
  frame.set_audience(question.audience == "patient" ? v1::AUDIENCE_PATIENT
                                                    : v1::AUDIENCE_CLINICIAN);
  frame.set_language(question.language);
  if (question.summary) frame.set_view(v1::VIEW_SUMMARY);
  if (!question.release.empty()) frame.mutable_release()->set_name(question.release);
  frame.set_as_valid_on(question.as_valid_on);
  if (question.hold_back_unresolved) frame.mutable_filters()->set_hold_back_unresolved(true);
  if (question.hold_back_retracted) frame.mutable_filters()->set_hold_back_retracted(true);
  if (!question.review_state_min.empty()) {
    frame.mutable_filters()->set_review_state_min(
        graph::EnumOf<v1::ReviewState>(question.review_state_min));
  }
  frame.set_follows(question.follows);
  frame.set_client_reference(question.client_reference);
  frame.set_allow_clinician_wording(question.allow_clinician_wording);
  frame.set_request_id(question.request_id);
  return frame;
}

}  // namespace evident::cli
