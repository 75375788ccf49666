// An input as a file, for what reads nothing else.
#ifndef EVIDENT_TESTS_FUZZ_INPUT_FILE_H_
#define EVIDENT_TESTS_FUZZ_INPUT_FILE_H_

#include <fstream>
#include <string>
#include <string_view>

#include "base/file.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {

// The path of a file of this program that now holds `input`. Good until the next call.
inline std::string InputFile(std::string_view input) {
  static const TempDir folder;
  const std::string path = folder.path() + "/input";
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << input;
  file.close();
  Require(file.good(), "the input is written");
  return path;
}

}  // namespace evident::fuzz

#endif  // EVIDENT_TESTS_FUZZ_INPUT_FILE_H_
