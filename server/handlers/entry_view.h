// Entries of the audit log as they go over the wire.
#ifndef EVIDENT_SERVER_HANDLERS_ENTRY_VIEW_H_
#define EVIDENT_SERVER_HANDLERS_ENTRY_VIEW_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "audit/log/log.h"
#include "audit/proof/leaf.h"
#include "base/ids.h"
#include "evident/storage/v1/audit.pb.h"
#include "evident/v1/audit.pb.h"

namespace evident::server {

v1::LeafInfo ViewLeaf(const audit::Leaf& leaf);

// Name, index, leaf and what it says; no body. Log::ReadLeaf's errors.
absl::StatusOr<v1::Entry> ViewEntry(const audit::Log& log, EntryIndex index);

// The entry that `name` names, with its leaf decoded. INVALID_ARGUMENT (ENTRY_NAME_INVALID);
// NOT_FOUND (ENTRY_NOT_FOUND): of another log, beyond this one, or not of the kind that its name
// says.
struct FoundEntry {
  EntryIndex index;
  audit::Leaf leaf;
};
absl::StatusOr<FoundEntry> FindEntry(const audit::Log& log, std::string_view name);

// A body, opened, or what became of it.
struct OpenedBody {
  v1::BodyState state = v1::BODY_STATE_OPENED;  // or ERASED, or PRUNED
  storage::v1::SealedBody sealed;               // when opened
  std::string gone;                             // else in words, naming the entry that says so
  std::string key_id;  // of the key that it is sealed with; empty where it was pruned

  bool opened() const { return state == v1::BODY_STATE_OPENED; }
};

// Log::OpenEntry's errors, but for KEY_ERASED and BODY_PRUNED.
absl::StatusOr<OpenedBody> OpenUnlessGone(const audit::Log& log, EntryIndex index);

// Puts the body into `entry`, or that it is gone.
void SetBody(OpenedBody body, v1::Entry& entry);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_ENTRY_VIEW_H_
