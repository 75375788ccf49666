#include "graph/traverse/provenance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "base/status_matchers.h"
#include "graph/model/doc_blocks.h"
#include "graph/model/memory_graph.h"
#include "graph/model/naive_reader.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr v1::NodeKind kStatement = v1::NODE_KIND_STATEMENT;
constexpr v1::NodeKind kEvidence = v1::NODE_KIND_EVIDENCE;
constexpr v1::NodeKind kReference = v1::NODE_KIND_REFERENCE;

const NodeId kAdvice = MakeNodeId(kStatement, "example/advice");

v1::NodeRecord NodeOf(const std::string& name) {
  v1::NodeRecord node;
  node.set_name(name);
  node.set_pack("example");
  return node;
}

EdgeDraft Supports(const std::string& evidence, v1::Support how) {
  EdgeDraft edge{kStatement, "example/advice", v1::EDGE_KIND_SUPPORTED_BY, kEvidence, evidence, {}};
  edge.record.mutable_supported_by()->set_support(how);
  return edge;
}

EdgeDraft Cites(v1::NodeKind from, const std::string& src, const std::string& reference,
                const std::string& mark) {
  EdgeDraft edge{from, src, v1::EDGE_KIND_CITES, kReference, reference, {}};
  edge.record.mutable_cites()->set_mark(mark);
  return edge;
}

EdgeDraft CitesNothingKnown(const std::string& mark) {
  EdgeDraft edge = Cites(kStatement, "example/advice", "example/source#" + mark, mark);
  edge.dst_kind = v1::NODE_KIND_UNRESOLVED;
  edge.record.mutable_cites()->set_unresolved(true);
  return edge;
}

// The graph of the worked example in docs/formats/provenance.md.
GraphDraft Example() {
  GraphDraft draft;
  draft.nodes = {StatementNode("example/advice", 1),
                 EvidenceNode("example/result", "example"),
                 NodeOf("example/trial"),
                 ReferenceNode("example/paper", "example"),
                 ReferenceNode("example/review", "example"),
                 NodeOf("example/source#7")};
  draft.nodes[2].mutable_study()->set_display("Trial");
  draft.nodes[5].mutable_unresolved()->set_raw_label("7");
  draft.edges = {Supports("example/result", v1::SUPPORT_SUPPORTS),
                 Cites(kEvidence, "example/result", "example/paper", "1"),
                 {kEvidence,
                  "example/result",
                  v1::EDGE_KIND_RESULT_OF,
                  v1::NODE_KIND_STUDY,
                  "example/trial",
                  {}},
                 Cites(kStatement, "example/advice", "example/paper", "1"),
                 Cites(kStatement, "example/advice", "example/review", "2"),
                 CitesNothingKnown("7")};
  return draft;
}

std::shared_ptr<const MemoryGraph> Compile(const GraphDraft& draft) {
  const auto graph = MemoryGraph::Build(draft, {});
  EXPECT_THAT(graph, IsOk());
  return graph.ok() ? *graph : nullptr;
}

ProvenanceWalk WalkOf(const GraphDraft& draft) {
  const auto graph = Compile(draft);
  if (graph == nullptr) return {};
  const auto walk = WalkProvenance(*graph, kAdvice);
  EXPECT_THAT(walk, IsOk());
  return walk.ok() ? *walk : ProvenanceWalk();
}

// "evidence > mark > reference", with a dash for what is absent.
std::vector<std::string> PathsOf(const ProvenanceWalk& walk) {
  std::vector<std::string> paths;
  for (const v1::ProvenancePath& path : walk.provenance.paths()) {
    const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
    paths.push_back(or_dash(path.evidence()) + " > " + or_dash(path.citation().cites().mark()) +
                    " > " + or_dash(path.citation().reference()));
  }
  return paths;
}

std::vector<std::string> NamesOf(const std::vector<NodePtr>& nodes) {
  std::vector<std::string> names;
  for (const NodePtr& node : nodes) names.push_back(node->name());
  return names;
}

TEST(ProvenanceTest, DigestsAndPathsAreThoseOfThePage) {
  const auto graph = Compile(Example());
  ASSERT_NE(graph, nullptr);
  std::string digests;
  for (const auto& [kind, name] :
       {std::pair(kStatement, "example/advice"), std::pair(kEvidence, "example/result"),
        std::pair(kReference, "example/paper"), std::pair(kReference, "example/review")}) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest digest, graph->NodeDigest(MakeNodeId(kind, name)));
    digests += digest.Hex() + "\n";
  }
  EXPECT_EQ(digests, DocBlock("provenance.md", "hex node-digests"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ProvenanceWalk walk, WalkProvenance(*graph, kAdvice));
  EXPECT_EQ(HexEncode(walk.provenance.digest()), DocHex("provenance.md", "provenance-digest"));
  std::string paths;
  for (const std::string& path : PathsOf(walk)) paths += path + "\n";
  EXPECT_EQ(paths, DocBlock("provenance.md", "text paths"));
}

TEST(ProvenanceTest, EachNodeIsListedOnceWithItsStudyBeside) {
  const ProvenanceWalk walk = WalkOf(Example());
  EXPECT_THAT(NamesOf(walk.evidence), ElementsAre("example/result"));
  EXPECT_THAT(walk.studies, ElementsAre("example/trial"));
  EXPECT_THAT(NamesOf(walk.references), ElementsAre("example/paper", "example/review"));
  EXPECT_FALSE(walk.provenance.complete());
}

