// What an import does once all of its files are there.
#ifndef EVIDENT_SERVER_PACK_IMPORTER_H_
#define EVIDENT_SERVER_PACK_IMPORTER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"

namespace evident::server {

// Path inside the pack to bytes.
using ImportFiles = std::map<std::string, std::string>;

// A pack that was read and found to be fine; nothing has changed yet.
class PreparedImport {
 public:
  virtual ~PreparedImport() = default;

  // What a validation answers.
  virtual v1::ImportPackResponse Validated() const = 0;

  // Publishes it as a release that names its author and the audit entry that announced it; an
  // unchanged pack publishes nothing. ABORTED (HEAD_MOVED) when the head is another than the one it
  // was prepared for.
  virtual absl::StatusOr<v1::ImportPackResponse> Publish(const std::string& author,
                                                         const std::string& intent) = 0;
};

// Thread safe.
class PackImporter {
 public:
  virtual ~PackImporter() = default;

  // INVALID_ARGUMENT: every error of the files with its place; another pack than the header names.
  // FAILED_PRECONDITION (ACTS_LOST): acts of curators that the pack lacks and the header does not
  // discard. ABORTED (HEAD_MOVED): the head is not the expected one. `check_alive` is asked between
  // its steps; its error ends the work.
  virtual absl::StatusOr<std::unique_ptr<PreparedImport>> Prepare(
      const v1::ImportPackHeader& header, const ImportFiles& files,
      const std::function<absl::Status()>& check_alive) = 0;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_PACK_IMPORTER_H_
