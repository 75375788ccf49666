// The head as it is served: compiled, with the changes since on top of it, and compiled anew on a
// thread of its own once these have grown.
#ifndef EVIDENT_GRAPH_RELEASE_HEAD_VIEW_H_
#define EVIDENT_GRAPH_RELEASE_HEAD_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>

#include "base/mutex.h"
#include "graph/model/graph_reader.h"
#include "graph/model/layered_graph.h"
#include "graph/model/memory_graph.h"

namespace evident::graph {

// Thread safe.
class HeadView {
 public:
  // What is served before the first Set is an empty graph of release 0.
  HeadView();
  ~HeadView();  // Stop

  std::shared_ptr<const GraphReader> Get() const;

  // Serves a newer release. More than one change in twenty nodes makes it be compiled.
  void Set(std::shared_ptr<const GraphReader> head);

  // Ends the thread: changes then stay on top for good. Idempotent.
  void Stop();

  // Bytes of the compiled base, about; 0 when the head is read from the disk.
  size_t memory_bytes() const;

  // Waits until what is set by now is compiled as far as it will be. For tests.
  void WaitUntilSettled();

 private:
  void Run();
  std::shared_ptr<const GraphReader> AwaitDue();  // what to compile; null after Stop
  void Install(const LayeredGraph& due, std::shared_ptr<const MemoryGraph> compiled)
      EVIDENT_REQUIRES(mutex_);
  bool IsDue() const EVIDENT_REQUIRES(mutex_);

  mutable Mutex mutex_;
  CondVar changed_;
  std::shared_ptr<const GraphReader> head_ EVIDENT_GUARDED_BY(mutex_);
  std::shared_ptr<const MemoryGraph> base_ EVIDENT_GUARDED_BY(mutex_);  // null: the disk
  bool compiling_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool stopped_ EVIDENT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_HEAD_VIEW_H_
