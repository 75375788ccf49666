#include "client/cli/report.h"

#include <cmark.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/render_answer.h"
#include "client/cli/text.h"
#include "client/cli/words.h"
#include "graph/model/enum_words.h"
#include "workbench/draft_page.h"

namespace evident::cli {
namespace {

constexpr size_t kIdBytesMax = 256;

constexpr char kStyle[] = R"(
body { font: 11pt/1.45 Georgia, serif; color: #111; max-width: 46em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.25em; margin-top: 1.6em; } h3 { font-size: 1.05em; }
section { border-top: 2px solid #444; margin-top: 2.5em; padding-top: .5em; }
table { border-collapse: collapse; width: 100%; font-size: .9em; }
td, th { border: 1px solid #bbb; padding: .25em .5em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.answer { border-left: 3px solid #bbb; padding-left: 1.2em; }
.summary { font-size: 1.15em; font-weight: bold; }
.good { color: #0a5c2b; } .bad { color: #a30f0f; font-weight: bold; }
.small { font-size: .85em; color: #444; overflow-wrap: anywhere; }
@media print { section { break-before: page; border-top: none; } a { color: inherit; text-decoration: none; } body { margin: 0; max-width: none; } }
)";

std::string Html(const std::string& text) { return workbench::EscapeHtml(Printable(text)); }

// Raw HTML in the words is left out: cmark's default.
std::string HtmlOfMarkdown(const std::string& markdown) {
  char* const html = cmark_markdown_to_html(markdown.data(), markdown.size(), CMARK_OPT_DEFAULT);
  std::string out = html == nullptr ? std::string() : std::string(html);
  std::free(html);
  return out;
}

std::string LocalTime(int64_t time_ns, const absl::TimeZone& zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S %Ez", absl::FromUnixNanos(time_ns), zone);
}

const char* StatusOf(const ReportItem& item) {
  if (item.name.empty()) return "not found";
  if (item.pruned) return "pruned";
  return item.erased ? "erased" : "found";
}

std::string Paragraph(const std::string& html, const std::string& kind = "") {
  return "<p" + (kind.empty() ? "" : " class=\"" + kind + "\"") + ">" + html + "</p>\n";
}

// A table of what is given, empty values left out.
std::string FieldTable(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string out = "<table>\n";
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    out += "<tr><th>" + Html(name) + "</th><td>" + Html(value) + "</td></tr>\n";
  }
  return out + "</table>\n";
}

std::string FactsInWords(const v1::ResolvedQuestion& question) {
  std::string out;
  for (const v1::QuestionFact& fact : question.facts()) {
    out += (out.empty() ? "" : "; ") + InWords(fact.fact());
  }
  return out;
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string AskedPart(const ReportItem& item, const absl::TimeZone& zone) {
  const v1::EntryBody& body = item.explanation->body();
  const v1::ResolvedQuestion& question = body.decision().question();
  return "<h2>What was asked</h2>\n" +
         FieldTable({{"Time", LocalTime(item.info.commit_time_ns(), zone)},
                     {"Asked by", body.caller().identity() + " (" + body.caller().tenant() + ")"},
                     {"On behalf of", body.caller().on_behalf_of()},
                     {"Purpose", body.caller().purpose_of_use()},
                     {"Subject", body.subject()},
                     {"Reference", body.client_reference()},
                     {"Question", question.linking().text()},
                     {"About", Joined(question.concepts())},
                     {"Facts", FactsInWords(question)},
                     {"Follows", body.follows()},
                     {"Knowledge", "releases/" + std::to_string(question.release())}});
}

std::string AnswerPart(const ReportItem& item) {
  std::string out = "<h2>The answer as it was given</h2>\n";
  if (!item.explanation->has_answer()) {
    return out + Paragraph(
                     "The answer cannot be put together again by the program that runs today. "
                     "What was decided is recorded all the same, and listed with the log.",
                     "bad");
  }
  TextOptions options;
  options.markdown = true;
  return out + "<div class=\"answer\">\n" +
         HtmlOfMarkdown(RenderAnswer(item.explanation->answer(), options)) + "</div>\n";
}

std::string ChangesPart(const ReportItem& item, const absl::TimeZone& zone) {
  std::string out = "<h2>What has changed since</h2>\n";
  if (item.explanation->changes().empty()) {
    return out + Paragraph("Nothing that this answer rested on has changed, up to releases/" +
                           std::to_string(item.explanation->head()) + ".");
  }
  out += "<ul>\n";
  for (const v1::ChangeSince& change : item.explanation->changes()) {
    out += "<li>" + Html(change.difference().name() + ": " + change.words());
    if (change.release() != 0) {
      out += Html(" (releases/" + std::to_string(change.release()) + ", " +
                  LocalTime(change.published_time_ns(), zone) + ")");
    }
    out += "</li>\n";
  }
  return out + "</ul>\n";
}

std::string FeedbackPart(const ReportItem& item, const absl::TimeZone& zone) {
  std::string out = "<h2>Feedback</h2>\n";
  if (item.feedback.empty()) return out + Paragraph("None was given.");
  out += "<ul>\n";
  for (const GivenFeedback& given : item.feedback) {
    for (const v1::StatementFeedback& one : given.statements) {
      out += "<li>" +
             Html(LocalTime(given.time_ns, zone) + ", " + given.caller + ": " + one.statement() +
                  " " + graph::EnumWord(one.verdict(), ' ') +
                  (one.reason().empty() ? "" : ", " + one.reason()) +
                  (one.comment().empty() ? "" : ": " + one.comment())) +
             "</li>\n";
    }
  }
  return out + "</ul>\n";
}

std::string VerificationPart(const ReportItem& item) {
  std::string out = "<h2>Is this what was said?</h2>\n";
  if (!item.verified.empty()) out += Paragraph(Html(item.verified), "good");
  if (!item.failed.empty()) out += Paragraph("NOT VERIFIED: " + Html(item.failed), "bad");
  if (!item.file.empty()) {
    out += Paragraph(Html("To check it yourself: receipts/" + item.file + ".answer, receipts/" +
                          item.file + ".receipt and VERIFY.txt."),
                     "small");
  }
  return out;
}

std::string ItemPart(const ReportItem& item, size_t number, const absl::TimeZone& zone) {
  std::string out = "<section>\n<h1>" + std::to_string(number) + ". " + Html(item.id) + "</h1>\n";
  if (item.name.empty()) {
    return out + Paragraph("No decision of this id is in the log within the time asked for.") +
           "</section>\n";
  }
  out += Paragraph(Html(item.name), "small");
  if (item.pruned) {
    out += Paragraph(Html("Decided on " + LocalTime(item.info.commit_time_ns(), zone) +
                          ", outcome: " + graph::EnumWord(item.info.outcome(), ' ') +
                          ". What was asked and answered is older than the site keeps it, and was "
                          "removed."));
    return out + VerificationPart(item) + "</section>\n";
  }
  if (item.erased) {
    const std::string when = item.erased_ns ? " on " + LocalTime(*item.erased_ns, zone) : "";
    out += Paragraph(Html("Decided on " + LocalTime(item.info.commit_time_ns(), zone) +
                          ", outcome: " + graph::EnumWord(item.info.outcome(), ' ') +
                          ". What was asked and answered was erased" + when +
                          ", at the request of those who may ask for that; nobody can open it."));
    return out + VerificationPart(item) + "</section>\n";
  }
  return out + AskedPart(item, zone) + AnswerPart(item) + ChangesPart(item, zone) +
         FeedbackPart(item, zone) + VerificationPart(item) + "</section>\n";
}

std::string Overview(const Report& report) {
  std::string out =
      "<table>\n<tr><th></th><th>Id</th><th>Time</th><th>Outcome</th><th>Status</th></tr>\n";
  for (size_t i = 0; i < report.items.size(); ++i) {
    const ReportItem& item = report.items[i];
    const bool there = !item.name.empty();
    out += "<tr><td>" + std::to_string(i + 1) + "</td><td>" + Html(item.id) + "</td><td>" +
           (there ? LocalTime(item.info.commit_time_ns(), report.zone) : "") + "</td><td>" +
           (there ? Html(graph::EnumWord(item.info.outcome(), ' ')) : "") + "</td><td>" +
           StatusOf(item) + (item.failed.empty() ? "" : ", NOT VERIFIED") + "</td></tr>\n";
  }
  return out + "</table>\n";
}

std::string Csv(const std::string& field) {
  if (field.find_first_of("\",\r\n") == std::string::npos) return field;
  std::string out = "\"";
  for (const char c : field) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string ReportSummary(const Report& report) {
  std::set<std::string> ids;
  std::set<std::string> missing;
  size_t erased = 0;
  size_t pruned = 0;
  size_t failed = 0;
  size_t broken = 0;
  for (const ReportItem& item : report.items) {
    ids.insert(item.id);
    if (item.name.empty()) missing.insert(item.id);
    erased += item.erased ? 1 : 0;
    pruned += item.pruned ? 1 : 0;
    failed += item.failed.empty() ? 0 : 1;
    broken += item.erased && !item.failed.empty() ? 1 : 0;
  }
  std::string out =
      "found " + std::to_string(ids.size() - missing.size()) + " of " + std::to_string(ids.size());
  if (!missing.empty()) out += "; " + std::to_string(missing.size()) + " not found";
  if (erased > 0) {
    std::set<std::string> days;
    for (const ReportItem& item : report.items) {
      if (item.erased_ns) days.insert(LocalTime(*item.erased_ns, report.zone).substr(0, 10));
    }
    out += "; " + std::to_string(erased) + " erased";
    for (auto day = days.begin(); day != days.end(); ++day) {
      out += (day == days.begin() ? " on " : ", ") + *day;
    }
    if (broken == 0) out += ", proof intact";
  }
  if (pruned > 0) out += "; " + std::to_string(pruned) + " removed by age";
  if (failed > 0) out += "; " + std::to_string(failed) + " NOT VERIFIED";
  return out;
}

std::string ReportPage(const Report& report) {
  const std::string summary = ReportSummary(report);
  std::string period;
  if (!report.from.empty()) period += " from " + report.from;
  if (!report.to.empty()) period += " to before " + report.to;
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Audit "
      "report: " +
      Html(report.log) + "</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n" +
      "<h1>Audit report</h1>\n" + Paragraph(Html(summary), "summary");
  out += FieldTable({{"Log", report.log},
                     {"Entries in the log", std::to_string(report.log_size)},
                     {"Period", period.empty() ? "all" : period},
                     {"Made", LocalTime(report.made_ns, report.zone)},
                     {"Times are of", report.zone.name()}});
  out += Paragraph(
      "Each decision below was looked up in the audit log, put together again from what the log "
      "recorded, and held against what the log committed to when the answer was sent. "
      "&ldquo;Verified&rdquo; means that not a single character can have been changed since, nor "
      "the "
      "entry been put in later, without it showing. Making this report is itself recorded in the "
      "log.");
  out += Overview(report);
  for (size_t i = 0; i < report.items.size(); ++i) {
    out += ItemPart(report.items[i], i + 1, report.zone);
  }
  return out + "</body>\n</html>\n";
}

std::string ReportTable(const Report& report) {
  std::string out = "id,status,decision,time,outcome,release,verified,file\r\n";
  for (const ReportItem& item : report.items) {
    const bool there = !item.name.empty();
    const std::string release =
        item.explanation ? std::to_string(item.explanation->body().decision().question().release())
                         : "";
    const std::vector<std::string> fields{
        item.id,
        StatusOf(item),
        item.name,
        there ? LocalTime(item.info.commit_time_ns(), report.zone) : "",
        there ? graph::EnumWord(item.info.outcome()) : "",
        release,
        there ? (item.failed.empty() ? "yes" : "no") : "",
        item.file};
    for (size_t i = 0; i < fields.size(); ++i) out += (i == 0 ? "" : ",") + Csv(fields[i]);
    out += "\r\n";
  }
  return out;
}

std::string ReportInstructions(const Report& report) {
  return "How to check this report\n"
         "\n"
         "Log: " +
         report.log +
         "\n"
         "\n"
         "1. The file log.verifier is the key by which the log's signatures are checked. Compare "
         "it\n"
         "   with the one that you were given in person: a key that comes with what it is to "
         "check\n"
         "   proves nothing.\n"
         "2. Each decision that was found has two files in receipts/: N.answer, what was answered, "
         "to\n"
         "   the byte, and N.receipt, its proof. Check a pair with\n"
         "\n"
         "       evident --verifier-key log.verifier audit verify-receipt receipts/001.answer "
         "receipts/001.receipt\n"
         "\n"
         "   or with the short programs in Python and Go that come with the source of Evident, in\n"
         "   tests/foreign, which share no code with it.\n"
         "3. decisions.csv lists what report.html shows, one line for each decision.\n"
         "4. A decision that was erased or pruned has a receipt of no answer: nobody can open it "
         "any more. "
         "Its\n"
         "   place in the log is proven all the same.\n";
}

absl::StatusOr<std::vector<std::string>> ReadIds(const std::string& text) {
  std::vector<std::string> ids;
  std::set<std::string> seen;
  size_t line_number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    ++line_number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::string id;
    size_t i = 0;
    if (!line.empty() && line[0] == '"') {
      for (i = 1;
           i < line.size() && (line[i] != '"' || (i + 1 < line.size() && line[i + 1] == '"'));
           ++i) {
        if (line[i] == '"') ++i;
        id += line[i];
      }
    } else {
      id = line.substr(0, line.find(','));
    }
    if (id.empty() || (line_number == 1 && id == "id")) continue;
    if (id.size() > kIdBytesMax || !IsValidUtf8(id)) {
      return MakeError(absl::StatusCode::kInvalidArgument, "IDS_INVALID",
                       "line " + std::to_string(line_number) + ": an id is UTF-8 of at most " +
                           std::to_string(kIdBytesMax) + " bytes");
    }
    if (seen.insert(id).second) ids.push_back(id);
  }
  return ids;
}

}  // namespace evident::cli
