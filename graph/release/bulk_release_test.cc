// A bulk graph leaves what the same pack leaves when it is published as a draft, row for row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "graph/model/naive_reader.h"
#include "graph/model/test_graphs.h"
#include "graph/release/bulk_merge.h"
#include "graph/release/release_manager.h"
#include "graph/release/test_releases.h"
#include "graph/storage/test_database.h"

namespace evident::graph {
namespace {

using testing::HasSubstr;

absl::Status Alive() { return absl::OkStatus(); }

absl::StatusOr<PublishResult> PublishBulk(ReleaseManager& releases, const PublishRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(const BulkGraph graph, ToBulkGraph(request.pack, request.draft));
  EVIDENT_ASSIGN_OR_RETURN(const BulkRelease bulk,
                           releases.PrepareBulk(graph, request.expected_head, Alive));
  return releases.PublishBulk(bulk, request, Alive);
}

std::vector<StoredRow> RowsIn(const std::string& path) {
  GraphDatabaseOptions options;
  options.path = path;
  const auto database = OpenGraphDatabase(options);
  EXPECT_TRUE(database.ok()) << database.status();
  std::vector<StoredRow> rows;
  for (StoredRow& row : AllRows(**database)) {
    if (row.family.index != kDefaultFamily.index) rows.push_back(std::move(row));
  }
  return rows;
}

class BulkHistoryTest : public testing::TestWithParam<uint64_t> {};

TEST_P(BulkHistoryTest, LeavesTheRowsThatADraftLeaves) {
  const TempDir dir;
  const std::string paths[] = {dir.path() + "/bulk", dir.path() + "/draft"};
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto bulk, OpenReleases(paths[0]));
  EVIDENT_ASSERT_OK_AND_ASSIGN(auto draft, OpenReleases(paths[1]));
  RandomPack random[] = {{GetParam(), "base"}, {GetParam() + 1000, "other"}};
  Questions questions;
  for (int step = 0; step < 6; ++step) {
    const int turn = step % 2;
    const PublishRequest request = RequestFor(turn == 0 ? "base" : "other", random[turn].Next());
    questions.Add(request.draft);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto expected, draft->Publish(request));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto published, PublishBulk(*bulk, request));
    ASSERT_EQ(published.release.SerializeAsString(), expected.release.SerializeAsString()) << step;
    ASSERT_EQ(published.nodes_changed, expected.nodes_changed) << step;
    ASSERT_EQ(published.edges_changed, expected.edges_changed) << step;
    ASSERT_EQ(FirstDifference(*bulk->Head(), *draft->Head(), questions), "") << step;
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto again, PublishBulk(*bulk, request));
    ASSERT_TRUE(again.unchanged);
  }
  bulk.reset();
  draft.reset();
  EXPECT_TRUE(RowsIn(paths[0]) == RowsIn(paths[1]));
}

INSTANTIATE_TEST_SUITE_P(Seeds, BulkHistoryTest, testing::Range(uint64_t{1}, uint64_t{16}));

class BulkReleaseTest : public testing::Test {
 protected:
  void SetUp() override {
    EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, OpenReleases(dir_.path() + "/graph"));
    EVIDENT_ASSERT_OK(releases_->Publish(OneConcept("One")));
  }

  // What preparing the pack says; it must be what a draft is told as well.
  absl::Status Refusal(const PublishRequest& request) {
    const auto bulk = PublishBulk(*releases_, request);
    EXPECT_EQ(bulk.status().code(), releases_->Publish(request).status().code());
    EXPECT_EQ(releases_->Head()->release().number(), 1u);
    return bulk.status();
  }

  static PublishRequest Concepts(int count, v1::EdgeKind kind, bool circle) {
    GraphDraft draft;
    for (int i = 0; i < count; ++i) {
      draft.nodes.push_back(ConceptNode("q/c" + std::to_string(i), "C"));
      if (i == 0 && !circle) continue;
      draft.edges.push_back({v1::NODE_KIND_CONCEPT,
                             "q/c" + std::to_string(i),
                             kind,
                             v1::NODE_KIND_CONCEPT,
                             "q/c" + std::to_string(i == 0 ? count - 1 : i - 1),
                             {}});
    }
    return RequestFor("q", draft);
  }

  TempDir dir_;
  std::unique_ptr<ReleaseManager> releases_;
};

