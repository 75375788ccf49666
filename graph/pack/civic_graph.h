// The graph that rows of CIViC make, row by row.
#ifndef EVIDENT_GRAPH_PACK_CIVIC_GRAPH_H_
#define EVIDENT_GRAPH_PACK_CIVIC_GRAPH_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/model/graph_draft.h"
#include "graph/pack/civic_reader.h"

namespace evident::graph {

// Each Add takes one row and says why it cannot be taken; then nothing of it is. First variants and
// drugs, then evidence, then assertions, whose links to evidence need it.
class CivicGraph {
 public:
  // Empty when the row was taken. Where a row calls a variant otherwise than a row before did, its
  // id or its words are wrong, and nobody knows which: it is about its gene alone then, and
  // doubted.
  std::string AddVariant(const CivicTable& table, const CivicRow& row);
  std::string AddDrug(const CivicTable& table, const CivicRow& row);
  std::string AddEvidence(const CivicTable& table, const CivicRow& row);
  std::string AddAssertion(const CivicTable& table, const CivicRow& row);

  // Good for nothing afterwards.
  GraphDraft Finish(std::vector<std::string>& unresolved, std::vector<BrokenRow>& doubts);

 private:
  v1::NodeRecord& NodeOf(v1::NodeKind kind, const std::string& name);
  // The concept's full name. Another display than the first becomes a synonym.
  std::string Concept(const std::string& slug, v1::ConceptKind kind, const std::string& display,
                      const std::string& system, const std::string& code);
  // Why the row's variant cannot be taken; empty when it can.
  std::string CheckVariant(const CivicTable& table, const CivicRow& row) const;
  // The variant's full name; its gene's where the row is doubted.
  std::string VariantOf(const CivicTable& table, const CivicRow& row);
  std::string DiseaseOf(const CivicTable& table, const CivicRow& row);
  std::string DrugNamed(const std::string& name);
  std::vector<std::string> DrugsOf(const CivicTable& table, const CivicRow& row);
  void LinkPhenotypes(const CivicTable& table, const CivicRow& row, v1::NodeKind kind,
                      const std::string& from);
  void LinkSource(const CivicTable& table, const CivicRow& row, const std::string& evidence);
  void LinkEvidence(const std::string& assertion, const std::string& id);
  void Link(v1::NodeKind src_kind, const std::string& src, v1::EdgeKind kind, v1::NodeKind dst_kind,
            const std::string& dst, const v1::EdgeRecord& record = {});

  std::map<std::pair<v1::NodeKind, std::string>, v1::NodeRecord> nodes_;
  std::vector<EdgeDraft> edges_;
  std::set<std::string> linked_;  // keys of edges that were added
  std::vector<std::string> unresolved_;
  std::vector<BrokenRow> doubts_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_CIVIC_GRAPH_H_
