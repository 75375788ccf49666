// Clinical review: handing revisions in, voting on them, and what waits.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/call_and_print.h"
#include "client/cli/commands.h"
#include "client/cli/text.h"
#include "client/cli/words.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

struct ReviewOptions {
  std::string board;
  std::vector<std::string> nodes;  // NAME or NAME@DIGEST
  std::string note;
  std::vector<std::string> interests;
  std::string due;
  bool validate_only = false;
};

struct ListOptions {
  std::string board;
  std::string state;
  bool overdue = false;
};

void PrintStatuses(const google::protobuf::RepeatedPtrField<v1::ReviewStatus>& statuses) {
  Text text(OptionsForStdout());
  for (const v1::ReviewStatus& status : statuses) {
    text.Line(text.Styled(Style::kBold, status.name()) + "  " + InWords(status.state()) +
              (status.edited_since() ? ", edited since it was reviewed" : ""));
    if (!status.headline().empty()) text.Wrapped("  ", status.headline());
    text.Line("  revision " + HexEncode(status.digest()));
    for (const v1::BoardReviewStatus& board : status.boards()) {
      text.Line("  " + board.board() + ": " + std::to_string(board.approvals()) + " of " +
                std::to_string(board.quorum()) + " approvals, " +
                std::to_string(board.rejections()) + " against" +
                (board.due().empty() ? "" : ", due " + board.due()) +
                (board.overdue() ? ", overdue" : ""));
    }
    for (const v1::ReviewedBy& act : status.acts()) {
      if (act.note().empty()) continue;
      text.Wrapped("  " + act.by() + ": ", act.note(), Style::kDim);
    }
  }
  std::cout << text.str();
}

// The revision that the argument names, or the one that the server has now.
absl::StatusOr<v1::RevisionReview> RevisionOf(client::Client& client, const std::string& argument) {
  v1::RevisionReview review;
  const size_t at = argument.rfind('@');
  review.set_name(argument.substr(0, at));
  if (at != std::string::npos) {
    const absl::StatusOr<std::string> digest = HexDecode(argument.substr(at + 1));
    if (!digest.ok()) {
      return MakeError(absl::StatusCode::kInvalidArgument, "REVISION_INVALID",
                       "'" + argument + "' does not name a revision: NAME@<64 hex digits>");
    }
    review.set_digest(*digest);
    return review;
  }
  v1::GetNodeRequest request;
  request.set_name(review.name());
  EVIDENT_ASSIGN_OR_RETURN(const v1::GetNodeResponse node, client.GetNode(request));
  review.set_digest(node.digest());
  return review;
}

absl::StatusOr<v1::ReviewStatementsResponse> Review(client::Client& client, v1::ReviewAct act,
                                                    const ReviewOptions& options) {
  v1::ReviewStatementsRequest request;
  request.set_board(options.board);
  request.mutable_frame()->set_validate_only(options.validate_only);
  for (const std::string& argument : options.nodes) {
    EVIDENT_ASSIGN_OR_RETURN(v1::RevisionReview review, RevisionOf(client, argument));
    review.set_act(act);
    review.set_note(options.note);
    review.set_due(options.due);
    for (const std::string& interest : options.interests) review.add_interests(interest);
    *request.add_reviews() = std::move(review);
  }
  return client.ReviewStatements(request);
}

void AddAct(CLI::App& review, const char* name, const char* about, v1::ReviewAct act,
            Session& session) {
  auto options = std::make_shared<ReviewOptions>();
  CLI::App* const command = review.add_subcommand(name, about);
  command
      ->add_option("nodes", options->nodes,
                   "Statements or guidelines: NAME, or NAME@REVISION for the one that was read")
      ->required();
  command->add_option("--board", options->board, "Full name of the board")->required();
  command->add_option("--note", options->note, "A note, kept with the act");
  if (act == v1::REVIEW_ACT_SUBMIT) {
    command->add_option("--due", options->due, "Day by which the board is to vote, YYYY-MM-DD");
  } else {
    command
        ->add_option("--interest", options->interests,
                     "An interest of yours that may conflict; repeat it")
        ->allow_extra_args(false);
  }
  command->add_flag("--validate-only", options->validate_only, "Check all, change nothing");
  command->callback([options, act, &session] {
    CallAndPrint(
        session, [&](client::Client& client) { return Review(client, act, *options); },
        [&](const v1::ReviewStatementsResponse& response) {
          std::cout << (options->validate_only ? "nothing was changed; it could be, on "
                                               : "published ")
                    << Printable(response.release().name()) << "\n";
          PrintStatuses(response.statuses());
        });
  });
}

// Every page of one release.
absl::StatusOr<v1::ListReviewsResponse> AllReviews(client::Client& client,
                                                   const ListOptions& options) {
  v1::ListReviewsRequest request;
  request.set_board(options.board);
  request.set_overdue(options.overdue);
  if (!options.state.empty()) request.set_state(graph::EnumOf<v1::ReviewState>(options.state));
  return AllPages<v1::ListReviewsResponse>(
      request, [&](const v1::ListReviewsRequest& page) { return client.ListReviews(page); },
      [](const v1::ListReviewsResponse& page, v1::ListReviewsResponse& all) {
        all.mutable_statuses()->MergeFrom(page.statuses());
        all.set_release(page.release());
      });
}

void AddList(CLI::App& review, Session& session) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* const command =
      review.add_subcommand("list", "Where statements and guidelines stand in review");
  command->add_option("--board", options->board, "Only what this board was handed");
  command->add_option("--state", options->state, "Only this state")
      ->check(CLI::IsMember(graph::EnumWords<v1::ReviewState>()));
  command->add_flag("--overdue", options->overdue, "Only what is overdue");
  command->callback([options, &session] {
    CallAndPrint(
        session, [&](client::Client& client) { return AllReviews(client, *options); },
        [](const v1::ListReviewsResponse& response) {
          PrintStatuses(response.statuses());
          std::cout << response.statuses_size() << " in release " << response.release() << "\n";
        });
  });
}

}  // namespace

void AddReviewCommands(CLI::App& app, Session& session) {
  CLI::App* const review = app.add_subcommand("review", "Clinical review of revisions");
  review->require_subcommand(1);
  AddAct(*review, "submit", "Hand revisions in to a board", v1::REVIEW_ACT_SUBMIT, session);
  AddAct(*review, "approve", "Vote for revisions", v1::REVIEW_ACT_APPROVE, session);
  AddAct(*review, "reject", "Vote against revisions", v1::REVIEW_ACT_REJECT, session);
  AddAct(*review, "abstain", "Take no part in the vote", v1::REVIEW_ACT_ABSTAIN, session);
  AddList(*review, session);
}

}  // namespace evident::cli
