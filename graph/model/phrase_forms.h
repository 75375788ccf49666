// The forms of a phrase of a pack: "(a|b) c [d]" is "a c", "b c", "a c d" and "b c d".
#ifndef EVIDENT_GRAPH_MODEL_PHRASE_FORMS_H_
#define EVIDENT_GRAPH_MODEL_PHRASE_FORMS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace evident::graph {

// In round brackets one of several wordings, in square brackets wordings that may be left out;
// neither holds brackets itself. A phrase without brackets has itself for its only form.
// INVALID_ARGUMENT (PHRASE_MALFORMED) for brackets that do not pair, and for more than
// kPhraseFormsMax forms.
absl::StatusOr<std::vector<std::string>> PhraseForms(std::string_view phrase);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_PHRASE_FORMS_H_
