// The readers of each kind of node. Each reads its map, reports what is wrong with it and adds node
// and edges; none depends on the order of nodes within its kind, the kinds are read in the order
// below.
#ifndef EVIDENT_GRAPH_PACK_READERS_H_
#define EVIDENT_GRAPH_PACK_READERS_H_

#include <vector>

#include "graph/pack/builder.h"
#include "graph/pack/case.h"

namespace evident::graph {

// Fact definitions come first and in two rounds: criteria and phrases need the types of all.
v1::FactDefinition ReadFactType(const NodeCursor& node, PackBuilder& builder);
void ReadFact(const NodeCursor& node, v1::FactDefinition definition, PackBuilder& builder);

void ReadGuideline(const NodeCursor& node, PackBuilder& builder);
// The concept kind alone: links are checked against it before all concepts are read.
v1::ConceptKind ReadConceptKind(MapCursor& map);
void ReadConcept(const NodeCursor& node, PackBuilder& builder);
void ReadStudy(const NodeCursor& node, PackBuilder& builder);
void ReadEvidence(const NodeCursor& node, PackBuilder& builder);

// The bibliographic record alone: it decides the node's name.
v1::Reference ReadReferenceRecord(MapCursor& map);
void ReadReference(const NodeCursor& node, PackBuilder& builder);

void ReadProposition(const NodeCursor& node, PackBuilder& builder);
void ReadIssuer(const NodeCursor& node, PackBuilder& builder);
void ReadBoard(const NodeCursor& node, PackBuilder& builder);
void ReadPerson(const NodeCursor& node, PackBuilder& builder);

// All decision points: their orders must differ.
void ReadDecisionPoints(const std::vector<NodeCursor>& nodes, PackBuilder& builder);

// All statements: those of a guideline share one order.
void ReadStatements(const std::vector<NodeCursor>& nodes, PackBuilder& builder);

// All cases: they follow one another.
std::vector<PackCase> ReadCases(const std::vector<NodeCursor>& nodes, PackBuilder& builder);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_READERS_H_
