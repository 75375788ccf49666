#include "client/cli/draft_output.h"

#include <iostream>
#include <string>

#include "base/date.h"
#include "client/cli/diff_output.h"
#include "client/cli/text.h"
#include "client/cli/words.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

using graph::EnumWord;

void Head(const v1::Draft& draft, Text& text) {
  text.Line(text.Styled(Style::kBold, draft.name()) + "  " +
            text.Styled(Style::kPlain, draft.title()));
  text.Line(
      "  " + EnumWord(draft.state(), ' ') + ", " + std::to_string(draft.changes()) +
      " nodes, begun upon release " + std::to_string(draft.base()) + ", etag " + draft.etag() +
      (draft.release() > 0 ? ", published as releases/" + std::to_string(draft.release()) : ""));
}

void Events(const v1::Draft& draft, Text& text) {
  for (const v1::DraftEvent& event : draft.events()) {
    const std::string line = "  " + DateOfTimeNs(event.time_ns()).ToString() + "  " +
                             EnumWord(event.act()) + " by " + event.by();
    if (event.note().empty()) {
      text.Line(text.Styled(Style::kDim, line));
    } else {
      text.Wrapped(line + ": ", event.note(), Style::kDim);
    }
  }
}

Style StyleOf(const std::string& severity) {
  if (severity == "error") return Style::kRed;
  return severity == "warning" ? Style::kYellow : Style::kDim;
}

template <typename Findings>
void ListFindings(const Findings& findings, Text& text) {
  for (const v1::DraftFinding& finding : findings) {
    text.Line(text.Styled(StyleOf(finding.severity()), finding.severity()) + " " +
              text.Styled(Style::kBold, finding.rule()) + "  " + finding.node() +
              (finding.known() ? "  (the head has it too)" : ""));
    text.Wrapped("  ", finding.message());
  }
}

template <typename Cases>
void ListCases(const Cases& cases, Text& text) {
  for (const v1::DraftCase& one : cases) {
    if (one.failures().empty() && one.effects().empty()) continue;
    text.Line(text.Styled(Style::kBold, one.pack() + "/" + one.name()));
    if (!one.description().empty()) text.Wrapped("  ", one.description(), Style::kDim);
    for (const std::string& effect : one.effects()) text.Wrapped("  * ", effect);
    for (const std::string& failure : one.failures()) {
      text.Wrapped("  FAILS ", failure, Style::kRed);
    }
  }
}

void Node(const v1::RenderedNode& node, Text& text) {
  text.Blank();
  text.Line(EnumWord(node.change()) + " " + EnumWord(node.kind(), ' ') + " " +
            text.Styled(Style::kBold, node.name()));
  if (!node.title().empty()) text.Wrapped("  ", node.title(), Style::kBold);
  if (node.conflict()) {
    text.Wrapped("  ", "the head has another revision by now: edit it anew", Style::kRed);
  }
  for (const v1::RenderedLine& line : node.lines()) {
    if (line.before() == line.after()) continue;
    text.Line("  " + text.Styled(Style::kDim, line.label()));
    if (!line.before().empty()) text.Wrapped("    - ", line.before(), Style::kRed);
    if (!line.after().empty()) text.Wrapped("    + ", line.after(), Style::kGreen);
  }
}

void PrintDecisions(const v1::DecisionEffects& effects, Text& text) {
  text.Line("of " + std::to_string(effects.examined()) + " recorded decisions" +
            (effects.bounded() ? " (the newest; older ones were left)" : "") + " it may touch " +
            std::to_string(effects.touched()) + ": " + std::to_string(effects.changed()) +
            " would come out otherwise, " + std::to_string(effects.undecidable()) +
            " could not be decided any more");
  if (effects.erased() > 0) {
    text.Line(std::to_string(effects.erased()) + " more were erased, and nobody can tell");
  }
  for (const std::string& name : effects.names()) text.Line("  " + name);
}

}  // namespace

void PrintDraft(const v1::Draft& draft) {
  Text text(OptionsForStdout());
  Head(draft, text);
  std::cout << text.str();
}

void PrintDraftInFull(const v1::GetDraftResponse& response) {
  Text text(OptionsForStdout());
  Head(response.draft(), text);
  Events(response.draft(), text);
  google::protobuf::RepeatedPtrField<v1::NodeDifference> differences;
  for (const v1::DraftChange& change : response.changes()) {
    if (change.conflict()) {
      text.Line(text.Styled(Style::kRed, "conflict: ") + change.name() +
                " has another revision in the head");
    }
    if (change.has_difference()) *differences.Add() = change.difference();
  }
  PrintDifferences(text, differences);
  text.Line("compared with release " + std::to_string(response.head()));
  std::cout << text.str();
}

void PrintDrafts(const v1::ListDraftsResponse& response) {
  Text text(OptionsForStdout());
  for (const v1::Draft& draft : response.drafts()) Head(draft, text);
  text.Line(std::to_string(response.drafts_size()) + " drafts");
  std::cout << text.str();
}

void PrintFindings(const v1::LintDraftResponse& response) {
  Text text(OptionsForStdout());
  ListFindings(response.findings(), text);
  size_t fresh = 0;
  for (const v1::DraftFinding& finding : response.findings()) fresh += finding.known() ? 0 : 1;
  text.Line(std::to_string(response.count()) + " findings, " + std::to_string(fresh) +
            " of them new");
  std::cout << text.str();
}

void PrintCases(const v1::TestDraftResponse& response) {
  Text text(OptionsForStdout());
  ListCases(response.cases(), text);
  text.Line(std::to_string(response.cases_size()) + " cases, " + std::to_string(response.failed()) +
            " failed");
  for (const std::string& pack : response.packs_without_cases()) {
    text.Line("the cases of " + text.Styled(Style::kBold, pack) + " are not known to the server");
  }
  std::cout << text.str();
}

void PrintRendered(const v1::RenderDraftResponse& response) {
  Text text(OptionsForStdout());
  Head(response.draft(), text);
  for (const v1::RenderedNode& node : response.nodes()) Node(node, text);
  text.Blank();
  ListCases(response.cases(), text);
  text.Line(std::to_string(response.cases_size()) + " of " + std::to_string(response.case_count()) +
            " cases come out otherwise or fail");
  ListFindings(response.findings(), text);
  text.Line("to approve what you read: --etag " + response.draft().etag());
  std::cout << text.str();
}

void PrintPublished(const v1::PublishDraftResponse& response, bool validated) {
  Text text(OptionsForStdout());
  text.Line((validated ? "nothing was published; it would change "
                       : "published " + response.release().name() + " (" +
                             text.Styled(Style::kPlain, response.release().label()) + "): ") +
            std::to_string(response.nodes_changed()) + " nodes and " +
            std::to_string(response.edges_changed()) + " edges");
  if (!validated) {
    text.Line(response.release().reviewers_size() == 0 ? "unreviewed" : "reviewed");
    text.Line("announced by " + response.release().intent());
  }
  ListCases(response.cases(), text);
  ListFindings(response.findings(), text);
  if (response.has_decisions()) PrintDecisions(response.decisions(), text);
  std::cout << text.str();
}

}  // namespace evident::cli
