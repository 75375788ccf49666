#include "server/auth.h"

#include <algorithm>

#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"

namespace evident::server {
namespace {

absl::Status Nobody(std::string_view reason, std::string_view message) {
  return MakeError(absl::StatusCode::kUnauthenticated, reason, message);
}

bool IsPrintable(std::string_view name) {
  return IsValidUtf8(name) && std::none_of(name.begin(), name.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
         });
}

// Identities that are not URIs begin as a URI of one of these schemes would: such a URI could pass
// for somebody else. Schemes are compared without regard to case (RFC 3986 section 3.1).
bool HasReservedScheme(std::string_view uri) {
  std::string scheme(uri.substr(0, uri.find(':')));
  for (char& c : scheme) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return scheme == "cn" || scheme == "dns" || scheme == "loopback";
}

}  // namespace

absl::StatusOr<std::string> IdentityOf(const PeerCredentials& credentials) {
  if (!credentials.tls) return std::string(kLoopbackAnonymous);
  const std::vector<std::string>& found = !credentials.uris.empty()  ? credentials.uris
                                          : !credentials.dns.empty() ? credentials.dns
                                                                     : credentials.names;
  if (found.empty() || found.front().empty()) {
    return Nobody("IDENTITY_MISSING",
                  "the certificate holds no URI, no DNS name and no common name");
  }
  if (found.size() > 1) {
    return Nobody("IDENTITY_AMBIGUOUS",
                  "the certificate holds several names of the kind that "
                  "would identify the caller");
  }
  const std::string prefix = !credentials.uris.empty()  ? ""
                             : !credentials.dns.empty() ? "dns:"
                                                        : "cn:";
  std::string identity = prefix + found.front();
  if (identity.size() > kNameBytesMax || !IsPrintable(identity)) {
    return Nobody("IDENTITY_INVALID", "the certificate's name is too long or not printable UTF-8");
  }
  if (prefix.empty() && HasReservedScheme(identity)) {
    return Nobody("IDENTITY_INVALID",
                  "the certificate's URI has one of the schemes cn, dns and loopback, which mark "
                  "identities of other kinds");
  }
  return identity;
}

std::string PeerHost(std::string_view peer) {
  const size_t colon = peer.rfind(':');
  const bool with_port = colon != std::string_view::npos && colon + 1 < peer.size() &&
                         std::all_of(peer.begin() + static_cast<long>(colon) + 1, peer.end(),
                                     [](char c) { return c >= '0' && c <= '9'; });
  return std::string(with_port ? peer.substr(0, colon) : peer);
}

}  // namespace evident::server
