// What is compiled of a release: the head's, and of the few older ones that were asked for lately.
#ifndef EVIDENT_SERVER_KNOWLEDGE_CACHE_H_
#define EVIDENT_SERVER_KNOWLEDGE_CACHE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <memory>

#include "absl/status/statusor.h"
#include "base/limits.h"
#include "base/mutex.h"
#include "base/status.h"
#include "decision/knowledge_index.h"
#include "graph/model/graph_reader.h"
#include "graph/traverse/concept_search.h"

namespace evident::server {

// Thread safe. Of one knowledge database: release numbers tell its releases apart. `Compiled` has a
// static Build from a reader and what another release was compiled to, to share what is the same.
template <typename Compiled>
class ReleaseCache {
 public:
  using Pointer = std::shared_ptr<const Compiled>;

  // The release of `reader`, compiled now unless it is at hand. One caller compiles, others wait.
  // However many older ones are asked for, `head` is not let go of. Build's errors, which are not
  // kept.
  absl::StatusOr<Pointer> For(const std::shared_ptr<const graph::GraphReader>& reader,
                              uint32_t head) {
    const std::shared_ptr<Slot> slot = SlotOf(reader->release().number(), head);
    MutexLock lock(slot->mutex);
    if (!slot->compiled) {
      EVIDENT_ASSIGN_OR_RETURN(slot->compiled, Compiled::Build(reader, Last()));
      Remember(slot->compiled);
    }
    return slot->compiled;
  }

  // Lets go of all, so that no release stays pinned by this.
  void Clear() {
    MutexLock lock(mutex_);
    slots_.clear();
    last_.reset();
  }

 private:
  struct Slot {
    explicit Slot(uint32_t number) : release(number) {}
    const uint32_t release;
    Mutex mutex;
    Pointer compiled EVIDENT_GUARDED_BY(mutex);
  };

  std::shared_ptr<Slot> SlotOf(uint32_t release, uint32_t head) {
    MutexLock lock(mutex_);
    const auto found = std::find_if(slots_.begin(), slots_.end(), [release](const auto& slot) {
      return slot->release == release;
    });
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

  Pointer Last() {
    MutexLock lock(mutex_);
    return last_.lock();
  }

  void Remember(const Pointer& compiled) {
    MutexLock lock(mutex_);
    last_ = compiled;
  }

  Mutex mutex_;
  std::weak_ptr<const Compiled> last_ EVIDENT_GUARDED_BY(mutex_);      // compiled last
  std::list<std::shared_ptr<Slot>> slots_ EVIDENT_GUARDED_BY(mutex_);  // used last stands first
};

using KnowledgeCache = ReleaseCache<decision::KnowledgeIndex>;
using CompiledRelease = KnowledgeCache::Pointer;
using SearchCache = ReleaseCache<graph::ConceptSearch>;

}  // namespace evident::server

#endif  // EVIDENT_SERVER_KNOWLEDGE_CACHE_H_
