// Health as the transport is to tell it: it follows the audit log and the knowledge.
#ifndef EVIDENT_SERVER_HEALTH_H_
#define EVIDENT_SERVER_HEALTH_H_

#include <functional>
#include <utility>

#include "base/mutex.h"

namespace evident::server {

// Thread safe: the audit log's own thread tells of its end.
class Health {
 public:
  // `serving`: calls can be recorded. `imports`: packs can be published as well.
  using Tell = std::function<void(bool serving, bool imports)>;

  // From now on `tell` hears the present state, and each change of it, one at a time. Null: nobody
  // hears any more, and nothing serves.
  void Attach(Tell tell) {
    MutexLock lock(mutex_);
    tell_ = std::move(tell);
    TellNow();
  }

  // For good: the log ended, or a release was published or not and only a restart tells.
  void EndLog() { Change(&Health::log_ended_, true); }
  void EndImports() { Change(&Health::imports_ended_, true); }

  // For now: the log has less than its reserve left.
  void SetBelowReserve(bool below) { Change(&Health::below_reserve_, below); }

  bool serving() const {
    MutexLock lock(mutex_);
    return tell_ != nullptr && Able();
  }

 private:
  bool Able() const EVIDENT_REQUIRES(mutex_) { return !log_ended_ && !below_reserve_; }
  void TellNow() EVIDENT_REQUIRES(mutex_) {
    if (tell_ != nullptr) tell_(Able(), Able() && !imports_ended_);
  }
  void Change(bool Health::*state, bool value) {
    MutexLock lock(mutex_);
    if (this->*state == value) return;
    this->*state = value;
    TellNow();
  }

  mutable Mutex mutex_;
  Tell tell_ EVIDENT_GUARDED_BY(mutex_);
  bool log_ended_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool below_reserve_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool imports_ended_ EVIDENT_GUARDED_BY(mutex_) = false;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HEALTH_H_
