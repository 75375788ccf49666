// Text for people: wrapped lines, indentation, colour on a terminal; or the same as Markdown.
#ifndef EVIDENT_CLIENT_CLI_TEXT_H_
#define EVIDENT_CLIENT_CLI_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace evident::cli {

enum class Style { kPlain, kBold, kDim, kGreen, kYellow, kRed };

// What a text is written for.
struct TextOptions {
  bool colour = false;
  size_t width = 100;  // columns, at least 40
  // CommonMark: headings, and a list whose items nest as the lines are indented. Lines are not
  // folded, and nothing in the words is read as markup.
  bool markdown = false;
};

// Colour on a terminal unless NO_COLOR is set; the terminal's width up to 120, else 100.
TextOptions OptionsForStdout();

// The same; or Markdown, wherever it goes.
TextOptions OptionsFor(bool markdown);

// Builds a text line by line.
class Text {
 public:
  explicit Text(TextOptions options) : options_(options) {}

  // `words`, made Printable, in `style`, or without it where there is no colour.
  std::string Styled(Style style, std::string_view words) const;

  // A heading, after an empty line; in Markdown "Part / Section" is two, of which the first is
  // written once for all sections that follow.
  void Heading(std::string_view title);

  // One line as it is, for what is printable already, and an empty one.
  void Line(std::string_view line);
  void Blank() { out_ += '\n'; }

  // `words`, made Printable, folded to the width; the first line begins with `lead`, further ones
  // with as many spaces.
  void Wrapped(std::string_view lead, std::string_view words, Style style = Style::kPlain);

  const std::string& str() const { return out_; }

 private:
  void Item(std::string_view lead, std::string_view words, Style style);

  TextOptions options_;
  std::string part_;  // the newest heading of the first level
  std::string out_;
};

// Columns that UTF-8 text takes, counting code points and leaving out colour sequences.
size_t Columns(std::string_view text);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_TEXT_H_
