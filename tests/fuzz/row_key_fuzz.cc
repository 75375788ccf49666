// Keys and names of the knowledge database: one spelling for each.
#include "base/limits.h"
#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

void RequireKeyRefusal(const absl::Status& status) {
  RequireRefusal(status, {absl::StatusCode::kDataLoss}, {"KEY_MALFORMED"});
}

void RunRowKey(std::string_view input) {
  const absl::StatusOr<graph::EdgeRowParts> edge = graph::ParseEdgeRow(input);
  if (edge.ok()) {
    Require(graph::OutRow(edge->near, edge->kind, edge->far, edge->ordinal) == input,
            "an edge row is written back");
    Require(graph::LeadingId(input) == edge->near, "a row leads with its node");
  } else {
    RequireKeyRefusal(edge.status());
  }
  const absl::StatusOr<graph::VersionedRow> version = graph::SplitRelease(input);
  if (version.ok()) {
    Require(graph::AtRelease(version->row, version->release) == input,
            "a versioned row is written back");
  } else {
    RequireKeyRefusal(version.status());
  }
  const absl::StatusOr<NodeId> id = graph::ParseNodeId(input);
  if (id.ok()) {
    Require(graph::NodeRow(*id) == input, "a node's row is its id");
  } else {
    RequireKeyRefusal(id.status());
  }
  const std::string end = graph::PrefixEnd(input);
  Require(end.empty() || end > input, "a prefix ends behind itself");
  Require(end.empty() || end > std::string(input) + "\xff\xff\xff", "and behind what it begins");
  for (int kind = v1::NodeKind_MIN; kind <= v1::NodeKind_MAX; ++kind) {
    if (!v1::NodeKind_IsValid(kind)) continue;
    const absl::Status name = graph::CheckName(static_cast<v1::NodeKind>(kind), input);
    if (name.ok()) {
      Require(!input.empty() && input.size() <= kNameBytesMax, "names have bounds");
    } else {
      RequireRefusal(name, {absl::StatusCode::kInvalidArgument}, {"NAME_INVALID"});
    }
  }
  const std::string_view slug = graph::BareSlug(input);
  Require(slug.size() <= input.size() && input.substr(input.size() - slug.size()) == slug,
          "a slug is the end of its name");
}

Seeds RowKeySeeds() {
  const NodeId one = graph::MakeNodeId(v1::NODE_KIND_STATEMENT, "pack/one");
  const NodeId two = graph::MakeNodeId(v1::NODE_KIND_REFERENCE, "pmid:12345678");
  const std::string row = graph::OutRow(one, v1::EDGE_KIND_CITES, two, 3);
  return {row,
          graph::AtRelease(row, ReleaseNumber(7)),
          graph::AtRelease(graph::NodeRow(one), ReleaseNumber(1)),
          graph::NodeRow(two),
          std::string(16, '\xff'),
          "pack/slug-1.2_3",
          "pmid:12345678",
          "doi:10.1000/a(b)c;d",
          "nct:NCT01234567",
          "pack/page#[3]"};
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(row_key, RunRowKey, RowKeySeeds);
