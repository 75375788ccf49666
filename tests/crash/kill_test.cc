// kill -9 on the real server in the middle of load, again and again on one database: whoever holds
// a receipt must find all that it promises. And the same demands, made of damaged copies.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <thread>

#include "audit/log/store.h"
#include "audit/proof/receipt.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "tests/crash/from_environment.h"
#include "tests/crash/holder.h"
#include "tests/crash/stored.h"

namespace evident::crash {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr int kRoundsByDefault = 10;
constexpr int kLoadMsMax = 300;
constexpr uint64_t kTileWidth = 256;

std::string Pack() {
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  return std::string(top == nullptr ? "." : top) + "/knowledge/fictional-emberfern-wilt";
}

void PublishPack(const Site& site) {
  auto server = ServerProcess::Start(site);
  ASSERT_THAT(server, IsOk());
  const std::string address = "127.0.0.1:" + std::to_string((*server)->port());
  ASSERT_THAT(RunProgram({CommandLineProgram(), "--config", site.path() + "/config.yaml",
                          "--context", "admin", "--server", address, "pack", "import", Pack()}),
              IsOk());
  EXPECT_EQ((*server)->Stop(), 0);
}

uint64_t IndexOf(const Acknowledged& call) {
  v1::Receipt receipt;
  if (!receipt.ParseFromString(call.receipt)) return 0;
  const auto name = audit::ParseEntryName(receipt.entry());
  return name.ok() ? name->index.value : 0;
}

// One installation, and what its callers were acknowledged.
struct History {
  std::vector<Acknowledged> acknowledged;
  Load::Result last;

  // Load on a server that runs, and its sudden end after `wait`.
  void LoadAndKill(const Site& site, ServerProcess& server, uint64_t seed,
                   std::chrono::milliseconds wait) {
    Load load(site, server.port(), seed);
    load.WaitUntilUnderWay();
    std::this_thread::sleep_for(wait);
    server.Kill();
    last = load.Finish();
    acknowledged.insert(acknowledged.end(), last.acknowledged.begin(), last.acknowledged.end());
  }
};

class KillTest : public testing::Test {
 protected:
  void SetUp() override {
    auto site = Site::Make(dir_.path() + "/site");
    ASSERT_THAT(site, IsOk());
    site_.emplace(*std::move(site));
    PublishPack(*site_);
  }

  const TempDir dir_;
  const int seed_ = static_cast<int>(FromEnvironment("EVIDENT_KILL_SEED", 1));
  std::mt19937_64 random_{static_cast<uint64_t>(seed_)};
  std::optional<Site> site_;
  History history_;
};

TEST_F(KillTest, EveryReceiptHoldsAfterEveryKill) {
  const auto rounds = static_cast<int>(FromEnvironment("EVIDENT_KILL_ROUNDS", kRoundsByDefault));
  RecordProperty("seed", seed_);
  uint64_t recorded_before = 0;
  int decisions = 0;
  int refusals = 0;
  Stored stored;
  for (int round = 0; round <= rounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round) + " of seed " + std::to_string(seed_));
    Demand demand = StartAndDemand(*site_, history_.acknowledged);
    ASSERT_THAT(demand.wrong, IsEmpty());
    const Load::Result& last = history_.last;
    if (round > 0) {
      EXPECT_EQ(demand.size, stored.entries) << "nothing is lost or added by starting";
    }
    if (round == rounds) break;
    const RawReply status =
        CallRaw(*client::OpenChannel(site_->ConnectionOf("admin", demand.server->port())),
                "/evident.v1.AdminService/GetStatus", "");
    recorded_before = IndexOf(status.call) + 1;
    history_.acknowledged.push_back(status.call);
    history_.LoadAndKill(*site_, *demand.server, random_(),
                         std::chrono::milliseconds(random_() % kLoadMsMax));
    EXPECT_THAT(last.strange, IsEmpty());
    EXPECT_EQ(last.CutOff(), Load::kCallers) << "killed in the middle of load";
    stored = CheckStored(*site_, recorded_before);
    EXPECT_THAT(stored.wrong, IsEmpty());
    EXPECT_THAT(Compare(stored, last), IsEmpty());
    decisions += last.decisions;
    refusals += last.refusals;
    std::printf("round %d: %zu acknowledged, %d decisions and %d refusals among them\n", round + 1,
                last.acknowledged.size(), last.decisions, last.refusals);
  }
  EXPECT_GT(decisions, 0);
  EXPECT_GT(refusals, 0);
  std::printf("%zu receipts hold\n", history_.acknowledged.size());
}

