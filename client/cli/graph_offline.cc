#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/encoding.h"
#include "base/unicode.h"
#include "client/cli/commands.h"
#include "graph/release/database_check.h"

namespace evident::cli {
namespace {

void PrintReport(const graph::DatabaseReport& report, const Session& session) {
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"releases", report.releases},
                                        {"nodes", report.nodes},
                                        {"edges", report.edges},
                                        {"content_digest", HexEncode(report.content_digest)},
                                        {"release_digest", HexEncode(report.release_digest)},
                                        {"problems", report.problems}}
                     .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
              << "\n";
    return;
  }
  std::cout << "releases: " << report.releases << "; in the newest nodes: " << report.nodes
            << ", edges: " << report.edges << "\n";
  if (!report.release_digest.empty()) {
    std::cout << "content digest " << HexEncode(report.content_digest) << "\n"
              << "release digest " << HexEncode(report.release_digest) << "\n";
  }
  for (const std::string& problem : report.problems) {
    std::cout << "PROBLEM " << Printable(problem) << "\n";
  }
  if (report.problems.empty()) std::cout << "the knowledge is sound\n";
}

void RunCheck(const std::string& directory, Session& session) {
  const auto report = graph::CheckDatabase(directory);
  if (!report.ok()) return session.Fail(report.status());
  PrintReport(*report, session);
  session.Done(report->problems.empty() ? kExitDone : kExitNotVerified);
}

}  // namespace

void AddGraphChecks(CLI::App& graph, Session& session) {
  auto directory = std::make_shared<std::string>();
  CLI::App* const check = graph.add_subcommand(
      "check", "Check a stopped server's knowledge offline, every release; exits with 6");
  check->add_option("directory", *directory, "Folder of the knowledge database")->required();
  check->callback([directory, &session] { RunCheck(*directory, session); });
}

}  // namespace evident::cli
