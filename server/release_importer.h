// Imports packs into the knowledge database.
#ifndef EVIDENT_SERVER_RELEASE_IMPORTER_H_
#define EVIDENT_SERVER_RELEASE_IMPORTER_H_

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "graph/pack/reader.h"
#include "graph/release/release_manager.h"
#include "server/pack_importer.h"

namespace evident::server {

// Thread safe.
class ReleaseImporter final : public PackImporter {
 public:
  // `four_eyes`: nothing is published but by a draft.
  ReleaseImporter(graph::ReleaseManager& releases, const Clock& clock, bool four_eyes = false)
      : releases_(releases), clock_(clock), four_eyes_(four_eyes) {}

  absl::StatusOr<std::optional<std::string>> AnsweredBefore(Call& call) override;

  // Reads the pack, or the graph file, and tries it against the head: what it says is what
  // publishing it would do.
  absl::StatusOr<std::unique_ptr<PreparedImport>> Prepare(
      const v1::ImportPackHeader& header, const ImportFiles& files,
      const std::function<absl::Status()>& check_alive) override;

 private:
  absl::StatusOr<std::unique_ptr<PreparedImport>> PrepareGraph(
      const v1::ImportPackHeader& header, const ImportFiles& files,
      const std::function<absl::Status()>& check_alive);

  absl::StatusOr<std::unique_ptr<PreparedImport>> PrepareDraft(const v1::ImportPackHeader& header,
                                                               const ImportFiles& files,
                                                               graph::Pack pack);

  graph::ReleaseManager& releases_;
  const Clock& clock_;
  const bool four_eyes_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_RELEASE_IMPORTER_H_
