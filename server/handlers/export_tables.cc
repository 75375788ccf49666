#include "server/handlers/export_tables.h"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/digest.h"
#include "base/limits.h"
#include "base/status.h"
#include "server/handlers/act_fields.h"
#include "server/handlers/entry_row.h"
#include "server/handlers/log_range.h"
#include "server/handlers/log_wait.h"
#include "server/handlers/release_parts.h"

namespace evident::server {
namespace {

using std::chrono::milliseconds;

absl::Status CheckRequest(const v1::ExportTablesRequest& request) {
  ActFields fields;
  if (request.known_releases_size() > static_cast<int>(kKnownReleasesMax)) {
    fields.Refuse("known_releases",
                  "must be at most " + std::to_string(kKnownReleasesMax) + " (kKnownReleasesMax)");
  }
  for (int i = 0; i < request.known_releases_size(); ++i) {
    if (request.known_releases(i).size() != Digest().view().size()) {
      fields.Refuse("known_releases[" + std::to_string(i) + "]", "must be a digest, 32 bytes");
    }
  }
  if (request.heartbeat_s() * int64_t{1000} > kHeartbeatMaxMs) {
    fields.Refuse("heartbeat_s", "must be at most " + std::to_string(kHeartbeatMaxMs / 1000));
  }
  if (request.heartbeat_s() != 0 && !request.follow()) {
    fields.Refuse("heartbeat_s", "says nothing without follow");
  }
  return fields.Status();
}

// Whose dimensions are to go out before a row: none for what was decided before the first release.
bool NamesRelease(const v1::EntryRow& row) {
  return row.has_decision() && row.decision().release() != 0;
}

class TableSource final : public MessageSource {
 public:
  TableSource(const TableSources& sources, const v1::ExportTablesRequest& request,
              CoveredSize newest)
      : sources_(sources),
        dimensions_(request.dimensions()),
        follow_(request.follow()),
        heartbeat_(request.heartbeat_s() == 0 ? kHeartbeatDefaultMs
                                              : request.heartbeat_s() * int64_t{1000}),
        known_(request.known_releases().begin(), request.known_releases().end()),
        next_(request.begin()),
        end_(std::move(newest)),
        wait_(sources.log.growth(), sources.timer) {}

  absl::StatusOr<Next> Take(Call& call) override {
    wait_.Stop();
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    if (told_ && !parts_.has_value() && next_ == end_.size) return AtTheEnd(call);
    v1::ExportTablesResponse response;
    if (!parts_.has_value()) EVIDENT_RETURN_IF_ERROR(AddRows(response));
    if (parts_.has_value() && response.rows().empty()) {
      EVIDENT_ASSIGN_OR_RETURN(*response.mutable_dimensions(), parts_->Next());
      if (response.dimensions().complete()) parts_.reset();
    } else if (next_ == end_.size) {
      response.set_checkpoint(end_.checkpoint);
      told_ = true;
    }
    return Send(response);
  }

  void Await(absl::AnyInvocable<void()> resume) override {
    wait_.Begin(next_, due_, std::move(resume));
  }
  void Wake() override { wait_.Wake(); }

 private:
  // Up to the end, or to before a decision from a release that is to go out first.
  absl::Status AddRows(v1::ExportTablesResponse& response) {
    // As the policy stands now: it may change while the stream runs.
    const auto policy = sources_.policy.Current();
    for (size_t i = 0; i < kTableRowsEach && next_ < end_.size; ++i, ++next_) {
      EVIDENT_ASSIGN_OR_RETURN(v1::EntryRow row, RowOf(sources_.log, EntryIndex(next_), *policy));
      if (dimensions_ && NamesRelease(row) &&
          known_.insert(row.decision().release_digest()).second) {
        EVIDENT_ASSIGN_OR_RETURN(parts_,
                                 ReleaseParts::Open(sources_.releases, row.decision().release(),
                                                    row.decision().release_digest()));
        return absl::OkStatus();
      }
      *response.add_rows() = std::move(row);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Next> AtTheEnd(Call& call) {
    if (!follow_) return Next();
    if (sources_.log.growth().closed()) {
      return MakeError(absl::StatusCode::kUnavailable, "SERVER_STOPPING",
                       "the server stops: go on from entry " + std::to_string(next_));
    }
    EVIDENT_ASSIGN_OR_RETURN(end_, CoveredByNewest(sources_.log));
    if (end_.size > next_) return Take(call);
    if (std::chrono::steady_clock::now() < due_) return Next{std::nullopt, true};
    v1::ExportTablesResponse response;
    response.set_checkpoint(end_.checkpoint);
    response.mutable_heartbeat()->set_size(next_);
    response.mutable_heartbeat()->set_time_ns(call.clock().NowNs());
    return Send(response);
  }

  Next Send(const v1::ExportTablesResponse& response) {
    due_ = std::chrono::steady_clock::now() + heartbeat_;
    return Next{response.SerializeAsString(), false};
  }

  const TableSources sources_;
  const bool dimensions_;
  const bool follow_;
  const milliseconds heartbeat_;
  std::set<std::string> known_;        // digests of releases whose dimensions need not go out
  std::optional<ReleaseParts> parts_;  // of the release that is going out
  uint64_t next_;
  CoveredSize end_;    // what goes out now
  bool told_ = false;  // a checkpoint of next_ went out, once there are no rows before end_
  Watchdog::TimePoint due_;
  LogWait wait_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<MessageSource>> ExportTables(
    const TableSources& sources, Call& call, const v1::ExportTablesRequest& request) {
  EVIDENT_RETURN_IF_ERROR(CheckRequest(request));
  EVIDENT_ASSIGN_OR_RETURN(CoveredSize newest, CoveredByNewest(sources.log));
  EVIDENT_RETURN_IF_ERROR(CheckBegin(request.begin(), newest.size));
  call.notes().effect =
      "read rows of the entries from " + std::to_string(request.begin()) +
      (request.follow() ? " on, as the log grows" : " to before " + std::to_string(newest.size));
  return std::unique_ptr<MessageSource>(new TableSource(sources, request, std::move(newest)));
}

}  // namespace evident::server
