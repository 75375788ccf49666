#include "graph/storage/draft_rows.h"

#include <utility>

#include "base/encoding.h"
#include "base/status.h"

namespace evident::graph {
namespace {

constexpr char kDraft = 'd';
constexpr char kPackText = 'p';
constexpr char kAnswer = 'r';
constexpr char kAnswerTime = 't';
constexpr size_t kDigestBytes = 32;

absl::Status Corrupt(std::string_view key) {
  return MakeError(absl::StatusCode::kDataLoss, "DRAFT_ROW_CORRUPT",
                   "the row " + HexEncode(key) + " of drafts is damaged");
}

}  // namespace

std::string DraftPrefix(uint32_t draft) {
  std::string key(1, kDraft);
  AppendU32(key, draft);
  return key;
}

std::string DraftKey(uint32_t draft, uint32_t place) {
  std::string key = DraftPrefix(draft);
  AppendU32(key, place);
  return key;
}

std::string PackTextRow(std::string_view pack) {
  std::string row(1, kPackText);
  row += pack;
  row += '\0';
  return row;
}

std::string AnswerKey(const Digest& id) { return kAnswer + std::string(id.view()); }

std::string AnswerTimeKey(int64_t time_ns, const Digest& id) {
  std::string key(1, kAnswerTime);
  AppendU64(key, static_cast<uint64_t>(time_ns));
  return key + std::string(id.view());
}

std::optional<DraftPlace> ParseDraftKey(std::string_view key) {
  ByteReader reader(key);
  const char family = static_cast<char>(reader.U8());
  const uint32_t draft = reader.U32();
  const uint32_t place = reader.U32();
  if (family != kDraft || !reader.done()) return std::nullopt;
  return DraftPlace{draft, place};
}

std::optional<AnswerTime> ParseAnswerTimeKey(std::string_view key) {
  ByteReader reader(key);
  const char family = static_cast<char>(reader.U8());
  const auto time_ns = static_cast<int64_t>(reader.U64());
  const absl::StatusOr<Digest> id = Digest::FromBytes(reader.Bytes(kDigestBytes));
  if (family != kAnswerTime || !reader.done() || !id.ok()) return std::nullopt;
  return AnswerTime{time_ns, *id};
}

AttachedRow SealRow(std::string key, const google::protobuf::Message& message) {
  std::string value = message.SerializeAsString();
  value += Sha256(value).view();
  return {std::move(key), std::move(value)};
}

absl::Status CheckSeal(std::string_view key, std::string_view value) {
  if (value.size() >= kDigestBytes) {
    const std::string_view bytes = value.substr(0, value.size() - kDigestBytes);
    if (Sha256(bytes).view() == value.substr(bytes.size())) return absl::OkStatus();
  }
  return Corrupt(key);
}

absl::Status OpenRow(std::string_view key, std::string_view value,
                     google::protobuf::Message& message) {
  EVIDENT_RETURN_IF_ERROR(CheckSeal(key, value));
  const auto size = static_cast<int>(value.size() - kDigestBytes);
  return message.ParseFromArray(value.data(), size) ? absl::OkStatus() : Corrupt(key);
}

absl::StatusOr<bool> ReadRow(const kv::Database& database, const std::string& key,
                             google::protobuf::Message& message) {
  EVIDENT_ASSIGN_OR_RETURN(const auto value, database.Get(kDraftsFamily, key));
  if (!value.has_value()) return false;
  EVIDENT_RETURN_IF_ERROR(OpenRow(key, *value, message));
  return true;
}

}  // namespace evident::graph
