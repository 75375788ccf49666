// What an import does once all of its files are there.
#ifndef EVIDENT_SERVER_PACK_IMPORTER_H_
#define EVIDENT_SERVER_PACK_IMPORTER_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"
#include "server/call.h"

namespace evident::server {

// Path inside the pack to bytes.
using ImportFiles = std::map<std::string, std::string>;

// Who imports, under which announcement.
struct ImportAct {
  std::string author;
  std::string intent;          // name of the audit entry that announced it
  const Call* call = nullptr;  // whose mark the answer is kept under; null: no mark
};

// A pack that was read and found to be fine; nothing has changed yet.
class PreparedImport {
 public:
  virtual ~PreparedImport() = default;

  // What a validation answers.
  virtual v1::ImportPackResponse Validated() const = 0;

  // Publishes it as a release that names its author and the audit entry that announced it, or makes
  // it a draft where the header said so; an unchanged pack publishes nothing. ABORTED: HEAD_MOVED
  // when the head is another than the one it was prepared for, DRAFT_MOVED.
  virtual absl::StatusOr<v1::ImportPackResponse> Publish(const ImportAct& act) = 0;
};

// Thread safe.
class PackImporter {
 public:
  virtual ~PackImporter() = default;

  // The response that was given to a call with this one's mark (handlers/request_mark.h); nullopt
  // when there is none. INVALID_ARGUMENT (REQUEST_ID_REUSED).
  virtual absl::StatusOr<std::optional<std::string>> AnsweredBefore(Call& call) = 0;

  // INVALID_ARGUMENT: every error of the files with its place; another pack than the header names.
  // FAILED_PRECONDITION (ACTS_LOST): acts of curators that the pack lacks and the header does not
  // discard, or a publish where drafts have to be reviewed (FOUR_EYES). ABORTED (HEAD_MOVED): the
  // head is not the expected one. Of a draft, DraftToActOn's errors (handlers/draft_frame.h).
  // `check_alive` is asked between its steps; its error ends the work.
  virtual absl::StatusOr<std::unique_ptr<PreparedImport>> Prepare(
      const v1::ImportPackHeader& header, const ImportFiles& files,
      const std::function<absl::Status()>& check_alive) = 0;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_PACK_IMPORTER_H_
