#include <iostream>
#include <memory>
#include <string>

#include "base/encoding.h"
#include "base/unicode.h"
#include "client/cli/call_and_print.h"
#include "client/cli/commands.h"

namespace evident::cli {
namespace {

struct SubjectOptions {
  std::string subject;
  std::string tenant;
  std::string reason;
};

template <typename Request>
Request RequestOf(const SubjectOptions& options) {
  Request request;
  request.set_subject(options.subject);
  request.set_tenant(options.tenant);
  request.set_reason(options.reason);
  return request;
}

std::shared_ptr<SubjectOptions> AddSubjectOptions(CLI::App& command) {
  auto options = std::make_shared<SubjectOptions>();
  command.add_option("subject", options->subject, "Subject reference, as it was sent")->required();
  command.add_option("--tenant", options->tenant,
                     "Whose subject it is; else the caller's own tenant's");
  command.add_option("--reason", options->reason, "Why; stays in the log")->required();
  return options;
}

void Erase(const SubjectOptions& options, Session& session) {
  CallAndPrint(
      session,
      [&](client::Client& client) {
        return client.EraseSubject(RequestOf<v1::EraseSubjectRequest>(options));
      },
      [](const v1::EraseSubjectResponse& response) {
        std::cout << "erased: the key " << HexEncode(response.key_id()) << " is destroyed, as "
                  << Printable(response.entry()) << " says\n";
      });
}

void PlaceHold(const SubjectOptions& options, Session& session) {
  CallAndPrint(
      session,
      [&](client::Client& client) {
        return client.PlaceLegalHold(RequestOf<v1::PlaceLegalHoldRequest>(options));
      },
      [](const v1::PlaceLegalHoldResponse&) { std::cout << "the hold is placed\n"; });
}

void LiftHold(const SubjectOptions& options, Session& session) {
  CallAndPrint(
      session,
      [&](client::Client& client) {
        return client.LiftLegalHold(RequestOf<v1::LiftLegalHoldRequest>(options));
      },
      [](const v1::LiftLegalHoldResponse&) { std::cout << "the hold is lifted\n"; });
}

}  // namespace

void AddSubjectActs(CLI::App& audit, Session& session) {
  CLI::App* const erase = audit.add_subcommand(
      "erase", "Destroy the key that a subject's bodies are sealed with; proofs stay");
  const auto erased = AddSubjectOptions(*erase);
  erase->callback([erased, &session] { Erase(*erased, session); });

  CLI::App* const hold = audit.add_subcommand("hold", "Legal holds, which block erasure");
  hold->require_subcommand(1);
  CLI::App* const place = hold->add_subcommand("place", "Place a hold on a subject");
  const auto placed = AddSubjectOptions(*place);
  place->callback([placed, &session] { PlaceHold(*placed, session); });
  CLI::App* const lift = hold->add_subcommand("lift", "Lift the hold on a subject");
  const auto lifted = AddSubjectOptions(*lift);
  lift->callback([lifted, &session] { LiftHold(*lifted, session); });
}

}  // namespace evident::cli
