#include "graph/pack/errors.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/limits.h"

namespace evident::graph {

std::string PackPlace::ToString() const {
  if (line == 0) return file;
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

void PackErrors::Add(const PackPlace& place, std::string_view what) {
  ++count_;
  if (items_.size() < kPackErrorsMax) items_.push_back({place, std::string(what)});
}

absl::Status PackErrors::ToStatus() const {
  if (empty()) return absl::OkStatus();
  std::vector<Item> sorted = items_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Item& a, const Item& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) <
           std::tie(b.place.file, b.place.line, b.place.column);
  });
  std::vector<Violation> violations;
  violations.reserve(sorted.size() + 1);
  for (const Item& item : sorted) violations.push_back({item.place.ToString(), item.what});
  if (count_ > items_.size()) {
    violations.push_back({"pack", "and " + std::to_string(count_ - items_.size()) + " more"});
  }
  const std::string message = "reading the pack found " + std::to_string(count_) +
                              (count_ == 1 ? " error, " : " errors, the first at ") +
                              violations.front().field + ": " + violations.front().description;
  return MakeError(absl::StatusCode::kInvalidArgument, "PACK_INVALID", message, violations);
}

}  // namespace evident::graph
