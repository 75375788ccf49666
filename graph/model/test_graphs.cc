#include "graph/model/test_graphs.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace evident::graph {
namespace {

constexpr uint32_t kSlots = 4;  // nodes of one kind that a random pack may have at once

constexpr v1::NodeKind kRandomKinds[] = {
    v1::NODE_KIND_GUIDELINE, v1::NODE_KIND_STATEMENT,   v1::NODE_KIND_CONCEPT,
    v1::NODE_KIND_FACT,      v1::NODE_KIND_STUDY,       v1::NODE_KIND_EVIDENCE,
    v1::NODE_KIND_REFERENCE, v1::NODE_KIND_PROPOSITION, v1::NODE_KIND_ISSUER,
    v1::NODE_KIND_BOARD,     v1::NODE_KIND_PERSON,      v1::NODE_KIND_DECISION_POINT,
    v1::NODE_KIND_UNRESOLVED};

// Edges without a body, of which a node has at most one.
constexpr std::tuple<v1::NodeKind, v1::EdgeKind, v1::NodeKind> kPlainLinks[] = {
    {v1::NODE_KIND_STATEMENT, v1::EDGE_KIND_PART_OF, v1::NODE_KIND_GUIDELINE},
    {v1::NODE_KIND_STATEMENT, v1::EDGE_KIND_CONCERNS, v1::NODE_KIND_FACT},
    {v1::NODE_KIND_STATEMENT, v1::EDGE_KIND_ASSERTS, v1::NODE_KIND_PROPOSITION},
    {v1::NODE_KIND_STATEMENT, v1::EDGE_KIND_DECIDES, v1::NODE_KIND_DECISION_POINT},
    {v1::NODE_KIND_STATEMENT, v1::EDGE_KIND_REVIEWED_BY, v1::NODE_KIND_PERSON},
    {v1::NODE_KIND_GUIDELINE, v1::EDGE_KIND_ISSUED_BY, v1::NODE_KIND_ISSUER},
    {v1::NODE_KIND_GUIDELINE, v1::EDGE_KIND_REVIEWED_BY, v1::NODE_KIND_BOARD},
    {v1::NODE_KIND_EVIDENCE, v1::EDGE_KIND_RESULT_OF, v1::NODE_KIND_STUDY},
    {v1::NODE_KIND_STUDY, v1::EDGE_KIND_REPORTED_IN, v1::NODE_KIND_REFERENCE}};

v1::NodeRecord NamedNode(const std::string& name) {
  v1::NodeRecord node;
  node.set_name(name);
  node.set_pack(name.substr(0, name.find('/')));
  return node;
}

EdgeDraft PlainEdge(v1::NodeKind src_kind, const std::string& src, v1::EdgeKind kind,
                    v1::NodeKind dst_kind, const std::string& dst) {
  return {src_kind, src, kind, dst_kind, dst, {}};
}

}  // namespace

GraphDraft ExampleGraph() {
  GraphDraft draft;
  draft.nodes = {NamedNode("example/plan"), NamedNode("example/society"),
                 NamedNode("example/editor")};
  draft.nodes[0].mutable_guideline()->set_title("Plan");
  draft.nodes[1].mutable_issuer()->set_display("Society");
  draft.nodes[2].mutable_person()->set_display("Editor");
  draft.edges = {PlainEdge(v1::NODE_KIND_GUIDELINE, "example/plan", v1::EDGE_KIND_ISSUED_BY,
                           v1::NODE_KIND_ISSUER, "example/society"),
                 PlainEdge(v1::NODE_KIND_GUIDELINE, "example/plan", v1::EDGE_KIND_REVIEWED_BY,
                           v1::NODE_KIND_PERSON, "example/editor")};
  return draft;
}

v1::NodeRecord ConceptNode(const std::string& name, const std::string& display) {
  v1::NodeRecord node = NamedNode(name);
  node.mutable_clinical_concept()->set_kind(v1::CONCEPT_KIND_CONDITION);
  node.mutable_clinical_concept()->set_display(display);
  return node;
}

v1::NodeRecord StatementNode(const std::string& name, uint32_t order) {
  v1::NodeRecord node = NamedNode(name);
  v1::Statement& statement = *node.mutable_statement();
  statement.set_kind(v1::STATEMENT_KIND_FACT);
  statement.set_section("first");
  statement.set_order(order);
  v1::Wording& wording = *statement.add_wordings();
  wording.set_audience(v1::AUDIENCE_CLINICIAN);
  wording.set_language("en");
  wording.set_headline("Headline " + std::to_string(order));
  return node;
}

v1::NodeRecord EvidenceNode(const std::string& name, const std::string& pack) {
  v1::NodeRecord node;
  node.set_name(name);
  node.set_pack(pack);
  node.mutable_evidence()->set_headline("Result");
  return node;
}

v1::NodeRecord ReferenceNode(const std::string& name, const std::string& pack) {
  v1::NodeRecord node;
  node.set_name(name);
  node.set_pack(pack);
  node.mutable_reference()->set_title("Title of " + name);
  return node;
}

std::string RandomPack::NameOf(v1::NodeKind kind, uint32_t slot) const {
  if (kind == v1::NODE_KIND_UNRESOLVED) return name_ + "/source#" + std::to_string(slot);
  if (kind == v1::NODE_KIND_REFERENCE && slot == 0) return "doi:10.1/" + name_ + "/0";
  return name_ + "/" + std::to_string(kind) + "-" + std::to_string(slot);
}

