// A whole server for tests, over mutual TLS or plaintext, in a folder that may outlive it.
#ifndef EVIDENT_SERVER_TEST_SERVER_H_
#define EVIDENT_SERVER_TEST_SERVER_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/proof/note.h"
#include "audit/proof/receipt.h"
#include "base/file.h"
#include "evident/v1/audit.pb.h"
#include "evident/v1/curation_service.pb.h"
#include "server/config.h"
#include "server/server.h"
#include "server/test_client.h"

namespace evident::server {

// What a server is made from: files in a temporary folder.
class TestSite {
 public:
  explicit TestSite(bool tls);

  // Of cn:admin (all roles but auditor), cn:auditor, cn:decider, cn:other (decider as well),
  // cn:analyst, cn:officer (privacy officer), cn:nobody (no roles) and nameless.
  const TestCertificate& CertificateOf(const std::string& name) const { return callers_.at(name); }
  const TestAuthority& authority() const { return authority_; }
  const std::string& path() const { return dir_.path(); }
  const audit::NoteVerifier& verifier() const { return *verifier_; }

  ServerConfig config;

 private:
  TempDir dir_;
  TestAuthority authority_;
  std::map<std::string, TestCertificate> callers_;
  std::optional<audit::NoteVerifier> verifier_;
};

struct ImportResult {
  grpc::Status status;
  v1::ImportPackResponse response;
  std::string receipt;
};

// A server that runs. Aborts the test when it does not start.
class TestServer {
 public:
  explicit TestServer(const TestSite& site, const Environment& environment = {});

  Server& server() { return *server_; }
  int port() const { return server_->ports().front(); }
  TestClient As(const std::string& name) const;  // over plaintext the name is not looked at
  absl::Status Stop() { return server_->Stop(); }

  // Imports over the wire. Without `commit` the stream is half-closed after the files.
  ImportResult Import(const std::map<std::string, std::string>& files, bool commit = true) const;

  // GetStatus's log size, itself not counted.
  uint64_t LogSize() const;

  // One entry as ListEntries shows it, over plaintext; empty when there is none.
  v1::Entry EntryAt(uint64_t index) const;

  // That the receipt verifies for this request and answer (nullopt: no response).
  absl::StatusOr<audit::VerifiedReceipt> Verify(const std::string& receipt,
                                                std::optional<std::string> answer,
                                                std::optional<std::string> request) const;

 private:
  const TestSite& site_;
  std::unique_ptr<Server> server_;
};

// Ends the site's log with the intent of an import, as a crash leaves it. Its name.
absl::StatusOr<std::string> LeaveIntent(const TestSite& site);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TEST_SERVER_H_
