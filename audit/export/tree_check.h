// The tree of a log under check: built from the leaves alone, held against the stored tiles and
// against the roots that were signed. For the files of this room.
#ifndef EVIDENT_AUDIT_EXPORT_TREE_CHECK_H_
#define EVIDENT_AUDIT_EXPORT_TREE_CHECK_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/export/fsck_findings.h"
#include "audit/proof/log_keys.h"
#include "audit/proof/merkle.h"
#include "kv/database.h"

namespace evident::audit {

// Not thread safe. What it is given must outlive it.
class TreeCheck {
 public:
  TreeCheck(const kv::Database& store, const LogKeys& keys, FsckFindings& findings)
      : store_(store), keys_(keys), findings_(findings) {}

  // A signed checkpoint, named `what`, to be met when the tree has its size. Its size; 0 when it
  // does not verify.
  uint64_t Want(std::string_view note, const std::string& what);

  // The hash of the next leaf, as stored.
  void Append(const Digest& leaf_hash);

  // After the last leaf: roots that were not met, tiles that nobody completed, and the stretch of
  // the changed leaf, unless a tile has told which one it is. The number of tiles.
  uint64_t Finish();

 private:
  void Complete(int tile_level, const Digest& hash);
  void CompareTile(int tile_level, uint64_t n, const std::vector<Digest>& hashes);
  void MeetRoots();
  void NameChangedEntries();
  void NameStretch();

  const kv::Database& store_;
  const LogKeys& keys_;
  FsckFindings& findings_;
  TreeFrontier tree_;
  std::map<int, std::vector<Digest>> open_tiles_;  // by level: hashes since the last full tile
  std::multimap<uint64_t, std::pair<Digest, std::string>> wanted_;
  std::vector<uint64_t> suspects_;  // entries that a tile differs from, since the last root met
  uint64_t sound_size_ = 0;         // the last size at which a root was met
  bool broken_ = false;             // a root was not met: later ones cannot be either
  uint64_t stretch_end_ = 0;  // 0, or: a leaf from sound_size_ to before this was changed, not
                              // known which
};

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_EXPORT_TREE_CHECK_H_
