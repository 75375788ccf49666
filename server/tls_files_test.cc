#include "server/tls_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "base/status_matchers.h"
#include "server/file_stamp.h"
#include "server/test_authority.h"
#include "server/test_server.h"
#include "server/test_wait.h"
#include "server/tls_check.h"

namespace evident::server {
namespace {

constexpr auto kWhole =
    std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks;
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
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto killed,
                                 TlsFiles::Create(tls_, folder_, Clock::System()));
    std::filesystem::copy(folder_, folder_ + ".kept", kWhole);
  }
  std::filesystem::copy(folder_ + ".kept", folder_, kWhole);
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

TEST_F(TlsFilesTest, FolderWithAnythingElseIsLeftAsItIs) {
  std::filesystem::create_directories(folder_);
  Put(folder_ + "/server.key", "the operator's");
  EXPECT_THAT(TlsFiles::Create(tls_, folder_, Clock::System()), HasReason("TLS_FOLDER_FOREIGN"));
  TlsFiles::RemoveCopy(folder_);
  EXPECT_EQ(Read(folder_ + "/server.key"), "the operator's");
  std::filesystem::rename(folder_, folder_ + ".elsewhere");
  std::filesystem::create_symlink(folder_ + ".elsewhere", folder_);
  EXPECT_THAT(TlsFiles::Create(tls_, folder_, Clock::System()), HasReason("TLS_FOLDER_FOREIGN"));
  EXPECT_EQ(Read(folder_ + "/server.key"), "the operator's");
}

TEST_F(TlsFilesTest, PairThatNoServerCouldLoadIsRefused) {
  Put(authority_.IssueWeak("server"));
  EXPECT_THAT(CheckTlsFiles(tls_, Clock::System().NowNs()), HasReason("TLS_PAIR_REFUSED"));
}

TEST_F(TlsFilesTest, WeakCertificateFurtherUpTheChainIsRefused) {
  const TestCertificate pair = authority_.Issue("server", "");
  Put(tls_.key_file, pair.key);
  Put(tls_.certificate_file, pair.certificate + authority_.certificate());
  EVIDENT_EXPECT_OK(CheckTlsFiles(tls_, Clock::System().NowNs()));
  Put(tls_.certificate_file, pair.certificate + authority_.IssueWeak("between").certificate);
  EXPECT_THAT(CheckTlsFiles(tls_, Clock::System().NowNs()), HasReason("TLS_PAIR_REFUSED"));
}

// Nothing of the files changes in between.
TEST_F(TlsFilesTest, WhatFailedIsTriedAgainUntilItIsServed) {
  constexpr int64_t kThreeHoursNs = int64_t{3} * 3600 * 1'000'000'000;
  FakeClock clock{Clock::System().NowNs()};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto files, TlsFiles::Create(tls_, folder_, clock));
  const std::string before = Read(files->served().certificate_file);
  Put(authority_.Issue("server", "IP:127.0.0.1"));
  clock.AdvanceNs(-kThreeHoursNs);
  EXPECT_TRUE(files->ReloadIfChanged()) << "not valid yet";
  EXPECT_EQ(Read(files->served().certificate_file), before);
  clock.AdvanceNs(kThreeHoursNs);
  std::filesystem::create_directories(folder_ + "/current.next/in the way");
  EXPECT_TRUE(files->ReloadIfChanged()) << "cannot be copied";
  EXPECT_EQ(Read(files->served().certificate_file), before);
  std::filesystem::remove_all(folder_ + "/current.next");
  EXPECT_TRUE(files->ReloadIfChanged());
  EXPECT_EQ(Read(files->served().certificate_file), Read(tls_.certificate_file));
  EXPECT_FALSE(files->ReloadIfChanged());
}

TEST_F(TlsFilesTest, StampTellsOfAnotherMode) {
  const std::string before = FileStamp(tls_.key_file);
  EXPECT_EQ(FileStamp(tls_.key_file), before);
  // The clock of file times may not have moved on since the file was made.
  for (int i = 0; i < 100'000 && FileStamp(tls_.key_file) == before; ++i) {
    ASSERT_EQ(chmod(tls_.key_file.c_str(), i % 2 == 0 ? 0640 : 0600), 0);
  }
  EXPECT_NE(FileStamp(tls_.key_file), before);
}

