#include "graph/release/review_acts.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/current_node.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

absl::StatusOr<NodePtr> BoardOf(const GraphReader& reader, const std::string& name) {
  EVIDENT_ASSIGN_OR_RETURN(NodePtr board, reader.GetNode(MakeNodeId(v1::NODE_KIND_BOARD, name)));
  if (board == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "NODE_NOT_FOUND",
                     "there is no board '" + name + "'");
  }
  const uint32_t quorum = board->board().quorum();
  const auto members = static_cast<uint32_t>(board->board().members_size());
  if (quorum > 0 && quorum <= members) return board;
  return MakeError(absl::StatusCode::kFailedPrecondition, "BOARD_WITHOUT_QUORUM",
                   "the board " + name + " has " + std::to_string(members) +
                       " members and a quorum of " + std::to_string(quorum) +
                       ": it can never approve anything");
}

// The member whom the server knows by this identity.
absl::StatusOr<std::string> MemberOf(const GraphReader& reader, const NodePtr& board,
                                     const std::string& identity) {
  for (const std::string& member : board->board().members()) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr person,
                             reader.GetNode(MakeNodeId(v1::NODE_KIND_PERSON, member)));
    if (person != nullptr && !identity.empty() && person->person().identity() == identity) {
      return member;
    }
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, "NOT_A_MEMBER",
                   "no member of the board " + board->name() + " has the identity " + identity);
}

absl::Status CheckRevision(const GraphReader& reader, const NodeChange& node,
                           const RevisionReview& review) {
  EVIDENT_ASSIGN_OR_RETURN(const Digest now, reader.NodeDigest(MakeNodeId(*node.node)));
  if (now.view() == review.digest) return absl::OkStatus();
  return MakeError(absl::StatusCode::kAborted, "REVISION_CHANGED",
                   node.name + " is the revision " + now.Hex() + " in release " +
                       std::to_string(reader.release().number()) + ", not " +
                       HexEncode(review.digest) + ": read it again");
}

bool IsEarlierAct(const EdgeDraft& edge, const EdgeDraft& next) {
  return edge.kind == v1::EDGE_KIND_REVIEWED_BY && edge.dst == next.dst &&
         edge.record.has_reviewed_by() &&
         edge.record.reviewed_by().board() == next.record.reviewed_by().board();
}

}  // namespace

absl::StatusOr<NodeChange> AddReview(const GraphReader& reader, const std::string& board,
                                     const RevisionReview& review, const Actor& actor) {
  EVIDENT_ASSIGN_OR_RETURN(const NodePtr at, BoardOf(reader, board));
  EVIDENT_ASSIGN_OR_RETURN(
      NodeChange node,
      CurrentNode(reader, {v1::NODE_KIND_STATEMENT, v1::NODE_KIND_GUIDELINE}, review.name));
  EVIDENT_RETURN_IF_ERROR(CheckRevision(reader, node, review));
  EdgeDraft edge{node.kind, node.name, v1::EDGE_KIND_REVIEWED_BY, v1::NODE_KIND_BOARD, board, {}};
  if (review.act != v1::REVIEW_ACT_SUBMIT) {
    EVIDENT_ASSIGN_OR_RETURN(edge.dst, MemberOf(reader, at, actor.identity));
    edge.dst_kind = v1::NODE_KIND_PERSON;
  }
  v1::ReviewedBy& act = *edge.record.mutable_reviewed_by();
  act.set_act(review.act);
  act.set_digest(review.digest);
  act.set_board(board);
  act.set_by(actor.identity);
  act.set_on(actor.on);
  act.set_note(review.note);
  for (const std::string& interest : review.interests) act.add_interests(interest);
  act.set_due(review.due);
  std::erase_if(node.out, [&](const EdgeDraft& old) { return IsEarlierAct(old, edge); });
  node.out.push_back(std::move(edge));
  return node;
}

}  // namespace evident::graph
