// The machine goes down, or the disk fills, anywhere in the publishing of a large release; another
// publish follows, and the content is that of a database that never failed.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/release/database_check.h"
#include "graph/release/release_manager.h"
#include "graph/release/test_releases.h"
#include "kv/fault_file_system.h"

namespace evident::graph {
namespace {

constexpr int kNodes = 4'500;  // five rows that change each: too many for a batch
// Appends of one kind follow each other by the dozen: one of a few is as good as each.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr uint64_t kStep = 23;
#else
constexpr uint64_t kStep = 5;
#endif
constexpr uint64_t kPositionsMax = 500;

absl::Status Alive() { return absl::OkStatus(); }

GraphDraft Concepts(const std::string& display) {
  GraphDraft draft;
  for (int i = 0; i < kNodes; ++i) {
    const std::string number = std::to_string(i);
    draft.nodes.push_back(ConceptNode("p/c" + number, display + " " + number));
    if (i == 0) continue;
    draft.edges.push_back({v1::NODE_KIND_CONCEPT,
                           "p/c" + number,
                           v1::EDGE_KIND_IS_A,
                           v1::NODE_KIND_CONCEPT,
                           "p/c" + std::to_string(i / 2),
                           {}});
  }
  return draft;
}

// Whether it is published as a draft or as a bulk graph.
class LargePublishTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto releases, OpenReleases(template_));
    EVIDENT_ASSERT_OK(Publish(*releases, Concepts("First")));
    releases.reset();
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto clean, OpenReleases(dir_.path() + "/clean"));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto published, Publish(*clean, Concepts("Second")));
    clean_digest_ = published.release.content_digest();
  }

  static absl::StatusOr<PublishResult> Publish(ReleaseManager& releases, const GraphDraft& draft) {
    const PublishRequest request = RequestFor("p", draft);
    if (!GetParam()) return releases.Publish(request);
    EVIDENT_ASSIGN_OR_RETURN(const BulkGraph graph, ToBulkGraph("p", draft));
    EVIDENT_ASSIGN_OR_RETURN(const BulkRelease bulk, releases.PrepareBulk(graph, {}, Alive));
    return releases.PublishBulk(bulk, request, Alive);
  }

  // Publishes the second edition onto a copy with a fault, crashes, and publishes it again. Returns
  // whether the first try was acknowledged.
  template <typename Arm>
  bool PublishTwice(uint64_t seed, const Arm& arm) {
    const std::string path = dir_.path() + "/" + std::to_string(++copies_);
    std::filesystem::copy(template_, path, std::filesystem::copy_options::recursive);
    const auto fault = kv::FaultFileSystem::Create(seed);
    bool acknowledged = false;
    {
      auto releases = OpenReleases(path, fault);
      EXPECT_THAT(releases, IsOk());
      if (!releases.ok()) return true;
      arm(*fault);
      const auto published = Publish(**releases, Concepts("Second"));
      acknowledged = published.ok();
      EXPECT_EQ((*releases)->Head()->release().number(), acknowledged ? 2u : 1u);
      fault->PowerOff();
    }
    EVIDENT_EXPECT_OK(fault->Crash());
    EXPECT_NO_FATAL_FAILURE(ExpectCleanAfterAnother(path, acknowledged));
    std::filesystem::remove_all(path);
    return acknowledged;
  }

  void ExpectCleanAfterAnother(const std::string& path, bool acknowledged) {
    {
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(path));
      const uint32_t head = releases->Head()->release().number();
      ASSERT_TRUE(!acknowledged || head == 2) << head;
      ++(head == 2 ? new_seen_ : old_seen_);
      EVIDENT_ASSERT_OK_AND_ASSIGN(const auto again, Publish(*releases, Concepts("Second")));
      EXPECT_EQ(again.unchanged, head == 2);
      EXPECT_EQ(again.release.content_digest(), clean_digest_);
    }
    EVIDENT_ASSERT_OK_AND_ASSIGN(const DatabaseReport report, CheckDatabase(path));
    EXPECT_TRUE(report.problems.empty()) << report.problems[0];
    EXPECT_EQ(report.content_digest, clean_digest_);
  }

  const TempDir dir_;
  const std::string template_ = dir_.path() + "/template";
  std::string clean_digest_;
  int copies_ = 0;
  int old_seen_ = 0;
  int new_seen_ = 0;
};

TEST_P(LargePublishTest, ACrashAtAnyStepLeavesTheOldHeadOrTheNewOne) {
  for (const auto operation : {kv::FaultOperation::kAppend, kv::FaultOperation::kSync}) {
    bool acknowledged = false;
    const uint64_t step = operation == kv::FaultOperation::kAppend ? kStep : 1;
    for (uint64_t nth = 1; !acknowledged; nth += step) {
      ASSERT_LT(nth, kPositionsMax);
      SCOPED_TRACE(nth);
      acknowledged = PublishTwice(nth, [&](kv::FaultFileSystem& fault) {
        fault.FailNth(operation, kv::FileClass::kAny, nth);
      });
    }
  }
  EXPECT_GT(old_seen_, 2);
  EXPECT_GT(new_seen_, 0);
}

TEST_P(LargePublishTest, ADiskThatFillsLeavesTheOldHead) {
  bool acknowledged = false;
  for (uint64_t bytes = 1'000; !acknowledged; bytes *= 4) {
    ASSERT_LT(bytes, 100u << 20);
    acknowledged = PublishTwice(1, [&](kv::FaultFileSystem& fault) { fault.FailWhenFull(bytes); });
  }
  EXPECT_GT(old_seen_, 1);
}

INSTANTIATE_TEST_SUITE_P(Ways, LargePublishTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Bulk" : "Draft"; });

}  // namespace
}  // namespace evident::graph
