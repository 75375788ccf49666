#include "server/handlers/knowledge_streams.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "graph/model/node_id.h"
#include "graph/traverse/walk.h"
#include "server/handlers/act_fields.h"
#include "server/handlers/knowledge_reads.h"
#include "server/handlers/node_view.h"
#include "server/handlers/release_selection.h"

namespace evident::server {
namespace {

constexpr uint32_t kDepthDefault = 2;
constexpr uint32_t kFanOutDefault = 1000;
constexpr uint32_t kStepsDefault = 10'000;

class WalkSource final : public MessageSource {
 public:
  WalkSource(PinnedRelease release, graph::WalkPlan plan, bool records)
      : release_(std::move(release)), walk_(*release_, std::move(plan)), records_(records) {}

  absl::StatusOr<Next> Take(Call& call) override {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    EVIDENT_ASSIGN_OR_RETURN(const std::optional<graph::WalkStep> step, walk_.Next());
    if (!step.has_value()) return Next();
    EVIDENT_ASSIGN_OR_RETURN(const v1::TraverseResponse response, View(*step));
    return Next{response.SerializeAsString(), false};
  }

 private:
  absl::StatusOr<v1::TraverseResponse> View(const graph::WalkStep& step) const {
    v1::TraverseResponse view;
    view.set_depth(step.depth);
    view.set_node(step.node->name());
    view.set_kind(graph::KindOf(*step.node));
    view.set_seen(step.seen);
    view.set_has_more(step.has_more);
    if (records_) *view.mutable_node_record() = *step.node;
    if (!step.edge.has_value()) return view;
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr from, release_->GetNode(step.from));
    if (from != nullptr) view.set_from(from->name());
    view.set_edge_kind(step.edge->kind);
    view.set_ordinal(step.edge->ordinal);
    view.set_against(step.edge->src != step.from);
    if (records_) *view.mutable_edge_record() = *step.edge->record;
    return view;
  }

  const PinnedRelease release_;
  graph::Walk walk_;
  const bool records_;
};

class WatchSource final : public MessageSource {
 public:
  WatchSource(const graph::ReleaseManager& releases, uint32_t after)
      : releases_(releases), after_(after) {}

  absl::StatusOr<Next> Take(Call& call) override {
    if (releases_.Head()->release().number() <= after_) {
      if (!releases_.signal().closed()) return Next{std::nullopt, true};
      return MakeError(absl::StatusCode::kUnavailable, "SERVER_STOPPING",
                       "the server stops: watch again from release " + std::to_string(after_));
    }
    graph::ReleaseSelector selector;
    selector.number = ReleaseNumber(after_ + 1);
    EVIDENT_ASSIGN_OR_RETURN(const storage::v1::ReleaseRecord record, releases_.Record(selector));
    v1::WatchReleasesResponse response;
    *response.mutable_release() = ViewRelease(record);
    *response.mutable_token() = TokenOf(releases_, record);
    ++after_;
    return Next{response.SerializeAsString(), false};
  }

  void Await(absl::AnyInvocable<void()> resume) override {
    id_ = releases_.signal().OnceAbove(after_, std::move(resume));
  }
  void Wake() override { releases_.signal().Wake(id_); }

 private:
  const graph::ReleaseManager& releases_;
  std::atomic<uint32_t> after_;
  std::atomic<GrowthSignal::Id> id_ = 0;
};

void CheckBudget(const std::string& field, bool given, uint32_t value, size_t most,
                 ActFields& fields) {
  if (given && value > most) fields.Refuse(field, "must be at most " + std::to_string(most));
}

absl::Status CheckRequest(const v1::TraverseRequest& request) {
  ActFields fields;
  if (request.starts().empty() || request.starts_size() > static_cast<int>(kWalkStartsMax)) {
    fields.Refuse("starts", "must be 1 to " + std::to_string(kWalkStartsMax) + " full names");
  }
  for (int i = 0; i < request.starts_size(); ++i) {
    fields.NeedName("starts[" + std::to_string(i) + "]", request.starts(i));
  }
  if (!v1::WalkDirection_IsValid(request.direction())) {
    fields.Refuse("direction", "must be a known direction");
  }
  for (int i = 0; i < request.edge_kinds_size(); ++i) {
    if (request.edge_kinds(i) == v1::EDGE_KIND_UNSPECIFIED ||
        !v1::EdgeKind_IsValid(request.edge_kinds(i))) {
      fields.Refuse("edge_kinds[" + std::to_string(i) + "]", "must be a known kind of edges");
    }
  }
  for (int i = 0; i < request.node_kinds_size(); ++i) {
    if (request.node_kinds(i) == v1::NODE_KIND_UNSPECIFIED ||
        !v1::NodeKind_IsValid(request.node_kinds(i))) {
      fields.Refuse("node_kinds[" + std::to_string(i) + "]", "must be a known kind of nodes");
    }
  }
  CheckBudget("depth_max", request.has_depth_max(), request.depth_max(), kWalkDepthMax, fields);
  CheckBudget("fan_out_max", request.has_fan_out_max(), request.fan_out_max(), kWalkFanOutMax,
              fields);
  CheckBudget("total_max", request.has_total_max(), request.total_max(), kWalkStepsMax, fields);
  return fields.Status();
}

graph::WalkPlan PlanOf(const v1::TraverseRequest& request) {
  graph::WalkPlan plan;
  plan.out = request.direction() != v1::WALK_DIRECTION_IN;
  plan.in = request.direction() == v1::WALK_DIRECTION_IN ||
            request.direction() == v1::WALK_DIRECTION_BOTH;
  for (const int kind : request.edge_kinds()) {
    plan.edge_kinds.insert(static_cast<v1::EdgeKind>(kind));
  }
  for (const int kind : request.node_kinds()) {
    plan.node_kinds.insert(static_cast<v1::NodeKind>(kind));
  }
  plan.depth_max = request.has_depth_max() ? request.depth_max() : kDepthDefault;
  plan.fan_out_max = request.has_fan_out_max() ? request.fan_out_max() : kFanOutDefault;
  plan.total_max = request.has_total_max() ? request.total_max() : kStepsDefault;
  return plan;
}

}  // namespace

absl::StatusOr<std::unique_ptr<MessageSource>> Traverse(const graph::ReleaseManager& releases,
                                                        Call& call,
                                                        const v1::TraverseRequest& request) {
  EVIDENT_RETURN_IF_ERROR(CheckRequest(request));
  EVIDENT_ASSIGN_OR_RETURN(PinnedRelease pinned,
                           PinRelease(releases, request.release(), "release", call));
  graph::WalkPlan plan = PlanOf(request);
  for (const std::string& name : request.starts()) {
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr node, graph::FindByName(*pinned, name));
    if (node == nullptr) return NoSuchNode(*pinned, name, std::nullopt);
    plan.starts.push_back(graph::MakeNodeId(*node));
  }
  return std::unique_ptr<MessageSource>(
      new WalkSource(std::move(pinned), std::move(plan), request.records()));
}

absl::StatusOr<std::unique_ptr<MessageSource>> WatchReleases(
    const graph::ReleaseManager& releases, Call& call, const v1::WatchReleasesRequest& request) {
  const uint32_t head = releases.Head()->release().number();
  if (request.after() > head) {
    ActFields fields;
    fields.Refuse("after", "must be at most the head's number, " + std::to_string(head) +
                               ": another database, or an older copy?");
    return fields.Status();
  }
  return std::unique_ptr<MessageSource>(new WatchSource(releases, request.after()));
}

}  // namespace evident::server
