#include "server/handlers/publish_change.h"

#include <utility>
#include <vector>

#include "base/date.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "server/handlers/knowledge_reads.h"
#include "server/handlers/request_mark.h"

namespace evident::server {
namespace {

class ChangePublication final : public PreparedChange {
 public:
  ChangePublication(graph::ReleaseManager& releases, graph::PublishRequest request,
                    std::string effect, ChangeResponse respond)
      : releases_(releases),
        request_(std::move(request)),
        effect_(std::move(effect)),
        respond_(std::move(respond)) {}

  std::string Effect() const override { return effect_; }

  absl::StatusOr<std::string> Apply(Call& call, const std::string& intent) override {
    request_.intent = intent;
    request_.now_ns = call.clock().NowNs();
    call.notes().effect = "nothing was published";
    std::string response;
    request_.attached =
        [&](const graph::GraphReader& after) -> absl::StatusOr<std::vector<graph::AttachedRow>> {
      EVIDENT_ASSIGN_OR_RETURN(response,
                               respond_({after, true, TokenOf(releases_, after.release())}));
      return RowsOfAnswer(releases_.drafts(), call, response, intent);
    };
    EVIDENT_ASSIGN_OR_RETURN(const graph::PublishResult result, releases_.Publish(request_));
    const ReleaseNumber number(result.release.number());
    call.notes().effect = "published " + ReleaseName(number.value);
    EVIDENT_ASSIGN_OR_RETURN(call.notes().release,
                             Digest::FromBytes(result.release.release_digest()));
    ForgetOldAnswers(releases_.drafts(), call);
    if (!result.unchanged) return response;
    EVIDENT_ASSIGN_OR_RETURN(const auto after, releases_.Pin({number, std::nullopt}));
    return respond_({*after, true, TokenOf(releases_, result.release)});
  }

 private:
  graph::ReleaseManager& releases_;
  graph::PublishRequest request_;
  const std::string effect_;
  const ChangeResponse respond_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const graph::GraphReader>> HeadFor(
    const graph::ReleaseManager& releases, const v1::ChangeFrame& frame) {
  std::shared_ptr<const graph::GraphReader> head = releases.Head();
  const uint32_t number = head->release().number();
  if (!frame.has_expected_head() || frame.expected_head() == number) return head;
  return MakeError(absl::StatusCode::kAborted, "HEAD_MOVED",
                   "the change is meant for release " + std::to_string(frame.expected_head()) +
                       ": the head is release " + std::to_string(number));
}

graph::Actor ActorOf(const Call& call) {
  return {call.caller().identity, DateOfTimeNs(call.received_ns()).ToString()};
}

absl::StatusOr<Reply> PreparePublish(graph::ReleaseManager& releases, Call& call,
                                     const std::shared_ptr<const graph::GraphReader>& head,
                                     const v1::ChangeFrame& frame, PublishableChange change) {
  graph::PublishRequest request;
  request.changes = std::move(change.changes);
  request.label = Beginning(change.effect, kNameBytesMax);
  request.author = call.caller().identity;
  request.expected_head = ReleaseNumber(head->release().number());
  graph::PublishRequest trial = request;
  trial.validate_only = true;
  trial.now_ns = call.clock().NowNs();
  EVIDENT_RETURN_IF_ERROR(releases.Publish(std::move(trial)).status());
  if (frame.validate_only()) {
    EVIDENT_ASSIGN_OR_RETURN(std::string response, change.respond({*head, false, {}}));
    return Reply{std::move(response)};
  }
  return Reply{
      "", false,
      std::make_unique<ChangePublication>(releases, std::move(request), std::move(change.effect),
                                          std::move(change.respond))};
}

}  // namespace evident::server
