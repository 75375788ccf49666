// Rows, releases and entries that are exported by the whole server, and streams that follow the
// log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "audit/proof/checkpoint.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "evident/v1/audit_service.grpc.pb.h"
#include "server/test_served_pack.h"
#include "server/test_wait.h"

namespace evident::server {
namespace {

// A stream of rows as a caller holds it.
struct Rows {
  Rows(const TestClient& client, const v1::ExportTablesRequest& request)
      : stub(v1::AuditService::NewStub(client.channel())),
        reader(stub->ExportTables(&context, request)) {}

  // The next message that is no heartbeat; its rows are counted.
  bool Read() {
    do {
      if (!reader->Read(&message)) return false;
      rows += static_cast<uint64_t>(message.rows_size());
    } while (message.has_heartbeat());
    return true;
  }

  grpc::ClientContext context;
  std::unique_ptr<v1::AuditService::Stub> stub;
  std::unique_ptr<grpc::ClientReader<v1::ExportTablesResponse>> reader;
  v1::ExportTablesResponse message;
  uint64_t rows = 0;
};

v1::ExportTablesRequest Following(uint32_t heartbeat_s) {
  v1::ExportTablesRequest request;
  request.set_follow(true);
  request.set_heartbeat_s(heartbeat_s);
  return request;
}

class ExportTablesTest : public ServedPackTest {
 protected:
  void Decide() {
    v1::RecommendRequest request;
    *request.mutable_question() = FrameOfScore(2);
    const RawReply reply = As("decider", "DecisionService/Recommend", request);
    ASSERT_TRUE(reply.status.ok()) << reply.status.error_message();
  }
  uint64_t SizeOf(const std::string& checkpoint) const {
    const auto opened = audit::OpenCheckpoint(checkpoint, site_->verifier());
    EXPECT_THAT(opened, IsOk());
    return opened.ok() ? opened->size : 0;
  }
  // The rest of a stream whose caller reads on, to its end.
  static grpc::Status Drain(Rows& rows) {
    while (rows.Read()) {
    }
    return rows.reader->Finish();
  }
};

TEST_F(ExportTablesTest, AFollowerGetsRowsAsTheyComeAndHeartbeatsLeaveNoEntries) {
  Rows rows(server_->As("analyst"), Following(1));
  do {
    ASSERT_TRUE(rows.Read());
  } while (rows.message.checkpoint().empty());
  EXPECT_EQ(rows.rows, SizeOf(rows.message.checkpoint()));
  Decide();
  for (bool came = false; !came;) {
    ASSERT_TRUE(rows.Read());
    for (const v1::EntryRow& row : rows.message.rows()) came = came || row.has_decision();
  }
  // Now nothing happens but heartbeats, which carry what is covered.
  for (int beats = 0; beats < 2;) {
    ASSERT_TRUE(rows.reader->Read(&rows.message));
    if (!rows.message.has_heartbeat()) {
      rows.rows += static_cast<uint64_t>(rows.message.rows_size());
      beats = 0;
      continue;
    }
    ++beats;
    EXPECT_EQ(rows.message.heartbeat().size(), rows.rows);
    EXPECT_EQ(SizeOf(rows.message.checkpoint()), rows.rows);
    EXPECT_GT(rows.message.heartbeat().time_ns(), 0);
  }
  rows.context.TryCancel();
  EXPECT_EQ(Drain(rows).error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(ExportTablesTest, AStoppingServerEndsFollowersAtOnce) {
  Rows rows(server_->As("analyst"), Following(60));
  ASSERT_TRUE(rows.Read());
  std::thread stopping([this] { server_.reset(); });
  const grpc::Status status = Drain(rows);
  stopping.join();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), testing::HasSubstr("go on from entry"));
}

TEST_F(ExportTablesTest, AFollowerEndsWithItsDeadline) {
  v1::ExportTablesRequest request = Following(60);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(1));
  const auto stub = v1::AuditService::NewStub(server_->As("analyst").channel());
  const auto reader = stub->ExportTables(&context, request);
  v1::ExportTablesResponse message;
  while (reader->Read(&message)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(ExportTablesTest, AReleaseComesBeforeTheFirstDecisionThatNamesIt) {
  Decide();
  Decide();
  v1::ExportTablesRequest request;
  request.set_dimensions(true);
  std::string digest;
  {
    Rows rows(server_->As("analyst"), request);
    std::set<std::string> complete;
    while (rows.Read()) {
      const v1::ReleaseDimensions& part = rows.message.dimensions();
      for (const v1::EntryRow& row : rows.message.rows()) {
        if (!row.has_decision()) continue;
        digest = row.decision().release_digest();
        EXPECT_EQ(complete.count(digest), 1u);
      }
      if (!rows.message.has_dimensions()) continue;
      EXPECT_FALSE(part.unknown());
      EXPECT_GT(part.publish_time_ns(), 0);
      ASSERT_GT(part.statements_size(), 0);
      EXPECT_FALSE(part.statements(0).headline().empty());
      EXPECT_GT(part.concepts_size(), 0);
      EXPECT_TRUE(part.complete());
      EXPECT_TRUE(complete.insert(part.release_digest()).second);
    }
    EXPECT_TRUE(rows.reader->Finish().ok());
    EXPECT_EQ(complete.size(), 1u);
  }
  // Who has it is not told again.
  request.add_known_releases(digest);
  Rows rows(server_->As("analyst"), request);
  while (rows.Read()) EXPECT_FALSE(rows.message.has_dimensions());
  EXPECT_TRUE(rows.reader->Finish().ok());
}

TEST_F(ExportTablesTest, RefusesWhatItCannotHoldTo) {
  v1::ExportTablesRequest without;
  without.set_heartbeat_s(5);
  v1::ExportTablesRequest digest;
  digest.add_known_releases("short");
  v1::ExportTablesRequest beyond;
  beyond.set_begin(1'000'000);
  for (const auto& request : {Following(61), without, digest, beyond}) {
    Rows rows(server_->As("analyst"), request);
    const auto code = Drain(rows).error_code();
    EXPECT_EQ(code, request.begin() > 0 ? grpc::StatusCode::OUT_OF_RANGE
                                        : grpc::StatusCode::INVALID_ARGUMENT);
  }
  Rows rows(server_->As("decider"), Following(1));
  EXPECT_EQ(Drain(rows).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ExportTablesTest, EntriesComeOpenedToAuditorsAndSealedToAnalysts) {
  Decide();
  for (const std::string caller : {"auditor", "analyst"}) {
    v1::ExportEntriesRequest request;
    request.set_entries(true);
    grpc::ClientContext context;
    const auto stub = v1::AuditService::NewStub(server_->As(caller).channel());
    const auto reader = stub->ExportEntries(&context, request);
    v1::ExportEntriesResponse message;
    uint64_t next = 0;
    uint64_t bodies = 0;
    while (reader->Read(&message)) {
      EXPECT_FALSE(message.has_leaves());
      for (const v1::Entry& entry : message.entries().entries()) {
        EXPECT_EQ(entry.index(), next++);
        EXPECT_EQ(entry.key_id().size(), 16u);
        bodies += entry.has_body() ? 1 : 0;
        EXPECT_EQ(entry.body_state(),
                  caller == "auditor" ? v1::BODY_STATE_OPENED : v1::BODY_STATE_SEALED);
      }
      if (!message.checkpoint().empty()) {
        EXPECT_EQ(SizeOf(message.checkpoint()), next);
      }
    }
    EXPECT_TRUE(reader->Finish().ok());
    EXPECT_GT(next, 0u);
    EXPECT_EQ(bodies, caller == "auditor" ? next : 0u);
  }
}

}  // namespace
}  // namespace evident::server
