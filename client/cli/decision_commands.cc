#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/fact_argument.h"
#include "client/cli/facts_json.h"
#include "client/cli/receipt_check.h"
#include "client/cli/render_answer.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

constexpr unsigned kPrivateFile = 0600;  // an answer tells about a patient

struct Question {
  std::string text;  // of Ask
  std::vector<std::string> concepts;
  std::vector<std::string> named;  // concepts given without --concept
  std::vector<std::string> facts;
  std::string facts_file;
  std::string subject;
  std::string purpose;
  std::string on_behalf_of;
  std::string audience = "clinician";
  std::string language;
  bool summary = false;
  std::string release;
  std::string as_valid_on;
  bool hold_back_unresolved = false;
  bool hold_back_retracted = false;
  std::string review_state_min;
  std::string follows;
  std::string client_reference;
  bool allow_clinician_wording = false;
  std::string save;
  bool markdown = false;
};

void AddQuestionOptions(CLI::App& command, Question& question) {
  command
      .add_option("--fact", question.facts, "name=value, as in score=1 or x=9.0[g/dL]; repeat it")
      ->allow_extra_args(false);
  command.add_option("--facts-file", question.facts_file,
                     "JSON of facts, as facts --json-schema says; --fact wins");
  command.add_option("--concept", question.concepts, "Name of a concept; repeat it")
      ->allow_extra_args(false);
  command.add_option("--subject", question.subject, "Pseudonymous reference to the patient");
  command.add_option("--follows", question.follows, "Decision whose facts are inherited");
  command.add_option("--audience", question.audience, "clinician or patient")
      ->check(CLI::IsMember({"clinician", "patient"}));
  command.add_option("--language", question.language, "BCP 47 tag");
  command.add_option("--as-valid-on", question.as_valid_on, "YYYY-MM-DD");
  command.add_option("--release", question.release, "releases/N; default the newest");
  command.add_flag("--hold-back-unresolved", question.hold_back_unresolved,
                   "Leave out statements whose citations are not resolved");
  command.add_flag("--hold-back-retracted", question.hold_back_retracted,
                   "Leave out statements that rest on a retracted reference");
  command.add_option("--review-state-min", question.review_state_min, "Leave out what is less")
      ->check(CLI::IsMember({"submitted", "under-review", "approved"}));
  command.add_option("--purpose", question.purpose, "Purpose of use, recorded");
  command.add_option("--on-behalf-of", question.on_behalf_of, "Person asked for, recorded");
  command.add_option("--client-reference", question.client_reference, "Your own, recorded");
  command.add_flag("--allow-clinician-wording", question.allow_clinician_wording,
                   "Patients get clinicians' wording where there is no other");
  command.add_flag("--summary", question.summary, "Outcomes without the wordings");
  command.add_flag("--markdown", question.markdown, "The answer as Markdown");
  command.add_option("--save", question.save,
                     "Write PREFIX.answer, PREFIX.receipt and PREFIX.request");
}

