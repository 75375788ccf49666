// Calls as gRPC's callback API sees them. Private to the transport.
#ifndef EVIDENT_SERVER_GRPC_REACTORS_H_
#define EVIDENT_SERVER_GRPC_REACTORS_H_

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <cstddef>
#include <string>

#include "server/batch_stream.h"
#include "server/call_path.h"
#include "server/client_stream.h"
#include "server/server_stream.h"
#include "server/watchdog.h"

namespace evident::server {

// What reactors work with. Outlives them.
struct ReactorParts {
  CallPath& path;
  OpenClientStream open_import;
  OpenServerStream open_stream;
  OpenBatchStream open_batch;
  Watchdog& watchdog;
  bool tls;
  CallTimes times;
  mutable std::atomic<size_t> unknown_waiting =
      0;  // calls of unknown methods without their message
};

grpc::ServerUnaryReactor* TakeUnary(const ReactorParts& parts, const char* method,
                                    grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request, grpc::ByteBuffer* response);

grpc::ServerReadReactor<grpc::ByteBuffer>* TakeImport(const ReactorParts& parts, const char* method,
                                                      grpc::CallbackServerContext* context,
                                                      grpc::ByteBuffer* response);

grpc::ServerWriteReactor<grpc::ByteBuffer>* TakeStream(const ReactorParts& parts,
                                                       const char* method,
                                                       grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request);

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* TakeBatch(
    const ReactorParts& parts, const char* method, grpc::CallbackServerContext* context);

// A method that is not registered. Its first message is read, to be recorded, unless
// kUnknownStreamsMax calls wait for theirs already: then it is answered without.
grpc::ServerGenericBidiReactor* TakeUnknown(const ReactorParts& parts,
                                            grpc::GenericCallbackServerContext* context);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_GRPC_REACTORS_H_
