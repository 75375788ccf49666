// The index's database: its families, its rows, and how far it has come
// (docs/formats/audit-index.md). For the files of this room.
#ifndef EVIDENT_AUDIT_INDEX_INDEX_ROWS_H_
#define EVIDENT_AUDIT_INDEX_INDEX_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "audit/index/index_terms.h"
#include "audit/log/key_ring.h"
#include "kv/database.h"

namespace evident::audit {

inline constexpr kv::Family kIndexDefault{0};         // origin, segments
inline constexpr kv::Family kIndexPostings{1};        // term key(17) segment(4) -> Posting
inline constexpr char kIndexOrigin[] = "origin";      // of the log
inline constexpr char kIndexSegments[] = "segments";  // u64: so many are full and on disk
inline constexpr size_t kIndexHashBytes = 16;         // of a term, behind its field
inline constexpr size_t kIndexKeyBytes = 1 + kIndexHashBytes;

std::string PostingKey(std::string_view term_key, uint64_t segment);
std::optional<uint64_t> SegmentOf(std::string_view posting_key);

// What the rows of a term begin with: field(1) hash(16).
std::string TermKey(const IndexTerm& term, const KeyRing& keys);

// kv's errors.
absl::StatusOr<std::unique_ptr<kv::Database>> OpenIndexStore(
    const std::string& path, kv::OpenOptions::Mode mode,
    std::shared_ptr<kv::FaultFileSystem> fault_file_system = nullptr);

// So many segments of the log `origin` are full and on disk; nullopt for an index that was never
// begun. FAILED_PRECONDITION (INDEX_STALE): it is another log's, or does not know how many.
absl::StatusOr<std::optional<uint64_t>> ReadFullSegments(const kv::Database& store,
                                                         const std::string& origin);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_INDEX_INDEX_ROWS_H_
