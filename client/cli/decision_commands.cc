#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/question_options.h"
#include "client/cli/receipt_check.h"
#include "client/cli/render_answer.h"
#include "client/cli/saved_answer.h"

namespace evident::cli {
namespace {

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
void Decide(const QuestionOptions& question, Request request, Call call, Session& session) {
  absl::StatusOr<v1::QuestionFrame> frame = FrameOf(question);
  if (!frame.ok()) return session.Fail(frame.status());
  *request.mutable_question() = *std::move(frame);
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  const absl::StatusOr<client::DecisionReply> reply = ((**client).*call)(request);
  if (!reply.ok()) return session.Fail(reply.status());
  const std::string bytes = request.SerializeAsString();
  if (!question.save.empty()) {
    if (const absl::Status saved = SaveAnswer(question.save, bytes, *reply); !saved.ok()) {
      return session.Fail(saved);
    }
  }
  Show<Response>(bytes, *reply, question.markdown, session);
}

}  // namespace

void AddDecisionCommands(CLI::App& app, Session& session) {
  auto asked = std::make_shared<QuestionOptions>();
  CLI::App* const ask = app.add_subcommand("ask", "Ask a question in words");
  ask->add_option("text", asked->text, "The question, with what is known about the patient")
      ->required();
  AddQuestionOptions(*ask, *asked);
  AddAnswerOptions(*ask, *asked);
  ask->callback([asked, &session] {
    v1::AskRequest request;
    request.set_text(asked->text);
    Decide<v1::AskResponse>(*asked, std::move(request), &client::Client::Ask, session);
  });

  auto given = std::make_shared<QuestionOptions>();
  CLI::App* const recommend = app.add_subcommand("recommend", "Ask by concepts and facts");
  AddQuestionOptions(*recommend, *given);
  AddAnswerOptions(*recommend, *given);
  recommend->add_option("concepts", given->named, "Names of concepts, as with --concept");
  recommend->callback([given, &session] {
    Decide<v1::RecommendResponse>(*given, v1::RecommendRequest(), &client::Client::Recommend,
                                  session);
  });
}

}  // namespace evident::cli
