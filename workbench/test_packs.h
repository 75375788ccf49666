// The packs that ship. Tests only.
#ifndef EVIDENT_WORKBENCH_TEST_PACKS_H_
#define EVIDENT_WORKBENCH_TEST_PACKS_H_

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/status.h"
#include "graph/pack/reader.h"
#include "gtest/gtest.h"

namespace evident::workbench {

inline std::string SourceDir() {
  const char* const dir = std::getenv("EVIDENT_SOURCE_DIR");
  return dir == nullptr ? "." : dir;
}

// Folders of knowledge/ by name.
inline std::vector<std::string> ShippedPackNames() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(SourceDir() + "/knowledge", error)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline graph::Pack ShippedPack(const std::string& name) {
  const auto files = graph::LoadPackFiles(SourceDir() + "/knowledge/" + name);
  EXPECT_TRUE(files.ok()) << files.status().ToString();
  if (!files.ok()) return {};
  auto pack = graph::ReadPack(*files);
  for (const Violation& violation : ErrorViolations(pack.status())) {
    ADD_FAILURE() << violation.field << ": " << violation.description;
  }
  EXPECT_TRUE(pack.ok()) << pack.status().ToString();
  return pack.ok() ? *std::move(pack) : graph::Pack();
}

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_TEST_PACKS_H_
