#include "decision/wording.h"

#include <string>

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

// Clears a field; whether it held something.
template <typename Text>
bool Take(Text* text) {
  const bool any = !text->empty();
  text->Clear();
  return any;
}
bool Take(std::string* text) {
  const bool any = !text->empty();
  text->clear();
  return any;
}

bool TakeFrom(v1::Recommendation& item) {
  bool any = Take(item.mutable_readings());
  if (item.has_timing()) any |= Take(item.mutable_timing()->mutable_verbatim());
  for (v1::ProvenancePath& path : *item.mutable_provenance()->mutable_paths()) {
    if (!path.citation().cites().has_resolution()) continue;
    v1::Resolution& act = *path.mutable_citation()->mutable_cites()->mutable_resolution();
    any |= Take(act.mutable_why());
  }
  return any;
}

}  // namespace

ChosenWording ChooseWording(const v1::Statement& statement, const v1::ResolvedQuestion& question) {
  if (const auto* exact = FirstFor(statement, question.audience(), &question.language())) {
    return {exact, v1::WORDING_STATE_AS_ASKED};
  }
  if (const auto* other = FirstFor(statement, question.audience(), nullptr)) {
    return {other, v1::WORDING_STATE_FALLBACK};
  }
  if (IsForPatientsOnly(question)) return {};
  for (const std::string* language :
       {&question.language(), static_cast<const std::string*>(nullptr)}) {
    if (const auto* wording = FirstFor(statement, v1::AUDIENCE_CLINICIAN, language)) {
      return {wording, v1::WORDING_STATE_FALLBACK};
    }
  }
  return {};
}

bool IsForPatientsOnly(const v1::ResolvedQuestion& question) {
  return question.audience() == v1::AUDIENCE_PATIENT && !question.allow_clinician_wording();
}

bool WithholdCliniciansWords(v1::Answer& answer) {
  bool any = Take(answer.mutable_evidence());
  for (v1::Recommendation& item : *answer.mutable_recommendations()) any |= TakeFrom(item);
  for (v1::Conflict& conflict : *answer.mutable_conflicts()) any |= Take(conflict.mutable_note());
  for (const v1::Exclusion& item : answer.exclusions()) any |= item.headline().empty();
  for (v1::MissingFact& fact : *answer.mutable_missing_facts()) {
    any |= Take(fact.mutable_question());
  }
  for (v1::ReferenceCard& card : *answer.mutable_references()) {
    any |= Take(card.mutable_reference()->mutable_notes());
  }
  for (v1::GuidelineCard& card : *answer.mutable_guidelines()) {
    any |= Take(card.mutable_guideline()->mutable_notes());
  }
  return any;
}

}  // namespace evident::decision
