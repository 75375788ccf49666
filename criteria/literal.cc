#include "criteria/literal.h"

#include <charconv>

#include "criteria/lexer.h"

namespace evident::criteria {

std::optional<int64_t> ReadInteger(std::string_view word) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<Value> ReadWord(std::string_view word) {
  if (word == "true" || word == "false") return Value(word == "true");
  if (IsKeyword(word)) return std::nullopt;
  if (const auto integer = ReadInteger(word)) return Value(*integer);
  if (const auto date = ParseDate(word); date.ok()) return Value(*date);
  if (ParseDecimal(word).ok()) return std::nullopt;
  return Value(Coded{std::string(word)});
}

std::string WriteValue(const Value& value) {
  const std::string text = ToString(value);
  if (TypeOf(value) != FactType::kCoded) return text;
  // A point at the end would run into the ".." of a range.
  const bool ends_in_point = !text.empty() && text.back() == '.';
  if (!ends_in_point && ReadWord(text) == value) return text;
  return "'" + text + "'";
}

}  // namespace evident::criteria
