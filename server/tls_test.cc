// Certificates: what is refused before the server listens, and who callers are once it does.
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/log.h"
#include "base/status_matchers.h"
#include "evident/v1/admin_service.pb.h"
#include "server/listen_address.h"
#include "server/test_client.h"
#include "server/test_recorder.h"
#include "server/tls_check.h"
#include "server/transport.h"

namespace evident::server {
namespace {

constexpr char kStatus[] = "/evident.v1.AdminService/GetStatus";
constexpr char kServerNames[] = "IP:127.0.0.1,DNS:localhost";

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    Put(tls_.client_ca_file, authority_.certificate());
    Put(authority_.Issue("server", kServerNames));
  }
  void Put(const std::string& file, const std::string& text) {
    EVIDENT_ASSERT_OK(WriteFileAtomically(file, text, 0600));
  }
  void Put(const TestCertificate& pair) {
    Put(tls_.certificate_file, pair.certificate);
    Put(tls_.key_file, pair.key);
  }
  absl::Status Check() { return CheckTlsFiles(tls_, Clock::System().NowNs()); }

  TempDir dir_;
  TestAuthority authority_;
  TlsConfig tls_{dir_.path() + "/server.crt", dir_.path() + "/server.key", dir_.path() + "/ca.crt"};
};

TEST_F(TlsTest, PairThatFitsPasses) { EVIDENT_EXPECT_OK(Check()); }

TEST_F(TlsTest, MissingFilesAreNamed) {
  for (const std::string* file : {&tls_.certificate_file, &tls_.key_file, &tls_.client_ca_file}) {
    const std::string before = *ReadFile(*file, 1 << 20);
    ASSERT_EQ(remove(file->c_str()), 0);
    EXPECT_THAT(Check(), HasReason("TLS_FILE_UNREADABLE"));
    EXPECT_THAT(Check(), FailsWith(absl::StatusCode::kFailedPrecondition, *file));
    Put(*file, before);
  }
}

TEST_F(TlsTest, AnothersKeyIsRefused) {
  Put(tls_.key_file, authority_.Issue("other", "").key);
  EXPECT_THAT(Check(), HasReason("TLS_KEY_MISMATCH"));
}

TEST_F(TlsTest, WhatIsNoKeyOrCertificateIsRefused) {
  Put(tls_.key_file, "not a key");
  EXPECT_THAT(Check(), HasReason("TLS_KEY_INVALID"));
  Put(tls_.certificate_file, "");
  EXPECT_THAT(Check(), HasReason("TLS_CERTIFICATE_INVALID"));
}

TEST_F(TlsTest, ExpiredCertificateIsRefused) {
  Put(authority_.Issue("server", kServerNames, true));
  EXPECT_THAT(Check(), FailsWith(absl::StatusCode::kFailedPrecondition, "expired"));
}

// A server over mutual TLS whose GetStatus tells the caller who it is.
class TlsServerTest : public TlsTest {
 protected:
  void SetUp() override {
    TlsTest::SetUp();
    Put(policy_file_, R"(identities:
  "cn:alice": [reader]
  "spiffe://hospital/ward-7": [reader]
)");
    EVIDENT_ASSERT_OK_AND_ASSIGN(policy_, PolicyStore::Open(policy_file_));
    admission_ = std::make_unique<Admission>(Clock::System(), Random::System(), *policy_, 64);
    MethodTable methods;
    methods[kStatus] = {
        audit::LeafKind::kRead,
        OfMessages<v1::GetStatusRequest>([](Call& call, const v1::GetStatusRequest&) {
          v1::GetStatusResponse response;
          response.set_caller(call.caller().identity);
          return absl::StatusOr<v1::GetStatusResponse>(response);
        })};
    path_ = std::make_unique<CallPath>(
        CallPathParts{*admission_, recorder_, aggregates_, pool_, overflow_}, std::move(methods));
    config_.listen = {"127.0.0.1:0"};
    config_.tls = tls_;
    EVIDENT_ASSERT_OK_AND_ASSIGN(transport_, Transport::Start(config_, *path_, StreamOpeners()));
  }
  int port() const { return transport_->ports()[0]; }
  RawReply Ask(const TestCertificate& caller) {
    return TestClient::Tls(port(), authority_, &caller).Call(kStatus, "");
  }
  static std::string CallerIn(const RawReply& reply) {
    v1::GetStatusResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response.caller();
  }