// Else a server that records nothing any more would pass as one that was killed.
TEST_F(KillTest, ARefusalByTheServerIsToldFromItsEnd) {
  auto server = ServerProcess::Start(*site_);
  ASSERT_THAT(server, IsOk());
  const auto channel = client::OpenChannel(site_->ConnectionOf("admin", (*server)->port()));
  ASSERT_THAT(channel, IsOk());
  const std::string unknown = "/evident.v1.DecisionService/NotThere";
  const RawReply refused = CallRaw(*channel, unknown, "bytes");
  EXPECT_TRUE(refused.from_server) << refused.message;
  (*server)->Kill();
  const RawReply gone = CallRaw(*channel, unknown, "bytes");
  EXPECT_EQ(gone.status, static_cast<int>(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(gone.from_server) << gone.message;
}

TEST(CompareTest, TellsTooFewEntriesTooManyAndThoseOfAnotherOutcome) {
  const Outcome decision{"/evident.v1.DecisionService/Recommend", 0};
  const Outcome refusal{"/evident.v1.DecisionService/Recommend", 3};
  Load::Result sent;
  sent.told[decision] = 2;
  sent.cut_off[decision] = 1;
  Stored stored;
  for (const int found : {2, 3}) {
    stored.found[decision] = found;
    EXPECT_THAT(Compare(stored, sent), IsEmpty());
  }
  for (const int found : {1, 4}) {
    stored.found[decision] = found;
    EXPECT_THAT(Compare(stored, sent), ElementsAre(HasSubstr("with status 0")));
  }
  stored.found = {{decision, 2}, {refusal, 1}};
  EXPECT_THAT(Compare(stored, sent),
              ElementsAre(HasSubstr("with status 3: 1 entries, not 0 to 0")));
}

// A log that was killed in the middle of a tile, after a full one.
struct KilledLog {
  const TempDir dir;
  std::optional<Site> earlier;  // with its guard, as it was after the kill before
  std::optional<Site> site;
  History history;
  size_t acknowledged_earlier = 0;

  uint64_t Lowest() const { return IndexOf(history.acknowledged.front()); }
  uint64_t Highest() const {
    uint64_t highest = 0;
    for (const Acknowledged& call : history.acknowledged) {
      highest = std::max(highest, IndexOf(call));
    }
    return highest;
  }
  bool LiesWell() const {
    return Highest() > kTileWidth && Highest() % kTileWidth > Load::kCallers &&
           Highest() % kTileWidth < kTileWidth - Load::kCallers;
  }

  void Make() {
    auto made = Site::Make(dir.path() + "/site");
    ASSERT_THAT(made, IsOk());
    site.emplace(*std::move(made));
    PublishPack(*site);
    for (uint64_t round = 0; round < 2 || !LiesWell(); ++round) {
      acknowledged_earlier = history.acknowledged.size();
      auto copied = site->CopyTo(dir.path() + "/earlier-" + std::to_string(round));
      ASSERT_THAT(copied, IsOk());
      earlier.emplace(*std::move(copied));
      Demand demand = StartAndDemand(*site, {});
      ASSERT_THAT(demand.wrong, IsEmpty());
      history.LoadAndKill(*site, *demand.server, round, std::chrono::milliseconds(100));
    }
  }
};

// Each test damages a copy of its own.
class DamageTest : public testing::Test {
 protected:
  static void TearDownTestSuite() { killed_.reset(); }
  void SetUp() override {
    if (!killed_) {
      killed_ = std::make_unique<KilledLog>();
      killed_->Make();
      ASSERT_FALSE(HasFatalFailure());
    }
    history_ = killed_->history;
    auto copied = killed_->site->CopyTo(dir_.path() + "/copy");
    ASSERT_THAT(copied, IsOk());
    copy_.emplace(*std::move(copied));
  }

  // Changes the stored log of the copy.
  void Rewrite(const kv::WriteBatch& batch) {
    audit::StoreOptions options;
    options.path = copy_->log_path();
    auto store = audit::OpenStore(options);
    ASSERT_THAT(store, IsOk());
    EVIDENT_ASSERT_OK((*store)->Write(batch, kv::Durability::kSync));
    EVIDENT_ASSERT_OK((*store)->Close());
  }

  std::vector<std::string> WrongWithCopy() {
    return StartAndDemand(*copy_, history_.acknowledged).wrong;
  }

  static std::unique_ptr<KilledLog> killed_;
  const TempDir dir_;
  std::optional<Site> copy_;
  History history_;
};

std::unique_ptr<KilledLog> DamageTest::killed_;

std::string EntryOf(uint64_t index) { return "entry " + std::to_string(index); }

TEST_F(DamageTest, AnUntouchedCopyIsSound) {
  Demand demand = StartAndDemand(*copy_, history_.acknowledged);
  EXPECT_THAT(demand.wrong, IsEmpty());
  ASSERT_NE(demand.server, nullptr);
  EXPECT_EQ(demand.server->Stop(), 0);
}

TEST_F(DamageTest, ARemovedLeafIsFoundMissing) {
  const uint64_t index = killed_->Lowest();
  ASSERT_LT(index, kTileWidth) << "the tree can do without it";
  kv::WriteBatch batch;
  batch.Delete(audit::kStoreLeaves, audit::IndexKey(EntryIndex(index)));
  Rewrite(batch);
  EXPECT_THAT(WrongWithCopy(),
              ElementsAre(AllOf(StartsWith(EntryOf(index) + ": entry:"),
                                HasSubstr("lacks the leaf of " + EntryOf(index)))));
}

TEST_F(DamageTest, ARemovedLeafInTheOpenTileKeepsTheServerFromStarting) {
  kv::WriteBatch batch;
  batch.Delete(audit::kStoreLeaves, audit::IndexKey(EntryIndex(killed_->Highest())));
  Rewrite(batch);
  EXPECT_THAT(WrongWithCopy(), ElementsAre(HasSubstr("no server: evidentd ended with 5")));
}

TEST_F(DamageTest, ARemovedBodyIsFoundMissing) {
  const uint64_t index = killed_->Lowest();
  kv::WriteBatch batch;
  batch.Delete(audit::kStoreBodies, audit::IndexKey(EntryIndex(index)));
  Rewrite(batch);
  EXPECT_THAT(WrongWithCopy(), ElementsAre(StartsWith(EntryOf(index) + ": entry:")));
}

TEST_F(DamageTest, ALeafInThePlaceOfAnotherIsFound) {
  const uint64_t index = killed_->Lowest();
  v1::Receipt other;
  ASSERT_TRUE(other.ParseFromString(history_.acknowledged.back().receipt));
  kv::WriteBatch batch;
  batch.Put(audit::kStoreLeaves, audit::IndexKey(EntryIndex(index)), other.leaf());
  Rewrite(batch);
  EXPECT_THAT(WrongWithCopy(), ElementsAre(StartsWith(EntryOf(index) + ": entry:")));
}

TEST_F(DamageTest, SwappedAnswersDoNotVerify) {
  std::vector<Acknowledged*> decisions;
  for (Acknowledged& call : history_.acknowledged) {
    if (call.answer && call.method.find("DecisionService") != std::string::npos) {
      decisions.push_back(&call);
    }
  }
  const auto other = std::find_if(decisions.begin(), decisions.end(), [&](const Acknowledged* one) {
    return one->answer != decisions.front()->answer;
  });
  ASSERT_NE(other, decisions.end());
  std::swap(decisions.front()->answer, (*other)->answer);
  EXPECT_THAT(WrongWithCopy(),
              ElementsAre(HasSubstr("ANSWER_MISMATCH"), HasSubstr("ANSWER_MISMATCH")));
}

// The newest records of a log that was killed lie in its write-ahead logs.
TEST_F(DamageTest, ATruncatedLogKeepsTheServerFromStarting) {
  int truncated = 0;
  for (const auto& file : std::filesystem::directory_iterator(copy_->log_path())) {
    if (file.path().extension() != ".log" || file.file_size() == 0) continue;
    std::filesystem::resize_file(file.path(), file.file_size() / 2);
    ++truncated;
  }
  EXPECT_GT(truncated, 0);
  EXPECT_THAT(WrongWithCopy(), ElementsAre(AllOf(HasSubstr("no server: evidentd ended with 5"),
                                                 HasSubstr("it was cut off or rolled back"))));
}

// Nothing on the machine can tell then: only who holds a receipt can.
TEST_F(DamageTest, AnEarlierCopyWithItsGuardIsFoundTooShort) {
  const Demand demand = StartAndDemand(*killed_->earlier, history_.acknowledged);
  EXPECT_NE(demand.server, nullptr);
  EXPECT_EQ(demand.wrong.size(), history_.acknowledged.size() - killed_->acknowledged_earlier);
  for (const std::string& one : demand.wrong) {
    EXPECT_THAT(one, HasSubstr("the log is shorter than was released"));
  }
}

}  // namespace
}  // namespace evident::crash
