// An answer's provenance as a picture: what was recommended, by which evidence, from which
// references.
#ifndef EVIDENT_CLIENT_CLI_PROVENANCE_GRAPH_H_
#define EVIDENT_CLIENT_CLI_PROVENANCE_GRAPH_H_

#include <string>

#include "absl/status/status.h"
#include "evident/v1/answer.pb.h"

namespace evident::cli {

// In Graphviz' language, from left to right: statements that apply or may, their evidence, the
// references; citations that lead nowhere and references that were taken back in red, and
// contradictions between statements as lines across. Equal answers give equal text.
std::string ProvenanceDot(const v1::Answer& answer);

// Lays it out with Graphviz' `dot` and writes the SVG. FAILED_PRECONDITION (GRAPHVIZ_MISSING) where
// it is not installed; INTERNAL (GRAPHVIZ_FAILED); WriteFileAtomically's errors.
absl::Status WriteSvg(const std::string& dot, const std::string& path);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_PROVENANCE_GRAPH_H_
