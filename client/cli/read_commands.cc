// Reading the graph and its releases: lists, walks, provenance, search, differences, watching.
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/call_and_print.h"
#include "client/cli/commands.h"
#include "client/cli/diff_output.h"
#include "client/cli/text.h"
#include "client/cli/words.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

using graph::EnumOf;
using graph::EnumWord;
using graph::EnumWords;

struct ReadOptions {
  std::vector<std::string> names;
  std::string kind;
  std::string pack;
  std::string release;
  std::string from;
  std::string to;
  std::string direction = "out";
  std::vector<std::string> edge_kinds;
  std::vector<std::string> node_kinds;
  std::optional<uint32_t> depth;
  std::optional<uint32_t> fan_out;
  std::optional<uint32_t> total;
  uint32_t after = 0;
  bool narrower = false;
  bool records = false;
};
using Options = std::shared_ptr<ReadOptions>;

void AddRelease(CLI::App& command, ReadOptions& options) {
  command.add_option("--release", options.release, "releases/N; default the newest");
}

template <typename Request>
void SetRelease(const ReadOptions& options, Request& request) {
  if (!options.release.empty()) request.mutable_release()->set_name(options.release);
}

absl::StatusOr<v1::ListNodesResponse> List(client::Client& client, const ReadOptions& options) {
  v1::ListNodesRequest request;
  request.set_kind(EnumOf<v1::NodeKind>(options.kind));
  request.set_pack(options.pack);
  SetRelease(options, request);
  return AllPages<v1::ListNodesResponse>(
      request, [&](const v1::ListNodesRequest& page) { return client.ListNodes(page); },
      [](const v1::ListNodesResponse& page, v1::ListNodesResponse& all) {
        all.mutable_nodes()->MergeFrom(page.nodes());
        all.set_release(page.release());
      });
}

void PrintNodes(const v1::ListNodesResponse& response) {
  for (const v1::NodeRecord& node : response.nodes()) {
    std::cout << Printable(node.name()) << "  " << Printable(TitleOf(node)) << "\n";
  }
  std::cout << response.nodes_size() << " nodes of release " << response.release() << "\n";
}

absl::StatusOr<v1::SearchConceptsResponse> Search(client::Client& client,
                                                  const ReadOptions& options) {
  v1::SearchConceptsRequest request;
  std::string text;
  for (const std::string& word : options.names) text += (text.empty() ? "" : " ") + word;
  request.set_text(text);
  if (!options.kind.empty()) request.set_kind(EnumOf<v1::ConceptKind>(options.kind));
  request.set_narrower(options.narrower);
  SetRelease(options, request);
  return AllPages<v1::SearchConceptsResponse>(
      request, [&](const v1::SearchConceptsRequest& page) { return client.SearchConcepts(page); },
      [](const v1::SearchConceptsResponse& page, v1::SearchConceptsResponse& all) {
        all.mutable_hits()->MergeFrom(page.hits());
        all.set_total(page.total());
        all.set_release(page.release());
      });
}

void PrintHits(const v1::SearchConceptsResponse& response) {
  Text text(OptionsForStdout());
  for (const v1::ConceptHit& hit : response.hits()) {
    std::string how = EnumWord(hit.match());
    if (!hit.below().empty()) {
      how = "below " + Slug(hit.below());
    } else if (hit.label() != hit.clinical_concept().display()) {
      how += ": " + hit.label();
    }
    text.Line(text.Styled(Style::kBold, hit.name()) + "  " + hit.clinical_concept().display() +
              "  " + text.Styled(Style::kDim, how));
  }
  text.Line(std::to_string(response.total()) + " concepts of release " +
            std::to_string(response.release()));
  std::cout << text.str();
}

void PrintDigest(Text& text, const char* what, const v1::ProvenanceNode& node) {
  text.Line("  " + std::string(what) + " " + node.node().name());
  text.Line("    " + HexEncode(node.digest()));
}

