// Entries of the audit log as they go over the wire.
#ifndef EVIDENT_SERVER_HANDLERS_ENTRY_VIEW_H_
#define EVIDENT_SERVER_HANDLERS_ENTRY_VIEW_H_

#include <optional>
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

// Opens the body into `entry`, or says that its key was destroyed. OpenUnlessErased's errors.
absl::Status OpenInto(const audit::Log& log, v1::Entry& entry);

// The entry's body, opened; nullopt where its key was destroyed. Log::OpenEntry's other errors.
absl::StatusOr<std::optional<storage::v1::SealedBody>> OpenUnlessErased(const audit::Log& log,
                                                                        EntryIndex index);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_ENTRY_VIEW_H_
