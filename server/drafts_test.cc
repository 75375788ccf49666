// Drafts from their beginning to their release.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/status_matchers.h"
#include "graph/pack/reader.h"
#include "server/handlers/draft_reads.h"
#include "server/test_drafts.h"

namespace evident::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(DraftsTest, ADraftGoesFromItsBeginningToItsRelease) {
  v1::Draft draft = Begin("cn:ann");
  EXPECT_EQ(draft.name(), "drafts/1");
  EXPECT_EQ(draft.state(), v1::DRAFT_STATE_OPEN);
  EXPECT_EQ(draft.base(), 1u);
  EXPECT_EQ(effect_, "begin a draft: A new bound");
  EXPECT_EQ(done_, "began drafts/1");
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Apply("cn:ann", draft, Headline("Another headline")));
  EXPECT_EQ(draft.changes(), 1u);
  EXPECT_EQ(HeadlineOfHead(), "Give amberol while the wing score is 3 or less");
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Submit("cn:ann", draft));
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Review("cn:bob", draft, true));
  EXPECT_EQ(draft.state(), v1::DRAFT_STATE_APPROVED);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto published, Publish("cn:cy", draft));
  EXPECT_EQ(published.release().number(), 2u);
  EXPECT_EQ(published.nodes_changed(), 1u);
  EXPECT_EQ(published.release().label(), "A new bound");
  EXPECT_EQ(published.release().author(), "cn:ann");
  EXPECT_THAT(published.release().reviewers(), ElementsAre("cn:bob"));
  EXPECT_EQ(published.draft().state(), v1::DRAFT_STATE_PUBLISHED);
  EXPECT_EQ(published.draft().release(), 2u);
  EXPECT_EQ(HeadlineOfHead(), "Another headline");
  EXPECT_EQ(done_, "published releases/2");

  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto read, Read(GetDraft, "drafts/1"));
  EXPECT_EQ(read.draft().SerializeAsString(), published.draft().SerializeAsString());
  EXPECT_EQ(read.head(), 1u);  // what it changed is seen against the release before
  ASSERT_THAT(read.changes(), SizeIs(1));
  EXPECT_FALSE(read.changes(0).conflict());
  EXPECT_EQ(read.changes(0).difference().fields(0).after(), "Another headline");
  std::vector<v1::DraftAct> acts;
  for (const v1::DraftEvent& event : read.draft().events()) acts.push_back(event.act());
  EXPECT_THAT(acts, ElementsAre(v1::DRAFT_ACT_CREATE, v1::DRAFT_ACT_CHANGE, v1::DRAFT_ACT_SUBMIT,
                                v1::DRAFT_ACT_APPROVE, v1::DRAFT_ACT_PUBLISH));
  EXPECT_THAT(Publish("cn:cy", read.draft()), HasReason("DRAFT_CLOSED"));
}

TEST_F(DraftsTest, WhoChangedADraftDoesNotReviewItAndAChangeTakesTheApprovalBack) {
  v1::Draft draft = Begin("cn:ann");
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Apply("cn:bob", draft, Headline("Another")));
  EXPECT_THAT(Review("cn:cy", draft, true), HasReason("DRAFT_NOT_SUBMITTED"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Submit("cn:ann", draft));
  for (const char* const author : {"cn:ann", "cn:bob"}) {
    EXPECT_THAT(Review(author, draft, true), HasReason("REVIEWER_IS_AUTHOR"));
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Review("cn:cy", draft, true));
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Apply("cn:ann", draft, Headline("Yet another")));
  EXPECT_EQ(draft.state(), v1::DRAFT_STATE_OPEN);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto published, Publish("cn:cy", draft));
  EXPECT_THAT(published.release().reviewers(), IsEmpty());  // recorded as unreviewed
}