// Those of the file but for what is given on the command line too, which is taken.
absl::Status AddFacts(const Question& question, v1::QuestionFrame& frame) {
  std::set<std::string> given;
  for (const std::string& argument : question.facts) {
    EVIDENT_ASSIGN_OR_RETURN(v1::Fact fact, ParseFactArgument(argument));
    given.insert(fact.name());
    *frame.add_facts() = std::move(fact);
  }
  if (question.facts_file.empty()) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const std::string text,
                           ReadFile(question.facts_file, kSettingsFileBytesMax));
  auto facts = ReadFactsJson(text);
  if (!facts.ok()) return Annotate(facts.status(), question.facts_file);
  for (v1::Fact& fact : *facts) {
    if (given.count(fact.name()) == 0) *frame.add_facts() = std::move(fact);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::QuestionFrame> FrameOf(const Question& question) {
  v1::QuestionFrame frame;
  for (const std::string& name : question.concepts) frame.add_concepts(name);
  for (const std::string& name : question.named) frame.add_concepts(name);
  EVIDENT_RETURN_IF_ERROR(AddFacts(question, frame));
  frame.set_subject(question.subject);
  frame.set_purpose_of_use(question.purpose);
  frame.set_on_behalf_of(question.on_behalf_of);
  frame.set_audience(question.audience == "patient" ? v1::AUDIENCE_PATIENT
                                                    : v1::AUDIENCE_CLINICIAN);
  frame.set_language(question.language);
  if (question.summary) frame.set_view(v1::VIEW_SUMMARY);
  if (!question.release.empty()) frame.mutable_release()->set_name(question.release);
  frame.set_as_valid_on(question.as_valid_on);
  if (question.hold_back_unresolved) frame.mutable_filters()->set_hold_back_unresolved(true);
  if (question.hold_back_retracted) frame.mutable_filters()->set_hold_back_retracted(true);
  if (!question.review_state_min.empty()) {
    frame.mutable_filters()->set_review_state_min(
        graph::EnumOf<v1::ReviewState>(question.review_state_min));
  }
  frame.set_follows(question.follows);
  frame.set_client_reference(question.client_reference);
  frame.set_allow_clinician_wording(question.allow_clinician_wording);
  return frame;
}

absl::Status Save(const std::string& prefix, const std::string& request,
                  const client::DecisionReply& reply) {
  EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(prefix + ".request", request, kPrivateFile));
  EVIDENT_RETURN_IF_ERROR(
      WriteFileAtomically(prefix + ".answer", reply.answer_bytes, kPrivateFile));
  return WriteFileAtomically(prefix + ".receipt", reply.receipt_bytes, kPrivateFile);
}

// The answer is shown after its receipt held, or when nobody can tell; never when it did not.
template <typename Response>
void Show(const std::string& request, const client::DecisionReply& reply, bool markdown,
          Session& session) {
  const auto line = CheckReceipt(reply, request, session);
  if (!line) return;
  if (session.json()) {
    Response response;
    *response.mutable_answer() = reply.answer;
    *response.mutable_receipt() = reply.receipt;
    session.PrintJson(response);
  } else {
    std::cout << RenderAnswer(reply.answer, OptionsFor(markdown)) << "\n" << *line << "\n";
  }
  session.Done();
}

template <typename Response, typename Request, typename Call>
void Decide(const Question& question, Request request, Call call, Session& session) {
  absl::StatusOr<v1::QuestionFrame> frame = FrameOf(question);
  if (!frame.ok()) return session.Fail(frame.status());
  *request.mutable_question() = *std::move(frame);
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  const absl::StatusOr<client::DecisionReply> reply = ((**client).*call)(request);
  if (!reply.ok()) return session.Fail(reply.status());
  const std::string bytes = request.SerializeAsString();
  if (!question.save.empty()) {
    if (const absl::Status saved = Save(question.save, bytes, *reply); !saved.ok()) {
      return session.Fail(saved);
    }
  }
  Show<Response>(bytes, *reply, question.markdown, session);
}

}  // namespace

void AddDecisionCommands(CLI::App& app, Session& session) {
  auto asked = std::make_shared<Question>();
  CLI::App* const ask = app.add_subcommand("ask", "Ask a question in words");
  ask->add_option("text", asked->text, "The question, with what is known about the patient")
      ->required();
  AddQuestionOptions(*ask, *asked);
  ask->callback([asked, &session] {
    v1::AskRequest request;
    request.set_text(asked->text);
    Decide<v1::AskResponse>(*asked, std::move(request), &client::Client::Ask, session);
  });

  auto given = std::make_shared<Question>();
  CLI::App* const recommend = app.add_subcommand("recommend", "Ask by concepts and facts");
  AddQuestionOptions(*recommend, *given);
  recommend->add_option("concepts", given->named, "Names of concepts, as with --concept");
  recommend->callback([given, &session] {
    Decide<v1::RecommendResponse>(*given, v1::RecommendRequest(), &client::Client::Recommend,
                                  session);
  });
}

}  // namespace evident::cli