v1::NodeRecord RandomPack::MakeNode(v1::NodeKind kind, uint32_t slot) {
  const std::string name = NameOf(kind, slot);
  const std::string word = "W\u00f6rd " + std::to_string(Below(5));
  v1::NodeRecord node = NamedNode(name);
  switch (kind) {
    case v1::NODE_KIND_GUIDELINE:
      node.mutable_guideline()->set_title(word);
      node.mutable_guideline()->add_sections()->set_slug("first");
      node.mutable_guideline()->mutable_sections(0)->set_title(word);
      break;
    case v1::NODE_KIND_STATEMENT:
      node = StatementNode(name, 1 + Below(9));
      break;
    case v1::NODE_KIND_CONCEPT:
      node = ConceptNode(name, word);
      if (Below(2) == 0) node.mutable_clinical_concept()->add_synonyms("Synonym-" + word);
      if (Below(2) == 0) {
        v1::Code& code = *node.mutable_clinical_concept()->add_codes();
        code.set_system("urn:example");
        code.set_code(std::to_string(Below(3)));
      }
      break;
    case v1::NODE_KIND_FACT:
      node.mutable_fact()->set_display(word);
      node.mutable_fact()->set_question(word + "?");
      node.mutable_fact()->set_type(v1::FACT_TYPE_INTEGER);
      if (Below(2) == 0) node.mutable_fact()->add_labels("label");
      break;
    case v1::NODE_KIND_EVIDENCE:
      node.mutable_evidence()->set_headline(word);
      break;
    case v1::NODE_KIND_REFERENCE:
      node = ReferenceNode(name, name_);
      node.mutable_reference()->set_year(2000 + Below(20));
      break;
    case v1::NODE_KIND_STUDY:
      node.mutable_study()->set_display(word);
      break;
    case v1::NODE_KIND_PROPOSITION:
      node.mutable_proposition()->set_text(word);
      break;
    case v1::NODE_KIND_ISSUER:
      node.mutable_issuer()->set_display(word);
      break;
    case v1::NODE_KIND_BOARD:
      node.mutable_board()->set_display(word);
      break;
    case v1::NODE_KIND_PERSON:
      node.mutable_person()->set_display(word);
      break;
    case v1::NODE_KIND_DECISION_POINT:
      node.mutable_decision_point()->set_display(word);
      node.mutable_decision_point()->set_order(1 + Below(9));
      break;
    default:
      node.mutable_unresolved()->set_raw_label(word);
      break;
  }
  return node;
}

void RandomPack::AddEdge(GraphDraft& draft, v1::NodeKind src_kind, uint32_t src, v1::EdgeKind kind,
                         v1::NodeKind dst_kind, uint32_t dst, v1::EdgeRecord record) {
  if (Below(3) == 0 || nodes_.count({src_kind, src}) == 0 || nodes_.count({dst_kind, dst}) == 0) {
    return;
  }
  draft.edges.push_back(
      {src_kind, NameOf(src_kind, src), kind, dst_kind, NameOf(dst_kind, dst), std::move(record)});
}

void RandomPack::AddEdges(GraphDraft& draft) {
  for (uint32_t src = 0; src < kSlots; ++src) {
    for (const auto& [from, kind, to] : kPlainLinks) {
      AddEdge(draft, from, src, kind, to, Below(kSlots));
    }
    for (uint32_t dst = 0; dst < src; ++dst) {
      AddEdge(draft, v1::NODE_KIND_CONCEPT, src, v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, dst);
    }
    for (uint32_t parallel = 0; parallel < 3; ++parallel) {
      v1::EdgeRecord cites;
      cites.mutable_cites()->set_mark(std::to_string(3 * Below(4) + parallel));
      AddEdge(draft, v1::NODE_KIND_STATEMENT, src, v1::EDGE_KIND_CITES, v1::NODE_KIND_REFERENCE,
              Below(2), cites);
      cites.mutable_cites()->set_unresolved(true);
      AddEdge(draft, v1::NODE_KIND_EVIDENCE, src, v1::EDGE_KIND_CITES, v1::NODE_KIND_UNRESOLVED,
              Below(2), cites);
    }
    v1::EdgeRecord support;
    support.mutable_supported_by()->set_support(v1::SUPPORT_SUPPORTS);
    AddEdge(draft, v1::NODE_KIND_STATEMENT, src, v1::EDGE_KIND_SUPPORTED_BY, v1::NODE_KIND_EVIDENCE,
            Below(kSlots), support);
  }
}

GraphDraft RandomPack::Next() {
  for (const v1::NodeKind kind : kRandomKinds) {
    for (uint32_t slot = 0; slot < kSlots; ++slot) {
      const uint32_t fate = Below(10);
      if (fate < 3) nodes_[{kind, slot}] = MakeNode(kind, slot);
      if (fate == 3) nodes_.erase({kind, slot});
    }
  }
  GraphDraft draft;
  for (const auto& [key, node] : nodes_) draft.nodes.push_back(node);
  AddEdges(draft);
  if (name_ == "base") {
    draft.nodes.push_back(ConceptNode("base/anchor", "Anchor"));
  } else {
    for (const auto& [key, node] : nodes_) {
      if (key.first != v1::NODE_KIND_STATEMENT || Below(2) == 0) continue;
      draft.edges.push_back(PlainEdge(v1::NODE_KIND_STATEMENT, node.name(),
                                      v1::EDGE_KIND_APPLIES_TO, v1::NODE_KIND_CONCEPT,
                                      "base/anchor"));
    }
  }
  std::shuffle(draft.nodes.begin(), draft.nodes.end(), random_);
  std::shuffle(draft.edges.begin(), draft.edges.end(), random_);
  return draft;
}

}  // namespace evident::graph
