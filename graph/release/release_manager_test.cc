#include "graph/release/release_manager.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/encoding.h"
#include "base/status_matchers.h"
#include "graph/model/keys.h"
#include "graph/model/naive_reader.h"
#include "graph/model/node_id.h"
#include "graph/release/test_releases.h"
#include "graph/storage/test_database.h"

namespace evident::graph {
namespace {

class ReleaseManagerTest : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    releases_.reset();
    EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, OpenReleases(path_));
  }
  uint32_t Head() const { return releases_->Head()->release().number(); }
  // Publishes p/a with this text at this time, announced by the intent.
  storage::v1::ReleaseRecord Publish(const std::string& display, int64_t now_ns = 1000,
                                     const std::string& intent = "") {
    PublishRequest request = OneConcept(display);
    request.now_ns = now_ns;
    request.intent = intent;
    const auto result = releases_->Publish(request);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? result->release : storage::v1::ReleaseRecord();
  }
  std::string DisplayAt(const ReleaseSelector& selector) const {
    const auto reader = releases_->Pin(selector);
    if (!reader.ok()) return ErrorReason(reader.status());
    const auto node = (*reader)->GetNode(MakeNodeId(v1::NODE_KIND_CONCEPT, "p/a"));
    return node.ok() && *node != nullptr ? (*node)->clinical_concept().display() : "none";
  }
  std::string DisplayKnownOn(int64_t time_ns) const {
    ReleaseSelector selector;
    selector.as_known_on_ns = time_ns;
    return DisplayAt(selector);
  }
  static ReleaseSelector Number(uint32_t number) {
    ReleaseSelector selector;
    selector.number = ReleaseNumber(number);
    return selector;
  }

  const TempDir dir_;
  const std::string path_ = dir_.path() + "/graph";
  std::unique_ptr<ReleaseManager> releases_;
};

TEST_F(ReleaseManagerTest, BeforeTheFirstReleaseTheHeadIsEmpty) {
  EXPECT_EQ(Head(), 0u);
  EXPECT_EQ(DisplayAt({}), "none");
  EXPECT_EQ(DisplayAt(Number(0)), "none");
  EXPECT_EQ(DisplayAt(Number(1)), "RELEASE_UNKNOWN");
  EXPECT_EQ(DisplayKnownOn(1), "RELEASE_UNKNOWN");
  EXPECT_TRUE(releases_->List(ReleaseNumber(0), 10)->empty());
  EXPECT_FALSE(releases_->FindByIntent("x")->has_value());
  // Nothing of nothing is no change.
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto result, releases_->Publish(RequestFor("p", {})));
  EXPECT_TRUE(result.unchanged);
  EXPECT_EQ(Head(), 0u);
}

TEST_F(ReleaseManagerTest, PublishMakesTheNextReleaseWithItsRecord) {
  PublishRequest request = OneConcept("One");
  request.label = "label";
  request.reviewers = {"second", "first"};
  request.intent = "intent";
  request.expected_head = ReleaseNumber(0);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto result, releases_->Publish(request));
  EXPECT_FALSE(result.unchanged);
  EXPECT_EQ(result.nodes_changed, 1u);
  EXPECT_EQ(result.edges_changed, 0u);
  const storage::v1::ReleaseRecord& record = result.release;
  EXPECT_EQ(record.number(), 1u);
  EXPECT_EQ(record.parent(), 0u);
  EXPECT_EQ(record.label(), "label");
  EXPECT_EQ(record.author(), "author");
  EXPECT_THAT(record.reviewers(), testing::ElementsAre("second", "first"));
  EXPECT_EQ(record.intent(), "intent");
  EXPECT_EQ(record.publish_time_ns(), 1000);
  EXPECT_THAT(record.packs(), testing::ElementsAre("p"));
  EXPECT_EQ(record.nodes(), 1u);
  EXPECT_EQ(record.edges(), 0u);
  EXPECT_EQ(releases_->Head()->release().SerializeAsString(), record.SerializeAsString());
  Reopen();
  EXPECT_EQ(releases_->Head()->release().SerializeAsString(), record.SerializeAsString());
  EXPECT_EQ(DisplayAt({}), "One");
}

