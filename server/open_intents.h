// Intents of which the log has no outcome, and which no import works on.
#ifndef EVIDENT_SERVER_OPEN_INTENTS_H_
#define EVIDENT_SERVER_OPEN_INTENTS_H_

#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/mutex.h"

namespace evident::server {

// Thread safe.
class OpenIntents {
 public:
  void Add(EntryIndex intent) {
    MutexLock lock(mutex_);
    intents_.push_back(intent);
  }
  void Add(const std::vector<EntryIndex>& intents) {
    MutexLock lock(mutex_);
    intents_.insert(intents_.end(), intents.begin(), intents.end());
  }
  // All of them, which then are the caller's to settle or to add again.
  std::vector<EntryIndex> Take() {
    MutexLock lock(mutex_);
    return std::exchange(intents_, {});
  }

 private:
  Mutex mutex_;
  std::vector<EntryIndex> intents_ EVIDENT_GUARDED_BY(mutex_);
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_OPEN_INTENTS_H_
