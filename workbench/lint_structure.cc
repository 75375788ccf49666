// Concepts that stand twice, and chains that lead in circles.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "graph/model/invariants.h"
#include "graph/model/node_id.h"
#include "workbench/lint_view.h"

namespace evident::workbench {
namespace {

void FindDuplicates(const LintView& view, Findings& findings) {
  std::map<std::pair<v1::ConceptKind, std::string>, std::set<std::string>> by_word;
  for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_CONCEPT)) {
    const v1::Concept& body = node->clinical_concept();
    const auto add = [&](const std::string& word) {
      if (!word.empty()) by_word[{body.kind(), word}].insert(name);
    };
    add(Fold(body.display()));
    for (const std::string& synonym : body.synonyms()) add(Fold(synonym));
    for (const v1::Code& code : body.codes()) add(code.system() + "|" + code.code());
  }
  std::map<std::set<std::string>, std::vector<std::string>> shared;
  for (const auto& [word, names] : by_word) {
    if (names.size() > 1) shared[names].push_back("\"" + word.second + "\"");
  }
  for (const auto& [names, words] : shared) {
    const std::string& first = *names.begin();
    const auto& node = view.Nodes(v1::NODE_KIND_CONCEPT).at(first);
    if (!view.IsLooked(*node)) continue;
    findings.Add("duplicate-concept", first,
                 Listed({names.begin(), names.end()}) + " share " + Listed(words));
  }
}

void FindCycles(const LintView& view, Findings& findings) {
  for (const v1::EdgeKind kind : {v1::EDGE_KIND_IS_A, v1::EDGE_KIND_COMPONENT_OF,
                                  v1::EDGE_KIND_SUPERSEDES, v1::EDGE_KIND_ELABORATES}) {
    graph::GraphDraft chains;
    for (const auto& [from, edge] : view.Edges(kind)) {
      // Both ends are of one kind.
      chains.edges.push_back({edge.to_kind, from, kind, edge.to_kind, edge.to, {}});
    }
    for (const Violation& violation : graph::CheckChains(chains, kind)) {
      findings.Add("cycle", violation.field, violation.description);
    }
  }
}

}  // namespace

void LintStructure(const LintView& view, Findings& findings) {
  FindDuplicates(view, findings);
  FindCycles(view, findings);
}

}  // namespace evident::workbench
