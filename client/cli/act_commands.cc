// Acts of curators on single nodes: citations, withdrawals, standings.
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "base/unicode.h"
#include "client/cli/call_and_print.h"
#include "client/cli/commands.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

struct ActOptions {
  std::string node;
  std::string why;
  std::string notice;
  std::string mark;
  std::string reference;
  std::string standing;
  uint32_t line = 0;
  uint32_t position = 0;
  bool validate_only = false;
  std::optional<uint32_t> expected_head;
};

void AddFrame(CLI::App& command, ActOptions& options) {
  command.add_option("--why", options.why, "The reason, recorded")->required();
  command.add_flag("--validate-only", options.validate_only, "Check all, change nothing");
  command.add_option("--expected-head", options.expected_head,
                     "Refuse when the newest release is another number");
}

template <typename Request>
Request Framed(const ActOptions& options) {
  Request request;
  request.set_why(options.why);
  request.mutable_frame()->set_validate_only(options.validate_only);
  if (options.expected_head) request.mutable_frame()->set_expected_head(*options.expected_head);
  return request;
}

void PrintRelease(const v1::Release& release, bool validated) {
  if (validated) {
    std::cout << "nothing was changed; it could be, on " << Printable(release.name()) << "\n";
    return;
  }
  std::cout << "published " << Printable(release.name()) << " (" << Printable(release.label())
            << ")\nannounced by " << Printable(release.intent()) << "\n";
}

template <typename Response>
void PrintAffected(const Response& response, bool validated, const char* how) {
  PrintRelease(response.release(), validated);
  std::cout << response.affected_count() << " statements " << how << "\n";
  for (const std::string& name : response.affected_statements()) {
    std::cout << "  " << Printable(name) << "\n";
  }
  const auto shown = static_cast<uint64_t>(response.affected_statements_size());
  if (shown < response.affected_count()) {
    std::cout << "  and " << response.affected_count() - shown << " more\n";
  }
}

void Resolve(const ActOptions& options, Session& session) {
  auto request = Framed<v1::ResolveCitationRequest>(options);
  request.set_node(options.node);
  request.set_mark(options.mark);
  request.set_reference(options.reference);
  if (options.line > 0) {
    request.mutable_at()->set_line(options.line);
    request.mutable_at()->set_position(options.position);
  }
  CallAndPrint(
      session, [&](client::Client& client) { return client.ResolveCitation(request); },
      [&](const v1::ResolveCitationResponse& response) {
        PrintRelease(response.release(), options.validate_only);
      });
}

void Withdraw(const ActOptions& options, bool reinstate, Session& session) {
  auto request = Framed<v1::WithdrawStatementRequest>(options);
  request.set_statement(options.node);
  request.set_notice(options.notice);
  request.set_reinstate(reinstate);
  CallAndPrint(
      session, [&](client::Client& client) { return client.WithdrawStatement(request); },
      [&](const v1::WithdrawStatementResponse& response) {
        PrintAffected(response, options.validate_only,
                      reinstate ? "detail it, and are back with it" : "detail it, and are out too");
      });
}

void SetStanding(const ActOptions& options, Session& session) {
  auto request = Framed<v1::SetReferenceStandingRequest>(options);
  request.set_reference(options.node);
  request.set_standing(graph::EnumOf<v1::Standing>(options.standing));
  request.set_notice(options.notice);
  CallAndPrint(
      session, [&](client::Client& client) { return client.SetReferenceStanding(request); },
      [&](const v1::SetReferenceStandingResponse& response) {
        PrintAffected(response, options.validate_only, "rest on it");
      });
}

void AddStatementCommands(CLI::App& app, Session& session) {
  CLI::App* const statement = app.add_subcommand("statement", "Statements in force");
  statement->require_subcommand(1);
  for (const bool reinstate : {false, true}) {
    auto options = std::make_shared<ActOptions>();
    CLI::App* const command =
        reinstate ? statement->add_subcommand("reinstate", "Bring a withdrawn statement back")
                  : statement->add_subcommand("withdraw", "Take a statement out of force at once");
    command->add_option("statement", options->node, "Its full name")->required();
    command->add_option("--notice", options->notice, "Where it was announced");
    AddFrame(*command, *options);
    command->callback([options, reinstate, &session] { Withdraw(*options, reinstate, session); });
  }
}

void AddReferenceCommands(CLI::App& app, Session& session) {
  CLI::App* const reference = app.add_subcommand("reference", "References");
  reference->require_subcommand(1);
  auto options = std::make_shared<ActOptions>();
  CLI::App* const command = reference->add_subcommand(
      "standing", "Set what became of a reference, and name what rests on it");
  command->add_option("reference", options->node, "Its name")->required();
  command->add_option("standing", options->standing, "current, corrected, retracted, ...")
      ->required()
      ->check(CLI::IsMember(graph::EnumWords<v1::Standing>()));
  command->add_option("--notice", options->notice, "Name or link of the notice");
  AddFrame(*command, *options);
  command->callback([options, &session] { SetStanding(*options, session); });
}

void AddCitationCommands(CLI::App& app, Session& session) {
  CLI::App* const citation = app.add_subcommand("citation", "Citations");
  citation->require_subcommand(1);
  auto options = std::make_shared<ActOptions>();
  CLI::App* const command =
      citation->add_subcommand("resolve", "Bind an unresolved mark to the reference it means");
  command->add_option("node", options->node, "Full name of the statement or evidence")->required();
  command->add_option("mark", options->mark, "The mark as printed")->required();
  command->add_option("reference", options->reference, "Name of the reference")->required();
  command->add_option("--line", options->line, "Line of the mark, where several are the same");
  command->add_option("--position", options->position, "Which one on that line");
  AddFrame(*command, *options);
  command->callback([options, &session] { Resolve(*options, session); });
}

}  // namespace

void AddActCommands(CLI::App& app, Session& session) {
  AddStatementCommands(app, session);
  AddReferenceCommands(app, session);
  AddCitationCommands(app, session);
}

}  // namespace evident::cli
