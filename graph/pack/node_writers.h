// The writers of each kind of node: the counterparts of readers.h.
#ifndef EVIDENT_GRAPH_PACK_NODE_WRITERS_H_
#define EVIDENT_GRAPH_PACK_NODE_WRITERS_H_

#include <string>
#include <vector>

#include "graph/model/change_set.h"
#include "graph/pack/written_map.h"

namespace evident::graph {

// `language`: the pack's.
WrittenMap WriteStatement(const NodeChange& node, const std::string& language,
                          const LinkWords& links);
WrittenMap WriteGuideline(const NodeChange& node, const LinkWords& links);
WrittenMap WriteEvidence(const NodeChange& node, const LinkWords& links);
WrittenMap WriteStudy(const NodeChange& node, const LinkWords& links);
WrittenMap WriteReference(const NodeChange& node, const LinkWords& links);
WrittenMap WriteConcept(const NodeChange& node, const LinkWords& links);
WrittenMap WriteFact(const NodeChange& node, const LinkWords& links);
WrittenMap WriteDecisionPoint(const NodeChange& node, const LinkWords& links);
WrittenMap WriteProposition(const NodeChange& node, const LinkWords& links);
WrittenMap WriteIssuer(const NodeChange& node, const LinkWords& links);
WrittenMap WriteBoard(const NodeChange& node, const LinkWords& links);
WrittenMap WritePerson(const NodeChange& node, const LinkWords& links);

// Keys that several kinds have: "cites" and "possible_source", "reviewed_by".
void WriteCitations(const std::vector<EdgeDraft>& out, WrittenMap& map);
void WriteReviewers(const std::vector<EdgeDraft>& out, WrittenMap& map);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_NODE_WRITERS_H_
