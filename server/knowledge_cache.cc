#include "server/knowledge_cache.h"

#include <algorithm>
#include <iterator>

#include "base/limits.h"
#include "base/status.h"

namespace evident::server {

absl::StatusOr<CompiledRelease> KnowledgeCache::For(
    const std::shared_ptr<const graph::GraphReader>& reader, uint32_t head) {
  const std::shared_ptr<Slot> slot = SlotOf(reader->release().number(), head);
  MutexLock lock(slot->mutex);
  if (!slot->compiled) {
    EVIDENT_ASSIGN_OR_RETURN(slot->compiled, decision::KnowledgeIndex::Build(reader));
  }
  return slot->compiled;
}

void KnowledgeCache::Clear() {
  MutexLock lock(mutex_);
  slots_.clear();
}

std::shared_ptr<KnowledgeCache::Slot> KnowledgeCache::SlotOf(uint32_t release, uint32_t head) {
  MutexLock lock(mutex_);
  const auto found = std::find_if(slots_.begin(), slots_.end(),
                                  [release](const auto& slot) { return slot->release == release; });
  if (found != slots_.end()) {
    slots_.splice(slots_.begin(), slots_, found);
  } else {
    slots_.push_front(std::make_shared<Slot>(release));
    if (slots_.size() > kCompiledReleasesMax) {
      auto last = std::prev(slots_.end());
      if ((*last)->release == head) --last;
      slots_.erase(last);
    }
  }
  return slots_.front();
}

}  // namespace evident::server
