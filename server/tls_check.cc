#include "server/tls_check.h"

#include <netdb.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <string_view>

#include "base/file.h"
#include "base/status.h"

namespace evident::server {
namespace {

constexpr size_t kPemBytesMax = 1u << 20;
constexpr int64_t kNsPerS = 1'000'000'000;
constexpr int kHandshakeWaitS = 10;

template <typename T, void (*kFree)(T*)>
struct Free {
  void operator()(T* object) const { kFree(object); }
};
using X509Ptr = std::unique_ptr<X509, Free<X509, X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using SslContextPtr = std::unique_ptr<SSL_CTX, Free<SSL_CTX, SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, Free<SSL, SSL_free>>;
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

absl::Status Bad(std::string_view reason, const std::string& file, std::string_view what) {
  ERR_clear_error();
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, file + ": " + std::string(what));
}

absl::StatusOr<std::string> ReadPem(const std::string& file) {
  absl::StatusOr<std::string> pem = ReadFile(file, kPemBytesMax);
  if (!pem.ok()) return Bad("TLS_FILE_UNREADABLE", file, std::string(pem.status().message()));
  return pem;
}

BioPtr BioOf(const std::string& pem) {
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

absl::Status CheckValidity(const X509* certificate, const std::string& file, size_t number,
                           int64_t now_ns) {
  const std::string which = "certificate " + std::to_string(number) + " of the file ";
  time_t now = now_ns / kNsPerS;
  if (X509_cmp_time(X509_get0_notBefore(certificate), &now) > 0) {
    return Bad("TLS_CERTIFICATE_INVALID", file, which + "is not valid yet");
  }
  if (X509_cmp_time(X509_get0_notAfter(certificate), &now) < 0) {
    return Bad("TLS_CERTIFICATE_INVALID", file, which + "has expired");
  }
  return absl::OkStatus();
}

// Every certificate of the file inside its validity; the first of them.
absl::StatusOr<X509Ptr> CheckCertificates(const std::string& file, const std::string& pem,
                                          int64_t now_ns) {
  const BioPtr bio = BioOf(pem);
  X509Ptr first;
  for (size_t number = 1;; ++number) {
    X509Ptr next(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!next) break;
    EVIDENT_RETURN_IF_ERROR(CheckValidity(next.get(), file, number, now_ns));
    if (!first) first = std::move(next);
  }
  if (!first) return Bad("TLS_CERTIFICATE_INVALID", file, "holds no PEM certificate");
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) return Bad("TLS_CERTIFICATE_INVALID", file, "holds a certificate that is broken");
  return first;
}

// That a server would take them: it asks more of keys and signatures than that they parse and fit.
absl::Status CheckLoads(const TlsConfig& tls, const TlsTexts& texts, EVP_PKEY* key) {
  const auto refused = [&tls] {
    const unsigned long error = ERR_peek_last_error();
    const char* why = error == 0 ? nullptr : ERR_reason_error_string(error);
    return Bad("TLS_PAIR_REFUSED", tls.certificate_file,
               std::string("cannot be served: ") + (why == nullptr ? "refused" : why));
  };
  const SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  const BioPtr bio = BioOf(texts.certificate);
  for (bool first = true;; first = false) {
    const X509Ptr next(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!next) break;
    const auto taken = first ? SSL_CTX_use_certificate(context.get(), next.get())
                             : SSL_CTX_add1_chain_cert(context.get(), next.get());
    if (taken != 1) return refused();
  }
  ERR_clear_error();  // the end of the file
  if (SSL_CTX_use_PrivateKey(context.get(), key) != 1) return refused();
  return SSL_CTX_check_private_key(context.get()) == 1 ? absl::OkStatus() : refused();
}

// A key that is encrypted would otherwise ask on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

absl::Status SelfCheckFailed(std::string_view what) {
  const unsigned long error = ERR_get_error();
  std::string message = "handshake with itself: " + std::string(what);
  if (error != 0) message += std::string(": ") + ERR_reason_error_string(error);
  ERR_clear_error();
  return MakeError(absl::StatusCode::kUnavailable, "TLS_SELF_CHECK", message);
}

int ConnectTo(const addrinfo& address) {
  const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const timeval wait{kHandshakeWaitS, 0};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) != 0 ||
      setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) != 0 ||
      connect(fd, address.ai_addr, address.ai_addrlen) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

// The first address of the host that takes the connection: "localhost" has two.
int Connect(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return -1;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, freeaddrinfo);
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    const int fd = ConnectTo(*address);
    if (fd >= 0) return fd;
  }
  return -1;
}

}  // namespace

absl::StatusOr<TlsTexts> ReadTlsFiles(const TlsConfig& tls) {
  TlsTexts texts;
  EVIDENT_ASSIGN_OR_RETURN(texts.certificate, ReadPem(tls.certificate_file));
  EVIDENT_ASSIGN_OR_RETURN(texts.key, ReadPem(tls.key_file));
  EVIDENT_ASSIGN_OR_RETURN(texts.client_ca, ReadPem(tls.client_ca_file));
  return texts;
}

absl::Status CheckTlsTexts(const TlsConfig& tls, const TlsTexts& texts, int64_t now_ns) {
  EVIDENT_ASSIGN_OR_RETURN(const X509Ptr certificate,
                           CheckCertificates(tls.certificate_file, texts.certificate, now_ns));
  EVIDENT_RETURN_IF_ERROR(CheckCertificates(tls.client_ca_file, texts.client_ca, now_ns).status());
  const BioPtr bio = BioOf(texts.key);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  if (!key) {
    return Bad("TLS_KEY_INVALID", tls.key_file, "holds no PEM private key without a password");
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return Bad("TLS_KEY_MISMATCH", tls.key_file,
               "is not the key of the certificate in " + tls.certificate_file);
  }
  return CheckLoads(tls, texts, key.get());
}

absl::Status CheckTlsFiles(const TlsConfig& tls, int64_t now_ns) {
  EVIDENT_ASSIGN_OR_RETURN(const TlsTexts texts, ReadTlsFiles(tls));
  return CheckTlsTexts(tls, texts, now_ns);
}

absl::Status ShakeHands(const TlsConfig& tls, const std::string& host, int port) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string pem, ReadPem(tls.certificate_file));
  const BioPtr bio = BioOf(pem);
  const X509Ptr expected(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!expected) return SelfCheckFailed("the certificate file does not parse any more");
  const Socket socket(Connect(host, port));
  if (socket.fd() < 0) return SelfCheckFailed(std::strerror(errno));
  // With TLS 1.3 a client is done before the server has asked for its certificate: this one has
  // none to show, and need not have.
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  const SslPtr ssl(SSL_new(context.get()));
  constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_set_alpn_protos(ssl.get(), kHttp2, sizeof(kHttp2));
  SSL_set_fd(ssl.get(), socket.fd());
  if (SSL_connect(ssl.get()) != 1) return SelfCheckFailed("no handshake came about");
  const X509Ptr shown(SSL_get1_peer_certificate(ssl.get()));
  if (!shown || X509_cmp(shown.get(), expected.get()) != 0) {
    return SelfCheckFailed("another certificate was shown than the configured one");
  }
  return absl::OkStatus();
}

}  // namespace evident::server
