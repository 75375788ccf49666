#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/export_folder.h"
#include "client/cli/folder_command.h"
#include "client/cli/receipt_check.h"
#include "client/cli/table_rows.h"

namespace evident::cli {
namespace {

using std::chrono::steady_clock;

constexpr int64_t kSilenceBeats = 3;  // missed heartbeats after which a connection is dead
constexpr auto kRetryAfter = std::chrono::seconds(2);

struct TableOptions {
  std::string folder;
  bool zstd = false;
  bool follow = false;
  uint32_t heartbeat_s = kHeartbeatDefaultMs / 1000;
};

// One stream into the folder.
class TableStream {
 public:
  TableStream(const TableOptions& options, ExportFolder& tables)
      : options_(options), tables_(tables) {}

  // To the end of the log, or, following, to the end of the stream. The call's errors;
  // ExportFolder's; DATA_LOSS (TABLES_GAP): it ended well and without a checkpoint.
  absl::Status Run(client::Client& client) {
    const absl::Status ended = client.ExportTables(
        Request(),
        [this](const v1::ExportTablesResponse& part) {
          failed_ = Take(part);
          return failed_.ok();
        },
        options_.follow ? kSilenceBeats * options_.heartbeat_s * 1000 : 0);
    if (!failed_.ok()) return failed_;
    if (!ended.ok() || tables_.next() == tables_.size()) return ended;
    return MakeError(absl::StatusCode::kDataLoss, "TABLES_GAP",
                     "the rows ended without a checkpoint");
  }

  bool failed_here() const { return !failed_.ok(); }

 private:
  v1::ExportTablesRequest Request() const {
    v1::ExportTablesRequest request;
    request.set_begin(tables_.next());
    request.set_dimensions(true);
    for (const std::string& digest : tables_.releases()) {
      request.add_known_releases(HexDecode(digest).value_or(""));
    }
    request.set_follow(options_.follow);
    if (options_.follow) request.set_heartbeat_s(options_.heartbeat_s);
    return request;
  }

  absl::Status Take(const v1::ExportTablesResponse& part) {
    if (part.has_dimensions() && release_.Add(part.dimensions())) {
      EVIDENT_RETURN_IF_ERROR(tables_.AddRelease(part.dimensions().release(),
                                                 HexEncode(part.dimensions().release_digest()),
                                                 release_.Take()));
    }
    for (const v1::EntryRow& row : part.rows()) {
      EVIDENT_RETURN_IF_ERROR(tables_.Add(TablesOf(row)));
    }
    return part.checkpoint().empty() ? absl::OkStatus() : Settle(part);
  }

  // Following a busy log, not for every few entries.
  absl::Status Settle(const v1::ExportTablesResponse& part) {
    const bool due = steady_clock::now() >= settled_ + std::chrono::seconds(options_.heartbeat_s);
    if (options_.follow && !due && !part.has_heartbeat()) return absl::OkStatus();
    settled_ = steady_clock::now();
    if (tables_.next() == tables_.size() && tables_.size() > 0) return absl::OkStatus();
    EVIDENT_RETURN_IF_ERROR(tables_.Finish(part.checkpoint()));
    if (options_.follow) {
      std::cerr << options_.folder << ": rows of " << tables_.size() << " entries" << std::endl;
    }
    return absl::OkStatus();
  }

  const TableOptions& options_;
  ExportFolder& tables_;
  ReleaseRows release_;
  steady_clock::time_point settled_;  // of this stream; at first long ago
  absl::Status failed_;
};

// Until it is interrupted, or something is wrong that time does not mend.
absl::Status Follow(const TableOptions& options, client::Client& client, ExportFolder& tables) {
  client.SetTimeoutMs(kDeadlineMaxMs);
  while (true) {
    TableStream stream(options, tables);
    const absl::Status end = stream.Run(client);
    if (stream.failed_here()) return end;
    if (absl::IsUnavailable(end)) {
      std::cerr << options.folder << ": " << end.message() << "; trying again" << std::endl;
      std::this_thread::sleep_for(kRetryAfter);
    } else if (!absl::IsDeadlineExceeded(end)) {
      return end;
    }
  }
}

void PrintDone(const std::string& folder, const ExportFolder& tables, uint64_t before,
               const Session& session) {
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"folder", folder},
                                        {"size", tables.size()},
                                        {"added", tables.size() - before},
                                        {"rows_erased", tables.rows_erased()}}
                     .dump(2)
              << "\n";
  } else {
    std::cout << folder << ": rows of " << tables.size() << " entries, " << tables.size() - before
              << " of them new; " << tables.rows_erased() << " rows erased\n";
  }
}

absl::Status ExportTables(const TableOptions& options, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  FolderKind kind = TablesKind(options.zstd);
  kind.joins_files = options.follow;
  EVIDENT_ASSIGN_OR_RETURN(ExportFolder tables,
                           ExportFolder::Open(options.folder, keys, std::move(kind)));
  if (options.follow) return Follow(options, *client, tables);
  const uint64_t before = tables.size();
  EVIDENT_RETURN_IF_ERROR(
      StreamToTheEnd([&tables] { return tables.next(); },
                     [&] { return TableStream(options, tables).Run(*client); }));
  PrintDone(options.folder, tables, before, session);
  return absl::OkStatus();
}

}  // namespace

void AddTableCommands(CLI::App& audit, Session& session) {
  auto options = std::make_shared<TableOptions>();
  CLI::App* const tables = audit.add_subcommand(
      "export-tables", "Write what analyses may have as tables, or go on doing so");
  tables->add_option("folder", options->folder, "Where; made when it is missing")->required();
  tables->add_flag("--zstd", options->zstd, "Files compressed with zstd");
  CLI::Option* const follow =
      tables->add_flag("--follow", options->follow, "Go on as the log grows, until interrupted");
  tables
      ->add_option("--heartbeat", options->heartbeat_s,
                   "Seconds of silence after which the server says that it is there, 1 to 60")
      ->check(CLI::Range(int64_t{1}, kHeartbeatMaxMs / 1000))
      ->needs(follow)
      ->capture_default_str();
  tables->callback(
      [options, &session] { EndFolderCommand(ExportTables(*options, session), session); });
}

}  // namespace evident::cli
