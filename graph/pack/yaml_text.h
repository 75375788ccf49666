// The text of a file of a pack, before YAML is looked at.
#ifndef EVIDENT_GRAPH_PACK_YAML_TEXT_H_
#define EVIDENT_GRAPH_PACK_YAML_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "graph/pack/errors.h"

namespace evident::graph {

// The lines without their '\n'; at least one.
std::vector<std::string_view> LinesOf(std::string_view bytes);

// False when a line holds what no file may: broken UTF-8, a byte order mark, tabs and other control
// characters (C0, DEL, C1), text that is not in NFC. Each such line is reported.
bool CheckText(const std::string& file, const std::vector<std::string_view>& lines,
               PackErrors& errors);

// What of that a value of a file holds once its escapes are read, in words; empty when nothing. It
// may have several lines.
std::string FaultOfValue(std::string_view value);

// Turns places in bytes into places in characters. Places of one line are cheap when they come in
// order.
class CharacterColumns {
 public:
  explicit CharacterColumns(const std::vector<std::string_view>& lines) : lines_(lines) {}

  // The column from 1 of the character at a byte, line and byte from 0.
  int At(int line, int byte);

 private:
  const std::vector<std::string_view>& lines_;
  int line_ = -1;  // of the last place
  int byte_ = 0;
  int column_ = 1;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_YAML_TEXT_H_
