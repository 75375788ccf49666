#include "client/connection.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <utility>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::client {
namespace {

constexpr size_t kPemBytesMax = 1u << 20;

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(
    const ConnectionOptions& options) {
  if (options.plaintext) {
    if (!options.cert_file.empty() || !options.ca_file.empty()) {
      return MakeError(absl::StatusCode::kInvalidArgument, "CONNECTION_AMBIGUOUS",
                       "a plaintext connection takes no certificates");
    }
    return grpc::InsecureChannelCredentials();
  }
  grpc::SslCredentialsOptions ssl;
  EVIDENT_ASSIGN_OR_RETURN(ssl.pem_root_certs, ReadFile(options.ca_file, kPemBytesMax));
  EVIDENT_ASSIGN_OR_RETURN(ssl.pem_cert_chain, ReadFile(options.cert_file, kPemBytesMax));
  EVIDENT_ASSIGN_OR_RETURN(ssl.pem_private_key, ReadFile(options.key_file, kPemBytesMax));
  return grpc::SslCredentials(ssl);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const ConnectionOptions& options) {
  if (options.address.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "ADDRESS_MISSING",
                     "no server address was given");
  }
  EVIDENT_ASSIGN_OR_RETURN(std::shared_ptr<grpc::ChannelCredentials> credentials,
                           Credentials(options));
  grpc::ChannelArguments arguments;
  if (!options.server_name.empty()) arguments.SetSslTargetNameOverride(options.server_name);
  arguments.SetMaxReceiveMessageSize(static_cast<int>(kTransportMessageBytesMax));
  // Each client has connections of its own, so that identities never share one.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(options.address, credentials, arguments);
}

}  // namespace evident::client
