// Words of the pack format that stand for enum numbers, in the order of the numbers from 1, and
// checks shared by readers.
#ifndef EVIDENT_GRAPH_PACK_TABLES_H_
#define EVIDENT_GRAPH_PACK_TABLES_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evident/v1/criterion.pb.h"
#include "graph/pack/cursor.h"

namespace evident::graph {

inline std::vector<std::string> StandingNames() {
  return {"current", "corrected", "superseded", "withdrawn", "retracted"};
}
inline std::vector<std::string> ReviewStateNames() {
  return {"submitted", "under-review", "approved", "rejected"};
}
// What a statement says of itself that was never submitted, while its guideline was.
inline constexpr std::string_view kNeverSubmitted = "never-submitted";
inline std::vector<std::string> AudienceNames() { return {"clinician", "patient"}; }

// How a severity is compared. Longer signs first, so that ">=" is not read as ">".
inline constexpr std::pair<std::string_view, v1::Operator> kSeveritySigns[] = {
    {">=", v1::OPERATOR_GREATER_OR_EQUAL},
    {"<=", v1::OPERATOR_LESS_OR_EQUAL},
    {">", v1::OPERATOR_GREATER},
    {"<", v1::OPERATOR_LESS},
    {"=", v1::OPERATOR_EQUAL},
    {"", v1::OPERATOR_EQUAL}};

// The text under `key`, which is required and at most kHeadlineCharsMax characters on one line.
std::string ReadHeadline(MapCursor& map, std::string_view key);

// The {scheme, value} under `key`; nothing when it is absent.
std::optional<v1::SchemeValue> ReadScheme(MapCursor& map, std::string_view key);

// The act {by, on, why, notice} under "standing_set"; nothing when it is absent. Reports one beside
// no standing.
std::optional<v1::StandingAct> ReadStandingAct(MapCursor& map);

// A list of {system, code, display}.
template <typename Repeated>
void ReadCodes(MapCursor& map, Repeated* codes) {
  for (const Cursor& item : map.Items("codes")) {
    MapCursor entry(item, "a code");
    v1::Code& code = *codes->Add();
    code.set_system(entry.NeedText("system"));
    code.set_code(entry.NeedText("code"));
    code.set_display(entry.Text("display"));
    entry.Finish();
  }
}

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_TABLES_H_
