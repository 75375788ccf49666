// An installation of the real programs: made by `evident init`, served by evidentd, copied,
// damaged.
#ifndef EVIDENT_TESTS_CRASH_SITE_H_
#define EVIDENT_TESTS_CRASH_SITE_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "audit/proof/note.h"
#include "client/connection.h"
#include "tests/crash/programs.h"

namespace evident::crash {

std::string ServerProgram();
std::string CommandLineProgram();

// A folder with everything that a server is made from. Copies share its keys and identities.
class Site {
 public:
  // With the callers admin (all roles but auditor), auditor, and clerk (reader alone).
  static absl::StatusOr<Site> Make(const std::string& path);

  // The whole installation as it is now. Its server must not be running.
  absl::StatusOr<Site> CopyTo(const std::string& path) const;

  const std::string& path() const { return path_; }
  std::string log_path() const { return path_ + "/data/log"; }
  const audit::NoteVerifier& verifier() const { return verifier_; }
  client::ConnectionOptions ConnectionOf(const std::string& caller, int port) const;

 private:
  Site(std::string path, audit::NoteVerifier verifier)
      : path_(std::move(path)), verifier_(std::move(verifier)) {}
  std::string path_;
  audit::NoteVerifier verifier_;
};

// evidentd on a site. Killed when this goes. Not thread safe.
class ServerProcess {
 public:
  // Returns once it serves. FAILED_PRECONDITION with the exit code and its last words when it ends
  // instead.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(const Site& site);
  ~ServerProcess();

  int port() const { return port_; }

  // SIGKILL, from one moment to the next.
  void Kill();

  // SIGTERM, and waits; its exit code, or minus the signal that ended it.
  int Stop();

 private:
  explicit ServerProcess(pid_t process) : process_(process) {}
  int Wait();
  pid_t process_;
  int port_ = 0;
};

}  // namespace evident::crash

#endif  // EVIDENT_TESTS_CRASH_SITE_H_
