// A stream of questions and a stream of answers, as one call on the thread that makes it. Private
// to the client library.
#ifndef EVIDENT_CLIENT_BATCH_CALL_H_
#define EVIDENT_CLIENT_BATCH_CALL_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/client_callback.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::client {

// Used once, by one thread; what gRPC tells comes from threads of its own.
class BatchCall final
    : public grpc::ClientBidiReactor<v1::BatchRecommendRequest, grpc::ByteBuffer> {
 public:
  using Next = std::function<std::optional<v1::BatchRecommendRequest>()>;
  using Take = std::function<bool(const std::string& response)>;

  // To be called when the reactor belongs to a prepared call. Asks `next` for requests and gives
  // the responses' bytes to `take`, until the call has ended; where `take` wants no more, the call
  // is cancelled. How it ended.
  grpc::Status Run(grpc::ClientContext& context, const Next& next, const Take& take);

  uint64_t sent() const { return sent_; }      // requests that were handed to gRPC
  bool unwanted() const { return unwanted_; }  // `take` wanted no more

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  // What the thread of Run is to do next.
  enum class Step { kTake, kSend, kLetGo, kEnd };
  Step Await();
  void Send(const Next& next);
  void TakeResponse(grpc::ClientContext& context, const Take& take);

  Mutex mutex_;
  CondVar changed_;
  bool writable_ EVIDENT_GUARDED_BY(mutex_) = true;   // no request is on its way
  bool broken_ EVIDENT_GUARDED_BY(mutex_) = false;    // no request can be sent any more
  bool read_all_ EVIDENT_GUARDED_BY(mutex_) = false;  // no response comes any more
  bool let_go_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool readable_ EVIDENT_GUARDED_BY(mutex_) = false;  // in_ holds a response
  std::optional<grpc::Status> status_ EVIDENT_GUARDED_BY(mutex_);

  // Of the thread of Run, but while gRPC has them.
  v1::BatchRecommendRequest out_;
  grpc::ByteBuffer in_;
  bool all_sent_ = false;
  bool unwanted_ = false;
  uint64_t sent_ = 0;
};

}  // namespace evident::client

#endif  // EVIDENT_CLIENT_BATCH_CALL_H_