TEST_F(ReleaseManagerTest, AHeadThatMovedAbortsAndChangesNothing) {
  Publish("One");
  PublishRequest late = OneConcept("Two");
  for (const uint32_t expected : {0u, 2u}) {
    late.expected_head = ReleaseNumber(expected);
    const auto refused = releases_->Publish(late);
    EXPECT_THAT(refused, FailsWith(absl::StatusCode::kAborted, "the head is release 1"));
    EXPECT_THAT(refused, HasReason("HEAD_MOVED"));
  }
  EXPECT_EQ(DisplayAt({}), "One");
  late.expected_head = ReleaseNumber(1);
  EVIDENT_EXPECT_OK(releases_->Publish(late));
  EXPECT_EQ(DisplayAt({}), "Two");
}

TEST_F(ReleaseManagerTest, OfManyPublishersOntoOneHeadOneWins) {
  std::vector<std::thread> threads;
  std::vector<absl::Status> results(4);
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([this, i, &results] {
      PublishRequest request = OneConcept("From " + std::to_string(i));
      request.expected_head = ReleaseNumber(0);
      results[i] = releases_->Publish(request).status();
    });
  }
  for (std::thread& thread : threads) thread.join();
  size_t won = 0;
  for (const absl::Status& result : results) {
    won += result.ok();
    EXPECT_EQ(ErrorReason(result), result.ok() ? "" : "HEAD_MOVED");
  }
  EXPECT_EQ(won, 1u);
  EXPECT_EQ(Head(), 1u);
}

TEST_F(ReleaseManagerTest, NoChangePublishesNothing) {
  const auto first = Publish("One");
  PublishRequest same = OneConcept("One");
  same.label = "another label";
  same.now_ns = 5000;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto result, releases_->Publish(same));
  EXPECT_TRUE(result.unchanged);
  EXPECT_EQ(result.nodes_changed, 0u);
  EXPECT_EQ(result.release.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Head(), 1u);
  EXPECT_EQ(releases_->List(ReleaseNumber(0), 10)->size(), 1u);
}

TEST_F(ReleaseManagerTest, ValidateOnlySaysWhatWouldChangeAndStoresNothing) {
  Publish("One");
  PublishRequest trial = OneConcept("Two");
  trial.draft.nodes.push_back(ConceptNode("p/b", "B"));
  trial.draft.edges.push_back(
      {v1::NODE_KIND_CONCEPT, "p/b", v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, "p/a", {}});
  trial.validate_only = true;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto result, releases_->Publish(trial));
  EXPECT_FALSE(result.unchanged);
  EXPECT_EQ(result.nodes_changed, 2u);
  EXPECT_EQ(result.edges_changed, 1u);
  EXPECT_EQ(result.release.number(), 1u);
  EXPECT_EQ(DisplayAt({}), "One");
  Reopen();
  EXPECT_EQ(Head(), 1u);
  trial.label = "e\u0301";
  EXPECT_THAT(releases_->Publish(trial), HasReason("RECORD_NOT_CANONICAL"));
  trial.draft.nodes.pop_back();
  EXPECT_THAT(releases_->Publish(trial), HasReason("GRAPH_INVALID"));
}

TEST_F(ReleaseManagerTest, WhatAReleaseMayNotHoldIsRefusedAndNothingIsStored) {
  Publish("One");
  const auto refuses = [&](const PublishRequest& request, const char* reason) {
    const auto refused = releases_->Publish(request);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(refused, HasReason(reason));
    EXPECT_EQ(Head(), 1u);
  };
  refuses(OneConcept(""), "GRAPH_INVALID");         // CheckGraph
  refuses(OneConcept("e\u0301"), "GRAPH_INVALID");  // BuildRows
  PublishRequest foreign = OneConcept("Two");
  foreign.pack = "q";
  refuses(foreign, "GRAPH_INVALID");  // MergePack
  PublishRequest label = OneConcept("Two");
  label.label = "e\u0301";
  refuses(label, "RECORD_NOT_CANONICAL");
  Reopen();
  EXPECT_EQ(DisplayAt({}), "One");
}

