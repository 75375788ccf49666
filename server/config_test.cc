#include "server/config.h"

#include <filesystem>

#include "base/file.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace evident::server {
namespace {

constexpr char kWhole[] = R"(data_dir: data
listen: ["127.0.0.1:0", "[::1]:7443"]
tls:
  certificate_file: server.crt
  key_file: /etc/evident/server.key
  client_ca_file: ca.crt
policy_file: policy.yaml
audit:
  name: evident.example
  incarnation: 3
  signer_key_file: log.key
  kek_file: kek.key
  keys_dir: keys
  guard_file: ../guard
  disk_reserve_mb: 2
  retention_days: 3650
  archive_required: true
knowledge:
  view_memory_mb: 64
  four_eyes: true
backup:
  directory: copies
  keep: 3
limits:
  worker_threads: 3
)";

class ConfigTest : public testing::Test {
 protected:
  absl::StatusOr<ServerConfig> Load(const std::string& text) {
    path_ = dir_.path() + "/evidentd.yaml";
    EXPECT_THAT(WriteFileAtomically(path_, text, 0600), IsOk());
    return LoadConfig(path_);
  }
  std::string Replaced(const std::string& from, const std::string& to) {
    std::string text = kWhole;
    text.replace(text.find(from), from.size(), to);
    return text;
  }
  TempDir dir_;
  std::string path_;
};

TEST_F(ConfigTest, RetentionAndTheWarningHaveBounds) {
  EXPECT_THAT(Load(Replaced("retention_days: 3650", "retention_days: 29")),
              FailsWith(absl::StatusCode::kInvalidArgument, "retention_days"));
  EXPECT_THAT(Load(Replaced("retention_days: 3650", "disk_warn_mb: 1")),
              FailsWith(absl::StatusCode::kInvalidArgument, "disk_warn_mb"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ServerConfig config,
                               Load(Replaced("retention_days: 3650", "disk_warn_mb: 2")));
  EXPECT_EQ(config.audit.retention.days, std::nullopt);
  EXPECT_EQ(config.audit.disk_warn_bytes, 2u << 20);
}

TEST_F(ConfigTest, WholeFileIsReadAndPathsAreRelativeToIt) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ServerConfig config, Load(kWhole));
  EXPECT_EQ(config.data_dir, dir_.path() + "/data");
  EXPECT_EQ(config.KnowledgeDir(), dir_.path() + "/data/knowledge");
  EXPECT_EQ(config.listen, (std::vector<std::string>{"127.0.0.1:0", "[::1]:7443"}));
  EXPECT_EQ(config.tls->certificate_file, dir_.path() + "/server.crt");
  EXPECT_EQ(config.tls->key_file, "/etc/evident/server.key");
  EXPECT_TRUE(config.knowledge.four_eyes);
  EXPECT_EQ(config.audit.incarnation, 3u);
  EXPECT_EQ(config.audit.guard_file, dir_.path().substr(0, dir_.path().rfind('/')) + "/guard");
  EXPECT_EQ(config.audit.disk_reserve_bytes, 2u << 20);
  EXPECT_EQ(config.audit.disk_warn_bytes, 8u << 20);
  EXPECT_EQ(config.audit.retention.days, 3650);
  EXPECT_TRUE(config.audit.retention.archive_required);
  EXPECT_EQ(config.knowledge.view_bytes_max, 64u << 20);
  EXPECT_EQ(config.backup.keep, 3u);
  EXPECT_EQ(config.backup.directory.substr(config.backup.directory.rfind('/')), "/copies");
  EXPECT_EQ(config.limits.worker_threads, 3u);
  EXPECT_EQ(config.limits.in_flight_calls, kInFlightCallsMax);
  EVIDENT_EXPECT_OK(CheckTransport(config));
}

TEST_F(ConfigTest, MissingFileIsNotFound) {
  EXPECT_THAT(LoadConfig(dir_.path() + "/none.yaml"),
              FailsWith(absl::StatusCode::kNotFound, "none.yaml"));
}

