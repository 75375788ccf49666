#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/pack_folders.h"
#include "graph/pack/reader.h"
#include "workbench/cases.h"

namespace evident::cli {
namespace {

absl::Status RunCheck(const PackFolders& folders, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const LoadedPacks loaded, LoadPacks(folders));
  const graph::Pack& pack = loaded.pack;
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"pack", pack.name},
                                        {"label", pack.label},
                                        {"title", pack.title},
                                        {"files", loaded.files},
                                        {"nodes", pack.draft.nodes.size()},
                                        {"edges", pack.draft.edges.size()},
                                        {"cases", pack.cases.size()}}
                     .dump(2)
              << "\n";
  } else {
    std::cout << pack.name << " (" << pack.label << "): " << pack.title << "\n"
              << loaded.files << " files, " << pack.draft.nodes.size() << " nodes, "
              << pack.draft.edges.size() << " edges, " << pack.cases.size()
              << " cases; no errors\n";
  }
  session.Done();
  return absl::OkStatus();
}

void PrintResults(const std::string& pack, const std::vector<workbench::CaseResult>& results,
                  size_t failed, const Session& session) {
  if (session.json()) {
    nlohmann::ordered_json cases = nlohmann::ordered_json::array();
    for (const workbench::CaseResult& one : results) {
      cases.push_back({{"case", one.slug}, {"place", one.place}, {"failures", one.failures}});
    }
    std::cout << nlohmann::ordered_json{{"pack", pack},
                                        {"passed", results.size() - failed},
                                        {"failed", failed},
                                        {"cases", std::move(cases)}}
                     .dump(2)
              << "\n";
    return;
  }
  for (const workbench::CaseResult& one : results) {
    if (one.failures.empty()) continue;
    std::cout << one.place << ": case " << one.slug << " failed\n";
    for (const std::string& failure : one.failures) std::cout << "  " << failure << "\n";
  }
  std::cout << pack << ": " << results.size() << " cases, " << failed << " failed\n";
}

absl::Status RunTest(const PackFolders& folders, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const LoadedPacks loaded, LoadPacks(folders));
  EVIDENT_ASSIGN_OR_RETURN(const auto knowledge, workbench::CompilePacks(loaded.All()));
  EVIDENT_ASSIGN_OR_RETURN(const auto results,
                           workbench::RunCases(loaded.pack, knowledge, Clock::System().NowNs()));
  size_t failed = 0;
  for (const workbench::CaseResult& one : results) failed += one.failures.empty() ? 0 : 1;
  PrintResults(loaded.pack.name, results, failed, session);
  session.Done(failed == 0 ? kExitDone : kExitNotVerified);
  return absl::OkStatus();
}

}  // namespace

void AddPackChecks(CLI::App& pack, Session& session) {
  const auto add = [&](const char* name, const char* about,
                       absl::Status (*run)(const PackFolders&, Session&)) {
    auto folders = std::make_shared<PackFolders>();
    CLI::App* const command = pack.add_subcommand(name, about);
    AddPackFolders(*command, *folders)->required();
    command->callback([folders, run, &session] {
      const absl::Status status = run(*folders, session);
      if (!status.ok()) session.Fail(status);
    });
  };
  add("check", "Read a pack without a server; every error with file, line and column", RunCheck);
  add("test", "Run a pack's cases without a server; what differs is shown, and exits with 6",
      RunTest);
  AddPackLint(pack, session);
  AddPackMeasures(pack, session);
}

}  // namespace evident::cli