void PrintProvenance(const v1::GetProvenanceResponse& response) {
  Text text(OptionsForStdout());
  text.Line(text.Styled(Style::kBold, response.statement().node().name()) + " of release " +
            std::to_string(response.release()) +
            (response.provenance().complete() ? "" : ", not complete"));
  for (const v1::ProvenancePath& path : response.provenance().paths()) {
    std::string line = "  -> ";
    if (!path.evidence().empty()) {
      line += path.evidence() +
              (path.support().support() == v1::SUPPORT_WEAKENS ? " (weakens)" : "") + " -> ";
    }
    if (path.citation().cites().unresolved()) {
      line += "the mark " + path.citation().cites().mark() + ", unresolved";
    } else {
      line += path.citation().reference().empty() ? "nothing" : path.citation().reference();
    }
    text.Line(line);
  }
  text.Line("digests");
  PrintDigest(text, "statement", response.statement());
  for (const v1::ProvenanceNode& node : response.evidence()) PrintDigest(text, "evidence", node);
  for (const v1::ProvenanceNode& node : response.studies()) PrintDigest(text, "study", node);
  for (const v1::ProvenanceNode& node : response.references()) {
    PrintDigest(text, "reference", node);
  }
  text.Line("  all of it");
  text.Line("    " + HexEncode(response.provenance().digest()));
  std::cout << text.str();
}

v1::TraverseRequest WalkOf(const ReadOptions& options) {
  v1::TraverseRequest request;
  for (const std::string& name : options.names) request.add_starts(name);
  request.set_direction(EnumOf<v1::WalkDirection>(options.direction));
  for (const std::string& kind : options.edge_kinds) {
    request.add_edge_kinds(EnumOf<v1::EdgeKind>(kind));
  }
  for (const std::string& kind : options.node_kinds) {
    request.add_node_kinds(EnumOf<v1::NodeKind>(kind));
  }
  if (options.depth) request.set_depth_max(*options.depth);
  if (options.fan_out) request.set_fan_out_max(*options.fan_out);
  if (options.total) request.set_total_max(*options.total);
  request.set_records(options.records);
  SetRelease(options, request);
  return request;
}

void PrintStep(const v1::TraverseResponse& step) {
  std::cout << std::string(2 * step.depth(), ' ');
  if (!step.from().empty()) {
    std::cout << (step.against() ? "<- " : "-> ") << EnumWord(step.edge_kind()) << " ";
  }
  std::cout << Printable(step.node()) << (step.seen() ? "  (seen)" : "")
            << (step.has_more() ? "  ..." : "") << "\n";
}

void RunWalk(const ReadOptions& options, Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  const absl::Status status =
      (*client)->Traverse(WalkOf(options), [&](const v1::TraverseResponse& step) {
        session.json() ? session.PrintJson(step) : PrintStep(step);
        return true;
      });
  status.ok() ? session.Done() : session.Fail(status);
}

void RunWatch(const ReadOptions& options, Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.status());
  v1::WatchReleasesRequest request;
  request.set_after(options.after);
  const absl::Status status =
      (*client)->WatchReleases(request, [&](const v1::WatchReleasesResponse& response) {
        if (session.json()) {
          session.PrintJson(response);
        } else {
          const v1::Release& release = response.release();
          std::cout << Printable(release.name()) << "  " << Printable(release.label()) << "  "
                    << HexEncode(release.release_digest()) << std::endl;
        }
        return true;
      });
  // A watch ends by its time, unless the server ends it.
  absl::IsDeadlineExceeded(status) ? session.Done() : session.Fail(status);
}

absl::StatusOr<v1::DiffReleasesResponse> Diff(client::Client& client, const ReadOptions& options) {
  v1::DiffReleasesRequest request;
  request.mutable_from()->set_name(options.from);
  if (!options.to.empty()) request.mutable_to()->set_name(options.to);
  if (!options.kind.empty()) request.set_kind(EnumOf<v1::NodeKind>(options.kind));
  request.set_pack(options.pack);
  return AllPages<v1::DiffReleasesResponse>(
      request, [&](const v1::DiffReleasesRequest& page) { return client.DiffReleases(page); },
      [](const v1::DiffReleasesResponse& page, v1::DiffReleasesResponse& all) {
        all.mutable_differences()->MergeFrom(page.differences());
        all.set_from(page.from());
        all.set_to(page.to());
      });
}

void PrintDiff(const v1::DiffReleasesResponse& response) {
  Text text(OptionsForStdout());
  PrintDifferences(text, response.differences());
  text.Line(std::to_string(response.differences_size()) + " nodes differ between release " +
            std::to_string(response.from()) + " and release " + std::to_string(response.to()));
  std::cout << text.str();
}

template <typename Enum>
CLI::Validator OneOf() {
  return CLI::IsMember(EnumWords<Enum>());
}

