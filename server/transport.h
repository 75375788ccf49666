// gRPC: listens, hands every call to the call path, sends what comes back. Nothing beyond this and
// the files beside it includes gRPC.
#ifndef EVIDENT_SERVER_TRANSPORT_H_
#define EVIDENT_SERVER_TRANSPORT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/batch_stream.h"
#include "server/call_path.h"
#include "server/client_stream.h"
#include "server/config.h"
#include "server/server_stream.h"
#include "server/watchdog.h"

namespace evident::server {

// What makes the streams of calls that have some.
struct StreamOpeners {
  OpenClientStream import;
  OpenServerStream stream;
  OpenBatchStream batch;
};

// All evident.v1 methods are registered raw, so that bytes that do not parse reach the call path;
// a generic service takes unknown methods. Health and reflection are gRPC's own and exempt.
class Transport {
 public:
  struct Impl;

  // Listens, NOT_SERVING as yet. `path` outlives the transport. UNAVAILABLE (ADDRESS_IN_USE) or
  // INVALID_ARGUMENT (ADDRESS_INVALID) naming the address.
  static absl::StatusOr<std::unique_ptr<Transport>> Start(const ServerConfig& config,
                                                          CallPath& path, StreamOpeners open,
                                                          const CallTimes& times = {});
  ~Transport();  // Shutdown(0)

  // Ports that were bound, in the order of the configured addresses.
  const std::vector<int>& ports() const;

  // What health checks are told; of CurationService, whether both hold.
  void SetServing(bool serving, bool imports = true);
  bool serving() const;

  // Takes no more calls, gives those under way `drain_s` seconds, cancels the rest and waits for
  // all of them to depart. Idempotent.
  void Shutdown(int64_t drain_s);

 private:
  explicit Transport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TRANSPORT_H_
