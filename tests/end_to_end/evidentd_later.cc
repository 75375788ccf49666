// evidentd some days from now, for tests of what waits for time to pass. Never installed.
//   evidentd_later DAYS --config FILE --print-port-file FILE
#include <csignal>
#include <cstdio>
#include <ctime>
#include <string>

#include "base/clock.h"
#include "base/file.h"
#include "base/status.h"
#include "server/config.h"
#include "server/server.h"

namespace evident::server {
namespace {

constexpr timespec kTickEvery{1, 0};
constexpr int kWords = 6;

class LaterClock final : public Clock {
 public:
  explicit LaterClock(int64_t days) : by_ns_(days * 86'400 * 1'000'000'000) {}
  int64_t NowNs() const override { return Clock::System().NowNs() + by_ns_; }

 private:
  const int64_t by_ns_;
};

sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

absl::Status Run(int64_t days, const std::string& config_file, const std::string& port_file) {
  const sigset_t signals = BlockSignals();
  LaterClock clock(days);
  EVIDENT_ASSIGN_OR_RETURN(const ServerConfig config, LoadConfig(config_file));
  StartStage stage = StartStage::kConfiguration;
  EVIDENT_ASSIGN_OR_RETURN(const auto server,
                           Server::Start(config, Environment{.clock = clock}, stage));
  const std::string port = std::to_string(server->ports().front()) + "\n";
  EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(port_file, port, 0644));
  while (sigtimedwait(&signals, nullptr, &kTickEvery) != SIGTERM) server->Tick();
  return server->Stop();
}

}  // namespace
}  // namespace evident::server

int main(int argc, char** argv) {
  if (argc != evident::server::kWords) return 2;
  const absl::Status status = evident::server::Run(std::stoll(argv[1]), argv[3], argv[5]);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
