#include "graph/pack/tables.h"

#include <algorithm>

#include "base/limits.h"

namespace evident::graph {

std::string ReadHeadline(MapCursor& map, std::string_view key) {
  const std::optional<Cursor> value = map.Need(key);
  if (!value) return "";
  const std::string text = value->Text().value_or("");
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  if (static_cast<size_t>(characters) > kHeadlineCharsMax) {
    value->Error("found " + std::to_string(characters) + " characters; expected at most " +
                 std::to_string(kHeadlineCharsMax));
  }
  if (text.find('\n') != text.npos) value->Error("found several lines; expected one");
  return text;
}

}  // namespace evident::graph
