#include "server/test_authority.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdlib>

namespace evident::server {
namespace {

constexpr long kHourS = 3600;

template <typename T>
T* Must(T* pointer) {
  if (pointer == nullptr) std::abort();
  return pointer;
}
void Must(int result) {
  if (result <= 0) std::abort();
}

std::string Text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

std::string PemOf(X509* certificate) {
  BIO* bio = Must(BIO_new(BIO_s_mem()));
  Must(PEM_write_bio_X509(bio, certificate));
  return Text(bio);
}

std::string PemOf(EVP_PKEY* key) {
  BIO* bio = Must(BIO_new(BIO_s_mem()));
  Must(PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr));
  return Text(bio);
}

void Extend(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = Must(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  Must(X509_add_ext(certificate, extension, -1));
  X509_EXTENSION_free(extension);
}

X509* NewCertificate(EVP_PKEY* key, const std::string& common_name, bool expired) {
  X509* certificate = Must(X509_new());
  Must(X509_set_version(certificate, X509_VERSION_3));
  unsigned char serial[4];
  Must(RAND_bytes(serial, sizeof(serial)));
  Must(ASN1_INTEGER_set(X509_get_serialNumber(certificate),
                        1 + serial[0] * 65536 + serial[1] * 256 + serial[2]));
  Must(X509_gmtime_adj(X509_getm_notBefore(certificate), -2 * kHourS) != nullptr);
  Must(X509_gmtime_adj(X509_getm_notAfter(certificate), expired ? -kHourS : kHourS) != nullptr);
  if (!common_name.empty()) {
    Must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.c_str()), -1,
                                    -1, 0));
  }
  Must(X509_set_pubkey(certificate, key));
  return certificate;
}

}  // namespace

struct TestAuthority::Impl {
  // Takes the key.
  TestCertificate Issue(EVP_PKEY* its_key, const std::string& common_name,
                        const std::string& alternative_names, bool expired) const;

  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
};

TestAuthority::TestAuthority() : impl_(std::make_unique<Impl>()) {
  impl_->key = Must(EVP_EC_gen("P-256"));
  // Names of its own: OpenSSL finds an issuer by its name.
  static std::atomic<int> made = 0;
  impl_->certificate =
      NewCertificate(impl_->key, "test authority " + std::to_string(++made), false);
  X509* certificate = impl_->certificate;
  Must(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)));
  Extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  Must(X509_sign(certificate, impl_->key, EVP_sha256()));
  certificate_ = PemOf(certificate);
}

TestAuthority::~TestAuthority() {
  X509_free(impl_->certificate);
  EVP_PKEY_free(impl_->key);
}

TestCertificate TestAuthority::Issue(const std::string& common_name,
                                     const std::string& alternative_names, bool expired) const {
  return impl_->Issue(Must(EVP_EC_gen("P-256")), common_name, alternative_names, expired);
}

TestCertificate TestAuthority::IssueWeak(const std::string& common_name) const {
  return impl_->Issue(Must(EVP_RSA_gen(1024)), common_name, "", false);
}

TestCertificate TestAuthority::Impl::Issue(EVP_PKEY* its_key, const std::string& common_name,
                                           const std::string& alternative_names,
                                           bool expired) const {
  X509* issued = NewCertificate(its_key, common_name, expired);
  Must(X509_set_issuer_name(issued, X509_get_subject_name(certificate)));
  if (!alternative_names.empty()) {
    Extend(issued, certificate, NID_subject_alt_name, alternative_names.c_str());
  }
  Must(X509_sign(issued, key, EVP_sha256()));
  TestCertificate pair{PemOf(issued), PemOf(its_key)};
  X509_free(issued);
  EVP_PKEY_free(its_key);
  return pair;
}

}  // namespace evident::server
