#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/receipt_check.h"
#include "client/cli/table_folder.h"

namespace evident::cli {
namespace {

// One stream from where the folder has come to, to the end of the log.
absl::Status OneStream(client::Client& client, TableFolder& tables) {
  v1::ExportTablesRequest request;
  request.set_begin(tables.next());
  absl::Status failed;
  std::string checkpoint;
  const absl::Status ended =
      client.ExportTables(request, [&](const v1::ExportTablesResponse& part) {
        for (const v1::EntryRow& row : part.rows()) {
          failed = tables.Add(row);
          if (!failed.ok()) return false;
        }
        checkpoint = part.checkpoint();
        return true;
      });
  EVIDENT_RETURN_IF_ERROR(failed);
  EVIDENT_RETURN_IF_ERROR(ended);
  if (checkpoint.empty()) {
    return MakeError(absl::StatusCode::kDataLoss, "TABLES_GAP",
                     "the rows ended without a checkpoint");
  }
  return tables.Finish(checkpoint);
}

absl::Status ExportTables(const std::string& folder, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  EVIDENT_ASSIGN_OR_RETURN(TableFolder tables, TableFolder::Open(folder, keys));
  const uint64_t before = tables.size();
  for (bool whole = false; !whole;) {
    const uint64_t begin = tables.next();
    const absl::Status end = OneStream(*client, tables);
    // A stream ends at its deadline; another goes on from there.
    const bool late = absl::IsDeadlineExceeded(end) && tables.next() > begin;
    if (!end.ok() && !late) return end;
    whole = end.ok();
  }
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
  return absl::OkStatus();
}

}  // namespace

void AddTableCommands(CLI::App& audit, Session& session) {
  auto folder = std::make_shared<std::string>();
  CLI::App* const tables = audit.add_subcommand(
      "export-tables", "Write what analyses may have as tables, or go on doing so");
  tables->add_option("folder", *folder, "Where; made when it is missing")->required();
  tables->callback([folder, &session] {
    const absl::Status status = ExportTables(*folder, session);
    if (IsAnotherLog(status)) {
      session.FailVerification(status);
    } else if (!status.ok()) {
      session.Fail(status);
    }
  });
}

}  // namespace evident::cli
