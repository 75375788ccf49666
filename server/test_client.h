// A caller for tests that sends whatever bytes it is told to.
#ifndef EVIDENT_SERVER_TEST_CLIENT_H_
#define EVIDENT_SERVER_TEST_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "google/protobuf/message.h"
#include "server/test_authority.h"

namespace evident::server {

struct RawReply {
  grpc::Status status;
  std::string response;
  std::string receipt;  // trailing metadata "evident-receipt-bin"

  std::string Reason() const;                             // of google.rpc.ErrorInfo
  int Violations() const;                                 // of google.rpc.BadRequest
  std::string ViolationOf(std::string_view field) const;  // its description; empty: none
};

class TestClient {
 public:
  explicit TestClient(std::shared_ptr<grpc::Channel> channel) : channel_(std::move(channel)) {}
  static TestClient Plaintext(int port);
  static TestClient Separate(int port);  // plaintext, over a connection of its own
  // `caller` null: without a certificate.
  static TestClient Tls(int port, const TestAuthority& authority, const TestCertificate* caller);

  // Waits for the reply; `begun` sees the context once the call is under way.
  RawReply Call(const std::string& method, const std::string& bytes,
                std::optional<std::chrono::milliseconds> timeout = std::nullopt,
                const std::function<void(grpc::ClientContext&)>& begun = nullptr);
  RawReply Call(const std::string& method, const google::protobuf::Message& request) {
    return Call(method, request.SerializeAsString());
  }

  // Headers and the end of the stream, no message.
  RawReply HeadersOnly(const std::string& method);

  // Sent with every Call from now on.
  void AddMetadata(std::string key, std::string value) {
    metadata_.emplace_back(std::move(key), std::move(value));
  }

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::vector<std::pair<std::string, std::string>> metadata_;
};

// A call whose request is sent and whose reply is never read, until it is destroyed.
class StalledCall {
 public:
  StalledCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method);
  ~StalledCall();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

// Opens a plaintext HTTP/2 connection by hand and sends a call of `method` whose message frame
// announces more bytes than come before the stream ends. Returns once the server has closed or
// answered the stream.
void SendTruncatedFrame(int port, const std::string& method);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TEST_CLIENT_H_
