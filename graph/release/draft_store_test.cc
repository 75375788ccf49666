#include "graph/release/draft_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "graph/release/test_releases.h"
#include "graph/storage/draft_rows.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

storage::v1::DraftChangeRecord ChangeOfNode(const std::string& name) {
  storage::v1::DraftChangeRecord change;
  change.set_kind(v1::NODE_KIND_CONCEPT);
  change.set_name(name);
  return change;
}

class DraftStoreTest : public testing::Test {
 protected:
  void SetUp() override { Open(); }
  void Open() {
    GraphDatabaseOptions options;
    options.path = dir_.path();
    options.create = true;
    EVIDENT_ASSERT_OK_AND_ASSIGN(database_, OpenGraphDatabase(options));
    store_ = std::make_unique<DraftStore>(*database_);
  }
  void Reopen() {
    store_.reset();
    EVIDENT_ASSERT_OK(database_->Close());
    database_.reset();
    Open();
  }
  storage::v1::DraftRecord Create(const std::string& title) {
    DraftWrite write;
    write.record.set_title(title);
    write.record.add_events()->set_intent("intent of " + title);
    write.changes[kFirstChangePlace] = ChangeOfNode("p/" + title);
    auto record = store_->Create(std::move(write));
    EXPECT_TRUE(record.ok()) << record.status();
    return *record;
  }

  TempDir dir_;
  std::unique_ptr<kv::Database> database_;
  std::unique_ptr<DraftStore> store_;
};

TEST_F(DraftStoreTest, DraftsAreNumberedAndSurviveACloseInFull) {
  EXPECT_EQ(Create("a").number(), 1u);
  EXPECT_EQ(Create("b").number(), 2u);
  Reopen();
  EXPECT_EQ(Create("c").number(), 3u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto record, store_->Get(2));
  EXPECT_EQ(record.title(), "b");
  EXPECT_EQ(record.revision(), 1u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const DraftChanges changes, store_->Changes(2));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes.begin()->second.name(), "p/b");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto text, store_->Text(2));
  EXPECT_FALSE(text.has_value());
  EXPECT_THAT(store_->Get(4), HasReason("DRAFT_UNKNOWN"));
}

TEST_F(DraftStoreTest, ListsGoFromTheNewestDownInPages) {
  for (const char* const title : {"a", "b", "c"}) Create(title);
  const auto titles = [](const std::vector<storage::v1::DraftRecord>& drafts) {
    std::vector<std::string> found;
    for (const auto& draft : drafts) found.push_back(draft.title());
    return found;
  };
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first, store_->List(0, 2));
  EXPECT_THAT(titles(first), ElementsAre("c", "b"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto rest, store_->List(first.back().number(), 2));
  EXPECT_THAT(titles(rest), ElementsAre("a"));
}

TEST_F(DraftStoreTest, ASaveUponAnOlderRevisionIsRefusedAndChangesNothing) {
  const storage::v1::DraftRecord first = Create("a");
  DraftWrite write{first, {{3, ChangeOfNode("p/more")}}, {kFirstChangePlace}, {}};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto second, store_->Save(write));
  EXPECT_EQ(second.revision(), 2u);
  write.changes = {{4, ChangeOfNode("p/late")}};
  EXPECT_THAT(store_->Save(write), HasReason("DRAFT_MOVED"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const DraftChanges changes, store_->Changes(1));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes.begin()->second.name(), "p/more");
}

TEST_F(DraftStoreTest, ThePublisherIsHandedTheRowOfTheNextRevision) {
  const storage::v1::DraftRecord draft = Create("a");
  std::string key;
  EVIDENT_ASSERT_OK(store_->Publish(draft, [&](const storage::v1::DraftRecord& next) {
    const AttachedRow row = DraftStore::RowOf(next);
    storage::v1::DraftRecord record;
    EXPECT_TRUE(OpenRow(row.key, row.value, record).ok());
    EXPECT_EQ(record.revision(), 2u);
    key = row.key;
    return absl::OkStatus();
  }));
  EXPECT_EQ(key, DraftKey(1, kDraftRecordPlace));
  storage::v1::DraftRecord other = draft;
  other.set_revision(7);
  EXPECT_THAT(
      store_->Publish(other, [](const storage::v1::DraftRecord&) { return absl::OkStatus(); }),
      HasReason("DRAFT_MOVED"));
}

TEST_F(DraftStoreTest, ADraftIsFoundByTheIntentOfAnyAct) {
  Create("a");
  Create("b");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto found, store_->FindByIntent("intent of a"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->number(), 1u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto none, store_->FindByIntent("another"));
  EXPECT_FALSE(none.has_value());
}

TEST_F(DraftStoreTest, TheTextOfAPackIsThatOfTheNewestReleaseUpToTheOneAsked) {
  const auto put = [&](const std::string& pack, uint32_t release, const std::string& label) {
    storage::v1::PackTextRecord text;
    text.set_pack(pack);
    text.set_label(label);
    EVIDENT_ASSERT_OK(store_->PutPackText(DraftStore::PackTextAt(ReleaseNumber(release), text)));
  };
  for (const uint32_t release : {2, 5}) put("p", release, "as of " + std::to_string(release));
  // A pack whose name begins alike, and one whose files were taken away.
  put("p2", 1, "another");
  put("q", 1, "");
  const auto label = [&](const std::string& pack, uint32_t release) -> std::string {
    const auto found = store_->PackText(pack, ReleaseNumber(release));
    if (!found.ok()) return found.status().ToString();
    return found->has_value() ? (*found)->label() : "none";
  };
  EXPECT_EQ(label("p", 1), "none");
  EXPECT_EQ(label("p", 2), "as of 2");
  EXPECT_EQ(label("p", 4), "as of 2");
  EXPECT_EQ(label("p", 9), "as of 5");
  EXPECT_EQ(label("q", 3), "none");
  EXPECT_EQ(label("o", 3), "none");
}

TEST_F(DraftStoreTest, AnswersAreKeptUntilTheyAreTooOld) {
  const Digest id = Sha256("a caller and an id");
  storage::v1::AnsweredRequest answer;
  answer.set_time_ns(1000);
  answer.set_response("yes");
  EVIDENT_ASSERT_OK(store_->Create(
      {}, [&](const storage::v1::DraftRecord&) { return DraftStore::AnswerRows(id, answer); }));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto kept, store_->Answer(id, 999));
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->response(), "yes");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto old, store_->Answer(id, 1000));
  EXPECT_FALSE(old.has_value());
  EVIDENT_ASSERT_OK(store_->ForgetAnswers(999));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto still, store_->Answer(id, 0));
  EXPECT_TRUE(still.has_value());
  EVIDENT_ASSERT_OK(store_->ForgetAnswers(1000));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto gone, store_->Answer(id, 0));
  EXPECT_FALSE(gone.has_value());
}

TEST_F(DraftStoreTest, ADamagedRowIsNamed) {
  Create("a");
  const std::string key = DraftKey(1, kFirstChangePlace);
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto value, database_->Get(kDraftsFamily, key));
  for (size_t at = 0; at < value->size(); ++at) {
    std::string flipped = *value;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    kv::WriteBatch batch;
    batch.Put(kDraftsFamily, key, flipped);
    EVIDENT_ASSERT_OK(database_->Write(batch, kv::Durability::kBuffered));
    const auto changes = store_->Changes(1);
    ASSERT_THAT(changes, HasReason("DRAFT_ROW_CORRUPT")) << at;
    EXPECT_THAT(changes.status().message(), HasSubstr("6400000001"));
  }
}

}  // namespace
}  // namespace evident::graph
