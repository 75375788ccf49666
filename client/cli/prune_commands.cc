// Retention: removing bodies by age.
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/archive_folder.h"
#include "client/cli/call_and_print.h"
#include "client/cli/commands.h"
#include "client/cli/receipt_check.h"
#include "client/cli/time_argument.h"

namespace evident::cli {
namespace {

struct PruneOptions {
  std::string before;
  std::optional<uint64_t> below;
  std::string reason;
  bool dry_run = false;
  std::string archive;  // folder; empty: none
};

// What the request says of an archive is what its files bear out.
absl::Status SetArchive(const std::string& folder, const Session& session,
                        v1::PruneBodiesRequest& request) {
  if (folder.empty()) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const ArchiveCheck check, CheckArchive(folder, keys));
  request.mutable_archive()->set_end(check.entries);
  request.mutable_archive()->set_manifest_sha256(std::string(check.manifest.view()));
  return absl::OkStatus();
}

absl::StatusOr<v1::PruneBodiesRequest> RequestOf(const PruneOptions& options,
                                                 const Session& session) {
  v1::PruneBodiesRequest request;
  if (options.below) {
    request.set_end(*options.below);
  } else {
    EVIDENT_ASSIGN_OR_RETURN(const int64_t time, ParseTimeArgument(options.before));
    request.set_before_time_ns(time);
  }
  request.set_reason(options.reason);
  request.set_validate_only(options.dry_run);
  EVIDENT_RETURN_IF_ERROR(SetArchive(options.archive, session, request));
  return request;
}

void Print(const v1::PruneBodiesResponse& response) {
  if (response.begin() == response.end()) {
    std::cout << "nothing to remove: entry " << response.begin()
              << " is the first that has its body\n";
    return;
  }
  const bool done = !response.entry().empty();
  std::cout << (done ? "removed" : "would remove") << " the bodies of "
            << response.end() - response.begin() << " entries, " << response.begin()
            << " to before " << response.end() << ": " << response.decisions() << " decisions, "
            << response.bytes() << " bytes, the newest of " << FormatTimeNs(response.last_time_ns())
            << "\n";
  if (done) std::cout << Printable(response.entry()) << " says so\n";
}

void Prune(const PruneOptions& options, Session& session) {
  const auto request = RequestOf(options, session);
  if (absl::IsDataLoss(request.status())) return session.FailVerification(request.status());
  if (!request.ok()) return session.Fail(request.status());
  CallAndPrint(
      session, [&](client::Client& client) { return client.PruneBodies(*request); }, Print);
}

}  // namespace

void AddPruneCommand(CLI::App& audit, Session& session) {
  const auto options = std::make_shared<PruneOptions>();
  CLI::App* const prune = audit.add_subcommand(
      "prune", "Remove the bodies of the oldest entries, as the policy allows; proofs stay");
  CLI::Option_group* const bound = prune->add_option_group("bound", "Up to where");
  bound->add_option("--before", options->before, "Of entries committed before this time")
      ->check(TimeArgument());
  bound->add_option("--below", options->below, "Of entries below this index");
  bound->require_option(1);
  CLI::Option* const reason =
      prune->add_option("--reason", options->reason, "Why; stays in the log");
  CLI::Option* const dry =
      prune->add_flag("--dry-run", options->dry_run, "Tell what would go, and remove nothing");
  prune->add_option("--archive", options->archive,
                    "Folder with an archive of them, which is checked and named in the log");
  prune->callback([=, &session] {
    if (reason->empty() && dry->empty()) throw CLI::RequiredError("--reason");
    Prune(*options, session);
  });
}

}  // namespace evident::cli
