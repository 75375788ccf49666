// What a statement rests on: statement -> evidence -> reference, or statement -> reference, or to a
// mark that is unresolved. docs/formats/provenance.md.
#ifndef EVIDENT_GRAPH_TRAVERSE_PROVENANCE_H_
#define EVIDENT_GRAPH_TRAVERSE_PROVENANCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "evident/v1/answer.pb.h"
#include "graph/model/graph_reader.h"

namespace evident::graph {

struct ProvenanceWalk {
  v1::Provenance provenance;
  std::vector<NodePtr> evidence;    // in order of the paths, once each
  std::vector<NodePtr> references;  // in order of first use, once each
  std::vector<std::string>
      studies;  // beside `evidence`: the study's name, empty when none is known
};

// Evidence in key order first, with its citations, or what reports it where it cites nothing; then
// direct citations. Possible sources are not followed. NOT_FOUND (NODE_UNKNOWN). RESOURCE_EXHAUSTED
// (PROVENANCE_TOO_WIDE) past kProvenancePathsMax; the reader's errors.
absl::StatusOr<ProvenanceWalk> WalkProvenance(const GraphReader& reader, const NodeId& statement);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_TRAVERSE_PROVENANCE_H_