TEST_F(TlsFilesTest, SameFailureIsLoggedOnce) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto files, TlsFiles::Create(tls_, folder_, Clock::System()));
  const auto look = [&files] {
    testing::internal::CaptureStderr();
    files->ReloadIfChanged();
    return testing::internal::GetCapturedStderr();
  };
  Put(tls_.key_file, "x");
  EXPECT_THAT(look(), testing::HasSubstr("holds no PEM private key"));
  EXPECT_EQ(look(), "");
  std::filesystem::remove(tls_.key_file);
  EXPECT_THAT(look(), testing::HasSubstr("No such file"));
  EXPECT_EQ(look(), "");
}

TEST_F(TlsFilesTest, PairThatDoesNotFitIsNeverServed) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto files, TlsFiles::Create(tls_, folder_, Clock::System()));
  EXPECT_FALSE(files->ReloadIfChanged());
  const std::string before = Read(files->served().certificate_file);
  const TestCertificate next = authority_.Issue("server", "IP:127.0.0.1");
  Put(tls_.certificate_file, next.certificate);
  EXPECT_TRUE(files->ReloadIfChanged());
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
  EXPECT_EQ(entries, 4u) << "marker, link, the set in use and the one before";
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

std::chrono::steady_clock::time_point In(int seconds) {
  return std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
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
  // gRPC looks at the copies about once a second.
  for (const auto until = In(3); std::chrono::steady_clock::now() < until;) {
    ASSERT_TRUE(server.As("admin").Call(kStatus, "").status.ok());
  }
  EVIDENT_ASSERT_OK(WriteFileAtomically(tls.certificate_file, next.certificate, 0600));
  server.server().Tick();
  EXPECT_TRUE(Eventually([&] {
    EXPECT_TRUE(server.As("admin").Call(kStatus, "").status.ok());
    return ShakeHands(tls, "127.0.0.1", server.port()).ok();
  }));
  EVIDENT_ASSERT_OK(server.Stop());
  EXPECT_FALSE(std::filesystem::exists(site.config.ServingTlsDir()));
}

TEST(TlsReloadTest, OperatorsFilesInTheDataFolderStay) {
  SetLogLevel(LogLevel::kError);
  TestSite site(true);
  const std::string folder = site.config.data_dir + "/tls";
  std::filesystem::create_directories(folder);
  for (std::string* file : {&site.config.tls->certificate_file, &site.config.tls->key_file,
                            &site.config.tls->client_ca_file}) {
    const std::string moved = folder + "/" + std::filesystem::path(*file).filename().string();
    std::filesystem::rename(*file, moved);
    *file = moved;
  }
  const std::string key = Read(site.config.tls->key_file);
  {
    TestServer server(site);
    EVIDENT_ASSERT_OK(server.Stop());
  }
  EXPECT_EQ(Read(site.config.tls->key_file), key);
}

TEST(TlsReloadTest, CopyThatAKillLeftGoesWithTheNextStartTlsOrNot) {
  SetLogLevel(LogLevel::kError);
  TestSite site(true);
  const std::string kept = site.path() + "/kept";
  {
    TestServer server(site);
    std::filesystem::copy(site.config.ServingTlsDir(), kept, kWhole);
    EVIDENT_ASSERT_OK(server.Stop());
  }
  std::filesystem::rename(kept, site.config.ServingTlsDir());
  site.config.tls.reset();
  site.config.plaintext_loopback = true;
  TestServer server(site);
  EXPECT_FALSE(std::filesystem::exists(site.config.ServingTlsDir()));
}

TEST(TlsReloadTest, CopyThatCannotBeMadeIsToldAsSuch) {
  SetLogLevel(LogLevel::kError);
  const TestSite site(true);
  std::filesystem::create_directories(site.config.data_dir);
  EVIDENT_ASSERT_OK(WriteFileAtomically(site.config.ServingTlsDir(), "a file", 0600));
  StartStage stage = StartStage::kConfiguration;
  EXPECT_THAT(Server::Start(site.config, {}, stage).status(), HasReason("TLS_FOLDER_FOREIGN"));
  EXPECT_EQ(stage, StartStage::kSecrets);
}

}  // namespace
}  // namespace evident::server
