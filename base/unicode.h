// UTF-8 text: well-formedness, NFC, and the folding that concept and phrase lookup uses (ICU).
#ifndef EVIDENT_BASE_UNICODE_H_
#define EVIDENT_BASE_UNICODE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace evident {

bool IsValidUtf8(std::string_view text);

// `text` with control and format characters (Cc, Cf, Zl, Zp) and broken UTF-8 spelled byte by byte
// as \xhh: what somebody else wrote must not steer the terminal of whoever reads it.
std::string Printable(std::string_view text);

// As much of the beginning of `text` as fits into `bytes_max` bytes in whole characters; where that
// is broken UTF-8, spelled as Printable spells it.
std::string Beginning(std::string_view text, size_t bytes_max);

absl::StatusOr<std::string> ToNfc(std::string_view text);  // INVALID_ARGUMENT for broken UTF-8
bool IsNfc(std::string_view text);

// Case folded, diacritics removed (NFKD without marks), every run of anything but letters and
// digits made one space, trimmed: "Platinum-Resistant  Disease" -> "platinum resistant disease".
// Comparison operators (< > = ≤ ≥) are kept as tokens of their own, and a stroke that negates one
// stays on it: "≮" is not "<". Broken UTF-8 yields "".
std::string Fold(std::string_view text);

// Folded words of `text`, in order.
std::vector<std::string> FoldedWords(std::string_view text);

}  // namespace evident

#endif  // EVIDENT_BASE_UNICODE_H_
