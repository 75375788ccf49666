// The rows of the family drafts: drafts, what packs say beside nodes and edges, and answers to
// changes that carry an id (docs/formats/keys.md). None of it is part of a release, so each row
// carries its own digest.
#ifndef EVIDENT_GRAPH_STORAGE_DRAFT_ROWS_H_
#define EVIDENT_GRAPH_STORAGE_DRAFT_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/digest.h"
#include "base/ids.h"
#include "google/protobuf/message.h"
#include "graph/storage/graph_database.h"
#include "graph/storage/release_writer.h"
#include "kv/database.h"

namespace evident::graph {

// Places within a draft: its record, the text of its pack, then its changes by number.
inline constexpr uint32_t kDraftRecordPlace = 0;
inline constexpr uint32_t kDraftTextPlace = 1;
inline constexpr uint32_t kFirstChangePlace = 2;

std::string DraftKey(uint32_t draft, uint32_t place);          // 'd' draft(4) place(4)
std::string DraftPrefix(uint32_t draft);                       // 'd' draft(4)
std::string PackTextRow(std::string_view pack);                // 'p' pack 0x00, then ~release(4)
std::string AnswerKey(const Digest& id);                       // 'r' id(32)
std::string AnswerTimeKey(int64_t time_ns, const Digest& id);  // 't' time(8) id(32)

// The parts of a DraftKey; nullopt when it is none.
struct DraftPlace {
  uint32_t draft;
  uint32_t place;
};
std::optional<DraftPlace> ParseDraftKey(std::string_view key);

// The id and the time of an AnswerTimeKey; nullopt when it is none.
struct AnswerTime {
  int64_t time_ns;
  Digest id;
};
std::optional<AnswerTime> ParseAnswerTimeKey(std::string_view key);

// The message's bytes and their SHA-256.
AttachedRow SealRow(std::string key, const google::protobuf::Message& message);

// That the value ends with the digest of what stands before it. DATA_LOSS (DRAFT_ROW_CORRUPT)
// naming the key.
absl::Status CheckSeal(std::string_view key, std::string_view value);

// The message of a row's value. DATA_LOSS (DRAFT_ROW_CORRUPT) naming the key.
absl::Status OpenRow(std::string_view key, std::string_view value,
                     google::protobuf::Message& message);

// Reads the row of this key into the message; false when there is none. OpenRow's and kv's errors.
absl::StatusOr<bool> ReadRow(const kv::Database& database, const std::string& key,
                             google::protobuf::Message& message);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_DRAFT_ROWS_H_