// A pack may not take away what another one stands on.
TEST_F(ReleaseManagerTest, RemovingWhatAnotherPackNeedsIsRefused) {
  Publish("One");
  GraphDraft other;
  other.nodes = {ConceptNode("q/b", "B")};
  other.edges = {
      {v1::NODE_KIND_CONCEPT, "q/b", v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, "p/a", {}}};
  EVIDENT_ASSERT_OK(releases_->Publish(RequestFor("q", other)));
  EXPECT_THAT(releases_->Publish(RequestFor("p", {})),
              FailsWith(absl::StatusCode::kInvalidArgument, "there is no node p/a"));
  EVIDENT_EXPECT_OK(releases_->Publish(RequestFor("q", {})));
  EVIDENT_EXPECT_OK(releases_->Publish(RequestFor("p", {})));
  EXPECT_EQ(releases_->Head()->release().nodes(), 0u);
  Reopen();
  EXPECT_EQ(Head(), 4u);
}

TEST_F(ReleaseManagerTest, ReleasesAreListedNewestFirstInPages) {
  for (const char* display : {"One", "Two", "Three", "Four"}) Publish(display);
  const auto numbers = [&](uint32_t before, size_t most) {
    std::vector<uint32_t> found;
    const auto records = releases_->List(ReleaseNumber(before), most);
    EXPECT_THAT(records, IsOk());
    for (const auto& record : *records) found.push_back(record.number());
    return found;
  };
  EXPECT_THAT(numbers(0, 10), testing::ElementsAre(4, 3, 2, 1));
  EXPECT_THAT(numbers(0, 2), testing::ElementsAre(4, 3));
  EXPECT_THAT(numbers(3, 10), testing::ElementsAre(2, 1));
  EXPECT_THAT(numbers(9, 1), testing::ElementsAre(4));
  EXPECT_THAT(numbers(1, 10), testing::IsEmpty());
}

TEST_F(ReleaseManagerTest, PinReadsByNumber) {
  for (const char* display : {"One", "Two", "Three"}) Publish(display);
  EXPECT_EQ(DisplayAt({}), "Three");
  EXPECT_EQ(DisplayAt(Number(1)), "One");
  EXPECT_EQ(DisplayAt(Number(2)), "Two");
  EXPECT_EQ(DisplayAt(Number(3)), "Three");
  EXPECT_EQ(DisplayAt(Number(0)), "RELEASE_UNKNOWN");
  EXPECT_EQ(DisplayAt(Number(4)), "RELEASE_UNKNOWN");
  ReleaseSelector both = Number(1);
  both.as_known_on_ns = 1'000'000;
  EXPECT_EQ(DisplayAt(both), "One");
}

TEST_F(ReleaseManagerTest, PinReadsWhatWasKnownAtATime) {
  const std::pair<const char*, int64_t> kHistory[] = {{"One", 10},  {"Two", 20},  {"Three", 20},
                                                      {"Four", 30}, {"Five", 15}, {"Six", 40}};
  for (const auto& [display, time] : kHistory) Publish(display, time);
  EXPECT_EQ(DisplayKnownOn(9), "RELEASE_UNKNOWN");
  EXPECT_EQ(DisplayKnownOn(10), "One");
  EXPECT_EQ(DisplayKnownOn(19), "One");
  EXPECT_EQ(DisplayKnownOn(20), "Three");  // the newest of one time
  EXPECT_EQ(DisplayKnownOn(29), "Three");
  EXPECT_EQ(DisplayKnownOn(30), "Five");  // a clock that went back does not turn the order
  EXPECT_EQ(DisplayKnownOn(40), "Six");
  EXPECT_EQ(DisplayKnownOn(std::numeric_limits<int64_t>::max()), "Six");
  EXPECT_EQ(DisplayKnownOn(std::numeric_limits<int64_t>::min()), "RELEASE_UNKNOWN");
}

TEST_F(ReleaseManagerTest, APinnedReleaseDoesNotMove) {
  Publish("One");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto head, releases_->Pin({}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first, releases_->Pin(Number(1)));
  Publish("Two");
  for (const auto& reader : {head, first}) {
    EXPECT_EQ(reader->release().number(), 1u);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const NodePtr node, FindByName(*reader, "p/a"));
    EXPECT_EQ(node->clinical_concept().display(), "One");
  }
}

