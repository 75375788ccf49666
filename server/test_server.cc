#include "server/test_server.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "audit/log/log.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/rpc_numbers.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/random.h"
#include "base/status.h"
#include "evident/v1/admin_service.pb.h"
#include "evident/v1/audit_service.pb.h"
#include "evident/v1/curation_service.grpc.pb.h"
#include "server/open_data.h"
#include "server/test_pack.h"

namespace evident::server {
namespace {

constexpr char kPolicy[] = R"(identities:
  "cn:admin": [reader, decider, curator, reviewer, publisher, analyst, privacy_officer, admin]
  "cn:auditor": [auditor]
  "cn:decider": [decider]
  "cn:other": [decider]
  "cn:analyst": [analyst]
  "cn:officer": [privacy_officer]
  "loopback:anonymous": [reader, decider, curator, publisher, auditor, admin]
)";

void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

void Put(const std::string& file, const std::string& text) {
  Must(WriteFileAtomically(file, text, 0600));
}

std::string PackDigest(const std::map<std::string, std::string>& files) {
  Sha256Stream hash;
  for (const auto& [path, content] : files) {
    for (const std::string* part : {&path, &content}) {
      std::string length;
      AppendU32(length, static_cast<uint32_t>(part->size()));
      hash.Add(length);
      hash.Add(*part);
    }
  }
  return std::string(hash.Finish().view());
}

}  // namespace

TestSite::TestSite(bool tls) {
  config.data_dir = path() + "/data";
  config.listen = {"127.0.0.1:0"};
  config.policy_file = path() + "/policy.yaml";
  config.audit.name = "test.example";
  config.audit.signer_key_file = path() + "/log.key";
  config.audit.kek_file = path() + "/kek.key";
  config.audit.keys_dir = path() + "/keys";
  config.audit.guard_file = path() + "/guard";
  config.audit.disk_reserve_bytes = 0;
  config.limits.drain_s = 5;
  Put(config.policy_file, kPolicy);
  const audit::LogId id{config.audit.name, config.audit.incarnation};
  const auto signer = audit::NoteSigner::FromSeed(id.Origin(), std::string(32, 'k'));
  Must(signer.status());
  Put(config.audit.signer_key_file, signer->ToText() + "\n");
  Put(config.audit.kek_file, HexEncode(std::string(32, 'e')) + "\n");
  verifier_ = signer->verifier();
  if (!tls) {
    config.plaintext_loopback = true;
    return;
  }
  config.tls = TlsConfig{path() + "/server.crt", path() + "/server.key", path() + "/ca.crt"};
  const TestCertificate server = authority_.Issue("server", "IP:127.0.0.1");
  Put(config.tls->certificate_file, server.certificate);
  Put(config.tls->key_file, server.key);
  Put(config.tls->client_ca_file, authority_.certificate());
  for (const char* name :
       {"admin", "auditor", "decider", "other", "analyst", "officer", "nobody"}) {
    callers_[name] = authority_.Issue(name, "");
  }
  callers_["nameless"] = authority_.Issue("", "");
}

TestServer::TestServer(const TestSite& site, const Environment& environment) : site_(site) {
  StartStage stage = StartStage::kConfiguration;
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(site.config, environment, stage);
  Must(server.status());
  server_ = *std::move(server);
}

TestClient TestServer::As(const std::string& name) const {
  if (!site_.config.tls) return TestClient::Plaintext(port());
  return TestClient::Tls(port(), site_.authority(), &site_.CertificateOf(name));
}

ImportResult TestServer::Import(const std::map<std::string, std::string>& files,
                                bool commit) const {
  grpc::ClientContext context;
  ImportResult result;
  const auto stub = v1::CurationService::NewStub(As("admin").channel());
  const auto writer = stub->ImportPack(&context, &result.response);
  v1::ImportPackRequest message;
  message.mutable_header()->set_pack(kTestPack);
  message.mutable_header()->set_publish(true);
  bool open = writer->Write(message);
  for (const auto& [path, content] : files) {
    message.Clear();
    message.mutable_file()->set_path(path);
    message.mutable_file()->set_content(content);
    open = open && writer->Write(message);
  }
  if (open && commit) {
    message.Clear();
    message.mutable_commit()->set_files(static_cast<uint32_t>(files.size()));
    message.mutable_commit()->set_sha256(PackDigest(files));
    open = writer->Write(message);
  }
  if (open) writer->WritesDone();
  result.status = writer->Finish();
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto receipt = trailers.find("evident-receipt-bin");
  if (receipt != trailers.end()) {
    result.receipt.assign(receipt->second.data(), receipt->second.size());
  }
  return result;
}

uint64_t TestServer::LogSize() const {
  const RawReply reply =
      As("admin").Call("/evident.v1.AdminService/GetStatus", v1::GetStatusRequest());
  v1::GetStatusResponse response;
  if (!reply.status.ok() || !response.ParseFromString(reply.response)) std::abort();
  return response.log_size();
}

v1::Entry TestServer::EntryAt(uint64_t index) const {
  v1::ListEntriesRequest request;
  request.set_begin(index);
  request.set_end(index + 1);
  const RawReply reply = As("").Call("/evident.v1.AuditService/ListEntries", request);
  v1::ListEntriesResponse response;
  if (!response.ParseFromString(reply.response)) std::abort();
  return response.entries_size() == 1 ? response.entries(0) : v1::Entry();
}

absl::StatusOr<audit::VerifiedReceipt> TestServer::Verify(
    const std::string& receipt, std::optional<std::string> answer,
    std::optional<std::string> request) const {
  std::optional<std::string_view> answer_view;
  if (answer) answer_view = *answer;
  std::optional<std::string_view> request_view;
  if (request) request_view = *request;
  return audit::VerifyReceipt(receipt, answer_view, request_view, site_.verifier());
}

absl::StatusOr<std::string> LeaveIntent(const TestSite& site) {
  {
    TestServer server(site);
    EVIDENT_RETURN_IF_ERROR(server.Stop());
  }
  EVIDENT_ASSIGN_OR_RETURN(LogSecrets secrets, ReadLogSecrets(site.config.audit));
  EVIDENT_ASSIGN_OR_RETURN(const auto log, OpenLog(site.config, std::move(secrets), {}, nullptr));
  audit::EntryDraft draft;
  draft.kind = audit::LeafKind::kIntent;
  draft.rpc = audit::RpcNumberOf("/evident.v1.CurationService/ImportPack");
  EVIDENT_ASSIGN_OR_RETURN(const audit::Committed intent, log->AppendAndWait(std::move(draft)));
  EVIDENT_RETURN_IF_ERROR(log->Close());
  return intent.name;
}

}  // namespace evident::server
