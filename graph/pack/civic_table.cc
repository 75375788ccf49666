#include "graph/pack/civic_table.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "base/status.h"
#include "base/unicode.h"

namespace evident::graph {
namespace {

std::vector<std::string_view> Split(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const size_t tab = line.find('\t');
    cells.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text.front()))) {
    text.remove_prefix(1);
  }
  while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text.back()))) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

absl::StatusOr<CivicTable> CivicTable::Read(const std::string& file, std::string_view text,
                                            const std::vector<std::string>& required) {
  CivicTable table;
  table.file_ = file;
  std::vector<Violation> violations;
  const std::vector<std::string_view> header = Split(text.substr(0, text.find('\n')));
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string name(Trimmed(header[i]));
    if (table.columns_.emplace(name, i).second) continue;
    violations.push_back({file + ":1", "the column " + name + " stands twice"});
  }
  for (const std::string& name : required) {
    if (!table.Has(name)) violations.push_back({file + ":1", "there is no column " + name});
  }
  if (!violations.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "CIVIC_HEADER",
                     file + " is no such file of CIViC: " + violations[0].description, violations);
  }
  const std::string_view last = Trimmed(header.back());
  const bool urls_last = last.size() > 5 && last.substr(last.size() - 5) == "_urls";
  size_t line = 1;
  for (size_t at = text.find('\n'); at != std::string_view::npos && at + 1 < text.size();) {
    const size_t end = text.find('\n', at + 1);
    table.TakeRow(++line, text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1),
                  header.size(), urls_last);
    at = end;
  }
  return table;
}

void CivicTable::TakeRow(size_t line, std::string_view text, size_t width, bool urls_last) {
  if (text.empty()) return;
  if (!ToNfc(text).ok()) return Break(line, "its text is not UTF-8");
  if (text.find('\0') != std::string_view::npos) return Break(line, "there is a NUL in it");
  std::vector<std::string_view> cells = Split(text);
  while (urls_last && cells.size() > width && cells.back().substr(0, 4) == "http") cells.pop_back();
  if (cells.size() != width) {
    return Break(line, "it has " + std::to_string(cells.size()) + " cells; the header has " +
                           std::to_string(width));
  }
  rows_.emplace_back(line, std::move(cells));
}

std::string CivicTable::Cell(const CivicRow& row, const std::string& column) const {
  const auto found = columns_.find(column);
  return found == columns_.end() ? std::string() : std::string(Trimmed(row.at(found->second)));
}

}  // namespace evident::graph
