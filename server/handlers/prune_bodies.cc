#include "server/handlers/prune_bodies.h"

#include <algorithm>
#include <string>
#include <utility>

#include "audit/log/pruning.h"
#include "audit/proof/entry_name.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/status.h"
#include "server/handlers/act_fields.h"
#include "server/handlers/prepared_effect.h"
#include "server/recorder.h"

namespace evident::server {
namespace {

constexpr int64_t kDayNs = int64_t{24} * 3'600 * 1'000'000'000;

absl::Status Refused(const char* reason, const std::string& why) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, "bodies are not removed: " + why);
}

absl::Status CheckFields(const v1::PruneBodiesRequest& request) {
  ActFields fields;
  if (request.bound_case() == v1::PruneBodiesRequest::BOUND_NOT_SET) {
    fields.Refuse("end", "must be said, or before_time_ns");
  }
  if (request.before_time_ns() < 0) fields.Refuse("before_time_ns", "must not be negative");
  if (request.validate_only()) {
    fields.MayHaveText("reason", request.reason());
  } else {
    fields.NeedText("reason", request.reason());
  }
  if (request.has_archive() &&
      request.archive().manifest_sha256().size() != sizeof(Digest::bytes)) {
    fields.Refuse("archive.manifest_sha256", "must be 32 bytes");
  }
  return fields.Status();
}

// The index up to which the request asks for, within what the policy lets go.
absl::StatusOr<uint64_t> AllowedEnd(const PruneSources& sources, const Call& call,
                                    const v1::PruneBodiesRequest& request) {
  if (!sources.policy.days) {
    return Refused("PRUNING_NOT_CONFIGURED",
                   "the server's configuration has no audit.retention_days");
  }
  const int64_t kept_ns = call.clock().NowNs() - *sources.policy.days * kDayNs;
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t most, sources.log.FindTime(kept_ns));
  uint64_t end = request.end();
  bool allowed = end <= most || end > sources.log.Size();  // past the log: told by the survey
  if (request.bound_case() == v1::PruneBodiesRequest::kBeforeTimeNs) {
    EVIDENT_ASSIGN_OR_RETURN(end, sources.log.FindTime(request.before_time_ns()));
    allowed = request.before_time_ns() <= kept_ns;
  }
  if (allowed) return end;
  return Refused("RETENTION", "audit.retention_days keeps the last " +
                                  std::to_string(*sources.policy.days) +
                                  " days: those of entries from before " + FormatTimeNs(kept_ns) +
                                  " may go, which end before entry " + std::to_string(most));
}

absl::Status CheckArchive(const PruneSources& sources, const v1::PruneBodiesRequest& request,
                          uint64_t end) {
  if (!sources.policy.archive_required) return absl::OkStatus();
  if (!request.has_archive()) {
    return Refused("ARCHIVE_REQUIRED",
                   "audit.archive_required asks for an archive, and none is named");
  }
  if (request.archive().end() >= end) return absl::OkStatus();
  return Refused("ARCHIVE_REQUIRED", "the archive ends before entry " +
                                         std::to_string(request.archive().end()) +
                                         ", the bodies before entry " + std::to_string(end));
}

absl::StatusOr<v1::PruneBodiesResponse> Describe(const audit::Log& log,
                                                 const audit::PruneSurvey& survey) {
  v1::PruneBodiesResponse response;
  response.set_begin(survey.begin);
  response.set_end(survey.end);
  response.set_decisions(survey.decisions);
  response.set_bytes(survey.bytes);
  if (survey.end == survey.begin) return response;
  EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, log.LeafAt(EntryIndex(survey.end - 1)));
  response.set_last_time_ns(leaf.commit_time_ns);
  return response;
}

std::string RangeOf(const v1::PruneBodiesResponse& found) {
  return "the bodies of the entries from " + std::to_string(found.begin()) + " to before " +
         std::to_string(found.end());
}

std::string EffectOf(const PruneSources& sources, const v1::PruneBodiesRequest& request,
                     const v1::PruneBodiesResponse& found) {
  std::string effect = "remove " + RangeOf(found) + ", the newest of " +
                       FormatTimeNs(found.last_time_ns()) + ", " +
                       std::to_string(found.decisions()) + " decisions among them, " +
                       std::to_string(found.bytes()) + " bytes; audit.retention_days is " +
                       std::to_string(*sources.policy.days);
  if (request.has_archive()) {
    effect += "; archived to before entry " + std::to_string(request.archive().end()) +
              ", manifest " + HexEncode(request.archive().manifest_sha256());
  }
  return effect + ": " + request.reason();
}

absl::StatusOr<std::string> Remove(audit::Log& log, const audit::PruneSurvey& survey,
                                   v1::PruneBodiesResponse response, Call& call,
                                   const std::string& intent) {
  call.notes().effect = "nothing was removed";
  EVIDENT_ASSIGN_OR_RETURN(const audit::EntryName name, audit::ParseEntryName(intent));
  EntryDraft entry = DraftEntry(call, audit::LeafKind::kPruning, absl::OkStatus());
  entry.body.set_effect(RangeOf(response) + " are removed, as " + intent + " announced");
  EVIDENT_ASSIGN_OR_RETURN(const audit::Committed said,
                           audit::PruneBodies(log, survey, name.index, std::move(entry)));
  call.notes().effect = "removed " + RangeOf(response) + "; " + said.name;
  response.set_entry(said.name);
  return response.SerializeAsString();
}

}  // namespace

absl::StatusOr<Reply> PruneBodies(const PruneSources& sources, Call& call,
                                  const v1::PruneBodiesRequest& request) {
  EVIDENT_RETURN_IF_ERROR(CheckFields(request));
  EVIDENT_ASSIGN_OR_RETURN(uint64_t end, AllowedEnd(sources, call, request));
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t first, sources.log.FirstBody());
  end = std::max(end, first);
  if (end > first) EVIDENT_RETURN_IF_ERROR(CheckArchive(sources, request, end));
  EVIDENT_ASSIGN_OR_RETURN(
      audit::PruneSurvey survey,
      audit::SurveyBodies(sources.log, end, [&call] { return call.CheckAlive(); }));
  EVIDENT_ASSIGN_OR_RETURN(v1::PruneBodiesResponse response, Describe(sources.log, survey));
  if (request.validate_only() || survey.begin == survey.end) {
    return Reply{response.SerializeAsString()};
  }
  std::string effect = EffectOf(sources, request, response);
  return WhenAnnounced(std::move(effect), [&log = sources.log, survey = std::move(survey),
                                           response](Call& acting, const std::string& intent) {
    return Remove(log, survey, response, acting, intent);
  });
}

}  // namespace evident::server