TEST_F(ReleaseManagerTest, AnOldReleaseIsProvenBeforeItIsServed) {
  Publish("One");
  Publish("Two");
  GraphDatabaseOptions options;
  options.path = path_;
  // A row of each kind that the head does not see.
  for (const auto& [family, reason] : {std::pair(kNodesFamily, "CONTENT_DIGEST_MISMATCH"),
                                       std::pair(kIndexFamily, "DERIVED_ROW_MISSING")}) {
    releases_.reset();
    StoredRow old;
    {
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto database, OpenGraphDatabase(options));
      for (const StoredRow& row : AllRows(*database)) {
        const bool is_old = row.key.substr(row.key.size() - 4) == "\xff\xff\xff\xfe";
        if (row.family.index == family.index && is_old && old.key.empty()) old = row;
      }
      kv::WriteBatch remove;
      remove.Delete(old.family, old.key);
      EVIDENT_ASSERT_OK(database->Write(remove, kv::Durability::kSync));
    }
    Reopen();
    EXPECT_EQ(DisplayAt({}), "Two");
    const auto pinned = releases_->Pin(Number(1));
    EXPECT_EQ(pinned.status().code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(pinned, HasReason(reason));
    EXPECT_EQ(DisplayKnownOn(1000), "Two");
    releases_.reset();
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto database, OpenGraphDatabase(options));
    EVIDENT_ASSERT_OK(Replace(*database, old, old));
  }
  Reopen();
  EXPECT_EQ(DisplayAt(Number(1)), "One");
}

TEST_F(ReleaseManagerTest, AReleaseIsFoundByTheEntryThatAnnouncedIt) {
  Publish("One", 1000, "first");
  Publish("Two");
  Publish("Three", 1000, "third");
  EXPECT_EQ(releases_->FindByIntent("first")->value().number(), 1u);
  EXPECT_EQ(releases_->FindByIntent("third")->value().number(), 3u);
  EXPECT_FALSE(releases_->FindByIntent("second")->has_value());
  EXPECT_FALSE(releases_->FindByIntent("")->has_value());
}

TEST_F(ReleaseManagerTest, EveryFieldOfTheRecordAndTheHistoryChangeTheReleaseDigest) {
  std::set<std::string> digests;
  const auto digest_of = [&](const PublishRequest& request) {
    const TempDir dir;
    const auto releases = OpenReleases(dir.path() + "/graph");
    EXPECT_THAT(releases, IsOk());
    const auto result = (*releases)->Publish(request);
    EXPECT_THAT(result, IsOk());
    return result->release.release_digest();
  };
  const std::string plain = digest_of(OneConcept("One"));
  EXPECT_EQ(digest_of(OneConcept("One")), plain);
  digests.insert(plain);
  PublishRequest changed = OneConcept("One");
  changed.label = "other";
  digests.insert(digest_of(changed));
  changed.author = "other";
  digests.insert(digest_of(changed));
  changed.now_ns += 1;
  digests.insert(digest_of(changed));
  changed.reviewers = {"reviewer"};
  digests.insert(digest_of(changed));
  changed.intent = "other";
  digests.insert(digest_of(changed));
  EXPECT_EQ(digests.size(), 6u);
  // The same content with another past: equal content, another digest.
  Publish("Before");
  const auto second = Publish("One");
  EXPECT_TRUE(digests.insert(second.release_digest()).second);
  const TempDir dir;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto fresh, OpenReleases(dir.path() + "/graph"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto result, fresh->Publish(OneConcept("One")));
  EXPECT_EQ(result.release.content_digest(), second.content_digest());
}

