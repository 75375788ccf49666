#include <google/protobuf/text_format.h>

#include <iostream>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/unicode.h"
#include "client/cli/call_and_print.h"
#include "client/cli/commands.h"
#include "client/cli/facts_json.h"
#include "client/cli/text.h"
#include "client/cli/words.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

std::string TypeInWords(const v1::FactDefinition& definition) {
  std::string words = graph::EnumWord(definition.type());
  if (!definition.unit().empty()) words += " in " + definition.unit();
  for (int i = 0; i < definition.allowed_values_size(); ++i) {
    words += (i == 0 ? ": " : ", ") + definition.allowed_values(i).slug();
  }
  return words;
}

void PrintFacts(const v1::DescribeFactsResponse& response) {
  Text text(OptionsForStdout());
  for (const v1::FactDescription& fact : response.facts()) {
    text.Line(text.Styled(Style::kBold, fact.name()) + "  " + TypeInWords(fact.definition()));
    if (!fact.definition().question().empty()) text.Wrapped("  ", fact.definition().question());
    for (const std::string& rule : fact.derived_by()) text.Wrapped("  derived: ", rule);
    if (fact.statements_size() > 0) {
      text.Wrapped("  used by: ", Slugs(fact.statements()), Style::kDim);
    }
  }
  text.Line(std::to_string(response.facts_size()) + " facts of release " +
            std::to_string(response.release()));
  std::cout << text.str();
}

std::string EdgeWord(v1::EdgeKind kind) {
  return v1::EdgeKind_Name(kind).substr(std::string("EDGE_KIND_").size());
}

void PrintNode(const v1::GetNodeResponse& response) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string record;
  if (!printer.PrintToString(response.node(), &record)) record.clear();
  Text text(OptionsForStdout());
  text.Line(text.Styled(Style::kBold, response.node().name()));
  text.Line("id " + HexEncode(response.id()) + ", digest " + HexEncode(response.digest()) +
            ", release " + std::to_string(response.release()));
  std::cout << text.str() << record;
  for (const v1::Edge& edge : response.out()) {
    std::cout << "-> " << EdgeWord(edge.kind()) << " " << Printable(edge.node()) << "  "
              << ShortText(edge.record()) << "\n";
  }
  for (const v1::Edge& edge : response.in()) {
    std::cout << "<- " << EdgeWord(edge.kind()) << " " << Printable(edge.node()) << "\n";
  }
}

void PrintRelease(const v1::Release& release) {
  std::cout << Printable(release.name()) << "  " << Printable(release.label()) << "\n  published "
            << FormatTimeNs(release.publish_time_ns()) << " by " << release.author() << ", "
            << (release.reviewers_size() == 0 ? "unreviewed" : "reviewed") << "\n  "
            << release.nodes() << " nodes, " << release.edges() << " edges, content "
            << HexEncode(release.content_digest()) << "\n  digest "
            << HexEncode(release.release_digest()) << "\n  announced by " << release.intent()
            << "\n";
}

void PrintStatus(const v1::GetStatusResponse& status) {
  std::cout << (status.serving() ? "serving" : "not serving") << ", " << status.server_build()
            << ", since " << FormatTimeNs(status.start_time_ns()) << "\n"
            << "you are " << status.caller() << ":";
  for (const std::string& role : status.caller_roles()) std::cout << " " << role;
  std::cout << "\nlog " << status.log_origin() << ", " << status.log_size() << " entries, "
            << status.log_free_bytes() / (1u << 20) << " MiB free; it warns below "
            << status.log_warn_bytes() / (1u << 20) << " and stops below "
            << status.log_reserve_bytes() / (1u << 20) << "\n";
  if (status.log_disk() == v1::DISK_STATE_LOW) {
    std::cout
        << "the log's volume runs full: make room, or remove bodies with evident audit prune\n";
  }
  if (!status.log_read_only().empty()) {
    std::cout << "the log takes no more entries: " << Printable(status.log_read_only()) << "\n";
  }
  if (status.has_head()) {
    PrintRelease(status.head());
  } else {
    std::cout << "no release yet: import a pack\n";
  }
}

// Every page, at most `most` releases.
absl::StatusOr<v1::ListReleasesResponse> AllReleases(client::Client& client, int most) {
  v1::ListReleasesResponse all;
  v1::ListReleasesRequest request;
  do {
    request.set_page_size(std::min(1000, most - all.releases_size()));
    auto page = client.ListReleases(request);
    if (!page.ok()) return page.status();
    all.mutable_releases()->MergeFrom(page->releases());
    all.set_next_page_token(page->next_page_token());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && all.releases_size() < most);
  return all;
}

