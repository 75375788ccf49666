// A first installation: one folder with an authority, certificates, the log's keys, a policy and
// the configuration of server and command line.
#ifndef EVIDENT_CLIENT_CLI_INSTALLATION_H_
#define EVIDENT_CLIENT_CLI_INSTALLATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/random.h"

namespace evident::cli {

struct InstallationOptions {
  std::string directory;
  std::string log_name = "evident";       // docs/formats/config.md, audit.name
  std::vector<std::string> hosts;         // names and addresses of the server, besides loopback
  std::string listen = "127.0.0.1:7443";  // host:port
};

// Makes the folder, whole or not at all. ALREADY_EXISTS: it is there and not empty.
// INVALID_ARGUMENT: a log name, host or address that is none.
absl::Status MakeInstallation(const InstallationOptions& options, const Clock& clock,
                              Random& random);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_INSTALLATION_H_
