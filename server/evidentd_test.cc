// The program itself: exit codes, signals, what it prints.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/status_matchers.h"
#include "evident/v1/admin_service.pb.h"
#include "server/test_pack.h"
#include "server/test_server.h"
#include "server/test_wait.h"

namespace evident::server {
namespace {

std::string Program() {
  const char* folder = std::getenv("EVIDENT_BIN_DIR");
  return std::string(folder == nullptr ? "bin" : folder) + "/evidentd";
}

class EvidentdTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(std::filesystem::exists(Program())) << Program();
    Write(R"(data_dir: data
listen: "127.0.0.1:0"
plaintext_loopback: true
policy_file: policy.yaml
audit:
  name: test.example
  signer_key_file: log.key
  kek_file: kek.key
  keys_dir: keys
  guard_file: guard
  disk_reserve_mb: 0
)");
  }
  void TearDown() override {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      Wait();
    }
  }
  void Write(const std::string& text) {
    EVIDENT_ASSERT_OK(WriteFileAtomically(config_, text, 0600));
  }
  void Begin(std::vector<std::string> flags) {
    child_ = fork();
    if (child_ == 0) {
      const int fd = open(errors_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      dup2(fd, STDERR_FILENO);
      dup2(fd, STDOUT_FILENO);
      const std::string program = Program();
      std::vector<char*> arguments{const_cast<char*>(program.c_str())};
      for (std::string& flag : flags) arguments.push_back(flag.data());
      arguments.push_back(nullptr);
      execv(program.c_str(), arguments.data());
      _exit(127);
    }
  }
  // The exit code, or minus the signal that ended it.
  int Wait() {
    int status = 0;
    waitpid(child_, &status, 0);
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int Run(std::vector<std::string> flags) {
    Begin(std::move(flags));
    return Wait();
  }
  // Starts the server and waits until it serves; its port.
  int Serve() {
    const std::string port_file = site_.path() + "/port";
    std::filesystem::remove(port_file);
    Begin({"--config", config_, "--print-port-file", port_file});
    bool ended = false;
    const bool settled = Eventually([&] {
      ended = waitpid(child_, nullptr, WNOHANG) != 0;
      return ended || std::filesystem::exists(port_file);
    });
    if (ended) child_ = 0;
    if (ended || !settled) {
      ADD_FAILURE() << Printed();
      return 0;
    }
    return std::stoi(*ReadFile(port_file, 100));
  }
  std::string Printed() { return ReadFile(errors_, 1 << 20).value_or(""); }

  TestSite site_{false};
  const std::string config_ = site_.path() + "/evidentd.yaml";
  const std::string errors_ = site_.path() + "/errors";
  pid_t child_ = 0;
};

TEST_F(EvidentdTest, StopsCleanlyOnSigtermAndKeepsItsLog) {
  const int port = Serve();
  TestClient client = TestClient::Plaintext(port);
  EXPECT_TRUE(client.Call("/evident.v1.AdminService/GetStatus", "").status.ok());
  kill(child_, SIGTERM);
  EXPECT_EQ(Wait(), 0) << Printed();
  EXPECT_THAT(Printed(), testing::HasSubstr("\"event\":\"stopped\",\"entries\":2"));
  const RawReply again =
      TestClient::Plaintext(Serve()).Call("/evident.v1.AdminService/GetStatus", "");
  v1::GetStatusResponse status;
  ASSERT_TRUE(status.ParseFromString(again.response));
  EXPECT_EQ(status.log_size(), 2u);
}

// The file is unchanged: nothing but the signal makes the server read it.
TEST_F(EvidentdTest, ReadsThePolicyAgainOnSighup) {
  Serve();
  EXPECT_THAT(Printed(), testing::Not(testing::HasSubstr("policy reloaded")));
  kill(child_, SIGHUP);
  EXPECT_TRUE(Eventually([this] {
    return Printed().find("\"event\":\"policy reloaded\"") != std::string::npos;
  })) << Printed();
}

TEST_F(EvidentdTest, ReadsAPolicyThatChangedWithoutASignal) {
  TestClient client = TestClient::Plaintext(Serve());
  EVIDENT_ASSERT_OK(WriteFileAtomically(site_.config.policy_file, "identities: {}\n", 0600));
  EXPECT_TRUE(Eventually(
      [&client] { return !client.Call("/evident.v1.AdminService/GetStatus", "").status.ok(); }));
  EXPECT_EQ(client.Call("/evident.v1.AdminService/GetStatus", "").Reason(), "ROLE_MISSING");
}

TEST_F(EvidentdTest, PortFileThatCannotBeWrittenEndsTheServer) {
  EXPECT_EQ(Run({"--config", config_, "--print-port-file", site_.path() + "/none/port"}), 1);
  EXPECT_THAT(Printed(), testing::HasSubstr("none/port"));
  EXPECT_THAT(Printed(), testing::HasSubstr("\"event\":\"stopped\""));
}

TEST_F(EvidentdTest, OperatingLogHoldsNothingOfARequest) {
  TestClient client = TestClient::Plaintext(Serve());
  client.Call("/evident.v1.KnowledgeService/GetNode", "\x0A\x0Bvery-secret");
  client.Call("/evident.v1.KnowledgeService/GetNode", "very-secret-garbage");
  kill(child_, SIGINT);
  EXPECT_EQ(Wait(), 0);
  EXPECT_THAT(Printed(), testing::HasSubstr("\"event\":\"call\""));
  EXPECT_THAT(Printed(), testing::Not(testing::HasSubstr("very-secret")));
}

TEST_F(EvidentdTest, KilledServerComesBackWithWhatItAcknowledged) {
  TestClient client = TestClient::Plaintext(Serve());
  std::string receipt;
  for (int i = 0; i < 50; ++i) {
    receipt = client.Call("/evident.v1.AdminService/GetStatus", "").receipt;
  }
  kill(child_, SIGKILL);
  EXPECT_EQ(Wait(), -SIGKILL);
  v1::Receipt last;
  ASSERT_TRUE(last.ParseFromString(receipt));
  EXPECT_EQ(last.entry(), "entries/test.example.1-50");
  const RawReply again =
      TestClient::Plaintext(Serve()).Call("/evident.v1.AdminService/GetStatus", "");
  v1::GetStatusResponse status;
  ASSERT_TRUE(status.ParseFromString(again.response));
  EXPECT_GE(status.log_size(), 51u);
}

TEST_F(EvidentdTest, ExitCodesTellWhatWasWrong) {
  EXPECT_EQ(Run({"--version"}), 0);
  EXPECT_THAT(Printed(), testing::HasSubstr("evidentd "));
  EXPECT_EQ(Run({}), 2);
  EXPECT_EQ(Run({"--config", config_, "--unknown"}), 2);
  EXPECT_EQ(Run({"--config", site_.path() + "/none.yaml"}), 2);
  EXPECT_THAT(Printed(), testing::HasSubstr("none.yaml"));
  EXPECT_EQ(Run({"--config", config_, "--listen", "0.0.0.0:0"}), 2);
  const std::string kek = *ReadFile(site_.config.audit.kek_file, 1000);
  std::filesystem::remove(site_.config.audit.kek_file);
  EXPECT_EQ(Run({"--config", config_}), 3);
  EXPECT_THAT(Printed(), testing::HasSubstr("kek.key"));
  EVIDENT_ASSERT_OK(WriteFileAtomically(site_.config.audit.kek_file, kek, 0600));
  EXPECT_FALSE(std::filesystem::exists(site_.config.data_dir));
  const int port = Serve();
  const pid_t first = child_;
  EXPECT_EQ(Run({"--config", config_, "--listen", "127.0.0.1:" + std::to_string(port)}), 4);
  EXPECT_EQ(Run({"--config", config_}), 5);
  EXPECT_THAT(Printed(), testing::HasSubstr("another process"));
  child_ = first;
}

}  // namespace
}  // namespace evident::server
