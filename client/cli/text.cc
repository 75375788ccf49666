#include "client/cli/text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/unicode.h"

namespace evident::cli {
namespace {

constexpr size_t kWidthMin = 40;
constexpr size_t kWidthMax = 120;

const char* Code(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\x1b[1m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kGreen:
      return "\x1b[32m";
    case Style::kYellow:
      return "\x1b[33m";
    case Style::kRed:
      return "\x1b[31m";
  }
  return "";
}

}  // namespace

TextOptions OptionsForStdout() {
  TextOptions options;
  if (isatty(STDOUT_FILENO) == 0) return options;
  options.colour = std::getenv("NO_COLOR") == nullptr;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width = std::clamp<size_t>(size.ws_col, kWidthMin, kWidthMax);
  }
  return options;
}

size_t Columns(std::string_view text) {
  size_t columns = 0;
  bool in_sequence = false;
  for (const char c : text) {
    if (c == '\x1b') {
      in_sequence = true;
    } else if (in_sequence) {
      in_sequence = c != 'm';
    } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
      ++columns;
    }
  }
  return columns;
}

std::string Text::Styled(Style style, std::string_view words) const {
  std::string printable = Printable(words);
  if (!options_.colour || style == Style::kPlain || words.empty()) return printable;
  return Code(style) + printable + "\x1b[0m";
}

void Text::Line(std::string_view line) {
  out_ += line;
  out_ += '\n';
}

void Text::Wrapped(std::string_view lead, std::string_view words, Style style) {
  const size_t indent = Columns(lead);
  std::string line(lead);
  std::string run;
  size_t column = indent;
  const auto flush = [&] {
    out_ += line + Styled(style, run) + '\n';
    line.assign(indent, ' ');
    run.clear();
    column = indent;
  };
  while (!words.empty()) {
    const size_t end = std::min(words.find(' '), words.size());
    const std::string word = Printable(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.empty()) continue;
    const size_t wide = Columns(word);
    if (!run.empty() && column + 1 + wide > options_.width) flush();
    if (!run.empty()) {
      run += ' ';
      ++column;
    }
    run += word;
    column += wide;
  }
  flush();
}

}  // namespace evident::cli
