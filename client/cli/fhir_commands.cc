#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/fhir_folder.h"
#include "client/cli/folder_command.h"
#include "client/cli/receipt_check.h"

namespace evident::cli {
namespace {

struct FhirOptions {
  std::string folder;
  bool requests = false;
  bool zstd = false;
};

absl::Status Take(const v1::ExportEntriesResponse& part, FhirFolder& events) {
  if (!part.has_entries()) return events.Finish(part.checkpoint());
  for (const v1::Entry& entry : part.entries().entries()) {
    EVIDENT_RETURN_IF_ERROR(events.Add(entry));
  }
  return absl::OkStatus();
}

// One stream from where the folder has come to, to the end of the log or to its deadline.
absl::Status OneStream(client::Client& client, FhirFolder& events) {
  v1::ExportEntriesRequest request;
  request.set_begin(events.next());
  request.set_entries(true);
  return TakeParts<v1::ExportEntriesResponse>(
      [&](const auto& part) { return client.ExportEntries(request, part); },
      [&events](const v1::ExportEntriesResponse& part) { return Take(part, events); });
}

void PrintDone(const FhirOptions& options, const FhirFolder& events, uint64_t before,
               const Session& session) {
  const uint64_t added = events.size() - before;
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"folder", options.folder},
                                        {"size", events.size()},
                                        {"added", added},
                                        {"events", events.events()},
                                        {"events_erased", events.rows_erased()}}
                     .dump(2)
              << "\n";
  } else {
    std::cout << options.folder << ": " << events.size() << " entries, " << added
              << " of them new, with " << events.events() << " events; " << events.rows_erased()
              << " events erased\n";
  }
}

absl::Status ExportFhir(const FhirOptions& options, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  EVIDENT_ASSIGN_OR_RETURN(FhirFolder events,
                           FhirFolder::Open(options.folder, keys, options.requests, options.zstd));
  const uint64_t before = events.size();
  EVIDENT_RETURN_IF_ERROR(StreamToTheEnd([&events] { return events.next(); },
                                         [&] { return OneStream(*client, events); }));
  PrintDone(options, events, before, session);
  return absl::OkStatus();
}

}  // namespace

void AddFhirCommand(CLI::App& audit, Session& session) {
  auto options = std::make_shared<FhirOptions>();
  CLI::App* const fhir = audit.add_subcommand(
      "export-fhir", "Write the log as FHIR R4 AuditEvent resources, or go on doing so");
  fhir->add_option("folder", options->folder, "Where; made when it is missing")->required();
  fhir->add_flag("--requests", options->requests,
                 "With each question as it was sent, facts and words included");
  fhir->add_flag("--zstd", options->zstd, "Files compressed with zstd");
  fhir->callback([options, &session] { EndFolderCommand(ExportFhir(*options, session), session); });
}

}  // namespace evident::cli