TEST_F(BulkReleaseTest, WhatAReleaseMayNotHoldIsRefused) {
  const auto refused = [&](const PublishRequest& request, const std::string& why) {
    const absl::Status status = Refusal(request);
    EXPECT_THAT(status, HasReason("GRAPH_INVALID"));
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
  };
  refused(Concepts(4, v1::EDGE_KIND_IS_A, true), "back to where it began");
  refused(Concepts(70, v1::EDGE_KIND_IS_A, false), "kIsADepthMax");
  refused(Concepts(2, v1::EDGE_KIND_CITES, false), "does not join");
  PublishRequest twice = Concepts(2, v1::EDGE_KIND_IS_A, false);
  twice.draft.edges.push_back(twice.draft.edges[0]);
  refused(twice, "stands twice");
  PublishRequest again = Concepts(2, v1::EDGE_KIND_IS_A, false);
  again.draft.nodes.push_back(again.draft.nodes[0]);
  refused(again, "defined twice");
  PublishRequest foreign = Concepts(2, v1::EDGE_KIND_IS_A, false);
  foreign.draft.nodes.push_back(ConceptNode("p/a", "Mine"));
  foreign.draft.nodes.back().set_pack("q");
  refused(foreign, "a node has one owner");
  PublishRequest nowhere = Concepts(2, v1::EDGE_KIND_IS_A, false);
  nowhere.draft.edges[0].dst = "p/none";
  refused(nowhere, "there is no node p/none");
  PublishRequest unnamed = Concepts(2, v1::EDGE_KIND_IS_A, false);
  unnamed.draft.nodes[0].mutable_clinical_concept()->clear_display();
  refused(unnamed, "q/c0");
  PublishRequest text = Concepts(2, v1::EDGE_KIND_IS_A, false);
  text.draft.nodes[0].mutable_clinical_concept()->set_display("e\u0301");
  refused(text, "NFC");
}

TEST_F(BulkReleaseTest, RemovingWhatAnotherPackNeedsIsRefused) {
  PublishRequest other = Concepts(1, v1::EDGE_KIND_IS_A, false);
  other.draft.edges.push_back(
      {v1::NODE_KIND_CONCEPT, "q/c0", v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, "p/a", {}});
  EVIDENT_ASSERT_OK(PublishBulk(*releases_, other));
  EXPECT_THAT(PublishBulk(*releases_, RequestFor("p", {})),
              FailsWith(absl::StatusCode::kInvalidArgument, "there is no node p/a"));
}

TEST_F(BulkReleaseTest, AHeadThatMovedAborts) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BulkGraph graph,
                               ToBulkGraph("q", Concepts(3, v1::EDGE_KIND_IS_A, false).draft));
  EXPECT_THAT(releases_->PrepareBulk(graph, ReleaseNumber(7), Alive), HasReason("HEAD_MOVED"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BulkRelease bulk,
                               releases_->PrepareBulk(graph, ReleaseNumber(1), Alive));
  EVIDENT_ASSERT_OK(releases_->Publish(OneConcept("Two")));
  EXPECT_THAT(releases_->PublishBulk(bulk, RequestFor("q", {}), Alive), HasReason("HEAD_MOVED"));
  EXPECT_EQ(releases_->Head()->release().number(), 2u);
}

TEST_F(BulkReleaseTest, WhatIsNoLongerAliveLeavesNothing) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BulkGraph graph,
                               ToBulkGraph("q", Concepts(3, v1::EDGE_KIND_IS_A, false).draft));
  const auto dead = [] { return absl::CancelledError("gone"); };
  EXPECT_EQ(releases_->PrepareBulk(graph, {}, dead).status().code(), absl::StatusCode::kCancelled);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const BulkRelease bulk, releases_->PrepareBulk(graph, {}, Alive));
  EXPECT_EQ(releases_->PublishBulk(bulk, RequestFor("q", {}), dead).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(releases_->Head()->release().number(), 1u);
  EVIDENT_EXPECT_OK(releases_->PublishBulk(bulk, RequestFor("q", {}), Alive));
  EXPECT_EQ(releases_->Head()->release().number(), 2u);
}

}  // namespace
}  // namespace evident::graph
