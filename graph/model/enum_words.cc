#include "graph/model/enum_words.h"

#include "absl/strings/ascii.h"

namespace evident::graph {
namespace {

// What buf asks every value's name to begin with: the type's, in capitals.
size_t PrefixLength(const google::protobuf::EnumDescriptor& type) {
  const google::protobuf::EnumValueDescriptor* const zero = type.FindValueByNumber(0);
  constexpr size_t kUnspecified = sizeof("UNSPECIFIED") - 1;
  return zero == nullptr ? 0 : zero->name().size() - kUnspecified;
}

}  // namespace

std::string EnumWord(const google::protobuf::EnumDescriptor& type, int number, char between) {
  const google::protobuf::EnumValueDescriptor* const value = type.FindValueByNumber(number);
  if (value == nullptr) return "";
  std::string word = value->name().substr(PrefixLength(type));
  for (char& c : word) c = c == '_' ? between : absl::ascii_tolower(static_cast<unsigned char>(c));
  return word;
}

int EnumNumber(const google::protobuf::EnumDescriptor& type, const std::string& word) {
  for (int i = 0; i < type.value_count(); ++i) {
    const int number = type.value(i)->number();
    if (EnumWord(type, number) == word) return number;
  }
  return 0;
}

}  // namespace evident::graph
