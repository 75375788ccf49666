// Collects everything that is wrong with a pack, each with its file, line and column.
#ifndef EVIDENT_GRAPH_PACK_ERRORS_H_
#define EVIDENT_GRAPH_PACK_ERRORS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/status.h"

namespace evident::graph {

// A place in a file of a pack. Lines and columns count from 1; 0: the file as a whole.
struct PackPlace {
  std::string file;
  int line = 0;
  int column = 0;

  // "statements/first-line.yaml:12:3", or the path alone when there is no line.
  std::string ToString() const;
};

// Not thread safe. Keeps the first kPackErrorsMax errors and counts the rest.
class PackErrors {
 public:
  // `what` says what was found and what was expected there.
  void Add(const PackPlace& place, std::string_view what);

  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }

  // INVALID_ARGUMENT PACK_INVALID with a violation for each kept error, in order of file, line and
  // column; OK when there is none.
  absl::Status ToStatus() const;

 private:
  struct Item {
    PackPlace place;
    std::string what;
  };
  std::vector<Item> items_;
  size_t count_ = 0;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_ERRORS_H_
