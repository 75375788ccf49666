#include "server/handlers/get_status.h"

#include <string>

#include "decision/decide.h"
#include "server/build_info.h"
#include "server/handlers/node_view.h"

namespace evident::server {

absl::StatusOr<v1::GetStatusResponse> GetStatus(const StatusSources& sources, const Call& call) {
  v1::GetStatusResponse response;
  response.set_server_build(kServerBuild);
  response.set_serving(sources.serving());
  const auto head = sources.releases.Head();
  if (head->release().number() > 0) *response.mutable_head() = ViewRelease(head->release());
  response.set_database_id(sources.releases.database_id());
  response.set_log_origin(sources.log.id().Origin());
  response.set_log_size(sources.log.Size());
  response.set_log_read_only(sources.log.ReadOnlyReason());
  response.set_verifier_key(sources.log.verifier().ToText());
  // Where the volume cannot be asked, the status says nothing rather than something wrong.
  const absl::StatusOr<uint64_t> free = sources.log.FreeBytes();
  response.set_log_free_bytes(free.value_or(0));
  if (free.ok()) response.set_log_disk(DiskStateOf(sources.disk, *free));
  response.set_log_reserve_bytes(sources.disk.reserve);
  response.set_log_warn_bytes(sources.disk.warn);
  response.set_engine_semantics(decision::kEngineSemantics);
  response.set_start_time_ns(sources.start_time_ns);
  response.set_calls_in_flight(static_cast<uint32_t>(sources.admission.in_flight()));
  response.set_caller(call.caller().identity);
  for (const std::string& role : call.caller().roles.Names()) response.add_caller_roles(role);
  return response;
}

}  // namespace evident::server
