// Small graphs with neutral names, and questions about them. Tests only.
#ifndef EVIDENT_DECISION_TEST_GRAPH_H_
#define EVIDENT_DECISION_TEST_GRAPH_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status_matchers.h"
#include "criteria/parse.h"
#include "decision/decide.h"
#include "decision/knowledge_index.h"
#include "decision/question.h"
#include "gmock/gmock.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/graph_draft.h"
#include "graph/model/memory_graph.h"
#include "gtest/gtest.h"

namespace evident::decision {

constexpr int64_t kTestNowNs = 1'767'225'600'000'000'000;  // 2026-01-01

// Names are slugs of the pack "t".
inline std::string Full(std::string_view slug) { return "t/" + std::string(slug); }

inline v1::Criterion Criterion(const std::string& text) {
  const auto parsed = criteria::Parse(
      text, [](std::string_view written, criteria::NameUse) -> absl::StatusOr<std::string> {
        return Full(written);
      });
  EXPECT_THAT(parsed, IsOk()) << text;
  return parsed.ok() ? graph::EncodeCriterion(*parsed) : v1::Criterion();
}

inline v1::Value Bool(bool value) {
  v1::Value out;
  out.set_boolean(value);
  return out;
}

inline v1::Value Int(int64_t value) {
  v1::Value out;
  out.set_integer(value);
  return out;
}

struct Part {
  std::string intervention;
  std::string when = {};
  std::string unless = {};
  bool optional = false;
  std::string add_on_to = {};
};

// A graph with one guideline and the condition "c"; statements are added in their order.
class TestGraph {
 public:
  TestGraph() {
    AddGuideline("book");
    AddConcept("c", v1::CONCEPT_KIND_CONDITION).set_display("Complaint");
  }

  v1::Guideline& AddGuideline(const std::string& slug) {
    v1::Guideline& guideline = *Node(slug).mutable_guideline();
    guideline.set_title(slug);
    guideline.set_disclaimer("For tests.");
    guideline.add_sections()->set_slug("one");
    guideline.mutable_sections(0)->set_title("One");
    return guideline;
  }

  v1::Guideline& FirstGuideline() { return *draft_.nodes.front()->mutable_guideline(); }

  v1::Evidence& AddEvidence(const std::string& slug) { return *Node(slug).mutable_evidence(); }
  v1::Reference& AddReference(const std::string& slug) { return *Node(slug).mutable_reference(); }

  v1::Issuer& AddIssuer(const std::string& slug) {
    v1::Issuer& issuer = *Node(slug).mutable_issuer();
    issuer.set_display(slug);
    return issuer;
  }

  void AddBoard(const std::string& slug, const std::vector<std::string>& members, uint32_t quorum) {
    v1::Board& board = *Node(slug).mutable_board();
    board.set_display(slug);
    board.set_quorum(quorum);
    for (const std::string& member : members) {
      board.add_members(Full(member));
      Node(member).mutable_person()->set_display(member);
    }
  }

  void AddUnresolvedCitation(const std::string& statement) {
    const std::string mark = "doc#" + statement;
    Node(mark).mutable_unresolved()->set_raw_label(mark);
    v1::Cites& cites =
        *Link(statement, v1::EDGE_KIND_CITES, v1::NODE_KIND_UNRESOLVED, mark).mutable_cites();
    cites.set_mark(mark);
    cites.set_unresolved(true);
  }

  // Makes a statement part of another guideline than "book".
  void MoveTo(const std::string& statement, const std::string& guideline) {
    Lead(statement, v1::EDGE_KIND_PART_OF, guideline);
  }

  // Makes a statement apply to another condition than "c".
  void ApplyTo(const std::string& statement, const std::string& condition) {
    Lead(statement, v1::EDGE_KIND_APPLIES_TO, condition);
  }

  v1::Concept& AddConcept(const std::string& slug, v1::ConceptKind kind) {
    v1::Concept& node = *Node(slug).mutable_clinical_concept();
    node.set_kind(kind);
    node.set_display(slug);
    return node;
  }

  void AddIntervention(const std::string& slug, v1::InterventionKind kind,
                       const std::string& is_a = "") {
    AddConcept(slug, v1::CONCEPT_KIND_INTERVENTION).set_intervention_kind(kind);
    if (!is_a.empty()) {
      Edge(v1::NODE_KIND_CONCEPT, slug, v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, is_a);
    }
  }

