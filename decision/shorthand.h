// Shorthand of notes that a slash is part of, read as the one word that it stands for: "w/o" is
// "without", "w/" is "with", "c/o" is "reports", "d/t" is "from", "b/l" is "bilateral".
#ifndef EVIDENT_DECISION_SHORTHAND_H_
#define EVIDENT_DECISION_SHORTHAND_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace evident::decision {

// The word that two words with a slash between them stand for; empty: none.
inline std::string_view ShorthandOf(std::string_view first, std::string_view second) {
  if (first == "w") return second == "o" ? "without" : "with";
  constexpr std::array<std::array<std::string_view, 3>, 3> kShorthand = {
      {{"c", "o", "reports"}, {"d", "t", "from"}, {"b", "l", "bilateral"}}};
  for (const auto& [left, right, word] : kShorthand) {
    if (first == left && second == right) return word;
  }
  return {};
}

// Makes shorthand one token, its slash included. `word`: the folded word of a token, which has
// `begin` and `end` in bytes of the text.
template <typename Token>
void JoinShorthand(std::string_view text, std::string Token::*word, std::vector<Token>& tokens) {
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    const size_t end = tokens[i].end;
    if (end >= text.size() || text[end] != '/') continue;
    const bool behind_slash = tokens[i].begin > 0 && text[tokens[i].begin - 1] == '/';
    const bool sticks = tokens[i + 1].begin == end + 1;
    const std::string_view second = sticks ? std::string_view(tokens[i + 1].*word) : "";
    const std::string_view stands_for = ShorthandOf(tokens[i].*word, second);
    if (behind_slash || stands_for.empty()) continue;
    tokens[i].*word = stands_for;
    tokens[i].end = end + 1;
    if (stands_for == "with") continue;  // the next word is one of its own
    Token& next = tokens[i + 1];
    next.begin = tokens[i].begin;
    next.*word = stands_for;
    if constexpr (requires { next.before; }) next.before = tokens[i].before;
    tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_SHORTHAND_H_
