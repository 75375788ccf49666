// Drafts: beginning, editing, reviewing and publishing what is to change.
#include <google/protobuf/util/json_util.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "client/cli/call_and_print.h"
#include "client/cli/commands.h"
#include "client/cli/draft_output.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

struct DraftOptions {
  std::string draft;
  std::string etag;
  std::string title;
  std::string note;
  std::string state;
  std::string file;
  std::string html;
  std::string accept;
  std::string request_id;
  bool validate_only = false;
  std::optional<uint32_t> expected_head;
};
using Options = std::shared_ptr<DraftOptions>;

void AddName(CLI::App& command, DraftOptions& options) {
  command.add_option("draft", options.draft, "drafts/N")->required();
}

CLI::Option* AddRequestId(CLI::App& command, DraftOptions& options) {
  return command.add_option("--request-id", options.request_id,
                            "An id of your own: the same command again is then not done twice");
}

// The same command again is the same request only when it names the same etag.
void AddEtagAndRequestId(CLI::App& command, DraftOptions& options) {
  CLI::Option* const etag =
      command.add_option("--etag", options.etag, "Refuse when the draft is another by now");
  AddRequestId(command, options)->needs(etag);
}

// The etag that was given, or the draft's own.
absl::StatusOr<std::string> EtagFor(client::Client& client, const DraftOptions& options) {
  if (!options.etag.empty()) return options.etag;
  v1::GetDraftRequest request;
  request.set_draft(options.draft);
  request.set_page_size(1);
  EVIDENT_ASSIGN_OR_RETURN(const v1::GetDraftResponse response, client.GetDraft(request));
  return response.draft().etag();
}

// Sets draft, etag and request id, and calls.
template <typename Request, typename Call, typename Print>
void Act(Session& session, const DraftOptions& options, Request request, Call call, Print print) {
  using Response = decltype(call(std::declval<client::Client&>(), request));
  request.set_draft(options.draft);
  CallAndPrint(
      session,
      [&](client::Client& client) -> Response {
        EVIDENT_ASSIGN_OR_RETURN(*request.mutable_etag(), EtagFor(client, options));
        return call(client, request);
      },
      print);
}

template <typename Response>
void PrintDraftOf(const Response& response) {
  PrintDraft(response.draft());
}

void AddCreate(CLI::App& draft, Session& session) {
  const Options options = std::make_shared<DraftOptions>();
  CLI::App* const command = draft.add_subcommand("create", "Begin a draft");
  command->add_option("title", options->title, "What it is about, in one line")->required();
  command->add_option("--note", options->note, "Why");
  AddRequestId(*command, *options);
  command->callback([options, &session] {
    v1::CreateDraftRequest request;
    request.set_title(options->title);
    request.set_note(options->note);
    request.set_request_id(options->request_id);
    CallAndPrint(
        session, [&](client::Client& client) { return client.CreateDraft(request); },
        PrintDraftOf<v1::CreateDraftResponse>);
  });
}

// Edits from a file of JSON: an ApplyChangesRequest of which only the edits count.
absl::StatusOr<v1::ApplyChangesRequest> ReadEdits(const std::string& file) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(file, kRequestBytesMax));
  v1::ApplyChangesRequest request;
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, &request);
  if (parsed.ok()) return request;
  return MakeError(absl::StatusCode::kInvalidArgument, "EDITS_INVALID",
                   file + " is no JSON of an ApplyChangesRequest: " +
                       std::string(parsed.message().data(), parsed.message().size()));
}

void AddApply(CLI::App& draft, Session& session) {
  const Options options = std::make_shared<DraftOptions>();
  CLI::App* const command = draft.add_subcommand("apply", "Take edits of nodes into a draft");
  AddName(*command, *options);
  command->add_option("file", options->file, "JSON: {\"edits\": [...]}, as in the .proto")
      ->required();
  command->add_option("--note", options->note, "Why");
  AddEtagAndRequestId(*command, *options);
  command->callback([options, &session] {
    auto request = ReadEdits(options->file);
    if (!request.ok()) return session.Fail(request.status());
    request->set_note(options->note);
    request->set_request_id(options->request_id);
    Act(
        session, *options, *request,
        [](client::Client& client, const auto& full) { return client.ApplyChanges(full); },
        PrintDraftOf<v1::ApplyChangesResponse>);
  });
}

