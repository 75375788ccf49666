// The files of a pack as they come in, one message each, and the commit message that closes them.
#ifndef EVIDENT_SERVER_RECEIVED_PACK_H_
#define EVIDENT_SERVER_RECEIVED_PACK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "base/digest.h"
#include "evident/v1/curation_service.pb.h"
#include "server/pack_importer.h"

namespace evident::server {

class ReceivedPack {
 public:
  // Takes the file's content over. INVALID_ARGUMENT (IMPORT_PATH): its path is not a relative one
  // of plain segments, or came before. RESOURCE_EXHAUSTED: PACK_FILE_BYTES, PACK_TOO_LARGE.
  absl::Status Add(v1::ImportPackFile& file);

  // That count and digest are those of what came; to be asked once, after the last file.
  // INVALID_ARGUMENT (IMPORT_INCOMPLETE).
  absl::Status CheckCommit(const v1::ImportPackCommit& commit);

  const ImportFiles& files() const { return files_; }

 private:
  ImportFiles files_;
  uint64_t bytes_ = 0;
  Sha256Stream hash_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_RECEIVED_PACK_H_
