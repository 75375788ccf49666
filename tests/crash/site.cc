#include "tests/crash/site.h"

#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/status.h"

namespace evident::crash {
namespace {

constexpr size_t kFileBytesMax = 16u << 20;

absl::Status Failed(const std::string& what) {
  return absl::FailedPreconditionError(absl::string_view(what.data(), what.size()));
}

// Blocks until something happens in the folder that `watch` is for, or the process ends.
bool StillRunsAfterNews(int watch, int process) {
  pollfd both[2] = {{watch, POLLIN, 0}, {process, POLLIN, 0}};
  poll(both, 2, -1);
  char events[4096];
  if ((both[0].revents & POLLIN) != 0 && read(watch, events, sizeof(events)) < 0) return false;
  return (both[1].revents & POLLIN) == 0;
}

// False when the process ended first.
bool WaitForFile(const std::string& file, int watch, pid_t process) {
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
  while (!std::filesystem::exists(file) && StillRunsAfterNews(watch, handle)) {
  }
  close(handle);
  return std::filesystem::exists(file);
}

}  // namespace

std::string ServerProgram() { return BuiltProgram("evidentd", "server/evidentd"); }
std::string CommandLineProgram() { return BuiltProgram("evident", "client/cli/evident"); }

absl::StatusOr<Site> Site::Make(const std::string& path) {
  const std::string evident = CommandLineProgram();
  EVIDENT_RETURN_IF_ERROR(
      RunProgram({evident, "init", path, "--name", "crash.example", "--listen", "127.0.0.1:0"}));
  EVIDENT_RETURN_IF_ERROR(
      RunProgram({evident, "identity", "add", path, "auditor", "--roles", "auditor"}));
  EVIDENT_RETURN_IF_ERROR(
      RunProgram({evident, "identity", "add", path, "clerk", "--roles", "reader"}));
  EVIDENT_ASSIGN_OR_RETURN(std::string key, ReadFile(path + "/log.verifier", kFileBytesMax));
  key.pop_back();
  EVIDENT_ASSIGN_OR_RETURN(audit::NoteVerifier verifier, audit::NoteVerifier::Parse(key));
  return Site(path, std::move(verifier));
}

absl::StatusOr<Site> Site::CopyTo(const std::string& path) const {
  std::error_code error;
  std::filesystem::copy(path_, path, std::filesystem::copy_options::recursive, error);
  if (error) return Failed("copying " + path_ + " to " + path + ": " + error.message());
  return Site(path, verifier_);
}

client::ConnectionOptions Site::ConnectionOf(const std::string& caller, int port) const {
  client::ConnectionOptions options;
  options.address = "127.0.0.1:" + std::to_string(port);
  options.ca_file = path_ + "/ca.crt";
  options.cert_file = path_ + "/clients/" + caller + ".crt";
  options.key_file = path_ + "/clients/" + caller + ".key";
  return options;
}

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(const Site& site) {
  const TempDir dir;
  const std::string port_file = dir.path() + "/port";
  const std::string output = site.path() + "/evidentd.log";
  const int watch = inotify_init1(IN_CLOEXEC);
  inotify_add_watch(watch, dir.path().c_str(), IN_MOVED_TO);
  std::unique_ptr<ServerProcess> server(new ServerProcess(BeginProgram(
      {ServerProgram(), "--config", site.path() + "/evidentd.yaml", "--print-port-file", port_file},
      output)));
  const bool serves = WaitForFile(port_file, watch, server->process_);
  close(watch);
  if (!serves) {
    return Failed("evidentd ended with " + std::to_string(server->Wait()) + ": " +
                  LastWords(output));
  }
  EVIDENT_ASSIGN_OR_RETURN(const std::string port, ReadFile(port_file, kFileBytesMax));
  server->port_ = std::stoi(port);
  return server;
}

ServerProcess::~ServerProcess() { Kill(); }

void ServerProcess::Kill() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  Wait();
}

int ServerProcess::Stop() {
  kill(process_, SIGTERM);
  return Wait();
}

int ServerProcess::Wait() { return WaitForProgram(std::exchange(process_, 0)); }

}  // namespace evident::crash