TEST_F(ConfigTest, UnknownKeyIsNamedWithLineAndColumn) {
  const auto config = Load(Replaced("  key_file:", "  keyfile:"));
  EXPECT_THAT(config, HasReason("CONFIG_INVALID"));
  EXPECT_THAT(config, FailsWith(absl::StatusCode::kInvalidArgument,
                                path_ + ":5:3: unknown key 'keyfile' of tls"));
}

TEST_F(ConfigTest, EveryErrorIsReportedAtOnce) {
  const auto config = Load("listen: 7443\npolicy_file: [a]\naudit: {incarnation: 0, name: A B}\n");
  std::vector<std::string> fields;
  for (const Violation& violation : ErrorViolations(config.status())) {
    fields.push_back(violation.description);
  }
  EXPECT_THAT(fields, testing::IsSupersetOf({
                          "the key 'data_dir' is missing",
                          "'policy_file' must be a text that is not empty",
                          "'incarnation' must be a whole number from 1 to 4294967295",
                          "'name' must be 1 to 100 bytes of a-z, 0-9, '.' and '-'",
                          "the key 'kek_file' is missing",
                      }));
}

TEST_F(ConfigTest, KeyThatStandsTwiceIsRefused) {
  EXPECT_THAT(Load(std::string(kWhole) + "data_dir: other\n"),
              FailsWith(absl::StatusCode::kInvalidArgument, "'data_dir' stands twice"));
}

TEST_F(ConfigTest, NothingOfTheOperatorsMayLieWhereTheCopiesGo) {
  for (const char* key : {"certificate_file: server.crt", "client_ca_file: ca.crt",
                          "policy_file: policy.yaml", "signer_key_file: log.key",
                          "kek_file: kek.key", "keys_dir: keys", "guard_file: ../guard"}) {
    const std::string name(key, std::string_view(key).find(':'));
    EXPECT_THAT(Load(Replaced(key, name + ": data/.serving-tls/x")),
                FailsWith(absl::StatusCode::kInvalidArgument, "the server makes and removes"))
        << key;
  }
  const std::string inside = dir_.path() + "/data/.serving-tls";
  std::filesystem::create_directories(inside);
  std::filesystem::create_symlink(inside, dir_.path() + "/elsewhere");
  EXPECT_THAT(Load(Replaced("/etc/evident/server.key", "elsewhere/server.key")),
              FailsWith(absl::StatusCode::kInvalidArgument, "the server makes and removes"));
  EVIDENT_EXPECT_OK(Load(Replaced("/etc/evident/server.key", "data/tls/server.key")));
}

TEST_F(ConfigTest, BrokenYamlIsNamedWithItsPosition) {
  EXPECT_THAT(Load("data_dir: [1\n"), FailsWith(absl::StatusCode::kInvalidArgument, path_ + ":2:"));
}

TEST_F(ConfigTest, PlaintextNeedsALiteralLoopbackAddressAndNoTls) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(ServerConfig config, Load(kWhole));
  config.plaintext_loopback = true;
  EXPECT_THAT(CheckTransport(config), FailsWith(absl::StatusCode::kInvalidArgument, "both tls"));
  config.tls.reset();
  EVIDENT_EXPECT_OK(CheckTransport(config));
  for (const char* address : {"0.0.0.0:1", "localhost:1", "192.0.2.7:1", "[::]:1"}) {
    config.listen = {address};
    EXPECT_THAT(CheckTransport(config),
                FailsWith(absl::StatusCode::kInvalidArgument, "literal loopback"))
        << address;
  }
  config.plaintext_loopback = false;
  EXPECT_THAT(CheckTransport(config),
              FailsWith(absl::StatusCode::kInvalidArgument, "tls is missing"));
}

TEST_F(ConfigTest, AddressWithoutPortIsRefused) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(ServerConfig config, Load(kWhole));
  for (const char* address : {"127.0.0.1", ":7443", "127.0.0.1:", "127.0.0.1:70000", "::1:7443"}) {
    config.listen = {address};
    EXPECT_THAT(CheckTransport(config),
                FailsWith(absl::StatusCode::kInvalidArgument, "is not host:port"))
        << address;
  }
}

}  // namespace
}  // namespace evident::server
