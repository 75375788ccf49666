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

std::optional<v1::SchemeValue> ReadScheme(MapCursor& map, std::string_view key) {
  const std::optional<Cursor> value = map.Find(key);
  if (!value) return std::nullopt;
  MapCursor entry(*value, "a value of a scheme");
  v1::SchemeValue scheme;
  scheme.set_scheme(entry.NeedText("scheme"));
  scheme.set_value(entry.NeedText("value"));
  entry.Finish();
  return scheme;
}

std::optional<v1::StandingAct> ReadStandingAct(MapCursor& map) {
  const std::optional<Cursor> value = map.Find("standing_set");
  if (!value) return std::nullopt;
  MapCursor entry(*value, "the act that set a standing");
  v1::StandingAct act;
  act.set_by(entry.NeedText("by"));
  entry.Need("on");
  act.set_on(entry.Date("on"));
  act.set_why(entry.NeedText("why"));
  act.set_notice(entry.Text("notice"));
  entry.Finish();
  if (!map.Has("standing")) value->Error("found \"standing_set\" without \"standing\"");
  return act;
}

}  // namespace evident::graph
