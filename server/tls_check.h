// Certificates looked at before gRPC does: it starts with missing or mismatched files and then
// refuses every handshake without saying why.
#ifndef EVIDENT_SERVER_TLS_CHECK_H_
#define EVIDENT_SERVER_TLS_CHECK_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/config.h"

namespace evident::server {

// What the files of a TlsConfig hold.
struct TlsTexts {
  std::string certificate;
  std::string key;
  std::string client_ca;
};

// FAILED_PRECONDITION (TLS_FILE_UNREADABLE) naming the file.
absl::StatusOr<TlsTexts> ReadTlsFiles(const TlsConfig& tls);

// FAILED_PRECONDITION, naming the file of `tls`, with the reason TLS_CERTIFICATE_INVALID (one of
// the certificates of the chain or of the authorities is not PEM, or outside its validity at
// `now_ns`), TLS_KEY_INVALID, TLS_KEY_MISMATCH or TLS_PAIR_REFUSED (too weak a key or signature for
// OpenSSL to serve).
absl::Status CheckTlsTexts(const TlsConfig& tls, const TlsTexts& texts, int64_t now_ns);

// Both.
absl::Status CheckTlsFiles(const TlsConfig& tls, int64_t now_ns);

// Shakes hands with the server that listens on `port` of `host` and compares the certificate that
// it shows with the file's. UNAVAILABLE (TLS_SELF_CHECK) when that fails; waits at most 10 s.
absl::Status ShakeHands(const TlsConfig& tls, const std::string& host, int port);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TLS_CHECK_H_
