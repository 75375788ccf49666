#include "server/handlers/affected_decisions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "graph/model/node_id.h"
#include "graph/release/resting_statements.h"
#include "server/handlers/act_fields.h"
#include "server/handlers/entry_search.h"
#include "server/handlers/entry_view.h"
#include "server/handlers/log_range.h"
#include "server/handlers/node_view.h"
#include "server/page_token.h"

namespace evident::server {
namespace {

using audit::IndexField;
using audit::IndexTerm;

std::vector<v1::StatementRole> RolesAsked(const v1::FindAffectedDecisionsRequest& request) {
  std::vector<v1::StatementRole> roles;
  for (const int role : request.statement_roles()) {
    roles.push_back(static_cast<v1::StatementRole>(role));
  }
  if (!roles.empty()) return roles;
  return {v1::STATEMENT_ROLE_RETURNED, v1::STATEMENT_ROLE_IN_CONFLICT};
}

// The node that the request names, of a kind that decisions rest on, if any release has it.
absl::StatusOr<std::optional<NodeId>> FindEver(const graph::ReleaseManager& releases,
                                               const std::string& name) {
  for (const v1::NodeKind kind : {v1::NODE_KIND_STATEMENT, v1::NODE_KIND_CONCEPT,
                                  v1::NODE_KIND_EVIDENCE, v1::NODE_KIND_REFERENCE}) {
    const NodeId id = graph::MakeNodeId(kind, name);
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr record, releases.LastRecord(id));
    if (record != nullptr) return std::optional<NodeId>(id);
  }
  return std::optional<NodeId>();
}

absl::Status CheckRequest(const v1::FindAffectedDecisionsRequest& request) {
  ActFields fields;
  fields.NeedName("node", request.node());
  CheckStatementRoles(request.statement_roles(), fields);
  if (EndsBeforeItBegins(request)) fields.Refuse("end_time_ns", "must not be below begin_time_ns");
  return fields.Status();
}

// Numbers of releases by their digests.
class ReleaseNumbers {
 public:
  static absl::StatusOr<ReleaseNumbers> Read(const graph::ReleaseManager& releases,
                                             const Call& call) {
    ReleaseNumbers numbers;
    absl::Status alive;
    EVIDENT_RETURN_IF_ERROR(releases.VisitRecords([&](const storage::v1::ReleaseRecord& record) {
      numbers.by_digest_.emplace(record.release_digest(), record.number());
      alive = call.CheckAlive();
      return alive.ok();
    }));
    EVIDENT_RETURN_IF_ERROR(alive);
    return numbers;
  }

  // 0: not of this database.
  uint32_t Of(const Digest& digest) const {
    const auto found = by_digest_.find(digest.view());
    return found == by_digest_.end() ? 0 : found->second;
  }

 private:
  std::map<std::string, uint32_t, std::less<>> by_digest_;
};

// One search: what is looked for, and what each entry that is found has to do with it.
class Search {
 public:
  Search(const AuditSources& sources, graph::RestingStatements resting, ReleaseNumbers numbers,
         std::vector<v1::StatementRole> roles)
      : sources_(sources),
        resting_(std::move(resting)),
        numbers_(std::move(numbers)),
        roles_(std::move(roles)) {}

  // What an entry must bear one of.
  std::vector<IndexTerm> Terms() const {
    std::vector<IndexTerm> terms;
    for (const std::string& statement : resting_.names()) {
      for (const v1::StatementRole role : roles_) {
        terms.push_back({audit::FieldOfRole(role), statement});
      }
    }
    return terms;
  }

  // nullopt: in the release that it was decided from, none of its statements rested on the node.
  absl::StatusOr<std::optional<v1::AffectedDecision>> View(EntryIndex index, bool by_concept) {
    EVIDENT_ASSIGN_OR_RETURN(v1::Entry entry, ViewEntry(sources_.log, index));
    EVIDENT_ASSIGN_OR_RETURN(const Digest digest, Digest::FromBytes(entry.info().release_digest()));
    v1::AffectedDecision decision;
    decision.set_name(entry.name());
    decision.set_index(index.value);
    decision.set_commit_time_ns(entry.info().commit_time_ns());
    decision.set_release(numbers_.Of(digest));
    decision.set_release_digest(entry.info().release_digest());
    if (by_concept) return std::optional(std::move(decision));
    EVIDENT_ASSIGN_OR_RETURN(const auto uses, Uses(index));
    for (const audit::RoleOfStatement& use : uses) {
      // Of a release that is not here nobody can tell: then it is better named than missed.
      const bool rested = decision.release() == 0 ||
                          resting_.RestsIn(use.statement, ReleaseNumber(decision.release()));
      if (!rested) continue;
      v1::StatementUse& view = *decision.add_uses();
      view.set_statement(use.statement);
      view.set_role(use.role);
    }
    if (decision.uses().empty()) return std::optional<v1::AffectedDecision>();
    return std::optional(std::move(decision));
  }

