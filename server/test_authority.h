// A certificate authority for tests.
#ifndef EVIDENT_SERVER_TEST_AUTHORITY_H_
#define EVIDENT_SERVER_TEST_AUTHORITY_H_

#include <memory>
#include <string>

namespace evident::server {

struct TestCertificate {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

// Aborts on any failure.
class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();

  const std::string& certificate() const { return certificate_; }

  // `common_name` may be empty: a certificate that names nobody. `alternative_names` as OpenSSL
  // writes them, e.g. "IP:127.0.0.1,URI:spiffe://a/b"; empty: none. Valid for an hour from now, or
  // until an hour ago.
  TestCertificate Issue(const std::string& common_name, const std::string& alternative_names,
                        bool expired = false) const;

  // The same with an RSA key of 1024 bits, which parses but which no server should take.
  TestCertificate IssueWeak(const std::string& common_name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string certificate_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TEST_AUTHORITY_H_
