#include "server/test_client.h"

#include <arpa/inet.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <future>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace evident::server {
namespace {

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::string bytes;
  std::vector<grpc::Slice> slices;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

std::string ReceiptOf(const grpc::ClientContext& context) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find("evident-receipt-bin");
  return found == trailers.end() ? "" : std::string(found->second.data(), found->second.size());
}

template <typename Detail>
bool FindDetail(const grpc::Status& status, Detail* detail) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return false;
  for (const auto& any : details.details()) {
    if (any.UnpackTo(detail)) return true;
  }
  return false;
}

// One HTTP/2 frame (RFC 9113 section 4.1).
std::string Frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) {
  std::string frame;
  for (int shift = 16; shift >= 0; shift -= 8) frame += static_cast<char>(payload.size() >> shift);
  frame += static_cast<char>(type);
  frame += static_cast<char>(flags);
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(stream >> shift);
  return frame + payload;
}

// A literal header field without indexing (RFC 7541 section 6.2.2), lengths below 127.
std::string Field(const std::string& name, const std::string& value) {
  return std::string(1, '\0') + static_cast<char>(name.size()) + name +
         static_cast<char>(value.size()) + value;
}

}  // namespace

std::string RawReply::Reason() const {
  google::rpc::ErrorInfo info;
  return FindDetail(status, &info) ? info.reason() : "";
}

int RawReply::Violations() const {
  google::rpc::BadRequest bad_request;
  return FindDetail(status, &bad_request) ? bad_request.field_violations_size() : 0;
}

std::string RawReply::ViolationOf(std::string_view field) const {
  google::rpc::BadRequest bad_request;
  if (!FindDetail(status, &bad_request)) return "";
  for (const auto& violation : bad_request.field_violations()) {
    if (violation.field() == field) return violation.description();
  }
  return "";
}

TestClient TestClient::Plaintext(int port) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxSendMessageSize(-1);
  return TestClient(grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port),
                                              grpc::InsecureChannelCredentials(), arguments));
}

TestClient TestClient::Separate(int port) {
  grpc::ChannelArguments arguments;
  static int unique = 0;
  arguments.SetInt("evident.test.separate", ++unique);
  return TestClient(grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port),
                                              grpc::InsecureChannelCredentials(), arguments));
}

TestClient TestClient::Tls(int port, const TestAuthority& authority,
                           const TestCertificate* caller) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = authority.certificate();
  if (caller != nullptr) {
    options.pem_cert_chain = caller->certificate;
    options.pem_private_key = caller->key;
  }
  grpc::ChannelArguments arguments;
  // Equal arguments share a connection, and with it an identity.
  static int unique = 0;
  arguments.SetInt("evident.test.unique", ++unique);
  return TestClient(grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port),
                                              grpc::SslCredentials(options), arguments));
}

RawReply TestClient::Call(const std::string& method, const std::string& bytes,
                          std::optional<std::chrono::milliseconds> timeout,
                          const std::function<void(grpc::ClientContext&)>& begun) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       timeout.value_or(std::chrono::milliseconds(60'000)));
  for (const auto& [key, value] : metadata_) context.AddMetadata(key, value);
  const grpc::ByteBuffer request = BufferOf(bytes);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub(channel_);
  stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  if (begun) begun(context);
  RawReply reply;
  reply.status = done.get_future().get();
  reply.response = BytesOf(response);
  reply.receipt = ReceiptOf(context);
  return reply;
}

RawReply TestClient::HeadersOnly(const std::string& method) {
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel_);
  const auto call = stub.PrepareCall(&context, method, &queue);
  RawReply reply;
  void* tag = nullptr;
  bool ok = false;
  call->StartCall(&tag);
  queue.Next(&tag, &ok);
  call->WritesDone(&tag);
  queue.Next(&tag, &ok);
  call->Finish(&reply.status, &tag);
  queue.Next(&tag, &ok);
  reply.receipt = ReceiptOf(context);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return reply;
}

struct StalledCall::State {
  explicit State(const std::shared_ptr<grpc::Channel>& channel) : stub(channel) {}
  grpc::GenericStub stub;
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call;
  grpc::Status status;
};

StalledCall::StalledCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method)
    : state_(std::make_unique<State>(channel)) {
  state_->call = state_->stub.PrepareCall(&state_->context, method, &state_->queue);
  void* tag = nullptr;
  bool ok = false;
  state_->call->StartCall(this);
  state_->queue.Next(&tag, &ok);
  state_->call->WriteLast(BufferOf(""), grpc::WriteOptions(), this);
  state_->queue.Next(&tag, &ok);
}

StalledCall::~StalledCall() {
  void* tag = nullptr;
  bool ok = false;
  state_->context.TryCancel();
  state_->call->Finish(&state_->status, this);
  state_->queue.Next(&tag, &ok);
  state_->queue.Shutdown();
  while (state_->queue.Next(&tag, &ok)) {
  }
}

void SendTruncatedFrame(int port, const std::string& method) {
  constexpr uint8_t kData = 0, kHeaders = 1, kSettings = 4, kAck = 1, kEndStream = 1,
                    kEndHeaders = 4;
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) std::abort();
  const std::string headers = Field(":method", "POST") + Field(":scheme", "http") +
                              Field(":path", method) + Field(":authority", "localhost") +
                              Field("te", "trailers") + Field("content-type", "application/grpc");
  // A message frame that announces 16 bytes and holds three.
  const std::string half(
      "\0\0\0\0\x10"
      "abc",
      8);
  const std::string bytes = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(kSettings, 0, 0, "") +
                            Frame(kSettings, kAck, 0, "") +
                            Frame(kHeaders, kEndHeaders, 1, headers) +
                            Frame(kData, kEndStream, 1, half);
  if (write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
  // The first frame of stream 1 is the server's answer.
  std::string got;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(fd, buffer, sizeof(buffer))) > 0;) {
    got.append(buffer, static_cast<size_t>(n));
    size_t at = 0;
    bool answered = false;
    while (at + 9 <= got.size()) {
      const auto byte = [&](size_t i) { return static_cast<size_t>(uint8_t(got[at + i])); };
      if (byte(8) == 1 && byte(5) + byte(6) + byte(7) == 0) answered = true;
      at += 9 + (byte(0) << 16) + (byte(1) << 8) + byte(2);
    }
    if (answered) break;
  }
  close(fd);
}

}  // namespace evident::server
