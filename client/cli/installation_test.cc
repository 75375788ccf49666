#include "client/cli/installation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "base/file.h"
#include "base/status_matchers.h"
#include "client/cli/certificates.h"
#include "client/cli/context_file.h"
#include "client/cli/identity.h"

namespace evident::cli {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class InstallationTest : public testing::Test {
 protected:
  absl::Status Make(const std::string& name = "test.example") {
    InstallationOptions options;
    options.directory = path_;
    options.log_name = name;
    return MakeInstallation(options, clock_, random_);
  }
  absl::Status Add(const std::string& name, const std::vector<std::string>& roles) {
    IdentityOptions options;
    options.directory = path_;
    options.name = name;
    options.roles = roles;
    return AddIdentity(options, clock_);
  }
  std::string Content(const std::string& file) { return *ReadFile(path_ + "/" + file, 1u << 20); }

  TempDir dir_;
  const std::string path_ = dir_.path() + "/site";
  FakeClock clock_{1'773'100'800'000'000'000};
  SeededRandom random_{1};
};

TEST_F(InstallationTest, SecretsAreForTheOwnerAlone) {
  EVIDENT_ASSERT_OK(Make());
  int secrets = 0;
  for (const auto& file : fs::recursive_directory_iterator(path_)) {
    if (!file.is_regular_file() || file.path().extension() != ".key") continue;
    struct stat info {};
    ASSERT_EQ(stat(file.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << file.path();
    ++secrets;
  }
  EXPECT_GE(secrets, 5) << "authority, server, admin, log, body keys";
}

TEST_F(InstallationTest, RefusesAFolderInUseAndABadName) {
  EVIDENT_ASSERT_OK(Make());
  const std::string config = Content("evidentd.yaml");
  EXPECT_EQ(Make().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Content("evidentd.yaml"), config);
  fs::remove_all(path_);
  for (const char* bad : {"", "Upper", "a b", "a/b"}) {
    EXPECT_EQ(Make(bad).code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_FALSE(fs::exists(path_)) << "whole or not at all";
  }
}

TEST_F(InstallationTest, AnIdentityGetsCertificateContextAndRoles) {
  EVIDENT_ASSERT_OK(Make());
  EVIDENT_ASSERT_OK(Add("ward-7", {"decider", "reader"}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Context context,
                               ReadContext(path_ + "/config.yaml", "ward-7"));
  EXPECT_TRUE(fs::exists(context.connection.cert_file));
  EXPECT_TRUE(fs::exists(context.connection.key_file));
  EXPECT_THAT(Content("policy.yaml"), HasSubstr("cn:ward-7"));
}

TEST_F(InstallationTest, ARefusedIdentityLeavesNothingBehind) {
  EVIDENT_ASSERT_OK(Make());
  EVIDENT_ASSERT_OK(Add("a", {"reader"}));
  const std::string policy = Content("policy.yaml");
  const std::string contexts = Content("config.yaml");
  EXPECT_EQ(Add("a", {"reader"}).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Add("b", {"king"}).code(), absl::StatusCode::kInvalidArgument);
  for (const char* bad : {"", ".a", "a/b", "a b", "../a"}) {
    EXPECT_EQ(Add(bad, {"reader"}).code(), absl::StatusCode::kInvalidArgument) << bad;
  }
  EVIDENT_ASSERT_OK(WriteFileAtomically(path_ + "/policy.yaml", policy + "more: 1\n", 0600));
  EXPECT_EQ(Add("c", {"reader"}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(fs::exists(path_ + "/clients/b.crt"));
  EXPECT_FALSE(fs::exists(path_ + "/clients/c.crt"));
  EXPECT_EQ(Content("config.yaml"), contexts);
  fs::remove_all(path_);
  EXPECT_EQ(Add("d", {"reader"}).code(), absl::StatusCode::kNotFound);
}

// The policy is too large for the disk, the contexts are not.
TEST_F(InstallationTest, AnIdentityThatGetsNoRolesGetsNoContextEither) {
  EVIDENT_ASSERT_OK(Make());
  std::string policy = "# " + std::string(200'000, 'x') + "\n" + Content("policy.yaml");
  EVIDENT_ASSERT_OK(WriteFileAtomically(path_ + "/policy.yaml", policy, 0600));
  const std::string contexts = Content("config.yaml");
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100'000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status added = Add("ward-7", {"reader"});
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_FALSE(added.ok());
  EXPECT_EQ(Content("config.yaml"), contexts);
  EXPECT_EQ(Content("policy.yaml"), policy);
  EXPECT_FALSE(fs::exists(path_ + "/clients/ward-7.crt"));
  EXPECT_FALSE(fs::exists(path_ + "/clients/ward-7.key"));
  EVIDENT_EXPECT_OK(Add("ward-7", {"reader"}));
}

TEST(CertificatesTest, RefusesNamesThatX509CannotHoldAndForeignKeys) {
  const int64_t now = 1'773'100'800'000'000'000;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const CertificatePair authority, MakeAuthority("a", now));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const CertificatePair other, MakeAuthority("b", now));
  CertificateRequest request;
  request.common_name = "me";
  EVIDENT_EXPECT_OK(IssueCertificate(authority, request, now));
  request.ip_addresses = {"300.1.1.1"};
  EXPECT_EQ(IssueCertificate(authority, request, now).status().code(),
            absl::StatusCode::kInvalidArgument);
  request.ip_addresses = {};
  request.common_name = std::string(65, 'a');
  EXPECT_EQ(IssueCertificate(authority, request, now).status().code(),
            absl::StatusCode::kInvalidArgument);
  request.common_name = "me";
  EXPECT_EQ(IssueCertificate({authority.certificate, other.key}, request, now).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(IssueCertificate({"no PEM", other.key}, request, now).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace evident::cli