TEST_F(DraftsTest, FourEyesLetNothingOutThatNobodyElseApproved) {
  Open(true);
  v1::Draft draft = Begin("cn:ann");
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Apply("cn:ann", draft, Headline("Another")));
  EXPECT_THAT(Publish("cn:ann", draft), HasReason("DRAFT_NOT_APPROVED"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Submit("cn:ann", draft));
  EXPECT_THAT(Publish("cn:bob", draft), HasReason("DRAFT_NOT_APPROVED"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const v1::Draft rejected, Review("cn:bob", draft, false));
  EXPECT_THAT(Publish("cn:bob", rejected), HasReason("DRAFT_REJECTED"));
  EXPECT_EQ(releases_->Head()->release().number(), 1u);

  ReleaseImporter importer(*releases_, clock_, true);
  v1::ImportPackHeader header;
  header.set_pack(kTestPack);
  header.set_publish(true);
  EXPECT_THAT(importer.Prepare(header, Files(), [] { return absl::OkStatus(); }),
              HasReason("FOUR_EYES"));
}

TEST_F(DraftsTest, AnActUponAnotherEtagIsRefused) {
  const v1::Draft begun = Begin("cn:ann");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const v1::Draft edited, Apply("cn:ann", begun, Headline("Another")));
  EXPECT_NE(begun.etag(), edited.etag());
  EXPECT_THAT(Apply("cn:bob", begun, Headline("Theirs")), HasReason("DRAFT_MOVED"));
  EXPECT_THAT(Submit("cn:ann", begun), HasReason("DRAFT_MOVED"));
  EXPECT_THAT(Publish("cn:ann", begun), HasReason("DRAFT_MOVED"));

  // And one that was prepared before somebody else acted changes nothing when it is carried out.
  v1::SubmitDraftRequest request;
  request.set_draft(edited.name());
  request.set_etag(edited.etag());
  Call call = As("cn:ann");
  EVIDENT_ASSERT_OK_AND_ASSIGN(Reply late, SubmitDraft(*sources_, call, request));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const v1::Draft next,
                               Apply("cn:bob", edited, Headline("In between")));
  EXPECT_THAT(late.change->Apply(call, "entries/test.1-99"), HasReason("DRAFT_MOVED"));
  EXPECT_EQ(call.notes().effect, "the draft stays as it was");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto stored, releases_->drafts().Get(1));
  EXPECT_EQ(EtagOf(stored), next.etag());
}

TEST_F(DraftsTest, DraftsOfOneNodeConflictAndThoseOfOthersDoNot) {
  v1::Draft mine = Begin("cn:ann");
  EVIDENT_ASSERT_OK_AND_ASSIGN(mine, Apply("cn:ann", mine, Headline("Mine")));
  v1::Draft theirs = Begin("cn:bob");
  EVIDENT_ASSERT_OK_AND_ASSIGN(theirs, Apply("cn:bob", theirs, Headline("Theirs")));
  v1::NodeEdit other;
  other.set_kind(v1::NODE_KIND_CONCEPT);
  other.set_name("duskmoth/new-drug");
  v1::NodeRecord& node = *other.mutable_put()->mutable_node();
  node.set_name("duskmoth/new-drug");
  node.set_pack("duskmoth");
  node.mutable_clinical_concept()->set_kind(v1::CONCEPT_KIND_INTERVENTION);
  node.mutable_clinical_concept()->set_intervention_kind(v1::INTERVENTION_KIND_DRUG);
  node.mutable_clinical_concept()->set_display("New drug");
  v1::Draft elsewhere = Begin("cn:cy");
  EVIDENT_ASSERT_OK_AND_ASSIGN(elsewhere, Apply("cn:cy", elsewhere, other));

  EVIDENT_ASSERT_OK(Publish("cn:ann", mine));
  const auto refused = Publish("cn:bob", theirs);
  EXPECT_THAT(refused, HasReason("DRAFT_CONFLICT"));
  ASSERT_THAT(ErrorViolations(refused.status()), SizeIs(1));
  EXPECT_EQ(ErrorViolations(refused.status())[0].field, kFirst);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto read, Read(GetDraft, theirs.name()));
  EXPECT_TRUE(read.changes(0).conflict());
  EVIDENT_ASSERT_OK(Publish("cn:cy", elsewhere));

  // Edited anew, upon what is there by now.
  EVIDENT_ASSERT_OK_AND_ASSIGN(theirs, Apply("cn:bob", theirs, Headline("Both")));
  EVIDENT_ASSERT_OK(Publish("cn:bob", theirs));
  EXPECT_EQ(HeadlineOfHead(), "Both");
}

TEST_F(DraftsTest, AnEditIsTakenBackAndAnEmptyDraftIsNotHandedIn) {
  v1::Draft draft = Begin("cn:ann");
  EXPECT_THAT(Submit("cn:ann", draft), HasReason("DRAFT_EMPTY"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Apply("cn:ann", draft, Headline("Another")));
  v1::NodeEdit revert;
  revert.set_kind(v1::NODE_KIND_STATEMENT);
  revert.set_name(kFirst);
  revert.set_revert(true);
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Apply("cn:ann", draft, revert));
  EXPECT_EQ(draft.changes(), 0u);
  EXPECT_THAT(Apply("cn:ann", draft, revert), HasReason("NODE_NOT_FOUND"));
  EXPECT_THAT(Publish("cn:ann", draft), HasReason("DRAFT_EMPTY"));
}

