// The command groups. Each adds its subcommands, whose callbacks tell the session how they ended.
#ifndef EVIDENT_CLIENT_CLI_COMMANDS_H_
#define EVIDENT_CLIENT_CLI_COMMANDS_H_

#include "CLI/CLI.hpp"
#include "client/cli/session.h"

namespace evident::cli {

// `session` must outlive `app`.
void AddSetupCommands(CLI::App& app, Session& session);      // init, identity
void AddDecisionCommands(CLI::App& app, Session& session);   // ask, recommend
void AddBatchCommand(CLI::App& app, Session& session);       // batch
void AddWhatIfCommand(CLI::App& app, Session& session);      // what-if
void AddExplainCommands(CLI::App& app, Session& session);    // explain, replay, feedback
void AddKnowledgeCommands(CLI::App& app, Session& session);  // facts, graph, release, status
void AddGraphReads(CLI::App& graph, Session& session);       // graph list, provenance, traverse
void AddReleaseReads(CLI::App& release, Session& session);   // release diff, watch
void AddConceptCommands(CLI::App& app, Session& session);    // concepts
void AddGraphChecks(CLI::App& graph, Session& session);      // graph check
void AddGraphImports(CLI::App& graph, Session& session);     // graph import, graph generate
void AddCivicCommands(CLI::App& app, Session& session);      // civic
void AddPackCommands(CLI::App& app, Session& session);       // pack
void AddPackChecks(CLI::App& pack, Session& session);        // pack check, pack test
void AddPackMeasures(CLI::App& pack, Session& session);      // pack coverage, pack mutate
void AddPackAuthoring(CLI::App& pack, Session& session);     // pack new, pack diff
void AddPackLint(CLI::App& pack, Session& session);          // pack lint
void AddActCommands(CLI::App& app, Session& session);        // statement, reference, citation
void AddDraftCommands(CLI::App& app, Session& session);      // draft
void AddReviewCommands(CLI::App& app, Session& session);     // review
void AddAuditCommands(CLI::App& app, Session& session);      // audit
void AddBackupCommands(CLI::App& app, Session& session);     // backup
void AddEntrySearches(CLI::App& audit, Session& session);    // audit list, audit affected
void AddSubjectActs(CLI::App& audit, Session& session);      // audit erase, audit hold
void AddPruneCommand(CLI::App& audit, Session& session);     // audit prune
void AddArchiveCommands(CLI::App& audit, Session& session);  // audit archive, check-archive
void AddReportCommand(CLI::App& audit, Session& session);    // audit report
void AddFhirCommand(CLI::App& audit, Session& session);      // audit export-fhir
void AddTableCommands(CLI::App& audit, Session& session);    // audit export-tables
void AddTileCommands(CLI::App& audit, Session& session);     // audit export-tiles, check-tiles
void AddAuditChecks(CLI::App& audit, Session& session);      // audit verify-receipt, audit fsck
void AddLogKeyCommands(CLI::App& audit, Session& session);   // audit keys, make-key and the like

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_COMMANDS_H_
