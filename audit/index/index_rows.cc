#include "audit/index/index_rows.h"

#include <utility>

#include "base/encoding.h"
#include "base/status.h"

namespace evident::audit {
namespace {

constexpr uint32_t kFormatVersion = 1;

}  // namespace

std::string PostingKey(std::string_view term_key, uint64_t segment) {
  std::string key(term_key);
  AppendU32(key, static_cast<uint32_t>(segment));
  return key;
}

std::optional<uint64_t> SegmentOf(std::string_view posting_key) {
  ByteReader reader(posting_key);
  reader.Bytes(kIndexKeyBytes);
  const uint32_t segment = reader.U32();
  return reader.done() ? std::optional<uint64_t>(segment) : std::nullopt;
}

std::string TermKey(const IndexTerm& term, const KeyRing& keys) {
  std::string key(1, static_cast<char>(term.field));
  key += keys.HashForIndex(key + term.text).substr(0, kIndexHashBytes);
  return key;
}

absl::StatusOr<std::unique_ptr<kv::Database>> OpenIndexStore(
    const std::string& path, kv::OpenOptions::Mode mode,
    std::shared_ptr<kv::FaultFileSystem> fault_file_system) {
  kv::OpenOptions open;
  open.path = path;
  open.kind = "audit-index";
  open.format_version = kFormatVersion;
  open.mode = mode;
  open.families = {{"default"}, {"postings"}};
  open.fault_file_system = std::move(fault_file_system);
  return kv::Database::Open(open);
}

absl::StatusOr<std::optional<uint64_t>> ReadFullSegments(const kv::Database& store,
                                                         const std::string& origin) {
  const auto stale = [](const std::string& why) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "INDEX_STALE", "the index " + why);
  };
  EVIDENT_ASSIGN_OR_RETURN(const auto stored, store.Get(kIndexDefault, kIndexOrigin));
  if (!stored.has_value()) return std::optional<uint64_t>();
  if (*stored != origin) return stale("is that of the log '" + *stored + "'");
  EVIDENT_ASSIGN_OR_RETURN(const auto bytes, store.Get(kIndexDefault, kIndexSegments));
  ByteReader reader(bytes.has_value() ? *bytes : std::string_view());
  const uint64_t segments = reader.U64();
  // A row's key has its segment in 32 bits.
  if (!reader.done() || segments > UINT32_MAX)
    return stale("does not know how many entries it has");
  return std::optional<uint64_t>(segments);
}

}  // namespace evident::audit
