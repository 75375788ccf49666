#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "audit/export/fsck.h"
#include "audit/log/key_ring.h"
#include "audit/proof/receipt.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/progress.h"
#include "client/cli/receipt_check.h"

namespace evident::cli {
namespace {

struct ReceiptFiles {
  std::vector<std::string> files;  // the answer and its receipt, or the receipt alone
  bool no_answer = false;
  std::string request;
};

// The words of a command are checked before anything is read.
void CheckFiles(const ReceiptFiles& files) {
  const size_t expected = files.no_answer ? 1 : 2;
  if (files.files.size() == expected) return;
  throw CLI::ValidationError(files.no_answer
                                 ? "--no-answer: give the receipt alone"
                                 : "give ANSWER and RECEIPT, or --no-answer and RECEIPT");
}

absl::Status VerifyFiles(const ReceiptFiles& files, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  std::optional<std::string> answer;
  if (!files.no_answer) {
    EVIDENT_ASSIGN_OR_RETURN(answer, ReadFile(files.files.front(), kTransportMessageBytesMax));
  }
  EVIDENT_ASSIGN_OR_RETURN(const std::string receipt,
                           ReadFile(files.files.back(), kTransportMessageBytesMax));
  std::optional<std::string> request;
  if (!files.request.empty()) {
    EVIDENT_ASSIGN_OR_RETURN(request, ReadFile(files.request, kTransportMessageBytesMax));
  }
  const auto view = [](const std::optional<std::string>& bytes) {
    return bytes ? std::optional<std::string_view>(*bytes) : std::nullopt;
  };
  const auto verified = audit::VerifyReceipt(receipt, view(answer), view(request), keys);
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
  std::string index;
};

void PrintReport(const audit::FsckReport& report, const Session& session) {
  if (session.json()) {
    nlohmann::ordered_json json{{"guard_checked", report.guard_checked},
                                {"entries", report.entries},
                                {"tiles", report.tiles},
                                {"checkpoints", report.checkpoints},
                                {"open_intents", report.open_intents},
                                {"bodies_opened", report.bodies_opened},
                                {"bodies_erased", report.bodies_erased},
                                {"bodies_pruned", report.bodies_pruned},
                                {"indexed", report.indexed},
                                {"problems", report.problems}};
    if (report.first_bad_entry) json["first_bad_entry"] = *report.first_bad_entry;
    std::cout << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
    return;
  }
  std::cout << report.entries << " entries, " << report.tiles << " tiles, " << report.checkpoints
            << " checkpoints, " << report.open_intents << " open intents\n";
  if (report.bodies_opened + report.bodies_erased > 0) {
    std::cout << report.bodies_opened << " bodies opened, " << report.bodies_erased << " erased\n";
  }
  if (report.indexed > 0)
    std::cout << report.indexed << " entries of the index are as the log gives\n";
  if (report.bodies_pruned > 0) std::cout << report.bodies_pruned << " bodies removed by age\n";
  if (!report.guard_checked) {
    std::cout << "guard not checked: whether the log's end was cut off is not known\n";
  }
  for (const std::string& problem : report.problems) std::cout << "PROBLEM " << problem << "\n";
  if (report.first_bad_entry) std::cout << "first bad entry: " << *report.first_bad_entry << "\n";
  if (report.problems.empty()) std::cout << "the log is sound\n";
}

absl::Status Fsck(const FsckPaths& paths, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys log_keys, NeededKeys(session));
  std::unique_ptr<audit::KeyRing> body_keys;
  if (!paths.keys.empty()) {
    audit::KeyRingOptions ring;
    ring.path = paths.keys;
    ring.origin = log_keys.name();
    ring.read_only = true;
    EVIDENT_ASSIGN_OR_RETURN(ring.key_encryption_key, audit::ReadKeyEncryptionKey(paths.kek));
    ring.random = &Random::System();
    EVIDENT_ASSIGN_OR_RETURN(body_keys, audit::KeyRing::Open(ring));
  }
  audit::FsckOptions options;
  options.keys = body_keys.get();
  options.index_path = paths.index;
  options.progress = [](uint64_t done, uint64_t all) { ShowProgress("entries", done, all); };
  EVIDENT_ASSIGN_OR_RETURN(const audit::FsckReport report,
                           audit::CheckLog(paths.log, paths.guard, log_keys, options));
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
  verify
      ->add_option("files", files->files,
                   "File with the answer's exact bytes, then file with the receipt")
      ->type_name("ANSWER RECEIPT")
      ->required();
  verify->add_flag("--no-answer", files->no_answer,
                   "In place of ANSWER: the call was refused, or its stream ended");
  verify->add_option("--request", files->request, "File with the request's exact bytes");
  verify->callback([=, &session] {
    CheckFiles(*files);
    run(VerifyFiles(*files, session));
  });

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
  fsck->add_option("--index", paths->index, "Folder of the index: its rows are checked too")
      ->needs(keys);
  fsck->callback([=, &session] { run(Fsck(*paths, session)); });
}

}  // namespace evident::cli
