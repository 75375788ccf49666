#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/clock.h"
#include "client/cli/commands.h"
#include "graph/pack/reader.h"
#include "workbench/cases.h"

namespace evident::cli {
namespace {

struct TestOptions {
  std::string directory;
  std::vector<std::string> required;
};

absl::StatusOr<graph::Pack> ReadFolder(const std::string& directory) {
  const auto files = graph::LoadPackFiles(directory);
  if (!files.ok()) return files.status();
  return graph::ReadPack(*files);
}

void RunCheck(const std::string& directory, Session& session) {
  const auto files = graph::LoadPackFiles(directory);
  if (!files.ok()) return session.Fail(files.status());
  const auto pack = graph::ReadPack(*files);
  if (!pack.ok()) return session.Fail(pack.status());
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"pack", pack->name},
                                        {"label", pack->label},
                                        {"title", pack->title},
                                        {"files", files->size()},
                                        {"nodes", pack->draft.nodes.size()},
                                        {"edges", pack->draft.edges.size()},
                                        {"cases", pack->cases.size()}}
                     .dump(2)
              << "\n";
  } else {
    std::cout << pack->name << " (" << pack->label << "): " << pack->title << "\n"
              << files->size() << " files, " << pack->draft.nodes.size() << " nodes, "
              << pack->draft.edges.size() << " edges, " << pack->cases.size()
              << " cases; no errors\n";
  }
  session.Done();
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

absl::Status RunTest(const TestOptions& options, Session& session) {
  auto pack = ReadFolder(options.directory);
  if (!pack.ok()) return pack.status();
  std::vector<graph::Pack> required;
  for (const std::string& directory : options.required) {
    auto other = ReadFolder(directory);
    if (!other.ok()) return other.status();
    required.push_back(*std::move(other));
  }
  std::vector<const graph::Pack*> packs{&*pack};
  for (const graph::Pack& other : required) packs.push_back(&other);
  const auto knowledge = workbench::CompilePacks(packs);
  if (!knowledge.ok()) return knowledge.status();
  const auto results = workbench::RunCases(*pack, *knowledge, Clock::System().NowNs());
  if (!results.ok()) return results.status();
  size_t failed = 0;
  for (const workbench::CaseResult& one : *results) failed += one.failures.empty() ? 0 : 1;
  PrintResults(pack->name, *results, failed, session);
  session.Done(failed == 0 ? kExitDone : kExitNotVerified);
  return absl::OkStatus();
}

}  // namespace

void AddPackChecks(CLI::App& pack, Session& session) {
  auto directory = std::make_shared<std::string>();
  CLI::App* const check = pack.add_subcommand(
      "check", "Read a pack without a server; every error with file, line and column");
  check->add_option("directory", *directory, "The pack's folder")->required();
  check->callback([directory, &session] { RunCheck(*directory, session); });

  auto options = std::make_shared<TestOptions>();
  CLI::App* const test = pack.add_subcommand(
      "test", "Run a pack's cases without a server; what differs is shown, and exits with 6");
  test->add_option("directory", options->directory, "The pack's folder")->required();
  test->add_option("--with", options->required, "Folder of a pack that it requires, any number");
  test->callback([options, &session] {
    const absl::Status status = RunTest(*options, session);
    if (!status.ok()) session.Fail(status);
  });
}

}  // namespace evident::cli
