// Readers under a stream of publishes see whole releases only: every release sets the marker of all
// nodes to its number, and whoever reads finds one number everywhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>
#include <vector>

#include "base/status_matchers.h"
#include "graph/model/node_id.h"
#include "graph/release/release_manager.h"
#include "graph/release/test_releases.h"

namespace evident::graph {
namespace {

constexpr int kNodes = 60;
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr uint32_t kPublishes = 100;
#else
constexpr uint32_t kPublishes = 1'000;
#endif

PublishRequest AllMarked(uint32_t release) {
  GraphDraft draft;
  for (int i = 0; i < kNodes; ++i) {
    draft.nodes.push_back(ConceptNode("p/c" + std::to_string(i), std::to_string(release)));
    if (i == 0) continue;
    draft.edges.push_back({v1::NODE_KIND_CONCEPT,
                           "p/c" + std::to_string(i),
                           v1::EDGE_KIND_IS_A,
                           v1::NODE_KIND_CONCEPT,
                           "p/c0",
                           {}});
  }
  return RequestFor("p", std::move(draft));
}

// Whether everything that the reader gives is of its own release.
absl::Status CheckWhole(const GraphReader& reader) {
  const std::string marker = std::to_string(reader.release().number());
  EVIDENT_ASSIGN_OR_RETURN(const auto ids, reader.Nodes(v1::NODE_KIND_CONCEPT));
  if (ids.size() != kNodes) return absl::InternalError("nodes are missing");
  for (const NodeId& id : ids) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader.GetNode(id));
    if (node->clinical_concept().display() != marker) {
      return absl::InternalError("release " + marker + " shows " +
                                 node->clinical_concept().display());
    }
  }
  EVIDENT_ASSIGN_OR_RETURN(const auto marked, reader.Find(Index::kWords, marker));
  if (marked.size() != kNodes) return absl::InternalError("the index lags behind");
  EVIDENT_ASSIGN_OR_RETURN(
      const auto edges, reader.In(MakeNodeId(v1::NODE_KIND_CONCEPT, "p/c0"), v1::EDGE_KIND_IS_A));
  return edges.size() == kNodes - 1 ? absl::OkStatus() : absl::InternalError("edges are missing");
}

struct Reads {
  std::vector<int64_t> nanos;
  absl::Status first_error;
};

// Reads the head, and every now and then an older release, until `done`.
Reads ReadUntil(const ReleaseManager& releases, const std::atomic<bool>& done) {
  Reads reads;
  for (uint32_t turn = 0; !done && reads.first_error.ok(); ++turn) {
    const auto begin = std::chrono::steady_clock::now();
    ReleaseSelector selector;
    const uint32_t head = releases.Head()->release().number();
    if (turn % 64 == 63 && head > 1) selector.number = ReleaseNumber(1 + turn % (head - 1));
    const auto reader = releases.Pin(selector);
    reads.first_error = reader.ok() ? CheckWhole(**reader) : reader.status();
    reads.nanos.push_back(
        std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count());
  }
  return reads;
}

TEST(WholeReleasesTest, NoReadMixesReleasesThroughAThousandPublishes) {
  const TempDir dir;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(dir.path() + "/graph"));
  EVIDENT_ASSERT_OK(releases->Publish(AllMarked(1)));
  std::atomic<bool> done = false;
  std::vector<Reads> reads(2);
  std::vector<std::thread> readers;
  for (Reads& mine : reads) {
    readers.emplace_back([&] { mine = ReadUntil(*releases, done); });
  }
  absl::Status published;
  for (uint32_t number = 2; number <= kPublishes && published.ok(); ++number) {
    published = releases->Publish(AllMarked(number)).status();
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EVIDENT_ASSERT_OK(published);
  std::vector<int64_t> nanos;
  for (const Reads& mine : reads) {
    EVIDENT_EXPECT_OK(mine.first_error);
    nanos.insert(nanos.end(), mine.nanos.begin(), mine.nanos.end());
  }
  EXPECT_GT(nanos.size(), 100u);
  EXPECT_EQ(releases->Head()->release().number(), kPublishes);
  EVIDENT_EXPECT_OK(CheckWhole(*releases->Head()));
  std::sort(nanos.begin(), nanos.end());
  const int64_t p99_us = nanos[nanos.size() * 99 / 100] / 1000;
  RecordProperty("reads", std::to_string(nanos.size()));
  RecordProperty("p99_us", std::to_string(p99_us));
  std::cout << nanos.size() << " reads of " << kNodes << " nodes, p99 " << p99_us << " us\n";
}

}  // namespace
}  // namespace evident::graph
