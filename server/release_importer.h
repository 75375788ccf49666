// Imports packs into the knowledge database.
#ifndef EVIDENT_SERVER_RELEASE_IMPORTER_H_
#define EVIDENT_SERVER_RELEASE_IMPORTER_H_

#include <memory>

#include "base/clock.h"
#include "graph/release/release_manager.h"
#include "server/pack_importer.h"

namespace evident::server {

// Thread safe.
class ReleaseImporter final : public PackImporter {
 public:
  ReleaseImporter(graph::ReleaseManager& releases, const Clock& clock)
      : releases_(releases), clock_(clock) {}

  // Reads the pack, or the graph file, and tries it against the head: what it says is what
  // publishing it would do.
  absl::StatusOr<std::unique_ptr<PreparedImport>> Prepare(
      const v1::ImportPackHeader& header, const ImportFiles& files,
      const std::function<absl::Status()>& check_alive) override;

 private:
  absl::StatusOr<std::unique_ptr<PreparedImport>> PrepareGraph(
      const v1::ImportPackHeader& header, const ImportFiles& files,
      const std::function<absl::Status()>& check_alive);

  graph::ReleaseManager& releases_;
  const Clock& clock_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_RELEASE_IMPORTER_H_
