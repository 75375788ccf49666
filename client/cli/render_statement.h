// One statement of an answer as lines of a plan.
#ifndef EVIDENT_CLIENT_CLI_RENDER_STATEMENT_H_
#define EVIDENT_CLIENT_CLI_RENDER_STATEMENT_H_

#include "client/cli/answer_index.h"
#include "client/cli/text.h"
#include "evident/v1/answer.pb.h"

namespace evident::cli {

// Headline with polarity, text, options with doses and what became of them, conditions as tested,
// provenance, review state.
void RenderStatement(const v1::Recommendation& item, const AnswerIndex& index, Text& text);

// A statement that is out: why, and the nearest change that would admit it.
void RenderExclusion(const v1::Exclusion& item, Text& text);

// "ecog <= 1: no, ecog = 3"
std::string ConditionInWords(const v1::CriterionResult& result);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_RENDER_STATEMENT_H_
