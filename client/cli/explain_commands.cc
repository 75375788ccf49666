#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/status.h"
#include "client/cli/call_and_print.h"
#include "client/cli/commands.h"
#include "client/cli/explanation_output.h"
#include "client/cli/provenance_graph.h"
#include "client/cli/receipt_check.h"
#include "client/cli/saved_answer.h"
#include "client/cli/text.h"

namespace evident::cli {
namespace {

struct Asked {
  std::string decision;
  std::string svg;  // a file to write; empty: none
  std::string dot;
  bool markdown = false;
};

// Writes the pictures that were asked for, of an answer that was verified.
absl::Status Draw(const Asked& asked, const v1::Explanation& explanation) {
  if (asked.svg.empty() && asked.dot.empty()) return absl::OkStatus();
  if (!explanation.has_answer()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "ANSWER_DIFFERS",
                     "there is nothing to draw: the replay gives another answer");
  }
  const std::string drawing = ProvenanceDot(explanation.answer());
  if (!asked.dot.empty()) {
    EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(asked.dot, drawing, kPrivateFile));
  }
  return asked.svg.empty() ? absl::OkStatus() : WriteSvg(drawing, asked.svg);
}

void Explain(const Asked& asked, Session& session) {
  v1::ExplainRequest request;
  request.set_name(asked.decision);
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  const absl::StatusOr<client::ExplanationReply> reply = (*client)->Explain(request);
  if (!reply.ok()) return session.Fail(reply.status());
  const auto line = CheckReceipt(*reply, request.SerializeAsString(), session);
  if (!line) return;
  if (const absl::Status drawn = Draw(asked, reply->answer); !drawn.ok()) {
    return session.Fail(drawn);
  }
  if (session.json()) {
    v1::ExplainResponse response;
    *response.mutable_explanation() = reply->answer;
    *response.mutable_receipt() = reply->receipt;
    session.PrintJson(response);
  } else {
    std::cout << RenderExplanation(reply->answer, OptionsFor(asked.markdown)) << "\n"
              << *line << "\n";
  }
  session.Done();
}

void Replay(const std::string& name, Session& session) {
  v1::ReplayRequest request;
  request.set_name(name);
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  const absl::StatusOr<v1::ReplayResponse> response = (*client)->Replay(request);
  if (!response.ok()) return session.Fail(response.status());
  if (session.json()) {
    session.PrintJson(*response);
  } else {
    Text text(OptionsForStdout());
    PrintReplay(text, response->replay());
    std::cout << text.str();
  }
  const bool same = response->replay().result() == v1::REPLAY_RESULT_SAME;
  session.Done(same ? kExitDone : kExitNotVerified);
}

struct Given {
  std::string decision;
  std::vector<std::string> accepted;
  std::vector<std::string> overridden;  // "statement=reason", or "statement=reason: comment"
};

// "statement=reason: comment" taken apart.
v1::StatementFeedback ReadOverridden(const std::string& argument) {
  v1::StatementFeedback feedback;
  feedback.set_verdict(v1::FEEDBACK_VERDICT_OVERRIDDEN);
  const size_t equals = argument.find('=');
  feedback.set_statement(argument.substr(0, equals));
  if (equals == std::string::npos) return feedback;
  const std::string rest = argument.substr(equals + 1);
  const size_t colon = rest.find(": ");
  feedback.set_reason(rest.substr(0, colon));
  if (colon != std::string::npos) feedback.set_comment(rest.substr(colon + 2));
  return feedback;
}

void GiveFeedback(const Given& given, Session& session) {
  v1::RecordFeedbackRequest request;
  request.set_decision(given.decision);
  for (const std::string& statement : given.accepted) {
    v1::StatementFeedback& feedback = *request.add_statements();
    feedback.set_statement(statement);
    feedback.set_verdict(v1::FEEDBACK_VERDICT_ACCEPTED);
  }
  for (const std::string& argument : given.overridden) {
    *request.add_statements() = ReadOverridden(argument);
  }
  CallAndPrint(
      session, [&](client::Client& client) { return client.RecordFeedback(request); },
      [&](const v1::RecordFeedbackResponse&) {
        std::cout << "recorded: what was done about " << request.statements_size()
                  << (request.statements_size() == 1 ? " statement" : " statements") << "\n";
      });
}

}  // namespace

void AddExplainCommands(CLI::App& app, Session& session) {
  auto explained = std::make_shared<Asked>();
  CLI::App* const explain =
      app.add_subcommand("explain", "What was recorded of a decision, and what has changed since");
  explain->add_option("decision", explained->decision, "decisions/...")->required();
  explain->add_option("--svg", explained->svg,
                      "Draw the answer's provenance into this file; needs Graphviz");
  explain->add_flag("--markdown", explained->markdown, "The explanation as Markdown");
  explain->add_option("--dot", explained->dot, "The same in Graphviz' language");
  explain->callback([explained, &session] { Explain(*explained, session); });

  auto replayed = std::make_shared<std::string>();
  CLI::App* const replay =
      app.add_subcommand("replay", "Decide a recorded question again and compare byte for byte");
  replay->add_option("decision", *replayed, "decisions/...")->required();
  replay->callback([replayed, &session] { Replay(*replayed, session); });

  auto given = std::make_shared<Given>();
  CLI::App* const feedback =
      app.add_subcommand("feedback", "Record what was done about a decision's statements");
  feedback->add_option("decision", given->decision, "decisions/...")->required();
  feedback->add_option("--accepted", given->accepted, "A statement that was followed; repeat it")
      ->allow_extra_args(false);
  feedback
      ->add_option("--overridden", given->overridden,
                   "STATEMENT=REASON or \"STATEMENT=REASON: comment\"; repeat it")
      ->allow_extra_args(false);
  feedback->callback([given, &session] { GiveFeedback(*given, session); });
}

}  // namespace evident::cli
