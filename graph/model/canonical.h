// Canonical bytes of records: digests rest on bytes, and protobuf alone does not promise one
// encoding (docs/formats/records.md).
#ifndef EVIDENT_GRAPH_MODEL_CANONICAL_H_
#define EVIDENT_GRAPH_MODEL_CANONICAL_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/status.h"
#include "evident/storage/v1/graph.pb.h"
#include "evident/v1/knowledge.pb.h"
#include "google/protobuf/message.h"

namespace evident::graph {

// Fields in ascending order, defaults left out. INVALID_ARGUMENT (RECORD_NOT_CANONICAL): unknown
// fields, text that is not UTF-8 in NFC or has a NUL, a decimal's scale out of range.
// RESOURCE_EXHAUSTED: RECORD_TOO_LARGE past kRecordBytesMax, RECORD_TOO_DEEP past kRecordDepthMax.
absl::StatusOr<std::string> CanonicalBytes(const google::protobuf::Message& record);

// Parses `bytes` into `record`. DATA_LOSS (RECORD_CORRUPT) unless CanonicalBytes of it are the same
// bytes; `record` then holds nothing of use. A record that was cut between two fields is another
// canonical record: digests tell them apart.
absl::Status ParseCanonical(std::string_view bytes, google::protobuf::Message& record);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_CANONICAL_H_
