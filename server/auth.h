// Who a caller is, by what the transport has verified: docs/formats/policy.md.
#ifndef EVIDENT_SERVER_AUTH_H_
#define EVIDENT_SERVER_AUTH_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace evident::server {

inline constexpr char kLoopbackAnonymous[] = "loopback:anonymous";

// What the transport says of a peer.
struct PeerCredentials {
  bool tls = false;                     // the names below are those of a verified certificate
  std::vector<std::string> uris = {};   // URI subject alternative names
  std::vector<std::string> dns = {};    // DNS subject alternative names
  std::vector<std::string> names = {};  // common names
};

// The caller's identity. UNAUTHENTICATED (IDENTITY_MISSING) when the certificate names nobody,
// (IDENTITY_AMBIGUOUS) when it names several, (IDENTITY_INVALID) when the name is longer than
// kNameBytesMax, is not UTF-8 or has control characters, or is a URI of the scheme cn, dns or
// loopback: what the other kinds of identities begin with.
absl::StatusOr<std::string> IdentityOf(const PeerCredentials& credentials);

// "ipv4:192.0.2.1:51234" -> "ipv4:192.0.2.1": what calls of one peer have in common.
std::string PeerHost(std::string_view peer);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_AUTH_H_
