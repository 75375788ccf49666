#include "decision/wording.h"

namespace evident::decision {
namespace {

const v1::Wording* FirstFor(const v1::Statement& statement, v1::Audience audience,
                            const std::string* language) {
  for (const v1::Wording& wording : statement.wordings()) {
    if (wording.audience() != audience) continue;
    if (language == nullptr || wording.language() == *language) return &wording;
  }
  return nullptr;
}

}  // namespace

ChosenWording ChooseWording(const v1::Statement& statement, const v1::ResolvedQuestion& question) {
  if (const auto* exact = FirstFor(statement, question.audience(), &question.language())) {
    return {exact, v1::WORDING_STATE_AS_ASKED};
  }
  if (const auto* other = FirstFor(statement, question.audience(), nullptr)) {
    return {other, v1::WORDING_STATE_FALLBACK};
  }
  if (question.audience() == v1::AUDIENCE_PATIENT && !question.allow_clinician_wording()) return {};
  for (const std::string* language :
       {&question.language(), static_cast<const std::string*>(nullptr)}) {
    if (const auto* wording = FirstFor(statement, v1::AUDIENCE_CLINICIAN, language)) {
      return {wording, v1::WORDING_STATE_FALLBACK};
    }
  }
  return {};
}

}  // namespace evident::decision
