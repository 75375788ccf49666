#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace evident::fuzz {
namespace {

constexpr size_t kRunBytesMax = 40;

uint64_t HashOf(std::string_view name) {
  uint64_t hash = 14'695'981'039'346'656'037u;  // FNV-1a, 64 bits
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
  return hash;
}

}  // namespace

Mutator::Mutator(std::string_view name, std::vector<std::string> seeds)
    : seeds_(std::move(seeds)), engine_(HashOf(name)) {}

char Mutator::InterestingByte() {
  constexpr std::string_view kBytes(
      "\x00\x01\x08\x0a\x20\x22\x27\x2c\x2d\x2e\x30\x39\x3a\x41\x5b"
      "\x5d\x61\x7b\x7d\x7f\x80\xc3\xe2\xff",
      24);
  return Below(2) == 0 ? kBytes[Below(kBytes.size())] : static_cast<char>(Below(256));
}

void Mutator::ChangeByte(std::string& text) {
  const size_t at = Below(text.size());
  const size_t how = Below(5);
  if (how == 0) text[at] = static_cast<char>(text[at] ^ (1 << Below(8)));
  if (how == 1) text[at] = InterestingByte();
  if (how == 2) text[at] = static_cast<char>(text[at] + (Below(2) == 0 ? 1 : -1));
  if (how == 3) text.insert(at, 1, InterestingByte());
  if (how == 4) text.erase(at, 1);
}

void Mutator::ChangeRun(std::string& text) {
  const size_t at = Below(text.size());
  const std::string run = text.substr(at, 1 + Below(kRunBytesMax));
  const size_t how = Below(5);
  if (how == 0) text.erase(at, run.size());
  if (how == 1) text.insert(Below(text.size()), run);
  if (how == 2) std::fill_n(text.begin() + static_cast<int64_t>(at), run.size(), InterestingByte());
  if (how == 3) text.resize(at);
  if (how == 4) {
    for (size_t i = 1 + Below(16); i > 0; --i) text.insert(at, run);
  }
}

void Mutator::TakeFromAnother(std::string& text) {
  const std::string& other = seeds_[Below(seeds_.size())];
  if (other.empty()) return;
  const size_t from = Below(other.size());
  const std::string piece = other.substr(from, 1 + Below(kRunBytesMax));
  const size_t at = Below(text.size());
  const size_t how = Below(3);
  if (how == 0) text.insert(at, piece);
  if (how == 1) text.replace(at, piece.size(), piece);
  if (how == 2) text = text.substr(0, at) + other.substr(from);
}

void Mutator::Change(std::string& text) {
  if (text.empty()) {
    text += InterestingByte();
    return;
  }
  const size_t how = Below(8);
  if (how < 4) {
    ChangeByte(text);
  } else if (how < 6) {
    ChangeRun(text);
  } else {
    TakeFromAnother(text);
  }
}

std::string Mutator::Next() {
  std::string text = seeds_[Below(seeds_.size())];
  for (size_t i = 1 + Below(6); i > 0; --i) Change(text);
  return text;
}

}  // namespace evident::fuzz
