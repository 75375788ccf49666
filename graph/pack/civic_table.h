// The tab-separated files of a CIViC snapshot: a header, then a row a line (docs/formats/civic.md).
#ifndef EVIDENT_GRAPH_PACK_CIVIC_TABLE_H_
#define EVIDENT_GRAPH_PACK_CIVIC_TABLE_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace evident::graph {

// A row that could not be taken: where, and why.
struct BrokenRow {
  std::string file;
  size_t line = 0;  // from 1; the header is line 1
  std::string why;
};

// One row. Views of the file's text.
class CivicRow {
 public:
  CivicRow(size_t line, std::vector<std::string_view> cells)
      : line_(line), cells_(std::move(cells)) {}
  size_t line() const { return line_; }
  std::string_view at(size_t column) const { return cells_[column]; }

 private:
  size_t line_;
  std::vector<std::string_view> cells_;
};

class CivicTable {
 public:
  // Takes every row of the text with as many cells as the header, and notes the others as broken.
  // The last column may be a list of URLs with tabs between them: further cells that begin with
  // "http" belong to it. INVALID_ARGUMENT (CIVIC_HEADER): a column of `required` is not in the
  // header, or stands twice there; each is a violation. Rows with bytes that are not UTF-8, or with
  // a NUL, are broken. `text` must outlive the table.
  static absl::StatusOr<CivicTable> Read(const std::string& file, std::string_view text,
                                         const std::vector<std::string>& required);

  const std::string& file() const { return file_; }
  const std::vector<CivicRow>& rows() const { return rows_; }
  const std::vector<BrokenRow>& broken() const { return broken_; }

  // The cell, without spaces around it; empty where the file has no such column.
  std::string Cell(const CivicRow& row, const std::string& column) const;
  bool Has(const std::string& column) const { return columns_.count(column) > 0; }

 private:
  void TakeRow(size_t line, std::string_view text, size_t width, bool urls_last);
  void Break(size_t line, const std::string& why) { broken_.push_back({file_, line, why}); }

  std::string file_;
  std::map<std::string, size_t> columns_;
  std::vector<CivicRow> rows_;
  std::vector<BrokenRow> broken_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_CIVIC_TABLE_H_
