#include "workbench/draft_page.h"

#include <algorithm>
#include <vector>

#include "base/date.h"
#include "graph/model/enum_words.h"

namespace evident::workbench {
namespace {

using graph::EnumWord;

constexpr char kStyle[] = R"(
:root { color-scheme: light; }
body { font: 16px/1.5 Georgia, 'Times New Roman', serif; color: #1c1c1c; background: #fff;
       max-width: 62rem; margin: 2rem auto; padding: 0 1.5rem; }
h1, h2, h3, th, .meta, .badge, summary { font-family: system-ui, 'Segoe UI', Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .4rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 2px solid #d5d5d5; padding-bottom: .25rem; }
h3 { font-size: 1.05rem; margin: 0 0 .3rem; }
.meta { color: #4c4c4c; font-size: .88rem; }
.summary { background: #f4f4f1; border: 1px solid #dcdcd6; border-radius: 6px; padding: .7rem 1rem; margin: 1rem 0; }
.summary p { margin: .2rem 0; }
article { border: 1px solid #d5d5d5; border-radius: 6px; padding: .9rem 1.1rem; margin: 0 0 1.1rem; break-inside: avoid-page; }
.badge { display: inline-block; font-size: .75rem; font-weight: 600; border-radius: 4px; padding: .05rem .45rem;
         margin-right: .4rem; border: 1px solid; vertical-align: 2px; }
.added { color: #14532d; background: #e7f5ec; } .removed { color: #7f1d1d; background: #fbeaea; }
.changed { color: #1e3a6e; background: #e9effa; }
.warn { color: #7a2e00; background: #fff1e3; border: 1px solid #e2a36b; border-radius: 4px; padding: .4rem .7rem; margin: .4rem 0; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-top: 1px solid #e4e4e4; overflow-wrap: anywhere; }
th { font-size: .82rem; color: #4c4c4c; font-weight: 600; }
th.label { width: 10.5rem; } thead th { border-top: 0; }
del { background: #fbe0e0; text-decoration: line-through; } ins { background: #dcf3e2; text-decoration: underline; }
.none { color: #6b6b6b; font-style: italic; }
summary { cursor: pointer; font-size: .88rem; color: #33507f; margin-top: .4rem; }
ul { margin: .3rem 0; padding-left: 1.3rem; } .fails { color: #7f1d1d; font-weight: 600; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } details > *:not(summary) { display: block; } }
)";

std::vector<std::string_view> WordsOf(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Words of one side, those that are not `common` in `tag`, neighbours in one.
std::string Marked(const std::vector<std::string_view>& words, const std::vector<bool>& common,
                   const std::string& tag) {
  std::string text;
  bool open = false;
  for (size_t i = 0; i < words.size(); ++i) {
    if (open && common[i]) text += "</" + tag + ">";
    if (i > 0) text += ' ';
    if (!open && !common[i]) text += "<" + tag + ">";
    open = !common[i];
    text += EscapeHtml(words[i]);
  }
  return open ? text + "</" + tag + ">" : text;
}

class Page {
 public:
  explicit Page(const v1::RenderDraftResponse& draft) : draft_(draft) {}

  std::string Run() {
    const std::string title = EscapeHtml(draft_.draft().title());
    out_ +=
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
        title + "</title><style>" + kStyle + "</style></head>\n<body>\n<header><h1>" + title +
        "</h1>\n";
    Head();
    out_ += "</header>\n<main>\n";
    Nodes();
    Cases();
    Findings();
    History();
    out_ += "</main></body></html>\n";
    return std::move(out_);
  }

 private:
  void Paragraph(const std::string& text, const char* of_class = nullptr) {
    out_ += of_class == nullptr ? "<p>" : "<p class=\"" + std::string(of_class) + "\">";
    out_ += EscapeHtml(text) + "</p>\n";
  }

  static std::string Count(size_t number, const std::string& what) {
    if (number == 1) return "1 " + what;
    const bool by_y = what.back() == 'y';
    return std::to_string(number) + " " +
           (by_y ? what.substr(0, what.size() - 1) + "ies" : what + "s");
  }

  void Head() {
    const v1::Draft& draft = draft_.draft();
    std::string authors;
    for (const std::string& author : draft.authors()) {
      authors += (authors.empty() ? "" : ", ") + author;
    }
    Paragraph(draft.name() + ", " + EnumWord(draft.state(), ' ') + ", begun upon release " +
                  std::to_string(draft.base()) + "; written by " + authors,
              "meta");
    size_t affected = 0;
    size_t failing = 0;
    size_t conflicts = 0;
    for (const v1::DraftCase& one : draft_.cases()) {
      affected += one.effects().empty() ? 0 : 1;
      failing += one.failures().empty() ? 0 : 1;
    }
    for (const v1::RenderedNode& node : draft_.nodes()) conflicts += node.conflict() ? 1 : 0;
    out_ += "<div class=\"summary\">";
    Paragraph("This draft changes " + Count(static_cast<size_t>(draft_.nodes_size()), "entry") +
              ". Of " + Count(draft_.case_count(), "test patient") + ", " +
              std::to_string(affected) + " would be answered otherwise than today, and " +
              std::to_string(failing) + " not as expected.");
    if (draft_.findings_size() > 0) {
      Paragraph("It brings " + Count(static_cast<size_t>(draft_.findings_size()), "finding") +
                " that the knowledge does not have today.");
    }
    out_ += "</div>\n";
    if (conflicts > 0) {
      Paragraph(Count(conflicts, "entry") +
                    " changed since this draft was written: it cannot be "
                    "published before they are edited anew.",
                "warn");
    }
  }

  void Nodes() {
    out_ += "<h2>What changes</h2>\n";
    if (draft_.nodes().empty()) Paragraph("Nothing.", "none");
    for (const v1::RenderedNode& node : draft_.nodes()) Node(node);
  }

  void Node(const v1::RenderedNode& node) {
    const std::string change = EnumWord(node.change());
    out_ += "<article><h3><span class=\"badge " + change + "\">" + change + "</span>" +
            EscapeHtml(node.title().empty() ? node.name() : node.title()) + "</h3>\n";
    Paragraph(EnumWord(node.kind(), ' ') + " " + node.name(), "meta");
    if (node.conflict()) {
      Paragraph("This entry changed since the draft was written.", "warn");
    }
    if (node.change() == v1::CHANGE_KIND_CHANGED) {
      Lines(node, true);
      const auto same =
          std::count_if(node.lines().begin(), node.lines().end(),
                        [](const v1::RenderedLine& line) { return line.before() == line.after(); });
      if (same > 0) {
        out_ += "<details><summary>What stays as it is (" + std::to_string(same) + ")</summary>\n";
        Lines(node, false);
        out_ += "</details>\n";
      }
    } else {
      OneSide(node);
    }
    out_ += "</article>\n";
  }

  static std::string Cell(const std::string& html) {
    return "<td>" + (html.empty() ? "<span class=\"none\">nothing</span>" : html) + "</td>";
  }

  void Row(const std::string& label, const std::string& cells) {
    out_ +=
        "<tr><th class=\"label\" scope=\"row\">" + EscapeHtml(label) + "</th>" + cells + "</tr>\n";
  }

  // The lines that differ, side by side, or those that do not.
  void Lines(const v1::RenderedNode& node, bool differing) {
    out_ += differing ? "<table><thead><tr><th class=\"label\"></th><th scope=\"col\">today</th>"
                        "<th scope=\"col\">in this draft</th></tr></thead><tbody>\n"
                      : "<table><tbody>\n";
    for (const v1::RenderedLine& line : node.lines()) {
      if ((line.before() != line.after()) != differing) continue;
      if (!differing) {
        Row(line.label(), Cell(EscapeHtml(line.after())));
        continue;
      }
      const MarkedTexts texts = MarkWords(line.before(), line.after());
      Row(line.label(), Cell(texts.before) + Cell(texts.after));
    }
    out_ += "</tbody></table>\n";
  }

  void OneSide(const v1::RenderedNode& node) {
    out_ += "<table><tbody>\n";
    for (const v1::RenderedLine& line : node.lines()) {
      Row(line.label(), Cell(EscapeHtml(line.after().empty() ? line.before() : line.after())));
    }
    out_ += "</tbody></table>\n";
  }

  void Cases() {
    out_ += "<h2>Test patients who would be answered otherwise</h2>\n";
    if (draft_.cases().empty()) Paragraph("None.", "none");
    for (const v1::DraftCase& one : draft_.cases()) {
      out_ += "<article><h3>" + EscapeHtml(one.description()) + "</h3>\n";
      Paragraph(one.pack() + ", case " + one.name(), "meta");
      if (!one.effects().empty()) {
        out_ += "<ul>\n";
        for (const std::string& effect : one.effects()) {
          out_ += "<li>" + EscapeHtml(effect) + "</li>\n";
        }
        out_ += "</ul>\n";
      }
      for (const std::string& failure : one.failures()) {
        Paragraph("Not as expected: " + failure, "fails");
      }
      out_ += "</article>\n";
    }
  }

  void Findings() {
    if (draft_.findings().empty()) return;
    out_ += "<h2>What to look at</h2>\n<ul>\n";
    for (const v1::DraftFinding& finding : draft_.findings()) {
      out_ += "<li><strong>" + EscapeHtml(finding.severity()) + "</strong>, " +
              EscapeHtml(finding.node()) + ": " + EscapeHtml(finding.message()) + " (" +
              EscapeHtml(finding.rule()) + ")</li>\n";
    }
    out_ += "</ul>\n";
  }

  void History() {
    out_ += "<h2>What was done</h2>\n<table><tbody>\n";
    for (const v1::DraftEvent& event : draft_.draft().events()) {
      Row(DateOfTimeNs(event.time_ns()).ToString(),
          "<td>" + EscapeHtml(EnumWord(event.act(), ' ') + " by " + event.by()) + "</td><td>" +
              EscapeHtml(event.note()) + "</td>");
    }
    out_ += "</tbody></table>\n";
  }

  const v1::RenderDraftResponse& draft_;
  std::string out_;
};

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

MarkedTexts MarkWords(std::string_view before, std::string_view after) {
  constexpr size_t kWordsMax = 1'000;
  const std::vector<std::string_view> old = WordsOf(before);
  const std::vector<std::string_view> fresh = WordsOf(after);
  std::vector<bool> in_old(old.size(), false);
  std::vector<bool> in_fresh(fresh.size(), false);
  if (old.size() <= kWordsMax && fresh.size() <= kWordsMax) {
    // The longest common subsequence: longest[i][j] is that of the words from i and j on.
    std::vector<std::vector<uint16_t>> longest(old.size() + 1,
                                               std::vector<uint16_t>(fresh.size() + 1, 0));
    for (size_t i = old.size(); i-- > 0;) {
      for (size_t j = fresh.size(); j-- > 0;) {
        longest[i][j] = old[i] == fresh[j] ? static_cast<uint16_t>(longest[i + 1][j + 1] + 1)
                                           : std::max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    for (size_t i = 0, j = 0; i < old.size() && j < fresh.size();) {
      if (old[i] == fresh[j]) {
        in_old[i++] = in_fresh[j++] = true;
      } else if (longest[i + 1][j] >= longest[i][j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
  }
  return {Marked(old, in_old, "del"), Marked(fresh, in_fresh, "ins")};
}

std::string DraftPage(const v1::RenderDraftResponse& draft) { return Page(draft).Run(); }

}  // namespace evident::workbench
