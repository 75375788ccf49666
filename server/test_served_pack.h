// A fixture: a whole server over mutual TLS that serves the test pack. Tests only.
#ifndef EVIDENT_SERVER_TEST_SERVED_PACK_H_
#define EVIDENT_SERVER_TEST_SERVED_PACK_H_

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/log.h"
#include "evident/v1/audit_service.pb.h"
#include "evident/v1/decision_service.pb.h"
#include "server/test_pack.h"
#include "server/test_server.h"

namespace evident::server {

// About the disease of the test pack, of a patient with this wing score.
inline v1::QuestionFrame FrameOfScore(int64_t wing_score) {
  v1::QuestionFrame frame;
  frame.add_concepts("duskmoth/duskmoth-fever");
  v1::Fact& fact = *frame.add_facts();
  fact.set_name("wing_score");
  fact.mutable_value()->set_integer(wing_score);
  frame.set_subject("subject-1");
  return frame;
}

class ServedPackTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    site_ = std::make_unique<TestSite>(true);
    Configure(*site_);
    server_ = std::make_unique<TestServer>(*site_, Surroundings());
    ASSERT_TRUE(server_->Import(TestPackFiles()).status.ok());
  }

  // Before what a test lends it.
  void TearDown() override { server_.reset(); }

  // What a test wants otherwise, before the server starts.
  virtual void Configure(TestSite& site) {}
  virtual Environment Surroundings() { return {}; }

  // `method` without "/evident.v1.".
  RawReply As(const std::string& caller, const std::string& method,
              const google::protobuf::Message& request) const {
    return server_->As(caller).Call("/evident.v1." + method, request.SerializeAsString(),
                                    patience_);
  }

  // The entry's body, as somebody sees it who may.
  v1::EntryBody BodyOf(const std::string& entry, const std::string& caller = "auditor") const {
    v1::GetEntryRequest request;
    request.set_name(entry);
    const RawReply reply = As(caller, "AuditService/GetEntry", request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::GetEntryResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response.entry().body();
  }

  // How long a call may take; longer by as much as the server's clock is ahead of the machine's.
  std::optional<std::chrono::milliseconds> patience_;
  std::unique_ptr<TestSite> site_;
  std::unique_ptr<TestServer> server_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TEST_SERVED_PACK_H_
