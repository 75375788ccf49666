#include "base/suggest.h"

#include <algorithm>
#include <utility>

namespace evident {
namespace {

constexpr size_t kComparedBytesMax = 128;

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = a[i - 1] == b[j - 1] ? diagonal : 1 + std::min({diagonal, above, row[j - 1]});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::vector<std::string> NearestNames(std::string_view name, const std::vector<std::string>& known,
                                      size_t most) {
  const std::string_view asked = name.substr(0, kComparedBytesMax);
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& candidate : known) {
    const std::string_view against = std::string_view(candidate).substr(0, kComparedBytesMax);
    const size_t distance = EditDistance(asked, against);
    const bool contains = asked.size() >= 3 && (against.find(asked) != std::string_view::npos ||
                                                asked.find(against) != std::string_view::npos);
    if (contains || distance * 3 <= std::max<size_t>(asked.size(), 3)) {
      near.emplace_back(distance, candidate);
    }
  }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  std::vector<std::string> names;
  for (size_t i = 0; i < near.size() && i < most; ++i) names.push_back(near[i].second);
  return names;
}

std::string NearestHint(std::string_view name, const std::vector<std::string>& known) {
  std::string hint;
  for (const std::string& near : NearestNames(name, known)) {
    hint += (hint.empty() ? "; nearest known: " : ", ") + near;
  }
  return hint;
}

}  // namespace evident
