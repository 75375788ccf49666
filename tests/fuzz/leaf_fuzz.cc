// Leaves of the audit log: 224 bytes and one leaf for each.
#include "audit/proof/leaf.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

using audit::Leaf;
using audit::LeafKind;

void RunLeaf(std::string_view input) {
  const absl::StatusOr<Leaf> leaf = audit::DecodeLeaf(input);
  if (!leaf.ok()) {
    RequireRefusal(leaf.status(), {absl::StatusCode::kDataLoss}, {"LEAF_MALFORMED"});
    return;
  }
  Require(Must(audit::EncodeLeaf(*leaf), "what decodes encodes") == input,
          "a leaf is written back");
  Require(audit::LeafKindName(leaf->kind) != "unknown", "a leaf's kind is named");
}

Seeds LeafSeeds() {
  Leaf leaf;
  leaf.outcome = 5;
  leaf.rpc = 1;
  leaf.commit_time_ns = 1'700'000'000'000'000'000;
  leaf.release.bytes.fill(0x11);
  leaf.body_hash.bytes.fill(0x22);
  Seeds seeds;
  for (const LeafKind kind : {LeafKind::kDecision, LeafKind::kRead, LeafKind::kRefusal,
                              LeafKind::kIntent, LeafKind::kStreamOpen, LeafKind::kFeedback}) {
    leaf.kind = kind;
    seeds.push_back(Must(audit::EncodeLeaf(leaf), "a seed"));
  }
  const std::pair<LeafKind, audit::LeafDetail> detailed[] = {
      {LeafKind::kOutcome, audit::OutcomeDetail{EntryIndex(258)}},
      {LeafKind::kStreamClose, audit::StreamCloseDetail{3, leaf.release}},
      {LeafKind::kErasure, audit::ErasureDetail{{1, 2, 3}}},
      {LeafKind::kKey, audit::KeyDetail{leaf.body_hash}},
      {LeafKind::kIncarnation, audit::IncarnationDetail{7, leaf.release}},
      {LeafKind::kAggregate, audit::AggregateDetail{9, 1}},
      {LeafKind::kPruning, audit::PruningDetail{EntryIndex(9), EntryIndex(258)}}};
  for (const auto& [kind, detail] : detailed) {
    leaf.kind = kind;
    leaf.detail = detail;
    seeds.push_back(Must(audit::EncodeLeaf(leaf), "a seed"));
  }
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(leaf, RunLeaf, LeafSeeds);
