#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "audit/export/fsck.h"
#include "audit/log/key_ring.h"
#include "audit/proof/receipt.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/receipt_check.h"

namespace evident::cli {
namespace {

struct ReceiptFiles {
  std::string answer;
  std::string receipt;
  std::string request;
};

absl::Status VerifyFiles(const ReceiptFiles& files, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::NoteVerifier key, NeededVerifier(session));
  EVIDENT_ASSIGN_OR_RETURN(const std::string answer,
                           ReadFile(files.answer, kTransportMessageBytesMax));
  EVIDENT_ASSIGN_OR_RETURN(const std::string receipt,
                           ReadFile(files.receipt, kTransportMessageBytesMax));
  std::optional<std::string> request;
  if (!files.request.empty()) {
    EVIDENT_ASSIGN_OR_RETURN(request, ReadFile(files.request, kTransportMessageBytesMax));
  }
  const auto verified = audit::VerifyReceipt(
      receipt, answer,
      request.has_value() ? std::optional<std::string_view>(*request) : std::nullopt, key);
  if (!verified.ok()) {
    session.FailVerification(verified.status());
    return absl::OkStatus();
  }
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"verified", true},
                                        {"entry", verified->entry.ToString()},
                                        {"log", verified->origin},
                                        {"checkpoint_size", verified->checkpoint_size},
                                        {"committed", FormatTimeNs(verified->commit_time_ns)},
                                        {"request_checked", verified->request_checked}}
                     .dump(2)
              << "\n";
    return absl::OkStatus();
  }
  std::cout << InWords(*verified) << "\n"
            << "committed " << FormatTimeNs(verified->commit_time_ns)
            << (verified->request_checked ? "; the request is the one committed to" : "") << "\n";
  return absl::OkStatus();
}

struct FsckPaths {
  std::string log;
  std::string guard;
  std::string keys;
  std::string kek;
};

void PrintReport(const audit::FsckReport& report, const Session& session) {
  if (session.json()) {
    nlohmann::ordered_json json{{"entries", report.entries},
                                {"tiles", report.tiles},
                                {"checkpoints", report.checkpoints},
                                {"open_intents", report.open_intents},
                                {"bodies_opened", report.bodies_opened},
                                {"bodies_erased", report.bodies_erased},
                                {"problems", report.problems}};
    if (report.first_bad_entry) json["first_bad_entry"] = *report.first_bad_entry;
    std::cout << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
    return;
  }
  std::cout << report.entries << " entries, " << report.tiles << " tiles, " << report.checkpoints
            << " checkpoints, " << report.open_intents << " open intents\n";
  if (report.bodies_opened + report.bodies_erased > 0) {
    std::cout << report.bodies_opened << " bodies opened, " << report.bodies_erased
              << " whose key is gone\n";
  }
  for (const std::string& problem : report.problems) std::cout << "PROBLEM " << problem << "\n";
  if (report.first_bad_entry) std::cout << "first bad entry: " << *report.first_bad_entry << "\n";
  if (report.problems.empty()) std::cout << "the log is sound\n";
}

absl::Status Fsck(const FsckPaths& paths, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::NoteVerifier key, NeededVerifier(session));
  std::unique_ptr<audit::KeyRing> keys;
  if (!paths.keys.empty()) {
    audit::KeyRingOptions options;
    options.path = paths.keys;
    options.read_only = true;
    EVIDENT_ASSIGN_OR_RETURN(options.key_encryption_key, audit::ReadKeyEncryptionKey(paths.kek));
    options.random = &Random::System();
    EVIDENT_ASSIGN_OR_RETURN(keys, audit::KeyRing::Open(options));
  }
  EVIDENT_ASSIGN_OR_RETURN(const audit::FsckReport report,
                           audit::CheckLog(paths.log, paths.guard, key, keys.get()));
  PrintReport(report, session);
  session.Done(report.problems.empty() ? kExitDone : kExitNotVerified);
  return absl::OkStatus();
}

}  // namespace

void AddAuditChecks(CLI::App& audit, Session& session) {
  const auto run = [&session](const absl::Status& status) {
    if (!status.ok()) session.Fail(status);
  };

  auto files = std::make_shared<ReceiptFiles>();
  CLI::App* const verify =
      audit.add_subcommand("verify-receipt", "Verify an answer's receipt offline");
  verify->add_option("answer", files->answer, "File with the answer's exact bytes")->required();
  verify->add_option("receipt", files->receipt, "File with the receipt")->required();
  verify->add_option("--request", files->request, "File with the request's exact bytes");
  verify->callback([=, &session] { run(VerifyFiles(*files, session)); });

  auto paths = std::make_shared<FsckPaths>();
  CLI::App* const fsck = audit.add_subcommand("fsck", "Check a stopped server's log offline");
  fsck->add_option("log", paths->log, "Folder of the log's database")->required();
  fsck->add_option("--guard", paths->guard, "The guard's file");
  CLI::Option* const keys = fsck->add_option(
      "--keys", paths->keys, "Folder of the wrapped keys: bodies are opened and checked too");
  CLI::Option* const kek =
      fsck->add_option("--kek", paths->kek, "File of the key-encryption key that wraps them");
  keys->needs(kek);
  kek->needs(keys);
  fsck->callback([=, &session] { run(Fsck(*paths, session)); });
}

}  // namespace evident::cli
