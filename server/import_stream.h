// ImportPack: a header, files, a commit message. Nothing but the commit message commits: a half
// close, a cancel and a message above the transport's cap look alike.
//
// Whether the caller may import, and whether there is room for another import, is decided when the
// stream opens: who may not holds none of that room while saying nothing.
//
// Entries: a refusal when it does not get as far as a header that is accepted; else a stream open
// with the header, and either a stream close (validated only, or failed before anything changed) or
// an intent with the commit message, the effect, and an outcome that cites the intent. Where the
// disk failed in the middle of the effect nobody knows the outcome: none is recorded, and the next
// start settles the open intent. Where the log does not take the outcome, of an effect that is
// known, the intent is handed to whoever settles it once the log takes entries again.
#ifndef EVIDENT_SERVER_IMPORT_STREAM_H_
#define EVIDENT_SERVER_IMPORT_STREAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "evident/v1/curation_service.pb.h"
#include "server/client_stream.h"
#include "server/pack_importer.h"
#include "server/received_pack.h"
#include "server/recorded_stream.h"

namespace evident::server {

// What imports share. Outlives them.
struct ImportParts {
  ImportParts(CallPathParts call_in, PackImporter& importer_in)
      : call(call_in), importer(importer_in) {}

  const CallPathParts call;
  PackImporter& importer;
  std::atomic<size_t> in_flight = 0;  // at most kImportsInFlightMax
};

// One import.
class ImportStream final : public ClientStream, public RecordedStream {
 public:
  ImportStream(ImportParts& parts, Arrival arrival, DepartureDone done);

  void Begin(absl::AnyInvocable<void()> resume) override;
  void OnMessage(MessageReader read, absl::AnyInvocable<void()> resume) override;

 private:
  enum class Step { kGoOn, kDone };

  // All run one at a time, on workers but for what is refused while those are busy.
  Step CheckIn(const absl::Status& busy);
  Step Take(const std::optional<std::string>& message);
  Step Open(const std::optional<std::string>& message);
  absl::Status CheckHeader(const std::optional<std::string>& message);
  Step Continue(const std::string& message);
  Step Commit(const std::string& message, const v1::ImportPackCommit& commit);
  Step Publish(const std::string& message, PreparedImport& prepared);
  // Whether it ended with what was answered under its mark before.
  absl::StatusOr<bool> AnswerAgain(const v1::ImportPackCommit& commit);
  // Whether it is to become a draft.
  bool Drafts() const { return !header_.publish() && !header_.validate_only(); }

  Step Fail(const absl::Status& status);  // Close
  absl::Status AtTheEnd() const;
  std::shared_ptr<ImportStream> Self();

  PackImporter& importer_;
  v1::ImportPackHeader header_;
  ReceivedPack pack_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_IMPORT_STREAM_H_