  v1::FactDefinition& AddFact(const std::string& slug, v1::FactType type) {
    v1::FactDefinition& fact = *Node(slug).mutable_fact();
    fact.set_display(slug);
    fact.set_question(slug + "?");
    fact.set_type(type);
    if (type == v1::FACT_TYPE_INTEGER) {
      *fact.mutable_minimum() = Int(0);
      *fact.mutable_maximum() = Int(9);
    }
    return fact;
  }

  v1::DecisionPoint& AddPoint(const std::string& slug, const std::string& at_issue = "") {
    v1::DecisionPoint& point = *Node(slug).mutable_decision_point();
    point.set_display(slug);
    point.set_order(++points_);
    if (!at_issue.empty()) *point.mutable_at_issue() = Criterion(at_issue);
    return point;
  }

  v1::Statement& Add(const std::string& slug, v1::Polarity polarity, const std::string& when,
                     const std::vector<std::string>& decides) {
    v1::NodeRecord& node = Node(slug);
    v1::Statement& statement = *node.mutable_statement();
    statement.set_kind(polarity == v1::POLARITY_UNSPECIFIED ? v1::STATEMENT_KIND_FACT
                                                            : v1::STATEMENT_KIND_RECOMMENDATION);
    statement.set_polarity(polarity);
    statement.set_section("one");
    statement.set_order(++statements_);
    if (!when.empty()) *statement.mutable_criterion() = Criterion(when);
    v1::Wording& wording = *statement.add_wordings();
    wording.set_audience(v1::AUDIENCE_CLINICIAN);
    wording.set_language("en");
    wording.set_headline("Headline of " + slug);
    Link(slug, v1::EDGE_KIND_PART_OF, v1::NODE_KIND_GUIDELINE, "book");
    Link(slug, v1::EDGE_KIND_APPLIES_TO, v1::NODE_KIND_CONCEPT, "c");
    for (const std::string& point : decides) {
      Link(slug, v1::EDGE_KIND_DECIDES, v1::NODE_KIND_DECISION_POINT, point);
    }
    return statement;
  }

  void AddOption(const std::string& slug, bool whole, const std::vector<Part>& parts) {
    const uint32_t option = ++options_[slug];
    for (size_t i = 0; i < parts.size(); ++i) {
      v1::Involves involves;
      involves.set_option(option);
      involves.set_component(static_cast<uint32_t>(i) + 1);
      involves.set_whole(whole);
      involves.set_optional(parts[i].optional);
      if (!parts[i].add_on_to.empty()) involves.set_add_on_to(Full(parts[i].add_on_to));
      if (!parts[i].when.empty()) *involves.mutable_when() = Criterion(parts[i].when);
      if (!parts[i].unless.empty()) *involves.mutable_unless() = Criterion(parts[i].unless);
      *Link(slug, v1::EDGE_KIND_INVOLVES, v1::NODE_KIND_CONCEPT, parts[i].intervention)
           .mutable_involves() = std::move(involves);
    }
  }

  v1::ConflictsWith& AddConflict(const std::string& one, const std::string& other) {
    v1::ConflictsWith& conflict =
        *Link(one, v1::EDGE_KIND_CONFLICTS_WITH, v1::NODE_KIND_STATEMENT, other)
             .mutable_conflicts_with();
    conflict.set_none_named(true);
    return conflict;
  }

  void AddDetail(const std::string& statement, const std::string& parent) {
    Link(statement, v1::EDGE_KIND_ELABORATES, v1::NODE_KIND_STATEMENT, parent);
  }

  void AddSuccessor(const std::string& newer, const std::string& older,
                    v1::NodeKind kind = v1::NODE_KIND_STATEMENT) {
    Edge(kind, newer, v1::EDGE_KIND_SUPERSEDES, kind, older).mutable_supersedes()->set_why("newer");
  }

  v1::EdgeRecord& Link(const std::string& statement, v1::EdgeKind kind, v1::NodeKind to_kind,
                       const std::string& to) {
    return Edge(v1::NODE_KIND_STATEMENT, statement, kind, to_kind, to);
  }

  v1::EdgeRecord& Edge(v1::NodeKind from_kind, const std::string& from, v1::EdgeKind kind,
                       v1::NodeKind to_kind, const std::string& to) {
    draft_.edges.push_back({from_kind, Full(from), kind, to_kind, Full(to), {}});
    return draft_.edges.back().record;
  }

  void Remove(const std::string& statement) {
    const std::string name = Full(statement);
    std::erase_if(draft_.nodes, [&](const auto& node) { return node->name() == name; });
    std::erase_if(draft_.edges, [&](const graph::EdgeDraft& edge) {
      return edge.src == name || edge.dst == name;
    });
  }

