#include "graph/release/release_manager.h"

#include <map>
#include <set>
#include <utility>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/canonical.h"
#include "graph/model/invariants.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"
#include "graph/storage/direct_reader.h"
#include "graph/storage/release_writer.h"

namespace evident::graph {
namespace {

// Nodes and edges of rows by name, so that they can be checked together with a draft.
struct NamedRows {
  std::map<NodeId, v1::NodeRecord> nodes;

  absl::Status Add(const RowMap& rows) {
    for (const auto& [key, bytes] : rows) {
      EVIDENT_ASSIGN_OR_RETURN(const NodeId id, ParseNodeId(key));
      EVIDENT_RETURN_IF_ERROR(
          Annotate(ParseCanonical(bytes, nodes[id]), "nodes key " + HexEncode(key)));
    }
    return absl::OkStatus();
  }
};

absl::Status HeadMoved(ReleaseNumber expected, ReleaseNumber found) {
  return MakeError(absl::StatusCode::kAborted, "HEAD_MOVED",
                   "publishing onto release " + std::to_string(expected.value) +
                       ": the head is release " + std::to_string(found.value) + " by now");
}

absl::Status OwnedByOthers(const GraphDraft& draft, const std::string& pack,
                           const std::map<NodeId, v1::NodeRecord>& stored) {
  std::vector<Violation> violations;
  for (const v1::NodeRecord& node : draft.nodes) {
    if (node.pack() != pack) {
      violations.push_back(
          {node.name(), "it belongs to the pack " + node.pack() + ", not " + pack});
    }
    const auto found = stored.find(MakeNodeId(node));
    if (found != stored.end() && found->second.pack() != pack) {
      violations.push_back({node.name(), "the packs " + pack + " and " + found->second.pack() +
                                             " both define it; a node has one owner"});
    }
  }
  if (violations.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "GRAPH_INVALID",
                   "the pack " + pack + " defines nodes that are not its own", violations);
}

storage::v1::ReleaseRecord NextRecord(const storage::v1::ReleaseRecord& parent,
                                      const PublishRequest& request, const Rows& rows) {
  storage::v1::ReleaseRecord record;
  record.set_number(parent.number() + 1);
  record.set_parent(parent.number());
  record.set_label(request.label);
  record.set_publish_time_ns(std::max(request.now_ns, parent.publish_time_ns()));
  record.set_author(request.author);
  for (const std::string& reviewer : request.reviewers) record.add_reviewers(reviewer);
  record.set_nodes(rows.nodes.size());
  record.set_edges(rows.out.size());
  record.add_packs(request.pack);
  record.set_intent(request.intent);
  return record;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReleaseManager>> ReleaseManager::Open(
    const GraphDatabaseOptions& options) {
  EVIDENT_ASSIGN_OR_RETURN(std::unique_ptr<kv::Database> database, OpenGraphDatabase(options));
  std::unique_ptr<ReleaseManager> manager(new ReleaseManager(std::move(database)));
  EVIDENT_RETURN_IF_ERROR(manager->LoadHead());
  return manager;
}

absl::Status ReleaseManager::LoadHead() {
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::ReleaseRecord record, ReadNewestRelease(*database_));
  const DirectReader reader(*database_, record);
  EVIDENT_ASSIGN_OR_RETURN(const Rows rows, reader.ReadRows());
  if (record.number() > 0 && ContentDigest(rows).view() != record.content_digest()) {
    return MakeError(absl::StatusCode::kDataLoss, "CONTENT_DIGEST_MISMATCH",
                     "the rows of release " + std::to_string(record.number()) +
                         " do not give its content digest " + HexEncode(record.content_digest()));
  }
  EVIDENT_ASSIGN_OR_RETURN(auto head, MemoryGraph::FromRows(rows, record));
  MutexLock lock(head_mutex_);
  head_ = std::move(head);
  return absl::OkStatus();
}

std::shared_ptr<const MemoryGraph> ReleaseManager::Head() const {
  MutexLock lock(head_mutex_);
  return head_;
}

absl::StatusOr<std::shared_ptr<const GraphReader>> ReleaseManager::Pin(
    const ReleaseSelector& selector) const {
  const std::shared_ptr<const MemoryGraph> head = Head();
  storage::v1::ReleaseRecord record = head->release();
  if (selector.number.has_value()) {
    if (selector.number->value != record.number()) {
      EVIDENT_ASSIGN_OR_RETURN(record, ReadRelease(*database_, *selector.number));
    }
  } else if (selector.as_known_on_ns.has_value()) {
    while (record.number() > 0 && record.publish_time_ns() > *selector.as_known_on_ns) {
      if (record.parent() == 0) {
        return MakeError(absl::StatusCode::kNotFound, "RELEASE_UNKNOWN",
                         "no release was known at that time");
      }
      EVIDENT_ASSIGN_OR_RETURN(record, ReadRelease(*database_, ReleaseNumber(record.parent())));
    }
  }
  if (record.number() == head->release().number()) return head;
  return std::make_shared<DirectReader>(*database_, std::move(record));
}

absl::StatusOr<std::vector<storage::v1::ReleaseRecord>> ReleaseManager::List(ReleaseNumber before,
                                                                             size_t most) const {
  const uint32_t head = Head()->release().number();
  uint32_t next = before.value == 0 || before.value > head ? head : before.value - 1;
  std::vector<storage::v1::ReleaseRecord> records;
  while (next > 0 && records.size() < most) {
    EVIDENT_ASSIGN_OR_RETURN(storage::v1::ReleaseRecord record,
                             ReadRelease(*database_, ReleaseNumber(next)));
    next = record.parent();
    records.push_back(std::move(record));
  }
  return records;
}

absl::StatusOr<std::optional<storage::v1::ReleaseRecord>> ReleaseManager::FindByIntent(
    const std::string& intent) const {
  // Only the newest releases can have an open intent; the walk ends at the first that was announced
  // otherwise earlier.
  for (uint32_t number = Head()->release().number(); number > 0;) {
    EVIDENT_ASSIGN_OR_RETURN(storage::v1::ReleaseRecord record,
                             ReadRelease(*database_, ReleaseNumber(number)));
    if (record.intent() == intent) return std::optional(std::move(record));
    number = record.parent();
  }
  return std::optional<storage::v1::ReleaseRecord>();
}

absl::StatusOr<GraphDraft> ReleaseManager::Merge(const Rows& before,
                                                 const PublishRequest& request) const {
  NamedRows stored;
  EVIDENT_RETURN_IF_ERROR(stored.Add(before.nodes));
  EVIDENT_RETURN_IF_ERROR(OwnedByOthers(request.draft, request.pack, stored.nodes));
  GraphDraft merged = request.draft;
  for (const auto& [id, node] : stored.nodes) {
    if (node.pack() != request.pack) merged.nodes.push_back(node);
  }
  for (const auto& [key, bytes] : before.out) {
    EVIDENT_ASSIGN_OR_RETURN(const EdgeRowParts parts, ParseEdgeRow(key));
    const v1::NodeRecord& src = stored.nodes[parts.near];
    if (src.pack() == request.pack) continue;
    EdgeDraft edge{static_cast<v1::NodeKind>(parts.near.kind()),
                   src.name(),
                   parts.kind,
                   static_cast<v1::NodeKind>(parts.far.kind()),
                   stored.nodes[parts.far].name(),
                   {}};
    EVIDENT_RETURN_IF_ERROR(ParseCanonical(bytes, edge.record));
    merged.edges.push_back(std::move(edge));
  }
  return merged;
}

absl::StatusOr<PublishResult> ReleaseManager::Publish(PublishRequest request) {
  MutexLock one_at_a_time(publish_mutex_);
  const storage::v1::ReleaseRecord parent = Head()->release();
  if (request.expected_head.has_value() && request.expected_head->value != parent.number()) {
    return HeadMoved(*request.expected_head, ReleaseNumber(parent.number()));
  }
  const DirectReader reader(*database_, parent);
  EVIDENT_ASSIGN_OR_RETURN(const Rows before, reader.ReadRows());
  EVIDENT_ASSIGN_OR_RETURN(const GraphDraft merged, Merge(before, request));
  EVIDENT_ASSIGN_OR_RETURN(const Rows after, BuildRows(merged));
  EVIDENT_RETURN_IF_ERROR(CheckGraph(merged));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest> buckets, reader.ReadBuckets());
  const ReleaseWriter writer(before, after, buckets);
  PublishResult result;
  result.release = parent;
  result.nodes_changed = writer.changes().nodes.size();
  result.edges_changed = writer.changes().out.size();
  result.unchanged = writer.changes().empty();
  if (result.unchanged || request.validate_only) return result;

  storage::v1::ReleaseRecord record = NextRecord(parent, request, after);
  record.set_content_digest(std::string(writer.content_digest().view()));
  EVIDENT_ASSIGN_OR_RETURN(const Digest parent_digest, Digest::FromBytes(parent.release_digest()));
  EVIDENT_ASSIGN_OR_RETURN(const Digest digest, ReleaseDigest(parent_digest, record));
  record.set_release_digest(std::string(digest.view()));
  // Compiled before it is written: a release that could not be served must not become the head.
  EVIDENT_ASSIGN_OR_RETURN(auto head, MemoryGraph::FromRows(after, record));
  EVIDENT_RETURN_IF_ERROR(writer.Write(*database_, record));
  result.release = std::move(record);
  MutexLock lock(head_mutex_);
  head_ = std::move(head);
  return result;
}

absl::Status ReleaseManager::Close() { return database_->Close(); }

}  // namespace evident::graph
