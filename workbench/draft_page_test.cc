#include "workbench/draft_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace evident::workbench {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MarkWordsTest, OnlyTheWordsThatDifferAreMarked) {
  const MarkedTexts texts = MarkWords("give it daily for a week", "give it weekly for a month");
  EXPECT_EQ(texts.before, "give it <del>daily</del> for a <del>week</del>");
  EXPECT_EQ(texts.after, "give it <ins>weekly</ins> for a <ins>month</ins>");
}

TEST(MarkWordsTest, NeighboursAreMarkedTogetherAndNothingIsLost) {
  const MarkedTexts texts = MarkWords("a b", "x y a b z");
  EXPECT_EQ(texts.before, "a b");
  EXPECT_EQ(texts.after, "<ins>x y</ins> a b <ins>z</ins>");
  EXPECT_EQ(MarkWords("", "new").after, "<ins>new</ins>");
  EXPECT_EQ(MarkWords("old", "").before, "<del>old</del>");
  EXPECT_EQ(MarkWords("same", "same").after, "same");
}

TEST(MarkWordsTest, TextsTooLongToCompareAreMarkedWhole) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "w" + std::to_string(i) + " ";
  const MarkedTexts texts = MarkWords(text, text + "more");
  EXPECT_THAT(texts.before, testing::StartsWith("<del>w0 "));
  EXPECT_THAT(texts.after, testing::EndsWith("more</ins>"));
}

v1::RenderDraftResponse Draft() {
  v1::RenderDraftResponse draft;
  draft.mutable_draft()->set_name("drafts/7");
  draft.mutable_draft()->set_title("A <new> bound & more");
  draft.mutable_draft()->set_state(v1::DRAFT_STATE_SUBMITTED);
  draft.mutable_draft()->add_authors("cn:ann");
  v1::DraftEvent& event = *draft.mutable_draft()->add_events();
  event.set_act(v1::DRAFT_ACT_CREATE);
  event.set_by("cn:ann");
  event.set_note("because");
  v1::RenderedNode& node = *draft.add_nodes();
  node.set_kind(v1::NODE_KIND_STATEMENT);
  node.set_name("p/s");
  node.set_title("<script>alert(1)</script>");
  node.set_change(v1::CHANGE_KIND_CHANGED);
  v1::RenderedLine& line = *node.add_lines();
  line.set_label("For whom");
  line.set_before("score is at most 3");
  line.set_after("score is at most 4");
  v1::RenderedLine& same = *node.add_lines();
  same.set_label("Option");
  same.set_before("Amberol");
  same.set_after("Amberol");
  v1::DraftCase& one = *draft.add_cases();
  one.set_pack("p");
  one.set_name("low");
  one.set_description("A patient & a score");
  one.add_effects("no longer: give it");
  one.add_failures("expected something else");
  draft.set_case_count(3);
  v1::DraftFinding& finding = *draft.add_findings();
  finding.set_rule("never-true");
  finding.set_severity("error");
  finding.set_node("p/s");
  finding.set_message("nobody");
  return draft;
}

TEST(DraftPageTest, EverythingThatADraftSaysIsOnThePage) {
  const std::string page = DraftPage(Draft());
  for (const char* const part :
       {"A &lt;new&gt; bound &amp; more", "drafts/7, submitted", "cn:ann", "1 entry",
        "Of 3 test patients, 1 would be answered otherwise than today, and 1 not as expected",
        "at most <del>3</del>", "at most <ins>4</ins>", "What stays as it is (1)", "Amberol",
        "A patient &amp; a score", "no longer: give it", "Not as expected: expected something else",
        "never-true", "because"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(DraftPageTest, TextIsNeverMarkup) {
  const std::string page = DraftPage(Draft());
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(DraftPageTest, ConflictsAreSaidAtTheTopAndAtTheEntry) {
  v1::RenderDraftResponse draft = Draft();
  EXPECT_THAT(DraftPage(draft), Not(HasSubstr("edited anew")));
  draft.mutable_nodes(0)->set_conflict(true);
  const std::string page = DraftPage(draft);
  EXPECT_THAT(page, HasSubstr("edited anew"));
  EXPECT_THAT(page, HasSubstr("This entry changed since the draft was written."));
}

TEST(DraftPageTest, WhatIsNewOrGoneStandsAlone) {
  v1::RenderDraftResponse draft = Draft();
  draft.mutable_nodes(0)->set_change(v1::CHANGE_KIND_ADDED);
  draft.mutable_nodes(0)->clear_lines();
  draft.mutable_nodes(0)->add_lines()->set_after("Only here");
  draft.mutable_nodes(0)->mutable_lines(0)->set_label("Name");
  const std::string page = DraftPage(draft);
  EXPECT_THAT(page, HasSubstr("Only here"));
  EXPECT_THAT(page, Not(HasSubstr("in this draft")));
}

}  // namespace
}  // namespace evident::workbench
