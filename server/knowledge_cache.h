// Releases compiled for deciding: the head, and the few older ones that were asked for lately.
#ifndef EVIDENT_SERVER_KNOWLEDGE_CACHE_H_
#define EVIDENT_SERVER_KNOWLEDGE_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "decision/knowledge_index.h"
#include "graph/model/graph_reader.h"

namespace evident::server {

using CompiledRelease = std::shared_ptr<const decision::KnowledgeIndex>;

// Thread safe. Of one knowledge database: release numbers tell its releases apart.
class KnowledgeCache {
 public:
  // The release of `reader`, compiled now unless it is at hand. One caller compiles, others wait.
  // However many older ones are asked for, `head` is not let go of. KnowledgeIndex::Build's errors,
  // which are not kept.
  absl::StatusOr<CompiledRelease> For(const std::shared_ptr<const graph::GraphReader>& reader,
                                      uint32_t head);

  // Lets go of all, so that no release stays pinned by this.
  void Clear();

 private:
  struct Slot {
    explicit Slot(uint32_t number) : release(number) {}
    const uint32_t release;
    Mutex mutex;
    CompiledRelease compiled EVIDENT_GUARDED_BY(mutex);
  };

  std::shared_ptr<Slot> SlotOf(uint32_t release, uint32_t head);

  Mutex mutex_;
  std::list<std::shared_ptr<Slot>> slots_ EVIDENT_GUARDED_BY(mutex_);  // used last stands first
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_KNOWLEDGE_CACHE_H_
