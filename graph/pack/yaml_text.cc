#include "graph/pack/yaml_text.h"

#include <algorithm>

#include "base/unicode.h"

namespace evident::graph {
namespace {

bool BeginsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

constexpr char kNotUtf8[] = "bytes that are not UTF-8";
constexpr char kNotNfc[] = "text that is not in Unicode normalization form C (NFC)";

// Whether a character of C0, DEL or C1 begins at `at` of valid UTF-8.
bool IsControlAt(std::string_view text, size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x20 || byte == 0x7F) return true;
  return byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0;
}

// Reports the first thing that is wrong with a line; true when nothing is.
bool CheckLine(const std::string& file, std::string_view line, int number, PackErrors& errors) {
  if (!IsValidUtf8(line)) {
    errors.Add({file, number, 1}, std::string("found ") + kNotUtf8);
    return false;
  }
  int column = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (BeginsCharacter(line[i])) ++column;
    if (line[i] == '\t') {
      errors.Add({file, number, column}, "found a tab; indent and separate with spaces");
      return false;
    }
    const bool line_end = line[i] == '\r' && i + 1 == line.size();
    if (IsControlAt(line, i) && !line_end) {
      errors.Add({file, number, column}, "found a control character");
      return false;
    }
  }
  if (IsNfc(line)) return true;
  errors.Add({file, number, 1}, std::string("found ") + kNotNfc);
  return false;
}

}  // namespace

std::vector<std::string_view> LinesOf(std::string_view bytes) {
  std::vector<std::string_view> lines;
  for (size_t begin = 0; begin <= bytes.size();) {
    const size_t end = std::min(bytes.find('\n', begin), bytes.size());
    lines.push_back(bytes.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

bool CheckText(const std::string& file, const std::vector<std::string_view>& lines,
               PackErrors& errors) {
  if (lines.front().substr(0, 3) == "\xEF\xBB\xBF") {
    errors.Add({file, 1, 1}, "found a byte order mark; expected plain UTF-8");
    return false;
  }
  bool fine = true;
  for (size_t i = 0; i < lines.size(); ++i) {
    fine = CheckLine(file, lines[i], static_cast<int>(i) + 1, errors) && fine;
  }
  return fine;
}

std::string FaultOfValue(std::string_view value) {
  if (!IsValidUtf8(value)) return kNotUtf8;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\n' && IsControlAt(value, i)) return "an escape that is a control character";
  }
  return IsNfc(value) ? "" : kNotNfc;
}

int CharacterColumns::At(int line, int byte) {
  if (line < 0 || static_cast<size_t>(line) >= lines_.size() || byte < 0) return byte + 1;
  if (line != line_ || byte < byte_) {
    line_ = line;
    byte_ = 0;
    column_ = 1;
  }
  const std::string_view text = lines_[static_cast<size_t>(line)];
  for (; byte_ < byte && static_cast<size_t>(byte_) < text.size(); ++byte_) {
    if (BeginsCharacter(text[static_cast<size_t>(byte_)])) ++column_;
  }
  return column_;
}

}  // namespace evident::graph