 private:
  // Of the statements that are looked for, how the entry used them: as its body says, or, where
  // that is gone, as the index does.
  absl::StatusOr<std::vector<audit::RoleOfStatement>> Uses(EntryIndex index) const {
    std::vector<audit::RoleOfStatement> uses;
    EVIDENT_ASSIGN_OR_RETURN(const OpenedBody body, OpenUnlessGone(sources_.log, index));
    if (body.opened()) {
      const std::vector<std::string> names = resting_.names();
      for (audit::RoleOfStatement& use : audit::RolesIn(body.sealed.body().decision())) {
        const bool asked = std::find(roles_.begin(), roles_.end(), use.role) != roles_.end();
        if (asked && std::binary_search(names.begin(), names.end(), use.statement)) {
          uses.push_back(std::move(use));
        }
      }
      return uses;
    }
    for (const std::string& statement : resting_.names()) {
      for (const v1::StatementRole role : roles_) {
        const audit::IndexQuery query{
            {{{audit::FieldOfRole(role), statement}}}, index.value, index.value + 1};
        EVIDENT_ASSIGN_OR_RETURN(const auto found, sources_.index.Find(query, 1));
        if (!found.empty()) uses.push_back({statement, role});
      }
    }
    return uses;
  }

  const AuditSources& sources_;
  const graph::RestingStatements resting_;
  const ReleaseNumbers numbers_;
  const std::vector<v1::StatementRole> roles_;
};

}  // namespace

absl::StatusOr<v1::FindAffectedDecisionsResponse> FindAffectedDecisions(
    const AuditSources& sources, Call& call, const v1::FindAffectedDecisionsRequest& request) {
  EVIDENT_RETURN_IF_ERROR(CheckRequest(request));
  EVIDENT_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  EVIDENT_ASSIGN_OR_RETURN(const auto node, FindEver(sources.releases, request.node()));
  if (!node.has_value()) {
    return NoSuchNode(*sources.releases.Head(), request.node(), std::nullopt);
  }
  const std::string scope = LogScope(sources.log, call, request);
  EVIDENT_ASSIGN_OR_RETURN(
      PagePosition position,
      request.page_token().empty()
          ? WithinTimes(sources.log, request, PagePosition{0, sources.log.Size()})
          : ReadPageToken(scope, request.page_token()));
  EVIDENT_ASSIGN_OR_RETURN(graph::RestingStatements resting,
                           graph::RestingStatements::Find(sources.releases, *node));
  EVIDENT_ASSIGN_OR_RETURN(ReleaseNumbers numbers, ReleaseNumbers::Read(sources.releases, call));
  const bool by_concept = node->kind() == v1::NODE_KIND_CONCEPT;
  v1::FindAffectedDecisionsResponse response;
  for (const std::string& name : resting.names()) response.add_statements(name);
  Search search(sources, std::move(resting), std::move(numbers), RolesAsked(request));
  const std::vector<IndexTerm> terms =
      by_concept ? std::vector<IndexTerm>{{IndexField::kConcept, request.node()}} : search.Terms();
  const std::vector<IndexTerm> decisions{
      {IndexField::kKind, std::to_string(static_cast<int>(audit::LeafKind::kDecision))}};
  call.notes().effect = "looked for decisions that rested on " + request.node();
  while (!terms.empty() && position.next < position.bound &&
         response.decisions_size() < page_size) {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    audit::IndexProgress progress;
    EVIDENT_ASSIGN_OR_RETURN(
        const std::vector<uint64_t> found,
        sources.index.Find({{decisions, terms}, position.next, position.bound},
                           static_cast<size_t>(page_size - response.decisions_size()), &progress));
    for (const uint64_t index : found) {
      EVIDENT_ASSIGN_OR_RETURN(auto decision, search.View(EntryIndex(index), by_concept));
      if (decision.has_value()) *response.add_decisions() = *std::move(decision);
    }
    position.next = progress.next;
  }
  if (!terms.empty() && position.next < position.bound) {
    response.set_next_page_token(MakePageToken(scope, position));
  }
  return response;
}

}  // namespace evident::server
