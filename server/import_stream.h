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
#include "audit/proof/leaf.h"
#include "base/ids.h"
#include "evident/v1/curation_service.pb.h"
#include "server/client_stream.h"
#include "server/pack_importer.h"
#include "server/received_pack.h"

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
class ImportStream final : public ClientStream, public std::enable_shared_from_this<ImportStream> {
 public:
  ImportStream(ImportParts& parts, Arrival arrival, DepartureDone done);
  ~ImportStream() override;

  void Begin(absl::AnyInvocable<void()> resume) override;
  void OnMessage(MessageReader read, absl::AnyInvocable<void()> resume) override;

 private:
  enum class Step { kGoOn, kDone };

  // All run one at a time, on workers but for what is refused while those are busy.
  Step CheckIn();
  Step Take(const std::optional<std::string>& message);
  Step Open(const std::optional<std::string>& message);
  bool TakeSlot();
  absl::Status CheckHeader(const std::optional<std::string>& message);
  Step Continue(const std::string& message);
  Step Commit(const std::string& message, const v1::ImportPackCommit& commit);
  Step Publish(const std::string& message, PreparedImport& prepared);

  void DepartRecorded(const absl::Status& status, std::string response, const Committed& entry);
  Step Refuse(const absl::Status& status, const std::optional<std::string>& message);
  Step Close(const absl::Status& status, const v1::ImportPackResponse* response);
  Step Finish(EntryDraft draft, const absl::Status& status, std::string response);
  void Depart(const absl::Status& status, Departure departure, const std::string& entry);
  absl::Status AtTheEnd() const;

  ImportParts& parts_;
  const Arrival arrival_;
  DepartureDone done_;
  const std::unique_ptr<Call> call_;
  Admission::Ticket ticket_;
  bool holds_slot_ = false;
  bool opened_ = false;
  std::string opening_;  // name of the stream open entry
  std::string salt_;     // its request salt
  v1::ImportPackHeader header_;
  audit::StreamCloseDetail sent_;
  ReceivedPack pack_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_IMPORT_STREAM_H_
