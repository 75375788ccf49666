// The text rules of signed notes. For the note files of this room.
#ifndef EVIDENT_AUDIT_PROOF_NOTE_TEXT_H_
#define EVIDENT_AUDIT_PROOF_NOTE_TEXT_H_

#include <string_view>

#include "absl/status/status.h"

namespace evident::audit {

// INVALID_ARGUMENT (NOTE_MALFORMED).
absl::Status NoteMalformed(std::string_view why);

// Valid UTF-8, no byte below 0x20 but '\n', ends in '\n', not empty.
absl::Status CheckNoteText(std::string_view text);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_NOTE_TEXT_H_
