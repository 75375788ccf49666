// The entry points of libFuzzer, for the one target that the program is linked with.
// `program --write_seeds=FOLDER` writes the target's seeds there and ends.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/file.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

const evident::fuzz::Target& TheTarget() { return evident::fuzz::Targets().front(); }

int WriteSeeds(const std::string& folder) {
  size_t number = 0;
  for (const std::string& seed : TheTarget().seeds()) {
    const std::string path = folder + "/seed-" + std::to_string(number++);
    const absl::Status written = evident::WriteFileAtomically(path, seed, 0644);
    if (written.ok()) continue;
    std::fprintf(stderr, "%s\n", written.ToString().c_str());
    return 1;
  }
  return 0;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view kFlag = "--write_seeds=";
  for (int i = 1; i < *argc; ++i) {
    const std::string_view argument = (*argv)[i];
    if (argument.substr(0, kFlag.size()) != kFlag) continue;
    std::exit(WriteSeeds(std::string(argument.substr(kFlag.size()))));
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  evident::fuzz::RunTarget(TheTarget(), {reinterpret_cast<const char*>(data), size});
  return 0;
}