void AddShow(CLI::App& draft, Session& session) {
  const Options options = std::make_shared<DraftOptions>();
  CLI::App* const command = draft.add_subcommand("show", "A draft and what it changes");
  AddName(*command, *options);
  command->callback([options, &session] {
    v1::GetDraftRequest request;
    request.set_draft(options->draft);
    CallAndPrint(
        session,
        [&](client::Client& client) {
          return AllPages<v1::GetDraftResponse>(
              request, [&](const v1::GetDraftRequest& page) { return client.GetDraft(page); },
              [](const v1::GetDraftResponse& page, v1::GetDraftResponse& all) {
                *all.mutable_draft() = page.draft();
                all.mutable_changes()->MergeFrom(page.changes());
                all.set_head(page.head());
              });
        },
        PrintDraftInFull);
  });
}

void AddList(CLI::App& draft, Session& session) {
  const Options options = std::make_shared<DraftOptions>();
  CLI::App* const command = draft.add_subcommand("list", "Drafts under way, the newest first");
  command->add_option("--state", options->state, "Only those of this state")
      ->check(CLI::IsMember(graph::EnumWords<v1::DraftState>()));
  command->callback([options, &session] {
    v1::ListDraftsRequest request;
    request.set_state(graph::EnumOf<v1::DraftState>(options->state));
    CallAndPrint(
        session,
        [&](client::Client& client) {
          return AllPages<v1::ListDraftsResponse>(
              request, [&](const v1::ListDraftsRequest& page) { return client.ListDrafts(page); },
              [](const v1::ListDraftsResponse& page, v1::ListDraftsResponse& all) {
                all.mutable_drafts()->MergeFrom(page.drafts());
              });
        },
        PrintDrafts);
  });
}

void AddLint(CLI::App& draft, Session& session) {
  const Options options = std::make_shared<DraftOptions>();
  CLI::App* const command = draft.add_subcommand("lint", "What a curator should look at");
  AddName(*command, *options);
  command->callback([options, &session] {
    v1::LintDraftRequest request;
    request.set_draft(options->draft);
    CallAndPrint(
        session, [&](client::Client& client) { return client.LintDraft(request); }, PrintFindings);
  });
}

void RunTest(const DraftOptions& options, Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  v1::TestDraftRequest request;
  request.set_draft(options.draft);
  const auto response = (*client)->TestDraft(request);
  if (!response.ok()) return session.Fail(response.status());
  session.json() ? session.PrintJson(*response) : PrintCases(*response);
  session.Done(response->failed() == 0 ? kExitDone : kExitNotVerified);
}

void RunRender(const DraftOptions& options, Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  v1::RenderDraftRequest request;
  request.set_draft(options.draft);
  if (!options.html.empty()) request.set_format(v1::RENDER_FORMAT_HTML);
  const auto response = (*client)->RenderDraft(request);
  if (!response.ok()) return session.Fail(response.status());
  if (!options.html.empty()) {
    const absl::Status written = WriteFileAtomically(options.html, response->html(), 0644);
    if (!written.ok()) return session.Fail(written);
  }
  if (session.json()) {
    session.PrintJson(*response);
  } else if (options.html.empty()) {
    PrintRendered(*response);
  } else {
    std::cout << "wrote " << options.html << "; to approve what it shows: --etag "
              << response->draft().etag() << "\n";
  }
  session.Done();
}

void AddChecks(CLI::App& draft, Session& session) {
  AddLint(draft, session);
  const Options test = std::make_shared<DraftOptions>();
  CLI::App* const testing =
      draft.add_subcommand("test", "Run the cases over a draft; exits with 6 when one fails");
  AddName(*testing, *test);
  testing->callback([test, &session] { RunTest(*test, session); });
  const Options render = std::make_shared<DraftOptions>();
  CLI::App* const rendering =
      draft.add_subcommand("render", "A draft for people: old beside new, and who is affected");
  AddName(*rendering, *render);
  rendering->add_option("--html", render->html, "Write a page for a browser into this file");
  rendering->callback([render, &session] { RunRender(*render, session); });
}

