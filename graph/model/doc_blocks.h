// The worked examples of docs/formats. Tests only.
#ifndef EVIDENT_GRAPH_MODEL_DOC_BLOCKS_H_
#define EVIDENT_GRAPH_MODEL_DOC_BLOCKS_H_

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/encoding.h"
#include "base/file.h"

namespace evident::graph {

// What stands in the page's fenced block of this kind and name, e.g. "hex id", with its last
// newline; what is wrong in angle brackets when there is no such block.
inline std::string DocBlock(const std::string& page, const std::string& kind_and_name) {
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  const std::string path = std::string(top == nullptr ? "." : top) + "/docs/formats/" + page;
  const absl::StatusOr<std::string> text = ReadFile(path, 1u << 20);
  if (!text.ok()) return "<" + text.status().ToString() + ">";
  const std::string fence = "\n```" + kind_and_name + "\n";
  const size_t begin = text->find(fence);
  const size_t end = text->find("\n```\n", begin + fence.size() - 1);
  if (begin == std::string::npos || end == std::string::npos) {
    return "<" + page + " has no example " + kind_and_name + ">";
  }
  return text->substr(begin + fence.size(), end + 1 - begin - fence.size());
}

// The digits of a block of hex, whose lines are one run.
inline std::string DocHex(const std::string& page, const std::string& name) {
  std::string digits = DocBlock(page, "hex " + name);
  std::erase(digits, '\n');
  return digits;
}

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_DOC_BLOCKS_H_
