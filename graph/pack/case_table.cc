#include "graph/pack/case_table.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/suggest.h"
#include "graph/pack/yaml_text.h"

namespace evident::graph {
namespace {

struct Cell {
  std::string text;
  int column = 1;  // in characters
};

enum class Form { kText, kList };

struct Column {
  std::string_view name;
  Form form;
  bool expected;  // under "expect"
};

constexpr std::string_view kCase = "case";
constexpr std::string_view kFact = "fact:";
constexpr std::string_view kOutcome = "outcome:";
constexpr std::array<Column, 18> kColumns{{
    {"description", Form::kText, false},
    {"concepts", Form::kList, false},
    {"follows", Form::kText, false},
    {"ask", Form::kText, false},
    {"as_of", Form::kText, false},
    {"audience", Form::kText, false},
    {"applies", Form::kList, true},
    {"undecided", Form::kList, true},
    {"absent", Form::kList, true},
    {"outcome", Form::kText, true},
    {"missing", Form::kList, true},
    {"not_missing", Form::kList, true},
    {"held_back", Form::kList, true},
    {"warned_of", Form::kList, true},
    {"contested", Form::kList, true},
    {"offered", Form::kList, true},
    {"not_offered", Form::kList, true},
    {"refused", Form::kList, true},
}};

YamlNode Scalar(const std::string& text, int line, int column) {
  YamlNode node;
  node.kind = YamlNode::Kind::kScalar;
  node.text = text;
  node.line = line;
  node.column = column;
  return node;
}

YamlNode Map(int line, int column) {
  YamlNode node;
  node.kind = YamlNode::Kind::kMap;
  node.line = line;
  node.column = column;
  return node;
}

void Put(YamlNode& map, std::string_view key, YamlNode value) {
  map.entries.push_back({std::string(key), value.line, value.column, std::move(value)});
}

// Words between blanks.
YamlNode List(const Cell& cell, int line) {
  YamlNode list;
  list.kind = YamlNode::Kind::kList;
  list.line = line;
  list.column = cell.column;
  for (size_t at = 0; at < cell.text.size();) {
    const size_t end = std::min(cell.text.find(' ', at), cell.text.size());
    if (end > at) list.items.push_back(Scalar(cell.text.substr(at, end - at), line, cell.column));
    at = end + 1;
  }
  return list;
}

class Table {
 public:
  Table(const std::string& file, const std::vector<std::string_view>& lines, PackErrors& errors)
      : file_(file), lines_(lines), columns_(lines), errors_(errors) {}

  std::optional<YamlNode> Run() {
    const size_t before = errors_.count();
    YamlNode cases = Map(1, 1);
    int line = 0;
    for (const std::string_view text : lines_) {
      ++line;
      if (text.empty()) continue;
      const std::optional<std::vector<Cell>> cells = Split(text, line);
      if (!cells) continue;
      if (header_.empty()) {
        TakeHeader(*cells, line);
        if (errors_.count() > before) return std::nullopt;
      } else {
        TakeRow(*cells, line, cases);
      }
    }
    if (header_.empty())
      Error(1, 1, "found an empty table; expected a first line that names columns");
    if (errors_.count() > before) return std::nullopt;
    return cases;
  }

 private:
  void Error(int line, int column, const std::string& what) {
    errors_.Add({file_, line, column}, what);
  }

  // Cells between commas; those in quotes may hold commas, and quotes as two.
  std::optional<std::vector<Cell>> Split(std::string_view text, int line) {
    std::vector<Cell> cells;
    for (size_t at = 0;; ++at) {
      Cell cell{"", columns_.At(line - 1, static_cast<int>(at))};
      if (at < text.size() && text[at] == '"') {
        for (++at;; ++at) {
          if (at >= text.size()) {
            Error(line, cell.column, "found a quoted cell that does not end on its line");
            return std::nullopt;
          }
          if (text[at] != '"') {
            cell.text += text[at];
          } else if (at + 1 < text.size() && text[at + 1] == '"') {
            cell.text += text[++at];
          } else {
            break;
          }
        }
        ++at;
        if (at < text.size() && text[at] != ',') {
          Error(line, columns_.At(line - 1, static_cast<int>(at)),
                "found text behind a quoted cell; expected a comma");
          return std::nullopt;
        }
      } else {
        const size_t end = std::min(text.find(',', at), text.size());
        cell.text = std::string(text.substr(at, end - at));
        at = end;
        const size_t first = cell.text.find_first_not_of(' ');
        cell.text = first == std::string::npos
                        ? ""
                        : cell.text.substr(first, cell.text.find_last_not_of(' ') - first + 1);
      }
      cells.push_back(std::move(cell));
      if (at >= text.size()) return cells;
    }
  }

