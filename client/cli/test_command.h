// Runs words as the command line does, and keeps what is printed. Tests only.
#ifndef EVIDENT_CLIENT_CLI_TEST_COMMAND_H_
#define EVIDENT_CLIENT_CLI_TEST_COMMAND_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/cli/commands.h"

namespace evident::cli {

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

inline Outcome RunCommand(const std::vector<std::string>& words) {
  CLI::App app("", "evident");
  Session session;
  app.fallthrough();
  session.AddOptions(app);
  AddKnowledgeCommands(app, session);
  AddConceptCommands(app, session);
  AddPackCommands(app, session);
  AddActCommands(app, session);
  AddDraftCommands(app, session);
  AddReviewCommands(app, session);
  AddAuditCommands(app, session);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome run;
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    run.code = session.exit_code();
  } catch (const CLI::ParseError& error) {
    run.code = app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  run.out = testing::internal::GetCapturedStdout();
  run.err = testing::internal::GetCapturedStderr();
  return run;
}

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_TEST_COMMAND_H_
