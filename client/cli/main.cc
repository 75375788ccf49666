// evident: the command line. docs/operating.md has its exit codes.
#include <google/protobuf/stubs/logging.h>

#include "CLI/CLI.hpp"
#include "base/version.h"
#include "client/cli/commands.h"
#include "client/cli/session.h"

namespace evident::cli {
namespace {

int Main(int argc, char** argv) {
  google::protobuf::SetLogHandler(nullptr);
  CLI::App app("Guideline recommendations with provenance, from a server with an audit log.",
               "evident");
  Session session;
  app.fallthrough();
  app.require_subcommand(1);
  app.set_version_flag("--version", "evident " EVIDENT_VERSION);
  session.AddOptions(app);
  AddSetupCommands(app, session);
  AddDecisionCommands(app, session);
  AddBatchCommand(app, session);
  AddWhatIfCommand(app, session);
  AddExplainCommands(app, session);
  AddKnowledgeCommands(app, session);
  AddConceptCommands(app, session);
  AddPackCommands(app, session);
  AddCivicCommands(app, session);
  AddBackupCommands(app, session);
  AddActCommands(app, session);
  AddDraftCommands(app, session);
  AddReviewCommands(app, session);
  AddAuditCommands(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  return session.exit_code();
}

}  // namespace
}  // namespace evident::cli

int main(int argc, char** argv) { return evident::cli::Main(argc, argv); }
