// What a release says of what decisions name, part by part.
#ifndef EVIDENT_SERVER_HANDLERS_RELEASE_PARTS_H_
#define EVIDENT_SERVER_HANDLERS_RELEASE_PARTS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "evident/v1/analytics.pb.h"
#include "graph/release/release_manager.h"

namespace evident::server {

// A value; not thread safe. Holds the release while it lives.
class ReleaseParts {
 public:
  // The release that a decision says it was made from. Where the database has none of this number
  // and digest, the one part there is says so. Pin's other errors.
  static absl::StatusOr<ReleaseParts> Open(const graph::ReleaseManager& releases, uint32_t number,
                                           const std::string& digest);

  // The next part, at most kDimensionRowsEach rows; the last one is complete. To be asked until
  // then. ReviewOf's and WalkProvenance's errors; the reader's.
  absl::StatusOr<v1::ReleaseDimensions> Next();

 private:
  ReleaseParts(uint32_t number, std::string digest) : number_(number), digest_(std::move(digest)) {}

  absl::Status Add(const NodeId& id, v1::ReleaseDimensions& part) const;
  absl::Status AddStatement(const NodeId& id, const v1::NodeRecord& node,
                            v1::StatementDimension& row) const;

  uint32_t number_;
  std::string digest_;
  std::shared_ptr<const graph::GraphReader> release_;  // null: unknown
  std::vector<NodeId> ids_;                            // of what it has rows of
  size_t next_ = 0;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_RELEASE_PARTS_H_