  static const Column* Find(std::string_view name) {
    const auto* const found = std::find_if(kColumns.begin(), kColumns.end(),
                                           [&](const Column& one) { return one.name == name; });
    return found == kColumns.end() ? nullptr : found;
  }

  static bool HasPrefix(std::string_view name, std::string_view prefix) {
    return name.size() > prefix.size() && name.substr(0, prefix.size()) == prefix;
  }

  void TakeHeader(const std::vector<Cell>& cells, int line) {
    std::set<std::string> seen;
    for (const Cell& cell : cells) {
      header_.push_back(cell.text);
      if (!seen.insert(cell.text).second) {
        Error(line, cell.column, "found the column \"" + cell.text + "\" again");
      } else if (cell.text != kCase && Find(cell.text) == nullptr && !HasPrefix(cell.text, kFact) &&
                 !HasPrefix(cell.text, kOutcome)) {
        std::vector<std::string> known = {std::string(kCase), "fact:<fact>",
                                          "outcome:<decision point>"};
        for (const Column& column : kColumns) known.emplace_back(column.name);
        Error(line, cell.column,
              "found the column \"" + cell.text + "\", which a table of cases does not have" +
                  NearestHint(cell.text, known));
      }
    }
    if (seen.count(std::string(kCase)) == 0) {
      Error(line, 1, "found no column \"case\", which every table of cases has");
    }
  }

  void TakeRow(const std::vector<Cell>& cells, int line, YamlNode& cases) {
    if (cells.size() != header_.size()) {
      Error(line, 1,
            "found " + std::to_string(cells.size()) + " cells; expected " +
                std::to_string(header_.size()) + ", as in the first line");
      return;
    }
    YamlNode row = Map(line, 1);
    YamlNode facts = Map(line, 1);
    YamlNode outcomes = Map(line, 1);
    YamlNode expect = Map(line, 1);
    std::string slug;
    for (size_t i = 0; i < cells.size(); ++i) {
      const Cell& cell = cells[i];
      if (cell.text.empty()) continue;
      nodes_ += 1 + static_cast<size_t>(std::count(cell.text.begin(), cell.text.end(), ' '));
      const std::string_view name = header_[i];
      if (name == kCase) {
        slug = cell.text;
      } else if (HasPrefix(name, kFact)) {
        Put(facts, name.substr(kFact.size()), Scalar(cell.text, line, cell.column));
      } else if (HasPrefix(name, kOutcome)) {
        Put(outcomes, name.substr(kOutcome.size()), Scalar(cell.text, line, cell.column));
      } else {
        const Column& column = *Find(name);
        Put(column.expected ? expect : row, name,
            column.form == Form::kList ? List(cell, line) : Scalar(cell.text, line, cell.column));
      }
    }
    if (nodes_ > kYamlNodesMax) {
      // Said once.
      if (!std::exchange(too_large_, true)) {
        Error(line, 1, "found more than " + std::to_string(kYamlNodesMax) + " values in one file");
      }
      return;
    }
    if (slug.empty()) {
      Error(line, 1, "found a row without a slug under \"case\"");
      return;
    }
    if (!slugs_.insert(slug).second) {
      Error(line, 1, "found the case \"" + slug + "\" again in one table");
      return;
    }
    if (!facts.entries.empty()) Put(row, "facts", std::move(facts));
    if (!outcomes.entries.empty()) Put(expect, "outcomes", std::move(outcomes));
    Put(row, "expect", std::move(expect));
    cases.entries.push_back({slug, line, 1, std::move(row)});
  }

  const std::string& file_;
  const std::vector<std::string_view>& lines_;
  CharacterColumns columns_;
  PackErrors& errors_;
  std::vector<std::string> header_;
  std::set<std::string> slugs_;
  size_t nodes_ = 0;
  bool too_large_ = false;
};

}  // namespace

std::optional<YamlNode> ParseCaseTable(const std::string& file, std::string_view bytes,
                                       PackErrors& errors) {
  // As spreadsheets write them: lines that end in "\r\n".
  std::string text(bytes);
  text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
  const std::vector<std::string_view> lines = LinesOf(text);
  if (!CheckText(file, lines, errors)) return std::nullopt;
  return Table(file, lines, errors).Run();
}

}  // namespace evident::graph
