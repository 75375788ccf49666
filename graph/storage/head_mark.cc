#include "graph/storage/head_mark.h"

#include <filesystem>
#include <limits>
#include <string_view>

#include "base/encoding.h"
#include "base/file.h"
#include "base/status.h"
#include "graph/storage/graph_database.h"

namespace evident::graph {
namespace {

constexpr size_t kMarkBytesMax = 128;
constexpr std::string_view kMarkDomain = "evident/v1/head ";
constexpr size_t kDigestDigits = 64;

std::string MarkPath(const std::string& folder) { return folder + "/" + kHeadMarkName; }

absl::Status DataLoss(std::string_view reason, const std::string& path, const std::string& why) {
  return MakeError(absl::StatusCode::kDataLoss, reason, path + ": " + why);
}

std::string MarkOf(uint64_t number, std::string_view digest) {
  return std::string(kMarkDomain) + std::to_string(number) + " " + HexEncode(digest) + "\n";
}

// The number in a mark whose digest is `digest`; 0 when it is no mark.
uint32_t NumberIn(const std::string& mark, std::string& digest) {
  const size_t frame = kMarkDomain.size() + 1 + kDigestDigits + 1;
  if (mark.size() <= frame || mark.size() > frame + 10) return 0;
  const auto bytes =
      HexDecode(std::string_view(mark).substr(mark.size() - kDigestDigits - 1, kDigestDigits));
  uint64_t number = 0;
  for (size_t at = kMarkDomain.size(); at + kDigestDigits + 2 < mark.size(); ++at) {
    if (mark[at] < '0' || mark[at] > '9') return 0;
    number = 10 * number + static_cast<uint64_t>(mark[at] - '0');
  }
  if (!bytes.ok() || number > std::numeric_limits<uint32_t>::max()) return 0;
  digest = *bytes;
  return MarkOf(number, digest) == mark ? static_cast<uint32_t>(number) : 0;
}

}  // namespace

bool HasHeadMark(const std::string& folder) {
  std::error_code error;
  return std::filesystem::exists(MarkPath(folder), error);
}

absl::Status WriteHeadMark(const std::string& folder, const storage::v1::ReleaseRecord& head) {
  return WriteFileAtomically(MarkPath(folder), MarkOf(head.number(), head.release_digest()), 0600);
}

absl::Status CheckHeadMark(const std::string& folder, const kv::Database& database) {
  if (!HasHeadMark(folder)) return absl::OkStatus();
  const std::string path = MarkPath(folder);
  EVIDENT_ASSIGN_OR_RETURN(const std::string mark, ReadFile(path, kMarkBytesMax));
  std::string digest;
  const uint32_t number = NumberIn(mark, digest);
  if (number == 0) return DataLoss("HEAD_MARK_CORRUPT", path, "it is no mark of a release");
  const absl::StatusOr<storage::v1::ReleaseRecord> marked =
      ReadRelease(database, ReleaseNumber(number));
  if (marked.ok() && marked->release_digest() == digest) return absl::OkStatus();
  if (!marked.ok() && !absl::IsNotFound(marked.status())) return marked.status();
  return DataLoss("RELEASE_LOST", path,
                  "release " + std::to_string(number) + " with digest " + HexEncode(digest) +
                      " was published, and the database " +
                      (marked.ok() ? "holds another in its place"
                                   : "does not hold it: its folder was cut short or put back"));
}

}  // namespace evident::graph
