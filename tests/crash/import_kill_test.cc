// kill -9 while packs are published: the log and the knowledge must tell the same story afterwards.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <thread>

#include "base/file.h"
#include "base/status_matchers.h"
#include "client/client.h"
#include "graph/pack/reader.h"
#include "tests/crash/site.h"

namespace evident::crash {
namespace {

constexpr char kPack[] = "fictional-emberfern-wilt";
constexpr char kChanged[] = "statements/keeping.yaml";
constexpr int kRounds = 6;
constexpr int kRoundsMax = 60;  // until a kill has come in the middle of an import
constexpr int kLoadMsMax = 250;

using Client = std::unique_ptr<client::Client>;

absl::StatusOr<graph::PackFiles> Pack() {
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  return graph::LoadPackFiles(std::string(top == nullptr ? "." : top) + "/knowledge/" + kPack);
}

// Publishes the pack with one headline changed.
absl::StatusOr<v1::ImportPackResponse> Publish(client::Client& client, graph::PackFiles files,
                                               int edition) {
  const std::string headline = "A keeper sits with the plant at dusk";
  std::string& file = files[kChanged];
  const size_t at = file.find(headline);
  if (at == std::string::npos) return absl::InternalError("the pack has no such headline");
  file.insert(at + headline.size(), ", edition " + std::to_string(edition));
  v1::ImportPackHeader header;
  header.set_pack(kPack);
  header.set_publish(true);
  return client.ImportPack(header, {files.begin(), files.end()});
}

// Publishes one edition after the other until the server is gone.
class Publisher {
 public:
  Publisher(Client client, graph::PackFiles files, int edition)
      : thread_([this, client = std::move(client), files = std::move(files), edition]() mutable {
          while (true) {
            Tell(begun_ + 1);
            const auto published = Publish(*client, files, ++edition);
            if (!published.ok()) {
              end_ = published.status();
              return Tell(kEnded);
            }
            acknowledged_.push_back(published->release());
          }
        }) {}

  // Until so many releases were acknowledged and the next one is under way, or it ended.
  void WaitUntilUnderWay(int acknowledged) const {
    for (int seen = begun_; seen <= acknowledged; seen = begun_) begun_.wait(seen);
  }

  // After the server is gone: the releases that it acknowledged.
  std::vector<v1::Release> Finish() {
    thread_.join();
    EXPECT_EQ(end_.code(), absl::StatusCode::kUnavailable) << end_.ToString();
    return std::move(acknowledged_);
  }

 private:
  static constexpr int kEnded = 1'000'000;
  void Tell(int begun) {
    begun_ = begun;
    begun_.notify_all();
  }

  std::atomic<int> begun_{0};
  std::vector<v1::Release> acknowledged_;
  absl::Status end_;
  std::thread thread_;
};

class ImportKillTest : public testing::Test {
 protected:
  void SetUp() override {
    auto site = Site::Make(dir_.path() + "/site");
    ASSERT_THAT(site, IsOk());
    site_.emplace(*std::move(site));
    auto files = Pack();
    ASSERT_THAT(files, IsOk());
    files_ = *std::move(files);
  }

  Client As(const std::string& caller, const ServerProcess& server) {
    auto client = client::Client::Connect(site_->ConnectionOf(caller, server.port()));
    EXPECT_THAT(client, IsOk());
    return client.ok() ? *std::move(client) : nullptr;
  }

  // By number; contiguous from 1.
  std::map<uint32_t, v1::Release> Releases(client::Client& client) {
    v1::ListReleasesRequest request;
    request.set_page_size(1000);
    const auto listed = client.ListReleases(request);
    EXPECT_THAT(listed, IsOk());
    std::map<uint32_t, v1::Release> releases;
    if (!listed.ok()) return releases;
    for (const v1::Release& one : listed->releases()) releases[one.number()] = one;
    if (!releases.empty()) {
      EXPECT_EQ(releases.rbegin()->first, releases.size());
    }
    return releases;
  }