TEST_F(ReleaseManagerTest, TheOrderOfImportsDoesNotChangeTheContentDigest) {
  std::set<std::string> digests;
  for (const bool b_first : {false, true}) {
    const TempDir dir;
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(dir.path() + "/graph"));
    RandomPack b(5, "b");
    RandomPack base(6, "base");
    const GraphDraft base_draft = base.Next();
    GraphDraft b_draft = b.Next();
    std::erase_if(b_draft.edges, [](const EdgeDraft& edge) { return edge.dst == "base/anchor"; });
    const PublishRequest requests[] = {RequestFor("base", base_draft), RequestFor("b", b_draft)};
    EVIDENT_ASSERT_OK(releases->Publish(requests[b_first ? 1 : 0]));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto result, releases->Publish(requests[b_first ? 0 : 1]));
    digests.insert(result.release.content_digest());
  }
  EXPECT_EQ(digests.size(), 1u);
}

// Two packs, each publish replacing one of them.
class ManagerHistoryTest : public testing::TestWithParam<uint64_t> {};

TEST_P(ManagerHistoryTest, EveryReleaseStaysWhatItWasForEveryReader) {
  const TempDir dir;
  const std::string path = dir.path() + "/graph";
  // Compiled with changes on top, then too large for memory and read from the disk.
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto releases, OpenReleases(path));
  RandomPack random[] = {{GetParam(), "base"}, {GetParam() + 1000, "other"}};
  GraphDraft packs[2];
  std::vector<NaiveReader> history;
  Questions questions;
  for (int step = 0; step < 7; ++step) {
    const int turn = step % 2;
    packs[turn] = random[turn].Next();
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        const auto result,
        releases->Publish(RequestFor(turn == 0 ? "base" : "other", packs[turn])));
    GraphDraft whole = packs[0];
    whole.nodes.insert(whole.nodes.end(), packs[1].nodes.begin(), packs[1].nodes.end());
    whole.edges.insert(whole.edges.end(), packs[1].edges.begin(), packs[1].edges.end());
    questions.Add(whole);
    history.emplace_back(std::move(whole), result.release);
    ASSERT_EQ(FirstDifference(*releases->Head(), history.back(), questions), "") << step;
    if (step == 2 || step == 4) {
      releases.reset();
      GraphDatabaseOptions options;
      options.path = path;
      EVIDENT_ASSERT_OK_AND_ASSIGN(
          releases, ReleaseManager::Open(options, step == 2 ? 1 : kViewBytesDefault));
      EXPECT_EQ(releases->view_bytes() == 0, step == 2);
      ASSERT_EQ(FirstDifference(*releases->Head(), history.back(), questions), "");
    }
  }
  for (const NaiveReader& naive : history) {
    ReleaseSelector selector;
    selector.number = ReleaseNumber(naive.release().number());
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto reader, releases->Pin(selector));
    ASSERT_EQ(FirstDifference(*reader, naive, questions), "") << naive.release().number();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ManagerHistoryTest, testing::Range(uint64_t{1}, uint64_t{13}));

TEST(AttachedRowsTest, StandExactlyWhenTheirReleaseDoes) {
  const TempDir dir;
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto releases, OpenReleases(dir.path()));
  PublishRequest request = OneConcept("A");
  request.attached = [](const GraphReader& release) {
    return std::vector<AttachedRow>{
        {"request/1", "release " + std::to_string(release.release().number())}};
  };
  PublishRequest trial = request;
  trial.validate_only = true;
  EVIDENT_ASSERT_OK(releases->Publish(trial));
  EVIDENT_ASSERT_OK(releases->Publish(request));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const PublishResult again, releases->Publish(request));
  EXPECT_TRUE(again.unchanged);
  EVIDENT_ASSERT_OK(releases->Close());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto database, OpenGraphDatabaseUnchecked(dir.path()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto row, database->Get(kDraftsFamily, "request/1"));
  EXPECT_EQ(row, "release 1");
}

TEST(AttachedRowsTest, TheirErrorEndsThePublish) {
  const TempDir dir;
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto releases, OpenReleases(dir.path()));
  PublishRequest request = OneConcept("A");
  request.attached = [](const GraphReader&) { return absl::AbortedError("no"); };
  EXPECT_FALSE(releases->Publish(request).ok());
  EXPECT_EQ(releases->Head()->release().number(), 0u);
  request.attached = nullptr;
  EVIDENT_ASSERT_OK(releases->Publish(request));
}

}  // namespace
}  // namespace evident::graph