TEST(ProvenanceTest, EvidenceIsInKeyOrderHoweverItIsGiven) {
  GraphDraft draft = Example();
  draft.nodes.push_back(EvidenceNode("example/other", "example"));
  draft.edges.push_back(Supports("example/other", v1::SUPPORT_WEAKENS));
  draft.edges.push_back(Supports("example/result", v1::SUPPORT_WEAKENS));
  const ProvenanceWalk walk = WalkOf(draft);
  std::reverse(draft.nodes.begin(), draft.nodes.end());
  std::reverse(draft.edges.begin(), draft.edges.end());
  const ProvenanceWalk again = WalkOf(draft);
  EXPECT_EQ(again.provenance.SerializeAsString(), walk.provenance.SerializeAsString());

  std::vector<std::string> by_id = {"example/other", "example/result"};
  if (MakeNodeId(kEvidence, by_id[1]) < MakeNodeId(kEvidence, by_id[0])) {
    std::swap(by_id[0], by_id[1]);
  }
  EXPECT_EQ(NamesOf(walk.evidence), by_id);
  // Two edges to one piece of evidence are two paths.
  EXPECT_EQ(walk.provenance.paths_size(), 6);
  EXPECT_EQ(walk.studies.size(), 2u);
}

TEST(ProvenanceTest, TheDigestFollowsWhatIsOnThePathsAndNothingElse) {
  const std::string digest = WalkOf(Example()).provenance.digest();
  GraphDraft draft = Example();
  draft.nodes[3].mutable_reference()->set_year(2001);
  EXPECT_NE(WalkOf(draft).provenance.digest(), digest);
  draft = Example();
  draft.edges[1].record.mutable_cites()->set_locator("p. 2");
  EXPECT_NE(WalkOf(draft).provenance.digest(), digest);
  draft = Example();
  draft.nodes[2].mutable_study()->set_display("The trial");
  draft.nodes.push_back(ReferenceNode("example/unused", "example"));
  EXPECT_EQ(WalkOf(draft).provenance.digest(), digest);
}

TEST(ProvenanceTest, WhatReportsEvidenceStandsInWhereItCitesNothing) {
  GraphDraft draft = Example();
  draft.edges.erase(draft.edges.begin() + 3, draft.edges.end());
  draft.edges.push_back(
      {kEvidence, "example/result", v1::EDGE_KIND_REPORTED_IN, kReference, "example/review", {}});
  EXPECT_THAT(PathsOf(WalkOf(draft)), ElementsAre("example/result > 1 > example/paper"));
  draft.edges.erase(draft.edges.begin() + 1);
  const ProvenanceWalk reported = WalkOf(draft);
  EXPECT_THAT(PathsOf(reported), ElementsAre("example/result > - > example/review"));
  EXPECT_TRUE(reported.provenance.complete());
  draft.edges.pop_back();
  const ProvenanceWalk alone = WalkOf(draft);
  EXPECT_THAT(PathsOf(alone), ElementsAre("example/result > - > -"));
  EXPECT_FALSE(alone.provenance.complete());
}

TEST(ProvenanceTest, PossibleSourcesAreNoPath) {
  GraphDraft draft = Example();
  draft.edges = {{kStatement,
                  "example/advice",
                  v1::EDGE_KIND_POSSIBLE_SOURCE,
                  kReference,
                  "example/paper",
                  {}}};
  const ProvenanceWalk walk = WalkOf(draft);
  EXPECT_THAT(PathsOf(walk), IsEmpty());
  EXPECT_THAT(walk.references, IsEmpty());
  EXPECT_FALSE(walk.provenance.complete());
}

TEST(ProvenanceTest, TheWidestIsWalkedAndAWiderOneRefused) {
  GraphDraft draft = Example();
  draft.edges.clear();
  for (size_t i = 0; i < kProvenancePathsMax; ++i) {
    draft.edges.push_back(Cites(kStatement, "example/advice", "example/paper", std::to_string(i)));
  }
  EXPECT_EQ(WalkOf(draft).provenance.paths_size(), static_cast<int>(kProvenancePathsMax));
  draft.edges.push_back(Cites(kStatement, "example/advice", "example/review", "more"));
  const auto graph = Compile(draft);
  ASSERT_NE(graph, nullptr);
  const auto refused = WalkProvenance(*graph, kAdvice);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(refused, HasReason("PROVENANCE_TOO_WIDE"));
}

TEST(ProvenanceTest, WhatIsNotThereIsAnError) {
  const auto graph = Compile(Example());
  ASSERT_NE(graph, nullptr);
  EXPECT_THAT(WalkProvenance(*graph, MakeNodeId(kStatement, "example/none")),
              HasReason("NODE_UNKNOWN"));
  for (const size_t missing : {1u, 4u}) {
    GraphDraft draft = Example();
    draft.nodes.erase(draft.nodes.begin() + static_cast<std::ptrdiff_t>(missing));
    EXPECT_THAT(WalkProvenance(NaiveReader(draft, {}), kAdvice), HasReason("EDGE_DANGLING"));
  }
}

}  // namespace
}  // namespace evident::graph
