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

// Printable words of which nothing is markup.
std::string AsMarkdown(std::string_view words) {
  static constexpr std::string_view kMarkup = "\\`*_[]<>#|~&";
  std::string out;
  for (const char c : Printable(words)) {
    if (kMarkup.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
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

TextOptions OptionsFor(bool markdown) {
  TextOptions options = OptionsForStdout();
  if (!markdown) return options;
  options.colour = false;
  options.markdown = true;
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

void Text::Heading(std::string_view title) {
  Blank();
  if (!options_.markdown) return Line(Styled(Style::kBold, title));
  const size_t slash = title.find(" / ");
  const std::string part(title.substr(0, slash));
  if (part != part_) out_ += "## " + AsMarkdown(part) + "\n\n";
  part_ = part;
  if (slash != std::string_view::npos) {
    out_ += "### " + AsMarkdown(title.substr(slash + 3)) + "\n\n";
  }
}

// "      evidence: " before the words makes "  - **evidence:** words".
void Text::Item(std::string_view lead, std::string_view words, Style style) {
  const size_t indent = std::min(lead.find_first_not_of(' '), lead.size());
  std::string_view label = lead.substr(indent);
  while (!label.empty() && label.back() == ' ') label.remove_suffix(1);
  if (label == "-") label = {};
  const size_t level = indent <= 2 ? 0 : indent <= 6 ? 1 : 2;
  out_.append(2 * level, ' ');
  out_ += "- ";
  if (!label.empty()) out_ += "**" + AsMarkdown(label) + "** ";
  const bool strong = label.empty() && (style == Style::kRed || style == Style::kGreen ||
                                        style == Style::kYellow || style == Style::kBold);
  const std::string text = AsMarkdown(words);
  out_ += strong && !text.empty() ? "**" + text + "**\n" : text + "\n";
}

void Text::Line(std::string_view line) {
  if (options_.markdown) {
    const size_t indent = std::min(line.find_first_not_of(' '), line.size());
    return Item(line.substr(0, indent), line.substr(indent), Style::kPlain);
  }
  out_ += line;
  out_ += '\n';
}

void Text::Wrapped(std::string_view lead, std::string_view words, Style style) {
  if (options_.markdown) return Item(lead, words, style);
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
