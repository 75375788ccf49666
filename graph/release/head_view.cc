#include "graph/release/head_view.h"

#include <utility>

#include "base/log.h"

namespace evident::graph {
namespace {

constexpr size_t kChangesPerNodes = 20;  // one change in so many nodes, and it is compiled anew

const LayeredGraph* AsLayered(const std::shared_ptr<const GraphReader>& graph) {
  return dynamic_cast<const LayeredGraph*>(graph.get());
}

}  // namespace

HeadView::HeadView() {
  auto empty = std::make_shared<MemoryGraph>();
  base_ = empty;
  head_ = std::move(empty);
  thread_ = std::thread([this] { Run(); });
}

HeadView::~HeadView() { Stop(); }

void HeadView::Stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const GraphReader> HeadView::Get() const {
  MutexLock lock(mutex_);
  return head_;
}

size_t HeadView::memory_bytes() const {
  MutexLock lock(mutex_);
  return base_ == nullptr ? 0 : base_->memory_bytes();
}

void HeadView::Set(std::shared_ptr<const GraphReader> head) {
  MutexLock lock(mutex_);
  const LayeredGraph* const layered = AsLayered(head);
  if (layered == nullptr) {
    base_ = std::dynamic_pointer_cast<const MemoryGraph>(head);
  } else if (layered->base() != base_) {
    // It was made over what was compiled anew in the meantime.
    head = layered->Rebased(base_);
  }
  head_ = std::move(head);
  changed_.NotifyAll();
}

bool HeadView::IsDue() const {
  const LayeredGraph* const layered = AsLayered(head_);
  return layered != nullptr && base_ != nullptr &&
         layered->changed_count() * kChangesPerNodes > base_->node_count();
}

void HeadView::WaitUntilSettled() {
  MutexLock lock(mutex_);
  while (!stopped_ && (compiling_ || IsDue())) changed_.Wait(mutex_);
}

std::shared_ptr<const GraphReader> HeadView::AwaitDue() {
  MutexLock lock(mutex_);
  while (!stopped_ && !IsDue()) changed_.Wait(mutex_);
  if (stopped_) return nullptr;
  compiling_ = true;
  return head_;
}

void HeadView::Run() {
  while (const std::shared_ptr<const GraphReader> due = AwaitDue()) {
    absl::StatusOr<std::shared_ptr<const MemoryGraph>> compiled = MemoryGraph::Compile(*due);
    MutexLock lock(mutex_);
    compiling_ = false;
    if (!compiled.ok()) {
      // What is in memory does not fail; were it to, changes go on being laid on top.
      Log(LogLevel::kError, "head not compiled", {{"error", compiled.status().ToString()}});
      stopped_ = true;
    } else {
      Install(*AsLayered(due), *std::move(compiled));
    }
    changed_.NotifyAll();
  }
}

void HeadView::Install(const LayeredGraph& due, std::shared_ptr<const MemoryGraph> compiled) {
  const LayeredGraph* const newest = AsLayered(head_);
  // Something else was set as a whole since.
  if (newest == nullptr || newest->base() != due.base()) return;
  base_ = std::move(compiled);
  const std::shared_ptr<const LayeredGraph> head = newest->Rebased(base_);
  if (head->changed_count() == 0) {
    head_ = base_;
  } else {
    head_ = head;
  }
}

}  // namespace evident::graph
