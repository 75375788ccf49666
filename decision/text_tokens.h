// Words of a question with their places in it.
#ifndef EVIDENT_DECISION_TEXT_TOKENS_H_
#define EVIDENT_DECISION_TEXT_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace evident::decision {

// What stands between two words, the strongest if there are several.
enum class Gap : uint8_t {
  kJoined,  // spaces, hyphens, quotes, slashes: words of one phrase
  kComma,   // a comma, a dash with a space on a side, or a slash with one on both
  kStop,  // the end of a clause: . ; : ? ! brackets, an empty line; a point between digits is none
};

struct TextToken {
  size_t begin = 0;  // bytes in the text
  size_t end = 0;
  std::string folded;  // one word, or one run of comparison operators
  Gap before = Gap::kStop;
};

// In order of the text. Broken UTF-8 yields none.
std::vector<TextToken> Tokenize(std::string_view text);

// The folded word at `at`; empty past the end.
inline std::string_view WordAt(const std::vector<TextToken>& tokens, size_t at) {
  return at < tokens.size() ? std::string_view(tokens[at].folded) : std::string_view();
}

// What stands in the text before token `at`.
std::string_view GapBefore(std::string_view text, const std::vector<TextToken>& tokens, size_t at);

// Whether a sentence, or a line, ends there.
bool EndsSentenceBefore(std::string_view text, const std::vector<TextToken>& tokens, size_t at);

// The folded words of tokens [first, first + count), joined by spaces.
std::string JoinFolded(const std::vector<TextToken>& tokens, size_t first, size_t count);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_TEXT_TOKENS_H_
