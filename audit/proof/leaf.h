// The 224 bytes that the tree holds for each entry: no personal data, so that they can be
// published. Layout and a worked example: docs/formats/leaf.md.
#ifndef EVIDENT_AUDIT_PROOF_LEAF_H_
#define EVIDENT_AUDIT_PROOF_LEAF_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "base/digest.h"
#include "base/ids.h"

namespace evident::audit {

inline constexpr size_t kLeafBytes = 224;
inline constexpr size_t kLeafDetailBytes = 72;

enum class LeafKind : uint8_t {
  kDecision = 1,
  kRead = 2,
  kRefusal = 3,
  kIntent = 4,
  kOutcome = 5,
  kStreamOpen = 6,
  kStreamClose = 7,
  kFeedback = 8,
  kErasure = 9,
  kKey = 10,
  kIncarnation = 11,
  kAggregate = 12,
  kPruning = 13,
};

// "decision", "stream open", ...; "unknown" for a value outside the enum.
std::string_view LeafKindName(LeafKind kind);

// The detail area, by kind. A kind that is not named here has NoDetail.
struct NoDetail {
  bool operator==(const NoDetail&) const = default;
};
struct OutcomeDetail {  // kOutcome
  EntryIndex intent;    // the entry that announced the effect
  bool operator==(const OutcomeDetail&) const = default;
};
struct StreamCloseDetail {  // kStreamClose
  uint64_t messages = 0;    // sent in the stream
  Digest rolling;           // over their commitments: ExtendRolling (commitment.h)
  bool operator==(const StreamCloseDetail&) const = default;
};
struct ErasureDetail {  // kErasure
  std::array<uint8_t, 16> key_id{};
  bool operator==(const ErasureDetail&) const = default;
};
struct KeyDetail {      // kKey
  Digest verifier_key;  // SHA-256 of the verifier key's text
  bool operator==(const KeyDetail&) const = default;
};
struct IncarnationDetail {  // kIncarnation: the last known checkpoint of the log before
  uint64_t old_size = 0;
  Digest old_root;
  bool operator==(const IncarnationDetail&) const = default;
};
struct AggregateDetail {  // kAggregate
  uint64_t count = 0;
  uint16_t reason = 0;
  bool operator==(const AggregateDetail&) const = default;
};
struct PruningDetail {  // kPruning
  EntryIndex end;       // entries below it have no body from here on
  EntryIndex intent;    // the entry that announced it
  bool operator==(const PruningDetail&) const = default;
};
using LeafDetail = std::variant<NoDetail, OutcomeDetail, StreamCloseDetail, ErasureDetail,
                                KeyDetail, IncarnationDetail, AggregateDetail, PruningDetail>;

struct Leaf {
  LeafKind kind = LeafKind::kRead;
  uint8_t grpc_status = 0;        // google.rpc.Code
  uint8_t outcome = 0;            // evident.v1.Outcome, rolled up over the answer; 0 for none
  uint16_t rpc = 0;               // rpc_numbers.h
  uint32_t engine_semantics = 0;  // 0 promises nothing
  int64_t commit_time_ns = 0;     // stamped by the committer: max(previous, now); not negative
  Digest release;                 // release digest; zero for none
  Digest request_commitment;      // zero for none
  Digest answer_commitment;       // zero for none
  Digest body_hash;               // SHA-256 of the stored envelope
  LeafDetail detail;

  bool operator==(const Leaf&) const = default;
};

// kLeafBytes bytes. INVALID_ARGUMENT (LEAF_INVALID) when the detail is not the kind's, the kind is
// outside the enum or the time is negative.
absl::StatusOr<std::string> EncodeLeaf(const Leaf& leaf);

// The only leaf whose encoding is `bytes`. DATA_LOSS with the reason LEAF_MALFORMED for another
// length, magic or kind, for bytes that must be zero and are not, and for a time past int64.
absl::StatusOr<Leaf> DecodeLeaf(std::string_view bytes);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_LEAF_H_
