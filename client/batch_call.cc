#include "client/batch_call.h"

#include <utility>
#include <vector>

namespace evident::client {
namespace {

std::string Flatten(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

grpc::Status BatchCall::Run(grpc::ClientContext& context, const Next& next, const Take& take) {
  // Held until no response comes any more: reads and writes are started by this thread, and gRPC
  // must not end the call between two of them.
  AddHold();
  StartRead(&in_);
  StartCall();
  while (true) {
    switch (Await()) {
      case Step::kTake:
        TakeResponse(context, take);
        break;
      case Step::kSend:
        Send(next);
        break;
      case Step::kLetGo:
        RemoveHold();
        break;
      case Step::kEnd:
        MutexLock lock(mutex_);
        return *status_;
    }
  }
}

BatchCall::Step BatchCall::Await() {
  MutexLock lock(mutex_);
  while (true) {
    if (readable_) return Step::kTake;
    if (status_.has_value()) return Step::kEnd;
    if (read_all_ && !let_go_) {
      let_go_ = true;
      return Step::kLetGo;
    }
    if (writable_ && !all_sent_ && !read_all_) return Step::kSend;
    changed_.Wait(mutex_);
  }
}

void BatchCall::Send(const Next& next) {
  bool broken = false;
  {
    MutexLock lock(mutex_);
    broken = broken_;
  }
  std::optional<v1::BatchRecommendRequest> request;
  if (!unwanted_ && !broken) request = next();
  if (!request.has_value()) {
    all_sent_ = true;
    if (!broken) StartWritesDone();
    return;
  }
  {
    MutexLock lock(mutex_);
    writable_ = false;
  }
  ++sent_;
  out_ = *std::move(request);
  StartWrite(&out_);
}

void BatchCall::TakeResponse(grpc::ClientContext& context, const Take& take) {
  if (!unwanted_ && !take(Flatten(in_))) {
    unwanted_ = true;
    context.TryCancel();
  }
  {
    MutexLock lock(mutex_);
    readable_ = false;
  }
  in_.Clear();
  StartRead(&in_);
}

void BatchCall::OnReadDone(bool ok) {
  MutexLock lock(mutex_);
  (ok ? readable_ : read_all_) = true;
  changed_.NotifyAll();
}

void BatchCall::OnWriteDone(bool ok) {
  MutexLock lock(mutex_);
  writable_ = true;
  if (!ok) broken_ = true;
  changed_.NotifyAll();
}

void BatchCall::OnDone(const grpc::Status& status) {
  MutexLock lock(mutex_);
  status_ = status;
  changed_.NotifyAll();
}

}  // namespace evident::client
