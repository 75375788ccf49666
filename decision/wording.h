// Which wording a reader is shown: whatever packs say in sentences is for clinicians, unless it is
// a wording for patients.
#ifndef EVIDENT_DECISION_WORDING_H_
#define EVIDENT_DECISION_WORDING_H_

#include "evident/v1/answer.pb.h"
#include "evident/v1/knowledge.pb.h"

namespace evident::decision {

struct ChosenWording {
  const v1::Wording* wording = nullptr;  // null: withheld
  v1::WordingState state = v1::WORDING_STATE_WITHHELD;
};

// The audience's wording in the language; else in another language; else, for patients only when
// the question allows it, the clinicians'. Within an audience the first as authored.
ChosenWording ChooseWording(const v1::Statement& statement, const v1::ResolvedQuestion& question);

// Whether clinicians' wording is kept from the reader: from patients, unless the question allows
// it.
bool IsForPatientsOnly(const v1::ResolvedQuestion& question);

// Takes out of an answer what is worded for clinicians beside the statements' own wordings:
// curator's readings and notes, the sources' own words on timing, why marks were bound, notes on
// conflicts, evidence, questions to ask. Names, labels, codes, titles, disclaimers, doses and
// conditions stay. Whether there was any of it, headlines of exclusions included.
bool WithholdCliniciansWords(v1::Answer& answer);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_WORDING_H_
