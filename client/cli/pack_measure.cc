// How well the cases of a pack hold it: coverage and mutation.
#include <iomanip>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/pack_folders.h"
#include "client/cli/progress.h"
#include "workbench/cases.h"
#include "workbench/coverage.h"
#include "workbench/mutation.h"

namespace evident::cli {
namespace {

struct MeasureOptions {
  PackFolders folders;
  std::optional<double> threshold;
  bool list = false;
};

std::string Percent(double percent) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << percent << " %";
  return text.str();
}

void PrintCoverage(const std::string& pack, const workbench::Coverage& coverage, bool list,
                   const Session& session) {
  if (session.json()) {
    nlohmann::ordered_json kinds = nlohmann::ordered_json::array();
    for (const workbench::CoveredKind& kind : coverage.kinds) {
      kinds.push_back(
          {{"kind", kind.kind}, {"all", kind.all}, {"seen", kind.seen()}, {"unseen", kind.unseen}});
    }
    std::cout << nlohmann::ordered_json{{"pack", pack},
                                        {"percent", coverage.percent()},
                                        {"kinds", std::move(kinds)}}
                     .dump(2)
              << "\n";
    return;
  }
  for (const workbench::CoveredKind& kind : coverage.kinds) {
    std::cout << std::left << std::setw(12) << kind.kind << kind.seen() << " of " << kind.all
              << "\n";
    if (!list) continue;
    for (const std::string& what : kind.unseen) std::cout << "  never: " << what << "\n";
  }
  std::cout << pack << ": " << Percent(coverage.percent()) << " seen by the cases\n";
}

absl::Status RunCoverage(const MeasureOptions& options, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const LoadedPacks loaded, LoadPacks(options.folders));
  EVIDENT_ASSIGN_OR_RETURN(const auto knowledge, workbench::CompilePacks(loaded.All()));
  EVIDENT_ASSIGN_OR_RETURN(
      const workbench::Coverage coverage,
      workbench::MeasureCoverage(loaded.pack, knowledge, Clock::System().NowNs()));
  PrintCoverage(loaded.pack.name, coverage, options.list, session);
  const bool enough = coverage.percent() >= options.threshold.value_or(0);
  if (!enough && !session.json()) std::cout << "below " << Percent(*options.threshold) << "\n";
  session.Done(enough ? kExitDone : kExitNotVerified);
  return absl::OkStatus();
}

absl::Status RunMutation(const MeasureOptions& options, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const LoadedPacks loaded, LoadPacks(options.folders));
  EVIDENT_ASSIGN_OR_RETURN(const workbench::MutationReport report,
                           workbench::Mutate(loaded.pack, loaded.Required(),
                                             Clock::System().NowNs(), [](size_t done, size_t all) {
                                               ShowProgress("mutants", done, all);
                                               return true;
                                             }));
  if (session.json()) {
    nlohmann::ordered_json survivors = nlohmann::ordered_json::array();
    for (const workbench::Survivor& one : report.survivors) {
      survivors.push_back({{"node", one.node}, {"change", one.change}});
    }
    std::cout << nlohmann::ordered_json{{"pack", loaded.pack.name},
                                        {"mutants", report.mutants},
                                        {"refused", report.refused},
                                        {"survivors", std::move(survivors)}}
                     .dump(2)
              << "\n";
  } else {
    for (const workbench::Survivor& one : report.survivors) {
      std::cout << one.node << ": " << one.change << ", and no case noticed\n";
    }
    std::cout << loaded.pack.name << ": " << report.mutants << " changes, "
              << report.survivors.size() << " not noticed (" << report.refused
              << " could not be published)\n";
  }
  session.Done(report.survivors.empty() ? kExitDone : kExitNotVerified);
  return absl::OkStatus();
}

CLI::App* AddMeasure(CLI::App& pack, const char* name, const char* about,
                     const std::shared_ptr<MeasureOptions>& options,
                     absl::Status (*run)(const MeasureOptions&, Session&), Session& session) {
  CLI::App* const command = pack.add_subcommand(name, about);
  AddPackFolders(*command, options->folders)->required();
  command->callback([options, run, &session] {
    const absl::Status status = run(*options, session);
    if (!status.ok()) session.Fail(status);
  });
  return command;
}

}  // namespace

void AddPackMeasures(CLI::App& pack, Session& session) {
  auto coverage = std::make_shared<MeasureOptions>();
  CLI::App* const command =
      AddMeasure(pack, "coverage", "What a pack's cases see of it, without a server", coverage,
                 RunCoverage, session);
  command->add_option("--threshold", coverage->threshold, "Exit with 6 below this many percent")
      ->check(CLI::Range(0.0, 100.0));
  command->add_flag("--list", coverage->list, "List what is never seen");
  AddMeasure(pack, "mutate",
             "Change a pack in every small way and see whether a case notices; exits with 6 if not",
             std::make_shared<MeasureOptions>(), RunMutation, session);
}

}  // namespace evident::cli
