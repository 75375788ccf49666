#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/proof/checkpoint.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/receipt.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "client/cli/call_and_print.h"
#include "client/cli/commands.h"
#include "client/cli/entry_proof.h"
#include "client/cli/progress.h"
#include "client/cli/receipt_check.h"
#include "client/cli/report.h"
#include "client/cli/saved_answer.h"
#include "client/cli/time_argument.h"

namespace evident::cli {
namespace {

constexpr size_t kIdsBytesMax = 4u << 20;
constexpr size_t kErasureDetailAt = 152;  // of the leaf: docs/formats/leaf.md
constexpr size_t kKeyIdBytes = 16;
constexpr unsigned kPrivateFolder = 0700;

struct ReportOptions {
  std::string ids;
  std::string by = "reference";
  CommitTimes times;
  std::string zone = "UTC";
  std::string out;
};

// Makes one report; what it finds goes into files as it comes.
class ReportRun {
 public:
  ReportRun(const ReportOptions& options, client::Client& client, audit::LogKeys keys)
      : options_(options), client_(client), keys_(std::move(keys)) {}

  absl::StatusOr<Report> Run(const std::vector<std::string>& ids) {
    report_.log = keys_.name();
    report_.made_ns = Clock::System().NowNs();
    report_.from = options_.times.from;
    report_.to = options_.times.to;
    if (!absl::LoadTimeZone(options_.zone, &report_.zone)) {
      return MakeError(absl::StatusCode::kInvalidArgument, "TIME_ZONE_UNKNOWN",
                       "--tz: there is no time zone '" + options_.zone + "' here");
    }
    EVIDENT_RETURN_IF_ERROR(MakeDirectories(options_.out + "/receipts", kPrivateFolder));
    for (size_t i = 0; i < ids.size(); ++i) {
      EVIDENT_RETURN_IF_ERROR(AddId(ids[i]));
      ShowProgress("ids", i + 1, ids.size());
    }
    EVIDENT_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse checkpoint, client_.GetCheckpoint());
    EVIDENT_ASSIGN_OR_RETURN(const audit::Checkpoint opened,
                             audit::OpenCheckpoint(checkpoint.checkpoint(), keys_));
    report_.log_size = opened.size;
    return std::move(report_);
  }

