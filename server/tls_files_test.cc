#include "server/tls_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "base/status_matchers.h"
#include "server/test_authority.h"
#include "server/test_server.h"
#include "server/tls_check.h"

namespace evident::server {
namespace {

constexpr char kStatus[] = "/evident.v1.AdminService/GetStatus";

std::string Read(const std::string& file) { return ReadFile(file, 1 << 20).value_or(""); }

class TlsFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    SetLogLevel(LogLevel::kError);
    Put(tls_.client_ca_file, authority_.certificate());
    Put(authority_.Issue("server", "IP:127.0.0.1"));
  }
  static void Put(const std::string& file, const std::string& text) {
    EVIDENT_ASSERT_OK(WriteFileAtomically(file, text, 0600));
  }
  void Put(const TestCertificate& pair) {
    Put(tls_.certificate_file, pair.certificate);
    Put(tls_.key_file, pair.key);
  }

  TempDir dir_;
  TestAuthority authority_;
  TlsConfig tls_{dir_.path() + "/server.crt", dir_.path() + "/server.key", dir_.path() + "/ca.crt"};
  const std::string folder_ = dir_.path() + "/copy";
};

TEST_F(TlsFilesTest, CopyIsPrivateAndGoesAwayAgain) {
  Put(dir_.path() + "/old", "x");
  std::filesystem::create_directories(folder_ + "/left");
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto files,
                                 TlsFiles::Create(tls_, folder_, Clock::System()));
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/left"));
    EXPECT_EQ(Read(files->served().key_file), Read(tls_.key_file));
    EVIDENT_EXPECT_OK(CheckTlsFiles(files->served(), Clock::System().NowNs()));
    struct stat stat_of {};
    ASSERT_EQ(stat(folder_.c_str(), &stat_of), 0);
    EXPECT_EQ(stat_of.st_mode & 0777u, 0700u);
    ASSERT_EQ(stat(files->served().key_file.c_str(), &stat_of), 0);
    EXPECT_EQ(stat_of.st_mode & 0777u, 0600u);
  }
  EXPECT_FALSE(std::filesystem::exists(folder_));
}

TEST_F(TlsFilesTest, PairThatDoesNotFitIsNeverServed) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto files, TlsFiles::Create(tls_, folder_, Clock::System()));
  EXPECT_FALSE(files->ReloadIfChanged());
  const std::string before = Read(files->served().certificate_file);
  const TestCertificate next = authority_.Issue("server", "IP:127.0.0.1");
  Put(tls_.certificate_file, next.certificate);
  EXPECT_TRUE(files->ReloadIfChanged());
  EXPECT_FALSE(files->ReloadIfChanged()) << "looked at once";
  EXPECT_EQ(Read(files->served().certificate_file), before);
  Put(tls_.key_file, next.key);
  EXPECT_TRUE(files->ReloadIfChanged());
  EXPECT_EQ(Read(files->served().certificate_file), next.certificate);
  EXPECT_EQ(Read(files->served().key_file), next.key);
}

TEST_F(TlsFilesTest, OldSetsAreRemoved) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto files, TlsFiles::Create(tls_, folder_, Clock::System()));
  for (int i = 0; i < 5; ++i) files->ReloadAndLog();
  size_t entries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    entries += entry.path().empty() ? 0 : 1;
  }
  EXPECT_EQ(entries, 3u) << "the link, the set in use and the one before";
}

TEST_F(TlsFilesTest, EveryAuthorityOfTheBundleIsLookedAt) {
  const auto check = [this] { return CheckTlsFiles(tls_, Clock::System().NowNs()); };
  const TestAuthority other;
  Put(tls_.client_ca_file, authority_.certificate() + other.certificate());
  EVIDENT_EXPECT_OK(check());
  Put(tls_.client_ca_file,
      authority_.certificate() + authority_.Issue("old", "", true).certificate);
  EXPECT_THAT(check(), FailsWith(absl::StatusCode::kFailedPrecondition, "certificate 2"));
  Put(tls_.client_ca_file,
      authority_.certificate() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  EXPECT_THAT(check(), HasReason("TLS_CERTIFICATE_INVALID"));
}

// The whole server: a bad pair changes nothing for new connections, a good one is served.
TEST(TlsReloadTest, ServerServesTheNewestPairThatFits) {
  SetLogLevel(LogLevel::kError);
  const TestSite site(true);
  TestServer server(site);
  const TestCertificate next = site.authority().Issue("server", "IP:127.0.0.1");
  const TlsConfig& tls = *site.config.tls;
  EVIDENT_ASSERT_OK(WriteFileAtomically(tls.key_file, next.key, 0600));
  server.server().Tick();
  server.server().Reload();
  EXPECT_TRUE(server.As("admin").Call(kStatus, "").status.ok());
  EVIDENT_ASSERT_OK(WriteFileAtomically(tls.certificate_file, next.certificate, 0600));
  server.server().Tick();
  // gRPC looks at the copies about once a second.
  while (!ShakeHands(tls, "127.0.0.1", server.port()).ok()) {
    ASSERT_TRUE(server.As("admin").Call(kStatus, "").status.ok());
  }
  EVIDENT_ASSERT_OK(server.Stop());
  EXPECT_FALSE(std::filesystem::exists(site.config.TlsDir()));
}

}  // namespace
}  // namespace evident::server
