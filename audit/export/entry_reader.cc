#include "audit/export/entry_reader.h"

#include <utility>

#include "audit/log/store.h"
#include "base/ids.h"

namespace evident::audit {

EntryReader::EntryReader(const kv::Database& store)
    : leaves_(store.NewIterator(kStoreLeaves)), bodies_(store.NewIterator(kStoreBodies)) {
  leaves_->SeekToFirst();
  bodies_->SeekToFirst();
}

std::vector<StoredEntry> EntryReader::Read(size_t most, size_t bytes_most) {
  std::vector<StoredEntry> entries;
  size_t bytes = 0;
  while (leaves_->Valid() && !gap_.has_value() && entries.size() < most && bytes < bytes_most) {
    if (leaves_->key() != IndexKey(EntryIndex(next_))) {
      gap_ = next_;
      break;
    }
    entries.push_back(ReadOne());
    bytes += entries.back().body.has_value() ? entries.back().body->size() : 0;
  }
  return entries;
}

StoredEntry EntryReader::ReadOne() {
  StoredEntry entry;
  entry.index = next_++;
  entry.leaf = std::string(leaves_->value());
  const std::string key(leaves_->key());
  for (; bodies_->Valid() && bodies_->key() < key; bodies_->Next()) {
    entry.stray_bodies.emplace_back(bodies_->key());
  }
  if (bodies_->Valid() && bodies_->key() == key) {
    entry.body = std::string(bodies_->value());
    bodies_->Next();
  }
  leaves_->Next();
  return entry;
}

std::vector<std::string> EntryReader::StrayBodies() {
  std::vector<std::string> keys;
  for (; bodies_->Valid(); bodies_->Next()) keys.emplace_back(bodies_->key());
  return keys;
}

absl::Status EntryReader::status() const {
  return leaves_->status().ok() ? bodies_->status() : leaves_->status();
}

}  // namespace evident::audit
