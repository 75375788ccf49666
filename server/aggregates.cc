#include "server/aggregates.h"

#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "server/build_info.h"

namespace evident::server {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr char kOtherPeers[] = "(others)";

absl::StatusCode CodeOf(AggregateReason reason) {
  return reason == AggregateReason::kUnauthenticated ? absl::StatusCode::kUnauthenticated
                                                     : absl::StatusCode::kResourceExhausted;
}

std::string NameOf(AggregateReason reason) {
  return reason == AggregateReason::kUnauthenticated ? "UNAUTHENTICATED" : "OVERLOAD";
}

EntryDraft DraftAggregate(int64_t second, const std::string& peer, AggregateReason reason,
                          uint64_t count) {
  EntryDraft draft;
  draft.kind = audit::LeafKind::kAggregate;
  draft.grpc_status = static_cast<uint8_t>(CodeOf(reason));
  draft.detail = audit::AggregateDetail{count, static_cast<uint16_t>(reason)};
  draft.body.set_received_time_ns(second * kSecondNs);
  draft.body.set_server_build(kServerBuild);
  draft.body.mutable_caller()->set_peer(peer);
  draft.body.set_reason(NameOf(reason));
  draft.body.set_effect(std::to_string(count) + " calls refused within one second");
  return draft;
}

}  // namespace

void Aggregates::Count(const std::string& peer, AggregateReason reason) {
  const int64_t second = clock_.NowNs() / kSecondNs;
  MutexLock lock(mutex_);
  const auto found = counts_.find(Key(second, peer, reason));
  if (found != counts_.end()) {
    ++found->second;
  } else {
    const bool full = counts_.size() >= kAggregateCountersMax;
    ++counts_[Key(second, full ? kOtherPeers : peer, reason)];
  }
}

void Aggregates::Flush(bool all) {
  const int64_t now = clock_.NowNs() / kSecondNs;
  std::map<Key, uint64_t> finished;
  {
    MutexLock lock(mutex_);
    const auto end = all ? counts_.end() : counts_.lower_bound(Key(now, "", AggregateReason{}));
    for (auto it = counts_.begin(); it != end;) finished.insert(counts_.extract(it++));
  }
  for (const auto& [key, count] : finished) {
    const auto& [second, peer, reason] = key;
    Log(LogLevel::kWarning, "calls refused before they were known",
        {{"peer", peer}, {"reason", NameOf(reason)}, {"count", static_cast<int64_t>(count)}});
    recorder_.Append(DraftAggregate(second, peer, reason, count),
                     [](absl::StatusOr<Committed> recorded) {
                       if (recorded.ok()) return;
                       Log(LogLevel::kError, "refused calls not recorded",
                           {{"error", std::string(recorded.status().message())}});
                     });
  }
}

}  // namespace evident::server
