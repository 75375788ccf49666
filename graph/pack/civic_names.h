// Names and lists as CIViC writes them. Every name is made of the text alone, so that two snapshots
// name the same thing alike.
#ifndef EVIDENT_GRAPH_PACK_CIVIC_NAMES_H_
#define EVIDENT_GRAPH_PACK_CIVIC_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

namespace evident::graph {

// `prefix` and the text in lower case, with '-' for spaces. Where more is lost than case and
// spaces, eight digits of the text's SHA-256 follow, so that no two texts share a slug by accident.
std::string CivicSlug(const std::string& prefix, std::string_view text);

// The items of a list. A comma separates unless a space follows it, it stands in brackets or
// between two digits: "Tozasertib(MK-0457,VX-680)" and "CP-724,714" are one name each.
std::vector<std::string> CivicList(std::string_view text);

// The items of a list of ids or aliases, which have neither commas nor semicolons in them, without
// spaces around them.
std::vector<std::string> CivicIds(std::string_view text);

// 1 to 18 digits.
bool IsCivicNumber(std::string_view text);

// At most kHeadlineCharsMax characters: cut at a word, with "..." where something is left out.
std::string CivicHeadline(const std::string& text);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_CIVIC_NAMES_H_