void AddSubmit(CLI::App& draft, Session& session) {
  const Options options = std::make_shared<DraftOptions>();
  CLI::App* const command = draft.add_subcommand("submit", "Hand a draft in for review");
  AddName(*command, *options);
  command->add_option("--note", options->note, "For the reviewers");
  AddEtagAndRequestId(*command, *options);
  command->callback([options, &session] {
    v1::SubmitDraftRequest request;
    request.set_note(options->note);
    request.set_request_id(options->request_id);
    Act(
        session, *options, request,
        [](client::Client& client, const auto& full) { return client.SubmitDraft(full); },
        PrintDraftOf<v1::SubmitDraftResponse>);
  });
}

void AddReview(CLI::App& draft, Session& session, bool approve) {
  const Options options = std::make_shared<DraftOptions>();
  CLI::App* const command =
      approve ? draft.add_subcommand("approve", "Approve a draft that somebody else wrote")
              : draft.add_subcommand("reject", "Reject a draft that somebody else wrote");
  AddName(*command, *options);
  // What is reviewed is what was read, not what is there by now.
  command->add_option("--etag", options->etag, "The etag of what you read")->required();
  command->add_option("--why", options->note, "The reason, recorded")->required();
  AddRequestId(*command, *options);
  command->callback([options, approve, &session] {
    v1::ReviewDraftRequest request;
    request.set_approve(approve);
    request.set_reason(options->note);
    request.set_request_id(options->request_id);
    Act(
        session, *options, request,
        [](client::Client& client, const auto& full) { return client.ReviewDraft(full); },
        PrintDraftOf<v1::ReviewDraftResponse>);
  });
}

void AddPublish(CLI::App& draft, Session& session) {
  const Options options = std::make_shared<DraftOptions>();
  CLI::App* const command = draft.add_subcommand("publish", "Publish a draft as one release");
  AddName(*command, *options);
  command->add_flag("--validate-only", options->validate_only, "Check all, change nothing");
  command->add_option("--expected-head", options->expected_head,
                      "Refuse when the newest release is another number");
  command->add_option("--accept-failing-cases", options->accept,
                      "Publish although cases fail; the reason is recorded");
  AddEtagAndRequestId(*command, *options);
  command->callback([options, &session] {
    v1::PublishDraftRequest request;
    request.set_accept_failing_cases(options->accept);
    request.mutable_frame()->set_validate_only(options->validate_only);
    request.mutable_frame()->set_request_id(options->request_id);
    if (options->expected_head) request.mutable_frame()->set_expected_head(*options->expected_head);
    Act(
        session, *options, request,
        [](client::Client& client, const auto& full) { return client.PublishDraft(full); },
        [&](const v1::PublishDraftResponse& response) {
          PrintPublished(response, options->validate_only);
        });
  });
}

void AddAbandon(CLI::App& draft, Session& session) {
  const Options options = std::make_shared<DraftOptions>();
  CLI::App* const command = draft.add_subcommand("abandon", "Give a draft up");
  AddName(*command, *options);
  command->add_option("--why", options->note, "The reason, recorded")->required();
  AddEtagAndRequestId(*command, *options);
  command->callback([options, &session] {
    v1::AbandonDraftRequest request;
    request.set_reason(options->note);
    request.set_request_id(options->request_id);
    Act(
        session, *options, request,
        [](client::Client& client, const auto& full) { return client.AbandonDraft(full); },
        PrintDraftOf<v1::AbandonDraftResponse>);
  });
}

}  // namespace

void AddDraftCommands(CLI::App& app, Session& session) {
  CLI::App* const draft = app.add_subcommand("draft", "Changes that nobody has published yet");
  draft->require_subcommand(1);
  AddCreate(*draft, session);
  AddApply(*draft, session);
  AddShow(*draft, session);
  AddList(*draft, session);
  AddChecks(*draft, session);
  AddSubmit(*draft, session);
  AddReview(*draft, session, true);
  AddReview(*draft, session, false);
  AddPublish(*draft, session);
  AddAbandon(*draft, session);
}

}  // namespace evident::cli
