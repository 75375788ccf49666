#include "client/cli/certificates.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

#include "base/status.h"

namespace evident::cli {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using CertPtr = std::unique_ptr<X509, Freer<X509_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kClockSkewSeconds = 3'600;
constexpr int kAuthorityDays = 3'650;

absl::Status OpenSslError(absl::StatusCode code, std::string_view what) {
  char text[256] = "no detail";
  if (const unsigned long error = ERR_get_error(); error != 0) {
    ERR_error_string_n(error, text, sizeof(text));
  }
  return MakeError(code, "CERTIFICATE_FAILED", std::string(what) + ": " + text);
}

std::string Drain(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

absl::Status AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (extension == nullptr || X509_add_ext(certificate, extension.get(), -1) != 1) {
    return OpenSslError(absl::StatusCode::kInvalidArgument, "extension " + value);
  }
  return absl::OkStatus();
}

absl::Status SetName(X509_NAME* name, const std::string& common_name) {
  if (common_name.empty() || common_name.size() > 64 ||
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(common_name.data()),
                                 static_cast<int>(common_name.size()), -1, 0) != 1) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "COMMON_NAME_INVALID",
        "a certificate's common name has 1 to 64 bytes of UTF-8; got '" + common_name + "'");
  }
  return absl::OkStatus();
}

absl::StatusOr<CertPtr> NewCertificate(const std::string& common_name, int64_t now_ns, int days,
                                       EVP_PKEY* key) {
  CertPtr certificate(X509_new());
  unsigned char serial[16];
  if (certificate == nullptr || RAND_bytes(serial, sizeof(serial)) != 1) {
    return OpenSslError(absl::StatusCode::kInternal, "new certificate");
  }
  serial[0] &= 0x7f;
  const std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(serial, sizeof(serial), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
  X509_set_version(certificate.get(), X509_VERSION_3);
  const int64_t begin = now_ns / 1'000'000'000 - kClockSkewSeconds;
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), begin);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), begin + days * kSecondsPerDay);
  X509_set_pubkey(certificate.get(), key);
  EVIDENT_RETURN_IF_ERROR(SetName(X509_get_subject_name(certificate.get()), common_name));
  return certificate;
}

absl::StatusOr<CertificatePair> SignAndWrite(X509* certificate, EVP_PKEY* key, EVP_PKEY* signer) {
  if (X509_sign(certificate, signer, EVP_sha256()) == 0) {
    return OpenSslError(absl::StatusCode::kInternal, "signing a certificate");
  }
  const BioPtr cert_out(BIO_new(BIO_s_mem()));
  const BioPtr key_out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(cert_out.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    return OpenSslError(absl::StatusCode::kInternal, "writing a certificate");
  }
  return CertificatePair{Drain(cert_out.get()), Drain(key_out.get())};
}

KeyPtr NewKey() { return KeyPtr(EVP_EC_gen("P-256")); }

std::string AlternativeNames(const CertificateRequest& request) {
  std::string names;
  const auto add = [&names](std::string_view type, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      if (!names.empty()) names += ',';
      names.append(type).append(value);
    }
  };
  add("DNS:", request.dns_names);
  add("IP:", request.ip_addresses);
  add("URI:", request.uris);
  return names;
}

// The text goes through OpenSSL's own little language, where a comma would begin another name.
absl::Status CheckAlternativeNames(const CertificateRequest& request) {
  for (const auto* values : {&request.dns_names, &request.ip_addresses, &request.uris}) {
    for (const std::string& value : *values) {
      if (value.empty() || value.find_first_of(", \n\r\t") != std::string::npos) {
        return MakeError(absl::StatusCode::kInvalidArgument, "ALTERNATIVE_NAME_INVALID",
                         "a certificate cannot be issued for the name '" + value + "'");
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CertificatePair> MakeAuthority(const std::string& common_name, int64_t now_ns) {
  const KeyPtr key = NewKey();
  if (key == nullptr) return OpenSslError(absl::StatusCode::kInternal, "new key");
  EVIDENT_ASSIGN_OR_RETURN(const CertPtr certificate,
                           NewCertificate(common_name, now_ns, kAuthorityDays, key.get()));
  X509* const raw = certificate.get();
  X509_set_issuer_name(raw, X509_get_subject_name(raw));
  EVIDENT_RETURN_IF_ERROR(AddExtension(raw, raw, NID_basic_constraints, "critical,CA:TRUE"));
  EVIDENT_RETURN_IF_ERROR(AddExtension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign"));
  EVIDENT_RETURN_IF_ERROR(AddExtension(raw, raw, NID_subject_key_identifier, "hash"));
  return SignAndWrite(raw, key.get(), key.get());
}

absl::StatusOr<CertificatePair> IssueCertificate(const CertificatePair& authority,
                                                 const CertificateRequest& request,
                                                 int64_t now_ns) {
  EVIDENT_RETURN_IF_ERROR(CheckAlternativeNames(request));
  const BioPtr cert_in(BIO_new_mem_buf(authority.certificate.data(),
                                       static_cast<int>(authority.certificate.size())));
  const BioPtr key_in(
      BIO_new_mem_buf(authority.key.data(), static_cast<int>(authority.key.size())));
  const CertPtr issuer(PEM_read_bio_X509(cert_in.get(), nullptr, nullptr, nullptr));
  const KeyPtr issuer_key(PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr));
  if (issuer == nullptr || issuer_key == nullptr ||
      X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
    return OpenSslError(absl::StatusCode::kInvalidArgument,
                        "the authority's certificate and key do not fit together");
  }
  const KeyPtr key = NewKey();
  if (key == nullptr) return OpenSslError(absl::StatusCode::kInternal, "new key");
  EVIDENT_ASSIGN_OR_RETURN(const CertPtr certificate,
                           NewCertificate(request.common_name, now_ns, request.days, key.get()));
  X509* const raw = certificate.get();
  X509_set_issuer_name(raw, X509_get_subject_name(issuer.get()));
  EVIDENT_RETURN_IF_ERROR(
      AddExtension(raw, issuer.get(), NID_basic_constraints, "critical,CA:FALSE"));
  EVIDENT_RETURN_IF_ERROR(
      AddExtension(raw, issuer.get(), NID_key_usage, "critical,digitalSignature"));
  EVIDENT_RETURN_IF_ERROR(AddExtension(raw, issuer.get(), NID_ext_key_usage,
                                       request.for_server ? "serverAuth" : "clientAuth"));
  EVIDENT_RETURN_IF_ERROR(AddExtension(raw, issuer.get(), NID_authority_key_identifier, "keyid"));
  if (const std::string names = AlternativeNames(request); !names.empty()) {
    EVIDENT_RETURN_IF_ERROR(AddExtension(raw, issuer.get(), NID_subject_alt_name, names));
  }
  return SignAndWrite(raw, key.get(), issuer_key.get());
}

}  // namespace evident::cli
