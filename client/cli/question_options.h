// A question as options of a command.
#ifndef EVIDENT_CLIENT_CLI_QUESTION_OPTIONS_H_
#define EVIDENT_CLIENT_CLI_QUESTION_OPTIONS_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::cli {

struct QuestionOptions {
  std::string text;  // of Ask
  std::vector<std::string> concepts;
  std::vector<std::string> named;  // concepts given without --concept
  std::vector<std::string> facts;
  std::string facts_file;
  std::vector<std::string> observations;
  std::string subject;
  std::string purpose;
  std::string on_behalf_of;
  std::string audience = "clinician";
  std::string language;
  bool summary = false;
  std::string release;
  std::string as_valid_on;
  bool hold_back_unresolved = false;
  bool hold_back_retracted = false;
  std::string review_state_min;
  std::string follows;
  std::string client_reference;
  bool allow_clinician_wording = false;
  std::string request_id;  // of one question that is answered once
  std::string save;
  bool markdown = false;
};

// What every question takes.
void AddQuestionOptions(CLI::App& command, QuestionOptions& question);

// What a question takes that is answered by itself: --request-id, --save, --markdown.
void AddAnswerOptions(CLI::App& command, QuestionOptions& question);

// ParseFactArgument's, ParseObservation's and ReadFactsJson's errors; ReadFile's.
absl::StatusOr<v1::QuestionFrame> FrameOf(const QuestionOptions& question);

// SYSTEM|CODE, SYSTEM|CODE=VALUE with a value as ParseValueText reads it, or
// SYSTEM|CODE=SYSTEM|CODE for a value that is a code. INVALID_ARGUMENT
// (OBSERVATION_ARGUMENT_INVALID).
absl::StatusOr<v1::Observation> ParseObservation(const std::string& argument);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_QUESTION_OPTIONS_H_
