// Enum values of the API as words for people: EDGE_KIND_APPLIES_TO is "applies-to".
#ifndef EVIDENT_GRAPH_MODEL_ENUM_WORDS_H_
#define EVIDENT_GRAPH_MODEL_ENUM_WORDS_H_

#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace evident::graph {

// The value's word, its parts joined by `between`; "unspecified" for 0, empty for a number that the
// enum does not have.
std::string EnumWord(const google::protobuf::EnumDescriptor& type, int number, char between = '-');

// The number of the word; 0 when there is none.
int EnumNumber(const google::protobuf::EnumDescriptor& type, const std::string& word);

template <typename Enum>
std::string EnumWord(Enum value, char between = '-') {
  return EnumWord(*google::protobuf::GetEnumDescriptor<Enum>(), value, between);
}

template <typename Enum>
Enum EnumOf(const std::string& word) {
  return static_cast<Enum>(EnumNumber(*google::protobuf::GetEnumDescriptor<Enum>(), word));
}

// Every word but "unspecified".
template <typename Enum>
std::set<std::string> EnumWords() {
  std::set<std::string> words;
  const auto& type = *google::protobuf::GetEnumDescriptor<Enum>();
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) words.insert(EnumWord(type, type.value(i)->number()));
  }
  return words;
}

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_ENUM_WORDS_H_
