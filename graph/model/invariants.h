// What every release must satisfy, checked before it is published.
#ifndef EVIDENT_GRAPH_MODEL_INVARIANTS_H_
#define EVIDENT_GRAPH_MODEL_INVARIANTS_H_

#include <vector>

#include "absl/status/status.h"
#include "base/status.h"
#include "evident/v1/knowledge.pb.h"
#include "graph/model/graph_draft.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

// What is wrong with one node by itself: a missing kind or headline, a headline that is too long, a
// fact with a polarity, a recommendation without, an order of 0, a date that is none, bounds
// without numbers and the like. Fields are "<name>: <field>".
std::vector<Violation> CheckNode(const v1::NodeRecord& record);

// Whether edges of this kind may join these kinds of nodes.
bool MayJoin(v1::EdgeKind kind, v1::NodeKind src, v1::NodeKind dst);

// What is wrong with one edge by itself: kinds that it may not join, a body that is not its kind's
// or is missing.
std::vector<Violation> CheckEdge(const EdgeDraft& edge);

// Chains of edges of this kind that lead back to where they began, each circle once, or on for more
// than kIsADepthMax steps.
std::vector<Violation> CheckChains(const GraphDraft& draft, v1::EdgeKind kind);

// Add-ons to what nothing gives that they could be added to: a component of their own option, or of
// a statement for something that decides the same or that theirs elaborates. To give is to be that
// intervention, a kind of it or a regimen that has it, and not the add-on itself.
std::vector<Violation> CheckAddOns(const GraphDraft& draft);

// Everything that is wrong with a whole graph, as INVALID_ARGUMENT (GRAPH_INVALID) with all
// violations: CheckNode and CheckEdge of all, CheckChains of is_a, component_of, supersedes and
// elaborates, CheckAddOns, edges to nodes that are not there, evidence that is a result of several
// studies, concepts and facts that are named in a record and not there, criteria and phrases that
// do not fit their facts, partitions over unknown facts, derivations in a circle, sections that
// their guideline lacks.
absl::Status CheckGraph(const GraphDraft& draft);

// The same for a part of a graph (affected_part.h): what an edge or record names may be in `whole`
// instead. The reader's errors.
absl::Status CheckPart(const GraphDraft& part, const GraphReader& whole);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_INVARIANTS_H_
