#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/batch_file.h"
#include "client/cli/commands.h"
#include "client/cli/progress.h"
#include "client/cli/question_options.h"
#include "client/cli/receipt_check.h"
#include "client/cli/saved_answer.h"
#include "client/cli/text.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

struct BatchOptions {
  QuestionOptions common;
  std::string file;
  std::string folder;  // to save answers in; empty: none
};

// A batch from the first question to the last, over as many streams as it takes.
class BatchRun {
 public:
  BatchRun(std::vector<v1::BatchRecommendRequest> requests, std::string folder, Session& session)
      : requests_(std::move(requests)), folder_(std::move(folder)), session_(session) {}

  void Run() {
    const auto client = session_.Connect();
    if (!client.ok()) return session_.Fail(client.status());
    while (done_ < requests_.size() && !failed_) {
      const size_t before = done_;
      const absl::Status status = OneStream(**client);
      if (failed_) return;
      // A stream ends at its deadline: what is left goes into another, as long as there is
      // progress.
      const bool late = absl::IsDeadlineExceeded(status) && done_ > before;
      if (!status.ok() && !late) return session_.Fail(status);
    }
    Summarise();
  }

 private:
  absl::Status OneStream(client::Client& client) {
    size_t next = done_;
    return client.BatchRecommend(
        [&]() -> std::optional<v1::BatchRecommendRequest> {
          if (next == requests_.size()) return std::nullopt;
          return requests_[next++];
        },
        [&](const client::ItemReply& item) { return Take(item); });
  }

  bool Take(const client::ItemReply& item) {
    const v1::BatchRecommendRequest& request = requests_[done_];
    const absl::Status shown = item.status.ok() ? Answer(item, request) : Refusal(item, request);
    if (failed_) return false;
    if (!shown.ok()) {
      failed_ = true;
      session_.Fail(shown);
      return false;
    }
    ++done_;
    ShowProgress("questions", done_, requests_.size());
    return true;
  }

  std::string Lead(const v1::BatchRecommendRequest& request) const {
    const std::string& reference = request.question().client_reference();
    return std::to_string(done_) + (reference.empty() ? "" : " " + Printable(reference)) + ": ";
  }

  absl::Status Answer(const client::ItemReply& item, const v1::BatchRecommendRequest& request) {
    const std::string bytes = request.SerializeAsString();
    const auto line = CheckReceipt(item.reply, bytes, session_);
    if (!line) {
      failed_ = true;
      return absl::OkStatus();
    }
    if (!folder_.empty()) {
      EVIDENT_RETURN_IF_ERROR(SaveAnswer(folder_ + "/" + std::to_string(done_), bytes, item.reply));
    }
    if (session_.json()) {
      v1::BatchRecommendResponse response;
      *response.mutable_answer() = item.reply.answer;
      *response.mutable_receipt() = item.reply.receipt;
      response.set_item(done_);
      session_.PrintJsonLine(response);
      return absl::OkStatus();
    }
    const v1::Answer& answer = item.reply.answer;
    std::cout << Lead(request) << graph::EnumWord(answer.outcome(), ' ') << ", "
              << answer.missing_facts_size() << " facts missing; " << *line << "\n";
    return absl::OkStatus();
  }

  absl::Status Refusal(const client::ItemReply& item, const v1::BatchRecommendRequest& request) {
    ++refused_;
    if (first_refusal_.ok()) first_refusal_ = item.status;
    if (session_.json()) {
      v1::BatchRecommendResponse response;
      *response.mutable_receipt() = item.reply.receipt;
      response.set_item(done_);
      *response.mutable_error() = item.error;
      session_.PrintJsonLine(response);
      return absl::OkStatus();
    }
    std::cout << Lead(request) << "refused: " << Printable(std::string(item.status.message()))
              << " (" << Printable(item.reply.receipt.entry()) << ")\n";
    return absl::OkStatus();
  }

  void Summarise() {
    if (!session_.json()) {
      std::cout << done_ << " questions: " << done_ - refused_ << " answered, " << refused_
                << " refused\n";
    }
    session_.Done(refused_ == 0 ? kExitDone : ExitCodeOf(first_refusal_));
  }

  const std::vector<v1::BatchRecommendRequest> requests_;
  const std::string folder_;
  Session& session_;
  size_t done_ = 0;  // answered or refused
  size_t refused_ = 0;
  absl::Status first_refusal_;
  bool failed_ = false;  // the session has been told
};

void RunBatch(const BatchOptions& options, Session& session) {
  const auto common = FrameOf(options.common);
  if (!common.ok()) return session.Fail(common.status());
  const auto text = ReadFile(options.file, kPackBytesMax);
  if (!text.ok()) return session.Fail(text.status());
  auto requests = ReadBatch(*text, options.file, *common);
  if (!requests.ok()) return session.Fail(requests.status());
  if (!options.folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.folder, error);
    if (error) {
      return session.Fail(MakeError(absl::StatusCode::kFailedPrecondition, "FOLDER_NOT_MADE",
                                    options.folder + ": " + error.message()));
    }
  }
  BatchRun(*std::move(requests), options.folder, session).Run();
}

}  // namespace

void AddBatchCommand(CLI::App& app, Session& session) {
  auto options = std::make_shared<BatchOptions>();
  CLI::App* const batch =
      app.add_subcommand("batch", "Ask many questions by concepts and facts over one stream");
  batch
      ->add_option(
          "file", options->file,
          "One JSON object a line: facts, subject, client_reference, ...; what a line does "
          "not say is as the options say")
      ->required();
  AddQuestionOptions(*batch, options->common);
  batch->add_option("--save", options->folder,
                    "Write N.answer, N.receipt and N.request for each item into this folder");
  batch->callback([options, &session] { RunBatch(*options, session); });
}

}  // namespace evident::cli
