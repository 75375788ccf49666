// Ids and names of nodes (docs/formats/keys.md).
#ifndef EVIDENT_GRAPH_MODEL_NODE_ID_H_
#define EVIDENT_GRAPH_MODEL_NODE_ID_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "evident/v1/knowledge.pb.h"

namespace evident::graph {

// kind(1) || first 15 bytes of SHA-256(kind byte || 0x00 || name): a rebuild gives identical ids.
NodeId MakeNodeId(v1::NodeKind kind, std::string_view name);

// The id of a record: its body decides the kind.
NodeId MakeNodeId(const v1::NodeRecord& record);

// Every kind of node, in the order of their numbers.
const std::vector<v1::NodeKind>& NodeKinds();

// The kind that a record's body stands for; NODE_KIND_UNSPECIFIED when no body is set.
v1::NodeKind KindOf(const v1::NodeRecord& record);

// [a-z0-9][a-z0-9._-]*, of at most kNameBytesMax bytes.
bool IsSlug(std::string_view text);

// INVALID_ARGUMENT (NAME_INVALID) unless `name` is `<pack>/<slug>`, both of them slugs; for a
// reference also `pmid:<digits>`, `doi:<visible ASCII, lower case>` or `nct:NCT<8 digits>`; for an
// unresolved target only `<pack>/<source document>#<raw label>`. At most kNameBytesMax bytes.
absl::Status CheckName(v1::NodeKind kind, std::string_view name);

// The part behind the first '/', or the whole name when there is none or it is a DOI.
std::string_view BareSlug(std::string_view name);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_NODE_ID_H_
