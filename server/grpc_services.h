// The evident.v1 services with every method raw. Private to the transport.
#ifndef EVIDENT_SERVER_GRPC_SERVICES_H_
#define EVIDENT_SERVER_GRPC_SERVICES_H_

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/impl/service_type.h>

#include <memory>
#include <string_view>
#include <vector>

#include "server/grpc_reactors.h"

namespace evident::server {

// One of each; `parts` outlives them.
std::vector<std::unique_ptr<grpc::Service>> MakeServices(const ReactorParts& parts);

// Takes what no service has.
std::unique_ptr<grpc::CallbackGenericService> MakeUnknownService(const ReactorParts& parts);

// Full names, e.g. "evident.v1.DecisionService": what health checks may ask for.
const std::vector<const char*>& ServiceNames();
std::string_view CurationServiceName();

}  // namespace evident::server

#endif  // EVIDENT_SERVER_GRPC_SERVICES_H_
