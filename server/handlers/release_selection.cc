#include "server/handlers/release_selection.h"

#include <string>

#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "server/handlers/node_view.h"

namespace evident::server {

absl::StatusOr<graph::ReleaseSelector> ReadSelector(const v1::ReleaseSelector& selector,
                                                    std::string_view field) {
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
    case v1::ReleaseSelector::SELECTOR_NOT_SET:
      break;
  }
  return read;
}

absl::StatusOr<PinnedRelease> PinRelease(const graph::ReleaseManager& releases,
                                         const v1::ReleaseSelector& selector,
                                         std::string_view field, Call& call) {
  EVIDENT_ASSIGN_OR_RETURN(const graph::ReleaseSelector read, ReadSelector(selector, field));
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

}  // namespace evident::server
