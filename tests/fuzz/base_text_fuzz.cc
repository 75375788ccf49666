// Texts of base: what is read is written back as it was.
#include "base/date.h"
#include "base/decimal.h"
#include "base/encoding.h"
#include "base/status.h"
#include "base/unicode.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

template <typename T, typename Write>
void RequireOneSpelling(const absl::StatusOr<T>& value, Write write, std::string_view input,
                        std::string_view what) {
  if (value.ok()) {
    Require(write(*value) == input, what);
  } else {
    Require(value.status().code() == kInvalid && !ErrorReason(value.status()).empty(), what);
  }
}

void RunBaseText(std::string_view input) {
  RequireOneSpelling(
      ParseDecimal(input), [](const Decimal& value) { return value.ToString(); }, input, "decimal");
  RequireOneSpelling(
      ParseDate(input), [](Date value) { return value.ToString(); }, input, "date");
  RequireOneSpelling(HexDecode(input), HexEncode, input, "hex");
  RequireOneSpelling(Base64Decode(input), Base64Encode, input, "base64");
  Require(HexDecode(HexEncode(input)).value_or("") == input, "hex of any bytes");
  Require(Base64Decode(Base64Encode(input)).value_or("") == input, "base64 of any bytes");

  const absl::StatusOr<std::string> nfc = ToNfc(input);
  Require(nfc.ok() == IsValidUtf8(input), "text that is UTF-8 has a form NFC");
  Require(IsNfc(input) == (nfc.ok() && *nfc == input), "text in NFC is its own form NFC");
  if (nfc.ok()) Require(IsNfc(*nfc), "the form NFC is in NFC");
  const std::string folded = Fold(input);
  Require(IsValidUtf8(folded), "folded text is UTF-8");
  Require(Fold(folded) == folded, "folding twice is folding once");
  std::string joined;
  for (const std::string& word : FoldedWords(input)) joined += (joined.empty() ? "" : " ") + word;
  Require(joined == folded, "folded words are the words of the folded text");
}

Seeds BaseTextSeeds() {
  return {"-17.050",
          "9223372036854775807",
          "-0.000000000000000001",
          "2024-02-29",
          "0001-01-01",
          "00ff10",
          "AAECAwQ=",
          "Zg==",
          "Platinum-Resistant  Disease",
          "Se\xcc\x81zary \xe2\x89\xae 3",
          "\xc3\x9f\xe1\xba\x9e\xef\xac\x83",
          "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8",
          "a\xcc\xb8<\xcc\xb8=\xcc\xb8"};
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(base_text, RunBaseText, BaseTextSeeds);
