// The whole server: what it opens, in which order, and how it goes down again.
#ifndef EVIDENT_SERVER_SERVER_H_
#define EVIDENT_SERVER_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/random.h"
#include "kv/fault_file_system.h"
#include "server/config.h"

namespace evident::server {

// How far a start got, or what it failed at.
enum class StartStage {
  kConfiguration,  // transport settings, policy and site mapping
  kSecrets,        // certificates and keys
  kAddresses,
  kData,  // audit log and knowledge
  kServing,
};

// What a server gets from outside. All outlive it.
struct Environment {
  Clock& clock = Clock::System();
  Random& random = Random::System();
  std::shared_ptr<kv::FaultFileSystem> log_faults = nullptr;        // tests only
  std::shared_ptr<kv::FaultFileSystem> knowledge_faults = nullptr;  // tests only
};

class Server {
 public:
  // Opens, in this order: policy, certificates, addresses, audit log, knowledge; reconciles intents
  // without an outcome; listens; shakes hands with itself; serves. On an error everything that was
  // opened is closed again, and `stage` says where it was.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerConfig& config,
                                                       const Environment& environment,
                                                       StartStage& stage);
  ~Server();  // Stop()

  const std::vector<int>& ports() const;

  // What is due about every second: counted refusals are written, changed policy, site mapping and
  // certificates are read again, health follows the audit log, and intents that waited for it are
  // settled. From one thread at a time.
  void Tick();

  // Reads policy, site mapping and certificates again, changed or not; what is broken is logged,
  // and what was in force before stays. From the thread of Tick().
  void Reload();

  // NOT_SERVING, drain, close in reverse order, the final checkpoint last. The first error.
  // Idempotent.
  absl::Status Stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_SERVER_H_
