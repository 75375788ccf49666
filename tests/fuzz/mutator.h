// Deterministic mutations of inputs, for fuzz targets where there is no libFuzzer.
#ifndef EVIDENT_TESTS_FUZZ_MUTATOR_H_
#define EVIDENT_TESTS_FUZZ_MUTATOR_H_

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace evident::fuzz {

// Not thread safe.
class Mutator {
 public:
  // Equal names and seeds give equal mutations on every machine. `seeds` is not empty.
  Mutator(std::string_view name, std::vector<std::string> seeds);

  // A seed with one to six changes: bits, bytes, runs taken out, repeated or exchanged, numbers at
  // their edges, pieces of other seeds, ends cut off.
  std::string Next();

 private:
  size_t Below(size_t end) { return static_cast<size_t>(engine_() % end); }
  char InterestingByte();
  void Change(std::string& text);
  void ChangeByte(std::string& text);
  void ChangeRun(std::string& text);
  void TakeFromAnother(std::string& text);

  const std::vector<std::string> seeds_;
  std::mt19937_64 engine_;
};

}  // namespace evident::fuzz

#endif  // EVIDENT_TESTS_FUZZ_MUTATOR_H_