TEST_F(DraftsTest, WhatWouldNotBeSoundIsNeitherHandedInNorPublished) {
  v1::Draft draft = Begin("cn:ann");
  v1::NodeEdit edit;
  edit.set_kind(v1::NODE_KIND_CONCEPT);
  edit.set_name("duskmoth/amberol");
  edit.set_remove(true);  // statements lead to it
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Apply("cn:ann", draft, edit));
  EXPECT_THAT(Submit("cn:ann", draft), HasReason("GRAPH_INVALID"));
  EXPECT_THAT(Publish("cn:ann", draft), HasReason("GRAPH_INVALID"));
  EXPECT_EQ(releases_->Head()->release().number(), 1u);
}

TEST_F(DraftsTest, RequestsThatSayTooLittleNameWhatIsWrong) {
  const v1::Draft draft = Begin("cn:ann");
  v1::CreateDraftRequest nameless;
  EXPECT_THAT(Do<v1::CreateDraftResponse>(CreateDraft, As("cn:ann"), nameless),
              HasReason("REQUEST_INVALID"));
  v1::ApplyChangesRequest empty;
  empty.set_draft(draft.name());
  EXPECT_THAT(Do<v1::ApplyChangesResponse>(ApplyChanges, As("cn:ann"), empty),
              HasReason("REQUEST_INVALID"));
  v1::ReviewDraftRequest silent;
  silent.set_draft(draft.name());
  silent.set_etag(draft.etag());
  EXPECT_THAT(Do<v1::ReviewDraftResponse>(ReviewDraft, As("cn:bob"), silent),
              HasReason("REQUEST_INVALID"));
  for (const char* const name :
       {"", "drafts/", "drafts/01", "drafts/0", "releases/1", "drafts/x"}) {
    EXPECT_THAT(Read(GetDraft, name), HasReason("REQUEST_INVALID")) << name;
  }
  EXPECT_THAT(Read(GetDraft, "drafts/9"), HasReason("DRAFT_UNKNOWN"));
}

TEST_F(DraftsTest, APackBecomesADraftThatANewerVersionReplaces) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first, Import(Files("wing_score <= 4"), false));
  EXPECT_EQ(first.draft().changes(), 1u);
  EXPECT_EQ(releases_->Head()->release().number(), 1u);
  auto files = Files("wing_score <= 5");
  files["concepts/all.yaml"] += "spark: {kind: finding, name: Spark}\n";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto second, Import(files, false, first.draft()));
  EXPECT_EQ(second.draft().name(), first.draft().name());
  EXPECT_EQ(second.draft().changes(), 2u);
  EXPECT_THAT(Import(files, false, first.draft()), HasReason("DRAFT_MOVED"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto published, Publish("cn:ann", second.draft()));
  EXPECT_EQ(published.nodes_changed(), 2u);
  // What is left is what the pack says.
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto again, Import(files, true));
  EXPECT_TRUE(again.unchanged());
}

TEST_F(DraftsTest, WhatTheFirstReleaseOfAllBroughtIsSeenAgainstNothing) {
  graph::GraphDatabaseOptions options;
  options.path = dir_.path() + "/empty";
  options.create = true;
  sources_.reset();
  EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, graph::ReleaseManager::Open(options));
  sources_ = std::make_unique<DraftSources>(DraftSources{*releases_, false});
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto draft, Import(Files(), false));
  EVIDENT_ASSERT_OK(Publish("cn:ann", draft.draft()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto read, Read(GetDraft, "drafts/1"));
  EXPECT_EQ(read.head(), 0u);
  ASSERT_EQ(read.changes_size(), static_cast<int>(read.draft().changes()));
  for (const v1::DraftChange& change : read.changes()) {
    EXPECT_EQ(change.difference().change(), v1::CHANGE_KIND_ADDED) << change.name();
  }
}

TEST_F(DraftsTest, CasesAreRunOverTheKnowledgeAsItWouldBe) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto draft, Import(Files("wing_score <= 1"), false));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto tested, Read(TestDraft, draft.draft().name()));
  ASSERT_THAT(tested.cases(), SizeIs(1));
  EXPECT_EQ(tested.failed(), 1u);
  EXPECT_THAT(tested.cases(0).effects(),
              testing::Contains("no longer: Give amberol while the wing score is 3 or less"));
  const auto refused = Publish("cn:ann", draft.draft());
  EXPECT_THAT(refused, HasReason("DRAFT_CASES_FAIL"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto validated, Publish("cn:ann", draft.draft(), true));
  EXPECT_THAT(validated.cases(), SizeIs(1));
  EXPECT_EQ(validated.release().number(), 1u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto published,
                               Publish("cn:ann", draft.draft(), false, "the case is to be mended"));
  EXPECT_EQ(published.draft().events().rbegin()->note(), "the case is to be mended");
}

TEST_F(DraftsTest, CasesOfAnEarlierImportHoldForEditsOfSingleNodes) {
  v1::Draft draft = Begin("cn:ann");
  EVIDENT_ASSERT_OK_AND_ASSIGN(draft, Apply("cn:ann", draft, Headline("Another")));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto tested, Read(TestDraft, draft.name()));
  ASSERT_THAT(tested.cases(), SizeIs(1));
  EXPECT_EQ(tested.failed(), 0u);
  EXPECT_THAT(tested.cases(0).effects(), ElementsAre("says something else: Another"));
}

