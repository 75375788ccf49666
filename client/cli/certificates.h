// X.509 certificates for a first installation: an authority of one's own, the server, the callers.
// A site with a PKI of its own uses that instead; nothing in the server depends on these.
#ifndef EVIDENT_CLIENT_CLI_CERTIFICATES_H_
#define EVIDENT_CLIENT_CLI_CERTIFICATES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace evident::cli {

// A certificate and its private key (ECDSA P-256), both PEM.
struct CertificatePair {
  std::string certificate;
  std::string key;
};

// What a certificate is for.
struct CertificateRequest {
  std::string common_name;                // at most 64 bytes (X.520)
  std::vector<std::string> dns_names;     // subject alternative names
  std::vector<std::string> ip_addresses;  // textual IPv4 or IPv6
  std::vector<std::string> uris;          // e.g. "spiffe://hospital/ward-7"
  bool for_server = false;                // extended key usage: server, else client
  int days = 365;                         // validity from an hour before `now_ns`
};

// A self-signed authority, valid for ten years from an hour before `now_ns`.
absl::StatusOr<CertificatePair> MakeAuthority(const std::string& common_name, int64_t now_ns);

// A certificate signed by `authority`. INVALID_ARGUMENT: a name or address that X.509 cannot hold,
// an authority that does not parse or whose key does not fit.
absl::StatusOr<CertificatePair> IssueCertificate(const CertificatePair& authority,
                                                 const CertificateRequest& request, int64_t now_ns);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_CERTIFICATES_H_
