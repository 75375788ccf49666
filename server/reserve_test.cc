// A log that falls below its disk reserve while its server runs, and gets space again.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>

#include "base/log.h"
#include "base/status_matchers.h"
#include "evident/v1/admin_service.pb.h"
#include "kv/database.h"
#include "server/test_pack.h"
#include "server/test_server.h"
#include "server/test_wait.h"

namespace evident::server {
namespace {

constexpr char kStatus[] = "/evident.v1.AdminService/GetStatus";

// What others write to the volume meanwhile must stay below half of it.
constexpr uint64_t kBallastBytes = uint64_t{4} << 30;

// Space that is taken from the volume without being written.
class Ballast {
 public:
  explicit Ballast(std::string file) : file_(std::move(file)) {}
  ~Ballast() { Drop(); }
  bool Take() {
    const int fd = open(file_.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    const bool taken = fd >= 0 && fallocate(fd, 0, 0, kBallastBytes) == 0;
    if (fd >= 0) close(fd);
    return taken;
  }
  void Drop() { unlink(file_.c_str()); }

 private:
  const std::string file_;
};

// Takes the ballast as soon as the knowledge was synced: after a publish, before its outcome.
class PublishWatch final : public Clock {
 public:
  PublishWatch(const kv::FaultFileSystem& knowledge, Ballast& ballast)
      : knowledge_(knowledge), ballast_(ballast) {}
  int64_t NowNs() const override {
    if (armed_ && knowledge_.Syncs(kv::FileClass::kWal) > synced_ && armed_.exchange(false)) {
      EXPECT_TRUE(ballast_.Take());
    }
    return Clock::System().NowNs();
  }
  void Arm() {
    synced_ = knowledge_.Syncs(kv::FileClass::kWal);
    armed_ = true;
  }

 private:
  const kv::FaultFileSystem& knowledge_;
  Ballast& ballast_;
  std::atomic<uint64_t> synced_ = 0;
  mutable std::atomic<bool> armed_ = false;
};

class ReserveTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const uint64_t free, kv::FreeBytes(site_.path()));
    if (free < 2 * kBallastBytes || !ballast_.Take()) {
      GTEST_SKIP() << "the volume of temporary folders is too full or takes no reservations";
    }
    ballast_.Drop();
    site_.config.audit.disk_reserve_bytes = free - kBallastBytes / 2;
  }
  static v1::GetStatusResponse StatusOf(const TestServer& server) {
    v1::GetStatusResponse status;
    EXPECT_TRUE(status.ParseFromString(server.As("").Call(kStatus, "").response));
    return status;
  }
  // Ticks until the server takes entries.
  void GiveSpace(TestServer& server) {
    ballast_.Drop();
    EXPECT_TRUE(Eventually([&server] {
      server.server().Tick();
      return StatusOf(server).serving();
    }));
  }

  TestSite site_{false};
  Ballast ballast_{site_.path() + "/ballast"};
};

TEST_F(ReserveTest, PublishThatCrossesItGetsItsOutcomeOnceThereIsSpace) {
  const auto knowledge = kv::FaultFileSystem::Create(1);
  PublishWatch clock(*knowledge, ballast_);
  TestServer server(site_, Environment{.clock = clock, .knowledge_faults = knowledge});
  clock.Arm();
  const ImportResult lost = server.Import(TestPackFiles());
  EXPECT_EQ(lost.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ((RawReply{lost.status, "", ""}.Reason()), "OUTCOME_UNRECORDED");
  EXPECT_TRUE(server.Verify(lost.receipt, std::nullopt, std::nullopt).ok());
  server.server().Tick();
  const v1::GetStatusResponse low = StatusOf(server);
  EXPECT_FALSE(low.serving());
  EXPECT_EQ(low.log_size(), 3u) << "key, stream open, intent";
  EXPECT_EQ(low.head().number(), 1u);
  GiveSpace(server);
  const v1::Entry outcome = server.EntryAt(3);
  EXPECT_EQ(outcome.info().kind(), v1::ENTRY_KIND_OUTCOME);
  EXPECT_EQ(outcome.info().number(), 2u);
  EXPECT_EQ(outcome.info().grpc_status(), 0u);
  EXPECT_EQ(outcome.info().release_digest(), low.head().release_digest());
  const uint64_t size = server.LogSize();
  server.server().Tick();
  EXPECT_EQ(server.LogSize(), size + 1) << "the call before alone: settled once";
}

TEST_F(ReserveTest, IntentFoundAtTheStartIsSettledWithoutARestart) {
  EVIDENT_ASSERT_OK(LeaveIntent(site_));
  ASSERT_TRUE(ballast_.Take());
  TestServer server(site_);
  EXPECT_EQ(StatusOf(server).log_size(), 2u);
  GiveSpace(server);
  const v1::Entry outcome = server.EntryAt(2);
  EXPECT_EQ(outcome.info().kind(), v1::ENTRY_KIND_OUTCOME);
  EXPECT_EQ(outcome.info().number(), 1u);
  EXPECT_EQ(outcome.info().grpc_status(), static_cast<uint32_t>(absl::StatusCode::kAborted));
}

}  // namespace
}  // namespace evident::server