 private:
  absl::Status AddId(const std::string& id) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<v1::Entry> entries, Find(id));
    if (entries.empty()) report_.items.emplace_back().id = id;
    for (const v1::Entry& entry : entries) {
      ReportItem item;
      item.id = id;
      item.name = entry.name();
      item.info = entry.info();
      EVIDENT_RETURN_IF_ERROR(Fill(entry, item));
      report_.items.push_back(std::move(item));
    }
    return absl::OkStatus();
  }

  // The decisions of an id: the one of this name, or those with this reference or subject.
  absl::StatusOr<std::vector<v1::Entry>> Find(const std::string& id) {
    if (id.rfind("decisions/", 0) == 0) {
      v1::GetEntryRequest request;
      request.set_name(id);
      const auto response = client_.GetEntry(request);
      if (absl::IsNotFound(response.status()) ||
          ErrorReason(response.status()) == "ENTRY_NAME_INVALID") {
        return std::vector<v1::Entry>();
      }
      if (!response.ok()) return response.status();
      return std::vector<v1::Entry>{response->entry()};
    }
    v1::EntryFilter filter;
    filter.set_kind(v1::ENTRY_KIND_DECISION);
    options_.by == "subject" ? filter.set_subject(id) : filter.set_client_reference(id);
    return List(filter, true);
  }

  absl::StatusOr<std::vector<v1::Entry>> List(const v1::EntryFilter& filter, bool within_period) {
    v1::ListEntriesRequest request;
    *request.mutable_filter() = filter;
    request.set_page_size(static_cast<int>(kPageSizeMax));
    if (within_period) EVIDENT_RETURN_IF_ERROR(SetCommitTimes(options_.times, request));
    EVIDENT_ASSIGN_OR_RETURN(
        const auto all,
        AllPages<v1::ListEntriesResponse>(
            std::move(request),
            [&](const v1::ListEntriesRequest& page) { return client_.ListEntries(page); },
            [](const v1::ListEntriesResponse& page, v1::ListEntriesResponse& whole) {
              whole.MergeFrom(page);
            }));
    return std::vector<v1::Entry>(all.entries().begin(), all.entries().end());
  }

  absl::Status Fill(const v1::Entry& entry, ReportItem& item) {
    v1::ExplainRequest request;
    request.set_name(entry.name());
    const auto reply = client_.Explain(request);
    if (ErrorReason(reply.status()) == "DECISION_ERASED") return FillErased(entry, item);
    if (ErrorReason(reply.status()) == "DECISION_PRUNED") {
      item.pruned = true;
      return ProveGone(entry, "was removed by age", item);
    }
    if (!reply.ok()) return reply.status();
    const auto told = audit::VerifyReceipt(reply->receipt_bytes, reply->answer_bytes,
                                           request.SerializeAsString(), keys_);
    item.explanation = reply->answer;
    if (!told.ok()) {
      item.failed = "what the server told of this decision does not fit its receipt: " +
                    std::string(told.status().message());
      return absl::OkStatus();
    }
    EVIDENT_RETURN_IF_ERROR(Check(item));
    return AddFeedback(item);
  }

  // The answer against the decision's own receipt.
  absl::Status Check(ReportItem& item) {
    const v1::Explanation& explanation = *item.explanation;
    if (!explanation.has_answer()) {
      item.failed = "the answer that comes out of the record today is not the one that was sent";
      return absl::OkStatus();
    }
    const std::string answer = explanation.answer().SerializeAsString();
    const auto verified = audit::VerifyReceipt(explanation.receipt(), answer, std::nullopt, keys_);
    if (!verified.ok()) {
      item.failed = std::string(verified.status().message());
      return absl::OkStatus();
    }
    if (verified->entry.ToString() != item.name) {
      item.failed = "the receipt is that of " + verified->entry.ToString();
      return absl::OkStatus();
    }
    item.verified =
        "Verified. The answer shown is, to the byte, the one that was sent; it is entry " +
        std::to_string(verified->entry.index.value) + " of the log " + verified->origin +
        ", whose signature covers it among " + std::to_string(verified->checkpoint_size) +
        " entries.";
    return Save(answer, explanation.receipt(), item);
  }

  absl::Status Save(const std::string& answer, const std::string& receipt, ReportItem& item) {
    item.file = ZeroPadded(report_.items.size() + 1, 3);
    const std::string path = options_.out + "/receipts/" + item.file;
    EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(path + ".answer", answer, kPrivateFile));
    return WriteFileAtomically(path + ".receipt", receipt, kPrivateFile);
  }

  absl::Status AddFeedback(ReportItem& item) {
    v1::EntryFilter filter;
    filter.set_kind(v1::ENTRY_KIND_FEEDBACK);
    filter.set_follows(item.name);
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<v1::Entry> entries, List(filter, false));
    for (const v1::Entry& entry : entries) {
      v1::GetEntryRequest request;
      request.set_name(entry.name());
      EVIDENT_ASSIGN_OR_RETURN(const v1::GetEntryResponse opened, client_.GetEntry(request));
      const v1::EntryBody& body = opened.entry().body();
      item.feedback.push_back({entry.info().commit_time_ns(),
                               body.caller().identity(),
                               {body.feedback().begin(), body.feedback().end()}});
    }
    return absl::OkStatus();
  }

  // Of what nobody can open its place in the log is proven.
  absl::Status ProveGone(const v1::Entry& entry, const std::string& what, ReportItem& item) {
    v1::GetInclusionProofRequest request;
    request.set_index(entry.index());
    EVIDENT_ASSIGN_OR_RETURN(const auto proof, client_.GetInclusionProof(request));
    const absl::Status status = VerifyEntry(proof, entry.index(), entry.leaf(), keys_).status();
    if (status.ok()) {
      item.verified =
          "Verified. The entry is in the log, unchanged, at its place; what it held " + what + ".";
    } else {
      item.failed = std::string(status.message());
    }
    return absl::OkStatus();
  }

  // And when its key went.
  absl::Status FillErased(const v1::Entry& entry, ReportItem& item) {
    item.erased = true;
    EVIDENT_RETURN_IF_ERROR(ProveGone(entry, "was erased", item));
    EVIDENT_ASSIGN_OR_RETURN(const std::string key_id, KeyIdOf(entry.index()));
    EVIDENT_RETURN_IF_ERROR(ReadErasures());
    const auto erased = erasures_->find(key_id);
    if (erased != erasures_->end()) item.erased_ns = erased->second;
    return absl::OkStatus();
  }

  // Of the key that an entry is sealed with: the first row of the tables from there on has it.
  absl::StatusOr<std::string> KeyIdOf(uint64_t index) {
    v1::ExportTablesRequest request;
    request.set_begin(index);
    std::string key_id;
    EVIDENT_RETURN_IF_ERROR(
        client_.ExportTables(request, [&key_id](const v1::ExportTablesResponse& response) {
          if (!response.rows().empty()) key_id = response.rows(0).key_id();
          return false;
        }));
    return key_id;
  }

  absl::Status ReadErasures() {
    if (erasures_.has_value()) return absl::OkStatus();
    v1::EntryFilter filter;
    filter.set_kind(v1::ENTRY_KIND_ERASURE);
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<v1::Entry> entries, List(filter, false));
    erasures_.emplace();
    for (const v1::Entry& entry : entries) {
      if (entry.leaf().size() < kErasureDetailAt + kKeyIdBytes) continue;
      (*erasures_)[entry.leaf().substr(kErasureDetailAt, kKeyIdBytes)] =
          entry.info().commit_time_ns();
    }
    return absl::OkStatus();
  }

  const ReportOptions& options_;
  client::Client& client_;
  const audit::LogKeys keys_;
  Report report_;
  std::optional<std::map<std::string, int64_t>> erasures_;  // by key id
};