  const std::string policy_file_ = dir_.path() + "/policy.yaml";
  ServerConfig config_;
  MemoryRecorder recorder_;
  std::unique_ptr<PolicyStore> policy_;
  std::unique_ptr<Admission> admission_;
  Aggregates aggregates_{Clock::System(), recorder_};
  WorkerPool pool_{"calls", 2, 64};
  WorkerPool overflow_{"overflow", 1, 64};
  std::unique_ptr<CallPath> path_;
  std::unique_ptr<Transport> transport_;
};

TEST_F(TlsServerTest, CommonNameAndUriAreTheIdentity) {
  const RawReply alice = Ask(authority_.Issue("alice", ""));
  ASSERT_TRUE(alice.status.ok()) << alice.status.error_message();
  EXPECT_EQ(CallerIn(alice), "cn:alice");
  const RawReply ward = Ask(authority_.Issue("alice", "URI:spiffe://hospital/ward-7"));
  ASSERT_TRUE(ward.status.ok()) << ward.status.error_message();
  EXPECT_EQ(CallerIn(ward), "spiffe://hospital/ward-7");
}

TEST_F(TlsServerTest, KnownCertificateWithoutRolesIsRecordedAndRefused) {
  const RawReply mallory = Ask(authority_.Issue("mallory", ""));
  EXPECT_EQ(mallory.status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_NE(mallory.receipt, "");
  const auto entries = recorder_.WaitFor(1);
  EXPECT_EQ(entries[0].kind, audit::LeafKind::kRefusal);
  EXPECT_EQ(entries[0].body.caller().identity(), "cn:mallory");
}

TEST_F(TlsServerTest, CertificateThatNamesNobodyIsCounted) {
  for (int i = 0; i < 3; ++i) {
    const RawReply nobody = Ask(authority_.Issue("", ""));
    EXPECT_EQ(nobody.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(nobody.Reason(), "IDENTITY_MISSING");
    EXPECT_EQ(nobody.receipt, "");
  }
  const RawReply both = Ask(authority_.Issue("alice", "URI:a://b,URI:c://d"));
  EXPECT_EQ(both.Reason(), "IDENTITY_AMBIGUOUS");
  EXPECT_EQ(recorder_.size(), 0u);
  aggregates_.Flush(true);
  uint64_t counted = 0;
  for (const EntryDraft& entry : recorder_.WaitFor(1)) {
    EXPECT_EQ(entry.kind, audit::LeafKind::kAggregate);
    EXPECT_EQ(entry.body.caller().peer(), "ipv4:127.0.0.1");
    counted += std::get<audit::AggregateDetail>(entry.detail).count;
  }
  EXPECT_EQ(counted, 4u);
}

TEST_F(TlsServerTest, StrangersDoNotGetThroughTheHandshake) {
  const TestAuthority other;
  const TestCertificate foreign = other.Issue("alice", "");
  EXPECT_EQ(Ask(foreign).status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(TestClient::Tls(port(), authority_, nullptr).Call(kStatus, "").status.error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(TestClient::Plaintext(port()).Call(kStatus, "").status.error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(recorder_.size(), 0u);
}

TEST_F(TlsServerTest, SelfCheckSeesTheCertificateThatIsServed) {
  EVIDENT_EXPECT_OK(ShakeHands(tls_, "127.0.0.1", port()));
  // Where this name has ::1 as its first address, nobody listens there.
  EVIDENT_EXPECT_OK(ShakeHands(tls_, "localhost", port()));
  TlsConfig other = tls_;
  other.certificate_file = dir_.path() + "/other.crt";
  Put(other.certificate_file, authority_.Issue("server", kServerNames).certificate);
  EXPECT_THAT(ShakeHands(other, "127.0.0.1", port()), HasReason("TLS_SELF_CHECK"));
}

TEST_F(TlsServerTest, PortInUseIsSaidToBe) {
  const std::string address = "127.0.0.1:" + std::to_string(port());
  EXPECT_THAT(CheckAddressFree(address), HasReason("ADDRESS_IN_USE"));
  ServerConfig second = config_;
  second.listen = {address};
  EXPECT_THAT(Transport::Start(second, *path_, StreamOpeners()), HasReason("ADDRESS_IN_USE"));
}

TEST(ListenAddressTest, AddressesOfOthersAreInvalid) {
  EXPECT_THAT(CheckAddressFree("192.0.2.1:7443"), HasReason("ADDRESS_INVALID"));
  EVIDENT_EXPECT_OK(CheckAddressFree("127.0.0.1:0"));
}

}  // namespace
}  // namespace evident::server
