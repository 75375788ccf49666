// evidentd: docs/operating.md.
#include <google/protobuf/stubs/logging.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "server/build_info.h"
#include "server/config.h"
#include "server/server.h"

namespace evident::server {
namespace {

constexpr timespec kTickEvery{1, 0};

// As docs/operating.md has them.
int ExitCodeOf(StartStage stage) {
  switch (stage) {
    case StartStage::kConfiguration:
      return 2;
    case StartStage::kSecrets:
      return 3;
    case StartStage::kAddresses:
      return 4;
    case StartStage::kData:
      return 5;
    case StartStage::kServing:
      break;
  }
  return 1;
}

int Fail(int code, const absl::Status& status) {
  std::fprintf(stderr, "evidentd: %s\n", std::string(status.message()).c_str());
  return code;
}

// Signals are taken by sigwait on the main thread alone: every thread inherits this mask.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void WaitForStop(const sigset_t& signals, Server& server) {
  while (true) {
    const int signal = sigtimedwait(&signals, nullptr, &kTickEvery);
    if (signal == SIGTERM || signal == SIGINT) return;
    if (signal == SIGHUP) server.Reload();
    server.Tick();
  }
}

void LogProtobuf(google::protobuf::LogLevel level, const char*, int, const std::string& message) {
  Log(level >= google::protobuf::LOGLEVEL_ERROR ? LogLevel::kError : LogLevel::kWarning, "protobuf",
      {{"message", message}});
}

struct Flags {
  std::string config_file;
  std::vector<std::string> listen;
  bool plaintext_loopback = false;
  std::string port_file;
};

int Run(const Flags& flags) {
  const sigset_t signals = BlockSignals();
  google::protobuf::SetLogHandler(LogProtobuf);
  absl::StatusOr<ServerConfig> config = LoadConfig(flags.config_file);
  if (!config.ok()) return Fail(2, config.status());
  if (!flags.listen.empty()) config->listen = flags.listen;
  if (flags.plaintext_loopback) config->plaintext_loopback = true;
  StartStage stage = StartStage::kConfiguration;
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(*config, {}, stage);
  if (!server.ok()) return Fail(ExitCodeOf(stage), server.status());
  if (!flags.port_file.empty()) {
    const std::string port = std::to_string((*server)->ports().front()) + "\n";
    const absl::Status written = WriteFileAtomically(flags.port_file, port, 0644);
    // Whoever waits for it would wait for ever.
    if (!written.ok()) return Fail(1, Annotate(written, "the port file was not written"));
  }
  WaitForStop(signals, **server);
  const absl::Status stopped = (*server)->Stop();
  return stopped.ok() ? 0 : Fail(1, stopped);
}

int Main(int argc, char** argv) {
  CLI::App app("Evident's server: guideline recommendations with provenance and an audit log.",
               "evidentd");
  Flags flags;
  app.add_option("--config", flags.config_file, "Configuration file")->required();
  app.add_option("--listen", flags.listen, "host:port in place of the configured addresses");
  app.add_flag("--plaintext-loopback", flags.plaintext_loopback,
               "Serve without TLS, on literal loopback addresses only");
  app.add_option("--print-port-file", flags.port_file,
                 "File to write the bound port of the first address to, once it serves");
  app.set_version_flag("--version", std::string(kServerBuild));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return Run(flags);
}

}  // namespace
}  // namespace evident::server

int main(int argc, char** argv) { return evident::server::Main(argc, argv); }
