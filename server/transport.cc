#include "server/transport.h"

#include <grpc/grpc_security_constants.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "server/grpc_reactors.h"
#include "server/grpc_services.h"
#include "server/listen_address.h"
#include "server/watchdog.h"

namespace evident::server {
namespace {

constexpr unsigned kCertificateRefreshS = 1;
constexpr int kKeepaliveTimeMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr int kPingIntervalMinMs = 10'000;
constexpr int kHandshakeTimeoutMs = 10'000;
constexpr int kConnectionAgeGraceMs = 60'000;

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const ServerConfig& config) {
  if (!config.tls) return grpc::InsecureServerCredentials();
  namespace tls = grpc::experimental;
  tls::TlsServerCredentialsOptions options(std::make_shared<tls::FileWatcherCertificateProvider>(
      config.tls->key_file, config.tls->certificate_file, config.tls->client_ca_file,
      kCertificateRefreshS));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls::TlsServerCredentials(options);
}

void SetCaps(const ServerConfig& config, grpc::ServerBuilder& builder) {
  grpc::ResourceQuota quota("evident");
  quota.Resize(kTransportMemoryBytesMax);
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(static_cast<int>(kTransportMessageBytesMax));
  builder.SetMaxSendMessageSize(static_cast<int>(kTransportMessageBytesMax));
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  const auto age_ms = static_cast<int>(config.limits.connection_age_s * 1000);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, static_cast<int>(kMetadataBytesMax));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             static_cast<int>(kConcurrentStreamsMax));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, age_ms);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGraceMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kPingIntervalMinMs);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
  // A second server on the same port would silently take half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

// gRPC calls much of what callers do wrong an error.
void LogOfGrpc(gpr_log_func_args* args) {
  if (args->severity == GPR_LOG_SEVERITY_DEBUG) return;
  const bool info = args->severity == GPR_LOG_SEVERITY_INFO;
  Log(info ? LogLevel::kInfo : LogLevel::kWarning, "grpc", {{"message", args->message}});
}

}  // namespace

struct Transport::Impl {
  Impl(CallPath& path, StreamOpeners open, bool tls, const CallTimes& times)
      : parts{path,
              std::move(open.import),
              std::move(open.stream),
              std::move(open.batch),
              watchdog,
              tls,
              times},
        services(MakeServices(parts)),
        unknown(MakeUnknownService(parts)) {}

  Watchdog watchdog;
  const ReactorParts parts;
  const std::vector<std::unique_ptr<grpc::Service>> services;
  const std::unique_ptr<grpc::CallbackGenericService> unknown;
  std::unique_ptr<grpc::Server> server;
  std::vector<int> ports;
  std::atomic<bool> serving = false;
  std::once_flag shut_down;
};

Transport::Transport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Transport::~Transport() { Shutdown(0); }

absl::StatusOr<std::unique_ptr<Transport>> Transport::Start(const ServerConfig& config,
                                                            CallPath& path, StreamOpeners open,
                                                            const CallTimes& times) {
  for (const std::string& address : config.listen) {
    EVIDENT_RETURN_IF_ERROR(CheckAddressFree(address));
  }
  gpr_set_log_function(LogOfGrpc);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  auto impl = std::make_unique<Impl>(path, std::move(open), config.tls.has_value(), times);
  grpc::ServerBuilder builder;
  SetCaps(config, builder);
  const auto credentials = CredentialsOf(config);
  impl->ports.resize(config.listen.size());
  for (size_t i = 0; i < config.listen.size(); ++i) {
    builder.AddListeningPort(config.listen[i], credentials, &impl->ports[i]);
  }
  for (const auto& service : impl->services) builder.RegisterService(service.get());
  builder.RegisterCallbackGenericService(impl->unknown.get());
  impl->server = builder.BuildAndStart();
  if (impl->server == nullptr) {
    return MakeError(absl::StatusCode::kUnavailable, "ADDRESS_IN_USE",
                     "listen on " + config.listen.front() + ": gRPC could not bind it");
  }
  std::unique_ptr<Transport> transport(new Transport(std::move(impl)));
  transport->SetServing(false);
  return transport;
}

const std::vector<int>& Transport::ports() const { return impl_->ports; }

void Transport::SetServing(bool serving, bool imports) {
  impl_->serving = serving;
  grpc::HealthCheckServiceInterface* health = impl_->server->GetHealthCheckService();
  health->SetServingStatus("", serving);
  for (const char* name : ServiceNames()) {
    health->SetServingStatus(name, serving && (imports || name != CurationServiceName()));
  }
}

bool Transport::serving() const { return impl_->serving; }

void Transport::Shutdown(int64_t drain_s) {
  std::call_once(impl_->shut_down, [this, drain_s] {
    SetServing(false);
    impl_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(drain_s));
    impl_->server->Wait();
  });
}

}  // namespace evident::server
