// The example of docs/formats/pack.md as files, and edits of it. Tests only.
#ifndef EVIDENT_GRAPH_PACK_EXAMPLE_PACK_H_
#define EVIDENT_GRAPH_PACK_EXAMPLE_PACK_H_

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/file.h"
#include "graph/pack/reader.h"
#include "gtest/gtest.h"

namespace evident::graph {

inline std::string SourceDir() {
  const char* dir = std::getenv("EVIDENT_SOURCE_DIR");
  return dir == nullptr ? "." : dir;
}

// Every block of the page that follows a line with a path in backquotes.
inline PackFiles ExamplePack() {
  const absl::StatusOr<std::string> page =
      ReadFile(SourceDir() + "/docs/formats/pack.md", 1u << 20);
  EXPECT_TRUE(page.ok()) << page.status().ToString();
  PackFiles files;
  if (!page.ok()) return files;
  constexpr std::string_view kOpen = ".yaml`\n```yaml\n";
  const std::string_view text = *page;
  for (size_t at = text.find(kOpen); at != text.npos; at = text.find(kOpen, at)) {
    const size_t begin = text.rfind('`', at) + 1;
    const size_t body = at + kOpen.size();
    const size_t end = text.find("```", body);
    files.emplace(text.substr(begin, at + 5 - begin), text.substr(body, end - body));
    at = end;
  }
  return files;
}

// The example with `from`, which must be there once, made `to` in one file.
inline PackFiles EditedExample(const std::string& file, std::string_view from,
                               std::string_view to) {
  PackFiles files = ExamplePack();
  std::string& text = files[file];
  const size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from << " is not in " << file;
  if (at == text.npos) return files;
  EXPECT_EQ(text.find(from, at + 1), text.npos) << from << " is twice in " << file;
  text.replace(at, from.size(), to);
  return files;
}

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_EXAMPLE_PACK_H_
