#include "graph/pack/civic_names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/digest.h"
#include "base/limits.h"

namespace evident::graph {
namespace {

constexpr size_t kSlugBytesMax = 120;
constexpr size_t kHashDigits = 8;

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Bytes that begin a character of UTF-8.
bool Begins(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

}  // namespace

std::string CivicSlug(const std::string& prefix, std::string_view text) {
  std::string slug = prefix;
  bool lost = text.size() > kSlugBytesMax;
  for (const char c : text.substr(0, kSlugBytesMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte)) {
      slug += static_cast<char>(absl::ascii_tolower(byte));
    } else {
      lost |= c != ' ' && c != '-';
      if (slug.back() != '-') slug += '-';
    }
  }
  if (lost) {
    if (slug.back() != '-') slug += '-';
    slug += Sha256(text).Hex().substr(0, kHashDigits);
  }
  return slug;
}

std::vector<std::string> CivicList(std::string_view text) {
  std::vector<std::string> items;
  std::string item;
  int depth = 0;
  const auto end_item = [&] {
    absl::StripAsciiWhitespace(&item);
    if (!item.empty()) items.push_back(item);
    item.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '(' || c == '[') ++depth;
    if ((c == ')' || c == ']') && depth > 0) --depth;
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool digits = i > 0 && IsDigit(text[i - 1]) && IsDigit(next);
    if (c == ',' && depth == 0 && next != ' ' && !digits) {
      end_item();
    } else {
      item += c;
    }
  }
  end_item();
  return items;
}

std::vector<std::string> CivicIds(std::string_view text) {
  std::vector<std::string> ids;
  for (const absl::string_view part :
       absl::StrSplit(absl::string_view(text.data(), text.size()), absl::ByAnyChar(",;"),
                      absl::SkipWhitespace())) {
    ids.emplace_back(absl::StripAsciiWhitespace(part));
  }
  return ids;
}

bool IsCivicNumber(std::string_view text) {
  return !text.empty() && text.size() <= 18 && std::all_of(text.begin(), text.end(), IsDigit);
}

std::string CivicHeadline(const std::string& text) {
  const auto chars = static_cast<size_t>(std::count_if(text.begin(), text.end(), Begins));
  if (chars <= kHeadlineCharsMax) return text;
  size_t kept = 0;
  size_t end = 0;
  size_t word = 0;
  for (; end < text.size(); ++end) {
    if (!Begins(text[end])) continue;
    if (kept + 3 == kHeadlineCharsMax) break;
    if (text[end] == ' ') word = end;
    ++kept;
  }
  return text.substr(0, word == 0 ? end : word) + "...";
}

}  // namespace evident::graph
