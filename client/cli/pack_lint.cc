#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/pack_folders.h"
#include "client/cli/text.h"
#include "workbench/cases.h"
#include "workbench/lint.h"

namespace evident::cli {
namespace {

struct LintOptions {
  PackFolders folders;
  std::string fail_on = "error";
  std::string today;
  bool rules = false;
};

void PrintRules(const Session& session) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const workbench::LintRule& rule : workbench::LintRules()) {
    if (session.json()) {
      all.push_back({{"rule", rule.id},
                     {"severity", workbench::SeverityWord(rule.severity)},
                     {"about", rule.about}});
    } else {
      std::cout << rule.id << " (" << workbench::SeverityWord(rule.severity) << ")\n  "
                << rule.about << "\n";
    }
  }
  if (session.json()) std::cout << all.dump(2) << "\n";
}

void PrintJson(const std::string& pack, const std::vector<workbench::Finding>& findings) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const workbench::Finding& finding : findings) {
    all.push_back({{"rule", finding.rule},
                   {"severity", workbench::SeverityWord(finding.severity)},
                   {"node", finding.node},
                   {"place", finding.place},
                   {"message", finding.message}});
  }
  std::cout << nlohmann::ordered_json{{"pack", pack}, {"findings", std::move(all)}}.dump(2) << "\n";
}

void PrintText(const std::string& pack, const std::vector<workbench::Finding>& findings) {
  Text text(OptionsForStdout());
  std::string rule;
  size_t counts[3] = {0, 0, 0};
  for (const workbench::Finding& finding : findings) {
    ++counts[static_cast<size_t>(finding.severity)];
    if (finding.rule != rule) {
      rule = finding.rule;
      text.Line(text.Styled(Style::kBold, rule) + " (" +
                std::string(workbench::SeverityWord(finding.severity)) + ")");
    }
    text.Line("  " + finding.node + (finding.place.empty() ? "" : "  " + finding.place));
    text.Wrapped("    ", finding.message);
  }
  text.Line(pack + ": " + std::to_string(counts[2]) + " errors, " + std::to_string(counts[1]) +
            " warnings, " + std::to_string(counts[0]) + " notes");
  std::cout << text.str();
}

workbench::Severity FailOn(const std::string& word) {
  if (word == "note") return workbench::Severity::kNote;
  return word == "warning" ? workbench::Severity::kWarning : workbench::Severity::kError;
}

absl::Status Run(const LintOptions& options, Session& session) {
  if (options.rules) {
    PrintRules(session);
    session.Done();
    return absl::OkStatus();
  }
  EVIDENT_ASSIGN_OR_RETURN(const LoadedPacks loaded, LoadPacks(options.folders));
  workbench::LintInput input;
  EVIDENT_ASSIGN_OR_RETURN(input.knowledge, workbench::CompilePacks(loaded.All()));
  input.packs = {loaded.pack.name};
  input.places = loaded.pack.places;
  input.today =
      options.today.empty() ? DateOfTimeNs(Clock::System().NowNs()).ToString() : options.today;
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<workbench::Finding> findings, workbench::Lint(input));
  session.json() ? PrintJson(loaded.pack.name, findings) : PrintText(loaded.pack.name, findings);
  const workbench::Severity fail_on = FailOn(options.fail_on);
  bool failed = false;
  for (const workbench::Finding& finding : findings) failed |= finding.severity >= fail_on;
  session.Done(failed ? kExitNotVerified : kExitDone);
  return absl::OkStatus();
}

}  // namespace

void AddPackLint(CLI::App& pack, Session& session) {
  auto options = std::make_shared<LintOptions>();
  CLI::App* const lint = pack.add_subcommand(
      "lint", "What a curator should look at in a pack, without a server; exits with 6 on errors");
  CLI::Option* const rules = lint->add_flag("--rules", options->rules, "List the rules instead");
  AddPackFolders(*lint, options->folders)->excludes(rules);
  lint->add_option("--fail-on", options->fail_on, "Least severity that makes it exit with 6")
      ->check(CLI::IsMember({"note", "warning", "error"}));
  lint->add_option("--today", options->today, "Day to look from, YYYY-MM-DD; default today");
  lint->callback([options, &session] {
    if (!options->rules && options->folders.pack.empty()) {
      throw CLI::RequiredError("directory");
    }
    const absl::Status status = Run(*options, session);
    if (!status.ok()) session.Fail(status);
  });
}

}  // namespace evident::cli
