#include "audit/proof/leaf.h"

#include <algorithm>
#include <limits>

#include "base/encoding.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr std::string_view kMagic = "EVL1";

absl::Status Malformed(const std::string& why) {
  return MakeError(absl::StatusCode::kDataLoss, "LEAF_MALFORMED", "a leaf " + why);
}

struct EncodeDetail {
  std::string& out;
  void operator()(const NoDetail&) const {}
  void operator()(const OutcomeDetail& detail) const { AppendU64(out, detail.intent.value); }
  void operator()(const StreamCloseDetail& detail) const {
    AppendU64(out, detail.messages);
    out += detail.rolling.view();
  }
  void operator()(const ErasureDetail& detail) const {
    out.append(reinterpret_cast<const char*>(detail.key_id.data()), detail.key_id.size());
  }
  void operator()(const KeyDetail& detail) const { out += detail.verifier_key.view(); }
  void operator()(const IncarnationDetail& detail) const {
    AppendU64(out, detail.old_size);
    out += detail.old_root.view();
  }
  void operator()(const AggregateDetail& detail) const {
    AppendU64(out, detail.count);
    AppendU16(out, detail.reason);
  }
  void operator()(const PruningDetail& detail) const {
    AppendU64(out, detail.end.value);
    AppendU64(out, detail.intent.value);
  }
};

// The alternative of LeafDetail that a kind has.
size_t DetailIndex(LeafKind kind) {
  switch (kind) {
    case LeafKind::kOutcome:
      return LeafDetail(OutcomeDetail{}).index();
    case LeafKind::kStreamClose:
      return LeafDetail(StreamCloseDetail{}).index();
    case LeafKind::kErasure:
      return LeafDetail(ErasureDetail{}).index();
    case LeafKind::kKey:
      return LeafDetail(KeyDetail{}).index();
    case LeafKind::kIncarnation:
      return LeafDetail(IncarnationDetail{}).index();
    case LeafKind::kAggregate:
      return LeafDetail(AggregateDetail{}).index();
    case LeafKind::kPruning:
      return LeafDetail(PruningDetail{}).index();
    default:
      return LeafDetail(NoDetail{}).index();
  }
}

bool IsKind(uint8_t kind) {
  return kind >= static_cast<uint8_t>(LeafKind::kDecision) &&
         kind <= static_cast<uint8_t>(LeafKind::kPruning);
}

Digest TakeDigest(ByteReader& reader) {
  Digest digest;
  const std::string_view bytes = reader.Bytes(digest.bytes.size());
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

LeafDetail TakeDetail(LeafKind kind, ByteReader& reader) {
  switch (kind) {
    case LeafKind::kOutcome:
      return OutcomeDetail{EntryIndex(reader.U64())};
    case LeafKind::kStreamClose: {
      StreamCloseDetail detail;
      detail.messages = reader.U64();
      detail.rolling = TakeDigest(reader);
      return detail;
    }
    case LeafKind::kErasure: {
      ErasureDetail detail;
      const std::string_view bytes = reader.Bytes(detail.key_id.size());
      std::copy(bytes.begin(), bytes.end(), detail.key_id.begin());
      return detail;
    }
    case LeafKind::kKey:
      return KeyDetail{TakeDigest(reader)};
    case LeafKind::kIncarnation: {
      IncarnationDetail detail;
      detail.old_size = reader.U64();
      detail.old_root = TakeDigest(reader);
      return detail;
    }
    case LeafKind::kAggregate: {
      AggregateDetail detail;
      detail.count = reader.U64();
      detail.reason = reader.U16();
      return detail;
    }
    case LeafKind::kPruning: {
      PruningDetail detail;
      detail.end = EntryIndex(reader.U64());
      detail.intent = EntryIndex(reader.U64());
      return detail;
    }
    default:
      return NoDetail{};
  }
}

bool AllZero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

}  // namespace

std::string_view LeafKindName(LeafKind kind) {
  constexpr std::string_view kNames[] = {
      "unknown",      "decision", "read",    "refusal", "intent",      "outcome",   "stream open",
      "stream close", "feedback", "erasure", "key",     "incarnation", "aggregate", "pruning"};
  return IsKind(static_cast<uint8_t>(kind)) ? kNames[static_cast<uint8_t>(kind)] : kNames[0];
}

absl::StatusOr<std::string> EncodeLeaf(const Leaf& leaf) {
  if (!IsKind(static_cast<uint8_t>(leaf.kind)) || leaf.commit_time_ns < 0 ||
      leaf.detail.index() != DetailIndex(leaf.kind)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "LEAF_INVALID",
                     "a leaf of kind '" + std::string(LeafKindName(leaf.kind)) +
                         "' has a negative time or another kind's detail");
  }
  std::string out(kMagic);
  AppendU8(out, static_cast<uint8_t>(leaf.kind));
  AppendU8(out, leaf.grpc_status);
  AppendU8(out, leaf.outcome);
  AppendU8(out, 0);
  AppendU16(out, leaf.rpc);
  AppendU16(out, 0);
  AppendU32(out, leaf.engine_semantics);
  AppendU64(out, static_cast<uint64_t>(leaf.commit_time_ns));
  for (const Digest* const digest :
       {&leaf.release, &leaf.request_commitment, &leaf.answer_commitment, &leaf.body_hash}) {
    out += digest->view();
  }
  std::visit(EncodeDetail{out}, leaf.detail);
  out.resize(kLeafBytes, '\0');
  return out;
}

absl::StatusOr<Leaf> DecodeLeaf(std::string_view bytes) {
  if (bytes.size() != kLeafBytes) {
    return Malformed("has " + std::to_string(bytes.size()) + " bytes, not 224");
  }
  ByteReader reader(bytes);
  if (reader.Bytes(kMagic.size()) != kMagic) return Malformed("begins with another magic");
  const uint8_t kind = reader.U8();
  if (!IsKind(kind)) return Malformed("has the unknown kind " + std::to_string(kind));
  Leaf leaf;
  leaf.kind = static_cast<LeafKind>(kind);
  leaf.grpc_status = reader.U8();
  leaf.outcome = reader.U8();
  const bool reserved_zero = reader.U8() == 0;
  leaf.rpc = reader.U16();
  if (reader.U16() != 0 || !reserved_zero) return Malformed("has reserved bytes that are not zero");
  leaf.engine_semantics = reader.U32();
  const uint64_t time = reader.U64();
  if (time > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return Malformed("has a time past the last one that can be");
  }
  leaf.commit_time_ns = static_cast<int64_t>(time);
  leaf.release = TakeDigest(reader);
  leaf.request_commitment = TakeDigest(reader);
  leaf.answer_commitment = TakeDigest(reader);
  leaf.body_hash = TakeDigest(reader);
  leaf.detail = TakeDetail(leaf.kind, reader);
  if (!AllZero(reader.rest())) return Malformed("has a detail area that is not zero at its end");
  return leaf;
}

}  // namespace evident::audit
