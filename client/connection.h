// How to reach a server.
#ifndef EVIDENT_CLIENT_CONNECTION_H_
#define EVIDENT_CLIENT_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace grpc {
class Channel;
}

namespace evident::client {

// Mutual TLS unless `plaintext`, which servers accept on loopback only.
struct ConnectionOptions {
  std::string address;    // host:port
  std::string ca_file;    // PEM of the authority that signed the server's certificate
  std::string cert_file;  // PEM of the caller's certificate
  std::string key_file;   // PEM of its key
  std::string
      server_name;  // name in the server's certificate when it is not the host; empty: the host
  bool plaintext = false;
};

// A channel; it connects at the first call. INVALID_ARGUMENT: no address, or plaintext beside
// certificates. NOT_FOUND, PERMISSION_DENIED: a file that cannot be read.
absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const ConnectionOptions& options);

}  // namespace evident::client

#endif  // EVIDENT_CLIENT_CONNECTION_H_
