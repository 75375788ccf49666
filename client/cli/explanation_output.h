// Explanations and replays, for people.
#ifndef EVIDENT_CLIENT_CLI_EXPLANATION_OUTPUT_H_
#define EVIDENT_CLIENT_CLI_EXPLANATION_OUTPUT_H_

#include <string>

#include "client/cli/text.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::cli {

// How a replay compares, and what differs.
void PrintReplay(Text& text, const v1::Replay& replay);

// Who asked and when, the replay, what has changed since, and the answer as it was given.
std::string RenderExplanation(const v1::Explanation& explanation, const TextOptions& options);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_EXPLANATION_OUTPUT_H_
