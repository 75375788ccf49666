// Values as the one-line form writes them. For the parser and the printer of this room.
#ifndef EVIDENT_CRITERIA_LITERAL_H_
#define EVIDENT_CRITERIA_LITERAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "criteria/value.h"

namespace evident::criteria {

// "-?digits" within int64.
std::optional<int64_t> ReadInteger(std::string_view word);

// The value that a bare word stands for: a boolean, an integer, a date, or else a coded value.
// Nullopt for a keyword and for a decimal, which needs its unit.
std::optional<Value> ReadWord(std::string_view word);

// As ToString(Value), but a coded value that a bare word would not stand for is put in quotes.
std::string WriteValue(const Value& value);

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_LITERAL_H_