void AddList(CLI::App& graph, Session& session) {
  const Options options = std::make_shared<ReadOptions>();
  CLI::App* const list = graph.add_subcommand("list", "All nodes of one kind");
  list->add_option("kind", options->kind, "statement, concept, fact, reference, ...")
      ->required()
      ->check(OneOf<v1::NodeKind>());
  list->add_option("--pack", options->pack, "Only those of this pack");
  AddRelease(*list, *options);
  list->callback([options, &session] {
    CallAndPrint(
        session, [&](client::Client& client) { return List(client, *options); }, PrintNodes);
  });
}

void AddProvenance(CLI::App& graph, Session& session) {
  const Options options = std::make_shared<ReadOptions>();
  options->names.resize(1);
  CLI::App* const command = graph.add_subcommand("provenance", "What a statement rests on");
  command->add_option("statement", options->names[0], "Its full name")->required();
  AddRelease(*command, *options);
  command->callback([options, &session] {
    v1::GetProvenanceRequest request;
    request.set_statement(options->names[0]);
    SetRelease(*options, request);
    CallAndPrint(
        session, [&](client::Client& client) { return client.GetProvenance(request); },
        PrintProvenance);
  });
}

void AddTraverse(CLI::App& graph, Session& session) {
  const Options options = std::make_shared<ReadOptions>();
  CLI::App* const walk = graph.add_subcommand("traverse", "Walk the graph from some nodes");
  walk->add_option("starts", options->names, "Full names to start from")->required();
  walk->add_option("--direction", options->direction, "out, in or both")
      ->check(OneOf<v1::WalkDirection>());
  walk->add_option("--edge", options->edge_kinds, "Kind of edges to follow; repeat it")
      ->allow_extra_args(false)
      ->check(OneOf<v1::EdgeKind>());
  walk->add_option("--node", options->node_kinds, "Kind of nodes to reach; repeat it")
      ->allow_extra_args(false)
      ->check(OneOf<v1::NodeKind>());
  walk->add_option("--depth", options->depth, "Edges from a start to the end; default 2");
  walk->add_option("--fan-out", options->fan_out, "Budget of edges that leave one node");
  walk->add_option("--total", options->total, "Budget of steps");
  walk->add_flag("--records", options->records, "With --output json: nodes and edges as stored");
  AddRelease(*walk, *options);
  walk->callback([options, &session] { RunWalk(*options, session); });
}

}  // namespace

void AddGraphReads(CLI::App& graph, Session& session) {
  AddList(graph, session);
  AddProvenance(graph, session);
  AddTraverse(graph, session);
}

void AddReleaseReads(CLI::App& release, Session& session) {
  const Options diff = std::make_shared<ReadOptions>();
  CLI::App* const differences = release.add_subcommand("diff", "What differs between two releases");
  differences->add_option("from", diff->from, "releases/N")->required();
  differences->add_option("to", diff->to, "releases/N; default the newest");
  differences->add_option("--kind", diff->kind, "Only nodes of this kind")
      ->check(OneOf<v1::NodeKind>());
  differences->add_option("--pack", diff->pack, "Only nodes of this pack");
  differences->callback([diff, &session] {
    CallAndPrint(
        session, [&](client::Client& client) { return Diff(client, *diff); }, PrintDiff);
  });

  const Options watch = std::make_shared<ReadOptions>();
  CLI::App* const watching =
      release.add_subcommand("watch", "Releases as they come, until --timeout-ms has passed");
  watching->add_option("--after", watch->after, "Begin with the release above this number");
  watching->callback([watch, &session] { RunWatch(*watch, session); });
}

void AddConceptCommands(CLI::App& app, Session& session) {
  CLI::App* const concepts = app.add_subcommand("concepts", "Concepts of the knowledge");
  concepts->require_subcommand(1);
  const Options options = std::make_shared<ReadOptions>();
  CLI::App* const search =
      concepts->add_subcommand("search", "Find concepts by names, synonyms and codes");
  search->add_option("text", options->names, "Words, or a code")->required();
  search->add_option("--kind", options->kind, "condition, finding, intervention or outcome")
      ->check(OneOf<v1::ConceptKind>());
  search->add_flag("--narrower", options->narrower, "And what lies below each of them");
  AddRelease(*search, *options);
  search->callback([options, &session] {
    CallAndPrint(
        session, [&](client::Client& client) { return Search(client, *options); }, PrintHits);
  });
}

}  // namespace evident::cli