  // The status of each intent's one outcome, by the intent's index.
  std::map<uint64_t, uint32_t> Outcomes(client::Client& auditor) {
    std::map<uint64_t, uint32_t> outcomes;
    size_t intents = 0;
    v1::ListEntriesRequest request;
    request.set_page_size(1000);
    do {
      const auto page = auditor.ListEntries(request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const v1::Entry& entry : page->entries()) {
        if (entry.info().kind() == v1::ENTRY_KIND_INTENT) ++intents;
        if (entry.info().kind() != v1::ENTRY_KIND_OUTCOME) continue;
        const auto [place, first] =
            outcomes.try_emplace(entry.info().number(), entry.info().grpc_status());
        EXPECT_TRUE(first) << "two outcomes of intent " << place->first;
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(outcomes.size(), intents) << "an intent was left open";
    return outcomes;
  }

  // That the releases are those acknowledged and those whose intent came out well, no others.
  void ExpectLogAndKnowledgeAgree(const ServerProcess& server) {
    const auto releases = Releases(*As("admin", server));
    for (const v1::Release& one : acknowledged_) {
      const auto found = releases.find(one.number());
      ASSERT_NE(found, releases.end()) << one.name() << " is gone";
      EXPECT_EQ(found->second.release_digest(), one.release_digest()) << one.name();
    }
    std::map<uint64_t, uint32_t> outcomes = Outcomes(*As("auditor", server));
    for (const auto& [number, release] : releases) {
      const uint64_t intent = std::stoull(release.intent().substr(release.intent().rfind('-') + 1));
      const auto outcome = outcomes.find(intent);
      ASSERT_NE(outcome, outcomes.end()) << release.name() << " came of no intent";
      EXPECT_EQ(outcome->second, 0u) << release.name() << " is there, but its intent failed";
      outcomes.erase(outcome);
    }
    interrupted_ = outcomes.size();
    for (const auto& [intent, status] : outcomes) {
      EXPECT_NE(status, 0u) << "intent " << intent << " came out well, but there is no release";
    }
  }

  void ExpectDecisionsRestOnTheNewest(const ServerProcess& server) {
    const Client client = As("admin", server);
    const auto releases = Releases(*client);
    if (releases.empty()) return;
    v1::RecommendRequest request;
    request.mutable_question()->add_concepts("emberfern-wilt");
    const auto reply = client->Recommend(request);
    ASSERT_THAT(reply, IsOk());
    EXPECT_EQ(reply->answer.question().release_digest(),
              releases.rbegin()->second.release_digest());
  }

  const TempDir dir_;
  std::mt19937_64 random_{1};
  std::optional<Site> site_;
  graph::PackFiles files_;
  std::vector<v1::Release> acknowledged_;
  size_t interrupted_ = 0;  // intents without a release
};

TEST_F(ImportKillTest, LogAndKnowledgeAgreeAfterEveryKill) {
  for (int round = 0; round <= kRoundsMax; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    auto server = ServerProcess::Start(*site_);
    ASSERT_THAT(server, IsOk());
    ASSERT_NO_FATAL_FAILURE(ExpectLogAndKnowledgeAgree(**server));
    ASSERT_NO_FATAL_FAILURE(ExpectDecisionsRestOnTheNewest(**server));
    if (round == kRoundsMax || (round >= kRounds && interrupted_ > 0)) break;
    Publisher publisher(As("admin", **server), files_, round * 1000);
    publisher.WaitUntilUnderWay(round % 2);
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % kLoadMsMax));
    (*server)->Kill();
    const std::vector<v1::Release> published = publisher.Finish();
    acknowledged_.insert(acknowledged_.end(), published.begin(), published.end());
  }
  EXPECT_FALSE(acknowledged_.empty());
  EXPECT_GT(interrupted_, 0u) << "no kill came between an intent and its release";
  std::printf("%zu releases acknowledged, %zu interrupted\n", acknowledged_.size(), interrupted_);
}

}  // namespace
}  // namespace evident::crash