absl::Status WriteReport(const Report& report, const audit::LogKeys& keys,
                         const std::string& folder) {
  for (const auto& [name, text] : {std::pair("report.html", ReportPage(report)),
                                   std::pair("decisions.csv", ReportTable(report)),
                                   std::pair("VERIFY.txt", ReportInstructions(report)),
                                   std::pair("log.verifier", keys.ToText())}) {
    EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(folder + "/" + name, text, kPrivateFile));
  }
  return absl::OkStatus();
}

absl::Status MakeReport(const ReportOptions& options, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(options.ids, kIdsBytesMax));
  const auto ids = ReadIds(text);
  if (!ids.ok()) return Annotate(ids.status(), options.ids);
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  EVIDENT_ASSIGN_OR_RETURN(const Report report, ReportRun(options, *client, keys).Run(*ids));
  EVIDENT_RETURN_IF_ERROR(WriteReport(report, keys, options.out));
  const bool sound = std::all_of(report.items.begin(), report.items.end(),
                                 [](const ReportItem& item) { return item.failed.empty(); });
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"folder", options.out},
                                        {"summary", ReportSummary(report)},
                                        {"verified", sound}}
                     .dump(2)
              << "\n";
  } else {
    std::cout << ReportSummary(report) << "\n" << options.out << "/report.html\n";
  }
  session.Done(sound ? kExitDone : kExitNotVerified);
  return absl::OkStatus();
}

}  // namespace

void AddReportCommand(CLI::App& audit, Session& session) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* const report = audit.add_subcommand(
      "report", "A report on decisions, to print, with all that is needed to check it");
  report->add_option("--ids", options->ids, "CSV file whose first column has the ids")->required();
  report->add_option("--by", options->by, "What the ids are, unless they are names of decisions")
      ->check(CLI::IsMember({"reference", "subject"}));
  AddCommitTimes(*report, options->times);
  report->add_option("--tz", options->zone, "Time zone of the times shown, e.g. Europe/Berlin");
  report->add_option("--out", options->out, "Folder to write")->required();
  report->callback([options, &session] {
    const absl::Status status = MakeReport(*options, session);
    if (!status.ok()) session.Fail(status);
  });
}

}  // namespace evident::cli
