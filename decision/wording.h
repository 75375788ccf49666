// Which wording of a statement a reader is shown.
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

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_WORDING_H_