TEST_F(DraftsTest, LintTellsWhatIsNewFromWhatIsKnown) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto draft,
                               Import(Files("wing_score <= 3 and wing_score >= 5"), false));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto lint, Read(LintDraft, draft.draft().name()));
  std::map<std::string, bool> known;
  for (const v1::DraftFinding& finding : lint.findings()) known[finding.rule()] = finding.known();
  EXPECT_EQ(known.at("never-true"), false);
  EXPECT_THAT(Publish("cn:ann", draft.draft(), false, "never mind"),
              HasReason("DRAFT_LINT_ERRORS"));
}

TEST_F(DraftsTest, ARenderedDraftShowsOldBesideNew) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto draft, Import(Files("wing_score <= 4"), false));
  v1::RenderDraftRequest request;
  request.set_format(v1::RENDER_FORMAT_HTML);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto rendered,
                               Read(RenderDraft, draft.draft().name(), request));
  ASSERT_THAT(rendered.nodes(), SizeIs(1));
  bool found = false;
  for (const v1::RenderedLine& line : rendered.nodes(0).lines()) {
    if (line.label() != "For whom") continue;
    found = true;
    EXPECT_EQ(line.before(), "Wing score is at most 3, and not (Amberol intolerance)");
    EXPECT_EQ(line.after(), "Wing score is at most 4, and not (Amberol intolerance)");
  }
  EXPECT_TRUE(found);
  EXPECT_THAT(rendered.html(), HasSubstr("at most <del>3,</del>"));
  EXPECT_EQ(rendered.case_count(), 1u);
}

TEST_F(DraftsTest, ListsShowWhatIsUnderWayOrOfOneState) {
  const v1::Draft one = Begin("cn:ann", "One");
  Begin("cn:ann", "Two");
  v1::AbandonDraftRequest abandon;
  abandon.set_draft(one.name());
  abandon.set_etag(one.etag());
  abandon.set_reason("not needed");
  EVIDENT_ASSERT_OK(Do<v1::AbandonDraftResponse>(AbandonDraft, As("cn:ann"), abandon));
  const auto titles = [&](v1::ListDraftsRequest request) {
    std::vector<std::string> found;
    do {
      Call call = As("cn:ann");
      const auto page = ListDrafts(*sources_, call, request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      for (const v1::Draft& draft : page->drafts()) found.push_back(draft.title());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return found;
  };
  v1::ListDraftsRequest request;
  EXPECT_THAT(titles(request), ElementsAre("Two"));
  request.set_state(v1::DRAFT_STATE_ABANDONED);
  EXPECT_THAT(titles(request), ElementsAre("One"));
  request.set_state(v1::DRAFT_STATE_UNSPECIFIED);
  for (const char* const title : {"Three", "Four"}) Begin("cn:ann", title);
  request.set_page_size(1);
  EXPECT_THAT(titles(request), ElementsAre("Four", "Three", "Two"));
  request.set_state(static_cast<v1::DraftState>(99));
  Call call = As("cn:ann");
  EXPECT_THAT(ListDrafts(*sources_, call, request), HasReason("REQUEST_INVALID"));
}

TEST_F(DraftsTest, APackIsExportedWithItsCasesAndReadsBack) {
  v1::ExportPackRequest request;
  request.set_pack(kTestPack);
  const auto exported = [&]() -> absl::StatusOr<graph::PackFiles> {
    Call call = As("cn:ann");
    EVIDENT_ASSIGN_OR_RETURN(const auto source, ExportPack(*sources_, call, request));
    graph::PackFiles files;
    while (true) {
      EVIDENT_ASSIGN_OR_RETURN(const MessageSource::Next next, source->Take(call));
      if (!next.message) return files;
      v1::ExportPackResponse response;
      EXPECT_TRUE(response.ParseFromString(*next.message));
      files[response.file().path()] = response.file().content();
    }
  };
  EVIDENT_ASSERT_OK_AND_ASSIGN(const graph::PackFiles files, exported());
  EXPECT_EQ(files.at("cases/all.yaml"), kCases);
  EXPECT_THAT(files.at("pack.yaml"), HasSubstr("Duskmoth fever, invented"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto again, Import({files.begin(), files.end()}, true));
  EXPECT_TRUE(again.unchanged());
  request.set_pack("none");
  EXPECT_THAT(exported(), HasReason("PACK_UNKNOWN"));
  request.set_pack("");
  EXPECT_THAT(exported(), HasReason("REQUEST_INVALID"));
}

}  // namespace
}  // namespace evident::server
