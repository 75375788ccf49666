// The stored entries of a log under check, in order, a stretch at a time. For the files of this
// room.
#ifndef EVIDENT_AUDIT_EXPORT_ENTRY_READER_H_
#define EVIDENT_AUDIT_EXPORT_ENTRY_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "kv/database.h"

namespace evident::audit {

// As it is stored; nothing has been looked at.
struct StoredEntry {
  uint64_t index = 0;
  std::string leaf;
  std::optional<std::string> body;
  std::vector<std::string> stray_bodies;  // keys of bodies without an entry, before this one's
};

// Not thread safe. The store must outlive it.
class EntryReader {
 public:
  explicit EntryReader(const kv::Database& store);

  // The next entries: at most `most`, and no further once their bodies come to `bytes_most`. Empty
  // at the end, and at a gap.
  std::vector<StoredEntry> Read(size_t most, size_t bytes_most);

  // The entries end before this index, but leaves follow. After the end.
  std::optional<uint64_t> gap() const { return gap_; }

  // Keys of the bodies behind the last entry. After the end.
  std::vector<std::string> StrayBodies();

  absl::Status status() const;

 private:
  StoredEntry ReadOne();

  const std::unique_ptr<kv::Iterator> leaves_;
  const std::unique_ptr<kv::Iterator> bodies_;
  uint64_t next_ = 0;
  std::optional<uint64_t> gap_;
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_EXPORT_ENTRY_READER_H_
