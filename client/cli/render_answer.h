// An answer as a plan for a person.
#ifndef EVIDENT_CLIENT_CLI_RENDER_ANSWER_H_
#define EVIDENT_CLIENT_CLI_RENDER_ANSWER_H_

#include <string>

#include "client/cli/text.h"
#include "evident/v1/answer.pb.h"

namespace evident::cli {

// Sections in authored order, each statement with polarity, dose, figures, review state and its
// provenance down to the numbered reference; then what was left out and why, missing facts,
// conflicts, silences, notices, references and the release. All that the answer holds is shown or
// counted; nothing is added to it.
std::string RenderAnswer(const v1::Answer& answer, const TextOptions& options);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_RENDER_ANSWER_H_