  graph::GraphDraft Draft() const {
    graph::GraphDraft draft;
    for (const auto& node : draft_.nodes) draft.nodes.push_back(*node);
    draft.edges = draft_.edges;
    return draft;
  }

  std::shared_ptr<const KnowledgeIndex> Compile() const { return CompileDraft(Draft()); }

  static std::shared_ptr<const KnowledgeIndex> CompileDraft(
      const graph::GraphDraft& draft,
      const std::shared_ptr<const KnowledgeIndex>& other = nullptr) {
    storage::v1::ReleaseRecord release;
    release.set_number(3);
    release.set_release_digest(std::string(32, 'r'));
    release.set_content_digest(std::string(32, 'c'));
    auto graph = graph::MemoryGraph::Build(draft, release);
    for (const Violation& violation : ErrorViolations(graph.status())) {
      ADD_FAILURE() << violation.field << ": " << violation.description;
    }
    if (!graph.ok()) return nullptr;
    auto index = KnowledgeIndex::Build(*std::move(graph), other);
    EXPECT_THAT(index, IsOk());
    return index.ok() ? *std::move(index) : nullptr;
  }

 private:
  void Lead(const std::string& statement, v1::EdgeKind kind, const std::string& to) {
    for (graph::EdgeDraft& edge : draft_.edges) {
      if (edge.src == Full(statement) && edge.kind == kind) edge.dst = Full(to);
    }
  }

  v1::NodeRecord& Node(const std::string& slug) {
    // Nodes are handed out by reference, so they must not move.
    draft_.nodes.push_back(std::make_shared<v1::NodeRecord>());
    draft_.nodes.back()->set_name(Full(slug));
    draft_.nodes.back()->set_pack("t");
    return *draft_.nodes.back();
  }

  struct {
    std::vector<std::shared_ptr<v1::NodeRecord>> nodes;
    std::vector<graph::EdgeDraft> edges;
  } draft_;
  uint32_t statements_ = 0;
  uint32_t points_ = 0;
  std::map<std::string, uint32_t> options_;
};

using FactList = std::vector<std::pair<std::string, v1::Value>>;

inline v1::QuestionFrame FrameOf(const FactList& facts) {
  v1::QuestionFrame frame;
  frame.add_concepts("c");
  for (const auto& [name, value] : facts) {
    v1::Fact& fact = *frame.add_facts();
    fact.set_name(name);
    *fact.mutable_value() = value;
  }
  return frame;
}

inline absl::StatusOr<v1::ResolvedQuestion> Resolve(const KnowledgeIndex& index,
                                                    const v1::QuestionFrame& frame,
                                                    const std::string* text = nullptr,
                                                    const v1::ResolvedQuestion* earlier = nullptr) {
  QuestionInputs inputs;
  inputs.received_ns = kTestNowNs;
  inputs.text = text;
  inputs.earlier = earlier;
  return ResolveQuestion(frame, index, inputs);
}

inline Decision DecideFor(const KnowledgeIndex& index, const v1::QuestionFrame& frame) {
  const auto question = Resolve(index, frame);
  EXPECT_THAT(question, IsOk());
  if (!question.ok()) return {};
  auto decision = Decide(index, *question, [] { return absl::OkStatus(); });
  EXPECT_THAT(decision, IsOk());
  return decision.ok() ? *std::move(decision) : Decision();
}

inline v1::Answer AnswerFor(const TestGraph& graph, const FactList& facts) {
  const auto index = graph.Compile();
  return index == nullptr ? v1::Answer() : DecideFor(*index, FrameOf(facts)).answer;
}

// Null when the statement is not recommended; likewise below.
inline const v1::Recommendation* FindItem(const v1::Answer& answer, const std::string& slug) {
  for (const auto& item : answer.recommendations()) {
    if (item.statement() == Full(slug)) return &item;
  }
  return nullptr;
}

inline const v1::Exclusion* FindExclusion(const v1::Answer& answer, const std::string& slug) {
  for (const auto& item : answer.exclusions()) {
    if (item.statement() == Full(slug)) return &item;
  }
  return nullptr;
}

// Unspecified when the answer has no such point.
inline v1::DecisionPointOutcome PointOf(const v1::Answer& answer, const std::string& slug) {
  for (const auto& point : answer.decision_points()) {
    if (point.name() == Full(slug)) return point;
  }
  return {};
}

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_TEST_GRAPH_H_
