#include "server/listen_address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/status.h"

namespace evident::server {
namespace {

absl::Status FromErrno(const std::string& address, int error) {
  const std::string message = "listen on " + address + ": " + std::strerror(error);
  if (error == EADDRINUSE) {
    return MakeError(absl::StatusCode::kUnavailable, "ADDRESS_IN_USE", message);
  }
  if (error == EACCES) {
    return MakeError(absl::StatusCode::kPermissionDenied, "ADDRESS_FORBIDDEN", message);
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "ADDRESS_INVALID", message);
}

int TryBind(const addrinfo& info) {
  const int socket_fd = socket(info.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return errno;
  const int on = 1;
  // A port that only lingers after an earlier server is free.
  int error = setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 ? 0 : errno;
  if (error == 0 && bind(socket_fd, info.ai_addr, info.ai_addrlen) != 0) error = errno;
  if (error == 0 && listen(socket_fd, 1) != 0) error = errno;
  close(socket_fd);
  return error;
}

}  // namespace

absl::Status CheckAddressFree(const std::string& address) {
  const size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  const std::string port = colon == std::string::npos ? "" : address.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (failed != 0) {
    return MakeError(absl::StatusCode::kInvalidArgument, "ADDRESS_INVALID",
                     "listen on " + address + ": " + gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, freeaddrinfo);
  const int error = TryBind(*found);
  return error == 0 ? absl::OkStatus() : FromErrno(address, error);
}

}  // namespace evident::server
