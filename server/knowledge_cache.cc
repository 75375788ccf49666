#include "server/knowledge_cache.h"

#include <algorithm>

#include "base/limits.h"
#include "base/status.h"

namespace evident::server {

absl::StatusOr<CompiledRelease> KnowledgeCache::For(
    const std::shared_ptr<const graph::GraphReader>& reader) {
  const std::shared_ptr<Slot> slot = SlotOf(reader->release().number());
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

std::shared_ptr<KnowledgeCache::Slot> KnowledgeCache::SlotOf(uint32_t release) {
  MutexLock lock(mutex_);
  const auto found = std::find_if(slots_.begin(), slots_.end(),
                                  [release](const auto& slot) { return slot->release == release; });
  if (found != slots_.end()) {
    slots_.splice(slots_.begin(), slots_, found);
  } else {
    slots_.push_front(std::make_shared<Slot>(release));
    if (slots_.size() > kCompiledReleasesMax) slots_.pop_back();
  }
  return slots_.front();
}

}  // namespace evident::server
