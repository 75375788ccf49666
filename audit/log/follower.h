// Somebody who keeps up with the log as it grows.
#ifndef EVIDENT_AUDIT_LOG_FOLLOWER_H_
#define EVIDENT_AUDIT_LOG_FOLLOWER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "audit/proof/leaf.h"
#include "evident/v1/audit.pb.h"

namespace evident::audit {

// Called from threads of the log and of its callers, Digest from many at once.
class Follower {
 public:
  virtual ~Follower() = default;

  // What it wants to remember of an entry, made where the entry is sealed, so that nobody has to
  // open it again. The leaf has no time yet; the entry may never come to be.
  virtual std::string Digest(const Leaf& leaf, const v1::EntryBody& body) = 0;

  // The entries from `first` on have been released; a digest for each, empty for one that was
  // sealed before there was a follower. In order, each once. Must not block.
  virtual void OnReleased(uint64_t first, std::vector<std::string> digests) = 0;
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_FOLLOWER_H_
