#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/fact_argument.h"
#include "client/cli/question_options.h"
#include "client/cli/receipt_check.h"
#include "client/cli/text.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

struct WhatIfOptions {
  QuestionOptions question;
  std::vector<std::string> alternatives;
};

absl::Status Refuse(const std::string& argument, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "ALTERNATIVE_INVALID",
                   "alternative '" + argument + "': " + why);
}

// "fact=value, fact=?" taken apart; the words are its name, too.
absl::StatusOr<v1::Alternative> ReadAlternative(const std::string& argument) {
  v1::Alternative alternative;
  alternative.set_name(argument);
  for (size_t at = 0; at <= argument.size();) {
    const size_t end = std::min(argument.find(',', at), argument.size());
    size_t first = at;
    while (first < end && argument[first] == ' ') ++first;
    const std::string part = argument.substr(first, end - first);
    at = end + 1;
    if (part.size() > 2 && part.ends_with("=?")) {
      alternative.add_unknown(part.substr(0, part.size() - 2));
      continue;
    }
    auto fact = ParseFactArgument(part);
    if (!fact.ok()) return Refuse(argument, std::string(fact.status().message()));
    *alternative.add_facts() = *std::move(fact);
  }
  return alternative;
}

void Print(const v1::AlternativeEffect& effect, Text& text) {
  text.Heading("If " + effect.name());
  if (effect.has_error()) {
    text.Wrapped("  ", "it cannot be: " + effect.error().message(), Style::kRed);
    for (const v1::FieldViolation& violation : effect.error().violations()) {
      text.Wrapped("    ", violation.field() + ": " + violation.description());
    }
    return;
  }
  text.Wrapped("  ", "on the whole: " + graph::EnumWord(effect.outcome(), ' '), Style::kBold);
  if (effect.effects_size() == 0) text.Wrapped("  ", "nothing changes");
  for (const std::string& words : effect.effects()) text.Wrapped("  - ", words);
}

void Show(const v1::WhatIf& what_if, const std::string& receipt) {
  Text text(OptionsForStdout());
  text.Wrapped("As it stands, on the whole: ", graph::EnumWord(what_if.answer().outcome(), ' '),
               Style::kBold);
  for (const v1::AlternativeEffect& effect : what_if.alternatives()) Print(effect, text);
  text.Blank();
  std::cout << text.str() << receipt << "\n";
}

void WhatIf(const WhatIfOptions& options, Session& session) {
  v1::WhatIfRequest request;
  auto frame = FrameOf(options.question);
  if (!frame.ok()) return session.Fail(frame.status());
  *request.mutable_question() = *std::move(frame);
  for (const std::string& argument : options.alternatives) {
    auto alternative = ReadAlternative(argument);
    if (!alternative.ok()) return session.Fail(alternative.status());
    *request.add_alternatives() = *std::move(alternative);
  }
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  const absl::StatusOr<client::WhatIfReply> reply = (*client)->WhatIf(request);
  if (!reply.ok()) return session.Fail(reply.status());
  const auto line = CheckReceipt(*reply, request.SerializeAsString(), session);
  if (!line) return;
  if (session.json()) {
    v1::WhatIfResponse response;
    *response.mutable_what_if() = reply->answer;
    *response.mutable_receipt() = reply->receipt;
    session.PrintJson(response);
  } else {
    Show(reply->answer, *line);
  }
  session.Done();
}

}  // namespace

void AddWhatIfCommand(CLI::App& app, Session& session) {
  auto options = std::make_shared<WhatIfOptions>();
  CLI::App* const command =
      app.add_subcommand("what-if", "What other facts would change of an answer");
  AddQuestionOptions(*command, options->question);
  command->add_option("concepts", options->question.named, "Names of concepts, as with --concept");
  command
      ->add_option("--if", options->alternatives,
                   "\"fact=value, fact=?\", where ? takes a fact as not known; repeat it")
      ->required()
      ->allow_extra_args(false);
  command->callback([options, &session] { WhatIf(*options, session); });
}

}  // namespace evident::cli