// As it is in either form of output: it is JSON.
template <typename Call>
void PrintSchema(const Call& call, Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  const absl::StatusOr<v1::DescribeFactsResponse> facts = call(**client);
  if (!facts.ok()) return session.Fail(facts.status());
  std::cout << FactsSchema(*facts) << "\n";
  session.Done();
}

void AddFacts(CLI::App& app, Session& session) {
  auto request = std::make_shared<v1::DescribeFactsRequest>();
  auto concepts = std::make_shared<std::vector<std::string>>();
  auto release = std::make_shared<std::string>();
  CLI::App* const facts = app.add_subcommand("facts", "Which facts matter for concepts");
  facts->add_option("concepts", *concepts, "Names of concepts")->required();
  facts->add_option("--release", *release, "releases/N; default the newest");
  auto schema = std::make_shared<bool>(false);
  facts->add_flag("--json-schema", *schema,
                  "Print the JSON Schema of a file of these facts, as --facts-file takes it");
  facts->callback([request, concepts, release, schema, &session] {
    for (const std::string& name : *concepts) request->add_concepts(name);
    if (!release->empty()) request->mutable_release()->set_name(*release);
    const auto call = [&](client::Client& client) { return client.DescribeFacts(*request); };
    if (*schema) return PrintSchema(call, session);
    CallAndPrint(session, call, PrintFacts);
  });
}

void AddGraph(CLI::App& app, Session& session) {
  CLI::App* const graph = app.add_subcommand("graph", "The knowledge as stored");
  graph->require_subcommand(1);
  AddGraphChecks(*graph, session);
  AddGraphReads(*graph, session);
  AddGraphImports(*graph, session);
  auto request = std::make_shared<v1::GetNodeRequest>();
  auto name = std::make_shared<std::string>();
  auto release = std::make_shared<std::string>();
  CLI::App* const node = graph->add_subcommand("node", "One node with its edges");
  node->add_option("name", *name, "Its full name")->required();
  node->add_option("--release", *release, "releases/N; default the newest");
  node->callback([request, name, release, &session] {
    request->set_name(*name);
    if (!release->empty()) request->mutable_release()->set_name(*release);
    CallAndPrint(
        session, [&](client::Client& client) { return client.GetNode(*request); }, PrintNode);
  });
}

void AddRelease(CLI::App& app, Session& session) {
  CLI::App* const release = app.add_subcommand("release", "Releases of the knowledge");
  release->require_subcommand(1);
  auto most = std::make_shared<int>(20);
  CLI::App* const list = release->add_subcommand("list", "Releases, newest first");
  list->add_option("--limit", *most, "At most so many")->check(CLI::Range(1, 1'000'000));
  list->callback([most, &session] {
    CallAndPrint(
        session, [&](client::Client& client) { return AllReleases(client, *most); },
        [](const v1::ListReleasesResponse& response) {
          for (const v1::Release& one : response.releases()) PrintRelease(one);
          if (response.releases_size() == 0) std::cout << "no release yet\n";
          if (!response.next_page_token().empty()) std::cout << "and more: --limit\n";
        });
  });
  auto shown = std::make_shared<v1::GetReleaseRequest>();
  auto name = std::make_shared<std::string>();
  CLI::App* const show = release->add_subcommand("show", "One release; default the newest");
  show->add_option("release", *name, "releases/N");
  show->callback([shown, name, &session] {
    if (!name->empty()) shown->mutable_release()->set_name(*name);
    CallAndPrint(
        session, [&](client::Client& client) { return client.GetRelease(*shown); },
        [](const v1::GetReleaseResponse& response) { PrintRelease(response.release()); });
  });
  AddReleaseReads(*release, session);
}

}  // namespace

void AddKnowledgeCommands(CLI::App& app, Session& session) {
  CLI::App* const status = app.add_subcommand("status", "What the server is and how it is");
  status->callback([&session] {
    CallAndPrint(
        session, [](client::Client& client) { return client.GetStatus(); }, PrintStatus);
  });
  AddFacts(app, session);
  AddGraph(app, session);
  AddRelease(app, session);
}

}  // namespace evident::cli
