#include "server/handlers/release_selection.h"

#include <chrono>
#include <string>

#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"

namespace evident::server {

namespace {

absl::Status TokenRefused(std::string_view reason, const std::string& why) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, why);
}

// Waits in slices, so that a caller who leaves is noticed.
absl::Status AwaitRelease(const graph::ReleaseManager& releases, uint32_t number,
                          const Call& call) {
  constexpr std::chrono::milliseconds kSlice(50);
  while (true) {
    switch (releases.signal().WaitFor(number, kSlice, kWaitingReadsMax)) {
      case GrowthSignal::Wait::kThere:
        return absl::OkStatus();
      case GrowthSignal::Wait::kTooMany:
        return MakeError(absl::StatusCode::kResourceExhausted, "READS_WAITING",
                         std::to_string(kWaitingReadsMax) +
                             " reads wait for a release already (kWaitingReadsMax)");
      case GrowthSignal::Wait::kNotYet:
        break;
    }
    const absl::Status alive = call.CheckAlive();
    if (absl::IsDeadlineExceeded(alive)) {
      return MakeError(absl::StatusCode::kDeadlineExceeded, "RELEASE_NOT_YET",
                       ReleaseName(number) +
                           " did not come before the call's deadline; the head is " +
                           ReleaseName(releases.Head()->release().number()));
    }
    EVIDENT_RETURN_IF_ERROR(alive);
    if (!releases.signal().closed()) continue;
    return MakeError(absl::StatusCode::kUnavailable, "SERVER_STOPPING", "the server stops");
  }
}

absl::Status AwaitToken(const graph::ReleaseManager& releases, const v1::ConsistencyToken& token,
                        std::string_view field, const Call& call) {
  if (token.release() == 0 || token.digest_prefix().size() != kTokenDigestBytes) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TOKEN_INVALID",
                     "the token is none that a change of the knowledge left",
                     {{std::string(field) + ".at_least", "must have a release and " +
                                                             std::to_string(kTokenDigestBytes) +
                                                             " bytes of its digest"}});
  }
  if (token.database_id() != releases.database_id()) {
    return TokenRefused("ANOTHER_DATABASE", "the token is of the database " +
                                                Beginning(token.database_id(), kNameBytesMax) +
                                                ", this is " + releases.database_id());
  }
  EVIDENT_RETURN_IF_ERROR(AwaitRelease(releases, token.release(), call));
  graph::ReleaseSelector selector;
  selector.number = ReleaseNumber(token.release());
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::ReleaseRecord record, releases.Record(selector));
  if (record.release_digest().substr(0, kTokenDigestBytes) == token.digest_prefix()) {
    return absl::OkStatus();
  }
  return TokenRefused("FORKED_HISTORY", ReleaseName(token.release()) +
                                            " has another digest here than the token says: there "
                                            "are two histories of this database");
}

}  // namespace

absl::StatusOr<graph::ReleaseSelector> ReadSelector(const graph::ReleaseManager& releases,
                                                    const v1::ReleaseSelector& selector,
                                                    std::string_view field, const Call& call) {
  graph::ReleaseSelector read;
  switch (selector.selector_case()) {
    case v1::ReleaseSelector::kName: {
      const std::optional<uint32_t> number = ParseReleaseName(selector.name());
      if (!number) {
        const std::string shown = Beginning(selector.name(), kNameBytesMax);
        return MakeError(absl::StatusCode::kInvalidArgument, "RELEASE_NAME_INVALID",
                         "'" + shown + "' is not the name of a release",
                         {{std::string(field) + ".name", "must be releases/<number>"}});
      }
      read.number = ReleaseNumber(*number);
      break;
    }
    case v1::ReleaseSelector::kAsKnownOnNs:
      read.as_known_on_ns = selector.as_known_on_ns();
      break;
    case v1::ReleaseSelector::kAtLeast:
      EVIDENT_RETURN_IF_ERROR(AwaitToken(releases, selector.at_least(), field, call));
      break;
    case v1::ReleaseSelector::SELECTOR_NOT_SET:
      break;
  }
  return read;
}

absl::StatusOr<PinnedRelease> PinRelease(const graph::ReleaseManager& releases,
                                         const v1::ReleaseSelector& selector,
                                         std::string_view field, Call& call) {
  EVIDENT_ASSIGN_OR_RETURN(const graph::ReleaseSelector read,
                           ReadSelector(releases, selector, field, call));
  return PinRelease(releases, read, call);
}

absl::StatusOr<PinnedRelease> PinRelease(const graph::ReleaseManager& releases,
                                         const graph::ReleaseSelector& selector, Call& call) {
  EVIDENT_ASSIGN_OR_RETURN(PinnedRelease pinned, releases.Pin(selector));
  if (pinned->release().number() > 0) {
    EVIDENT_ASSIGN_OR_RETURN(call.notes().release,
                             Digest::FromBytes(pinned->release().release_digest()));
  }
  return pinned;
}

absl::StatusOr<PinnedRelease> PinRelease(const graph::ReleaseManager& releases,
                                         ReleaseNumber number, Call& call) {
  graph::ReleaseSelector selector;
  selector.number = number;
  return PinRelease(releases, selector, call);
}

absl::StatusOr<PinnedRelease> PinFor(const NodeName& name, const graph::ReleaseManager& releases,
                                     const v1::ReleaseSelector& selector, std::string_view field,
                                     Call& call) {
  EVIDENT_ASSIGN_OR_RETURN(graph::ReleaseSelector read,
                           ReadSelector(releases, selector, field, call));
  if (name.release) {
    const ReleaseNumber named(*name.release);
    if (read.as_known_on_ns || (read.number && *read.number != named)) {
      return MakeError(absl::StatusCode::kInvalidArgument, "RELEASE_AMBIGUOUS",
                       "the node's name holds another release than the selector",
                       {{std::string(field), "must not be given beside a release in the name"}});
    }
    read.number = named;
  }
  return PinRelease(releases, read, call);
}

}  // namespace evident::server
