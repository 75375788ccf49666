// Callers that ask until the server is gone, and keep what it acknowledged.
#ifndef EVIDENT_TESTS_CRASH_LOAD_H_
#define EVIDENT_TESTS_CRASH_LOAD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "evident/v1/audit.pb.h"
#include "tests/crash/site.h"

namespace grpc {
class Channel;
}

namespace evident::crash {

// A call that came back with its receipt: whoever holds this may demand it of the log for ever.
struct Acknowledged {
  std::string method;
  std::string request;
  std::optional<std::string> answer;  // the exact bytes; nullopt when the call was refused
  std::string receipt;
};

struct RawReply {
  Acknowledged call;
  int status = 0;  // google.rpc.Code
  std::string message;
  bool from_server = false;  // the server itself refused: its errors carry details, gRPC's none
};

// How a call ends: its method, empty for one that does not exist, and its google.rpc.Code.
using Outcome = std::pair<std::string, int>;

// Sends bytes as they are and waits at most 30 s. The receipt is the answer's or the trailer's.
RawReply CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                 const std::string& request);

// Threads that each call, wait, and call again. Thread safe.
class Load {
 public:
  static constexpr int kCallers = 6;

  // Begins at once. `seed` decides what is asked. `site` must outlive this.
  Load(const Site& site, int port, uint64_t seed);
  ~Load();

  // Returns when every caller has had its first reply.
  void WaitUntilUnderWay();

  struct Result {
    std::vector<Acknowledged> acknowledged;
    int decisions = 0;                 // among them
    int refusals = 0;                  // among them
    std::map<Outcome, int> told;       // how those acknowledged ended
    std::map<Outcome, int> cut_off;    // calls that were under way when the server went, as they
                                       // would have ended
    std::vector<std::string> strange;  // replies that no caller should see

    int CutOff() const;  // how many
  };

  // To be called after the server is gone: waits until every caller has noticed.
  Result Finish();

 private:
  using Channel = absl::StatusOr<std::shared_ptr<grpc::Channel>>;
  void Run(const Channel& admin, const Channel& clerk, uint64_t seed);
  bool Keep(RawReply reply, const Outcome& expected, bool first);

  Mutex mutex_;
  CondVar changed_;
  int under_way_ EVIDENT_GUARDED_BY(mutex_) = 0;
  Result result_ EVIDENT_GUARDED_BY(mutex_);
  std::vector<std::thread> callers_;
};

}  // namespace evident::crash

#endif  // EVIDENT_TESTS_CRASH_LOAD_H_
