#include "graph/release/backup_manifest.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/encoding.h"
#include "base/status.h"

namespace evident::graph {
namespace {

constexpr char kMagic[] = "evident/v1/backup";
constexpr int kFormat = 1;

absl::Status Corrupt(size_t line, const std::string& why) {
  return MakeError(absl::StatusCode::kDataLoss, "BACKUP_CORRUPT",
                   std::string(kBackupManifestName) + ":" + std::to_string(line) + ": " + why);
}

absl::StatusOr<Digest> ParseDigest(const std::string& hex) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, HexDecode(hex));
  return Digest::FromBytes(bytes);
}

bool IsInside(const std::string& path) {
  for (const auto& segment : absl::StrSplit(path, '/')) {
    if (segment.empty() || segment == "." || segment == "..") return false;
  }
  return true;
}

bool TakeFile(const std::vector<std::string>& words, BackupManifest& manifest) {
  if (words.size() != 4) return false;
  const absl::StatusOr<Digest> digest = ParseDigest(words[1]);
  BackupFile file;
  file.path = words[3];
  if (!digest.ok() || !absl::SimpleAtoi(words[2], &file.bytes) || !IsInside(file.path))
    return false;
  if (!manifest.files.empty() && manifest.files.back().path >= file.path) return false;
  file.sha256 = *digest;
  manifest.files.push_back(std::move(file));
  return true;
}

bool TakeRelease(const std::vector<std::string>& words, BackupManifest& manifest) {
  if (words.size() != 4 || !absl::SimpleAtoi(words[1], &manifest.release)) return false;
  const absl::StatusOr<Digest> release = ParseDigest(words[2]);
  const absl::StatusOr<Digest> content = ParseDigest(words[3]);
  if (!release.ok() || !content.ok()) return false;
  manifest.release_digest = *release;
  manifest.content_digest = *content;
  return true;
}

bool TakeLine(const std::vector<std::string>& words, BackupManifest& manifest) {
  if (words[0] == "file") return TakeFile(words, manifest);
  if (words[0] == "release") return TakeRelease(words, manifest);
  if (words.size() != 2) return false;
  if (words[0] == "made") return absl::SimpleAtoi(words[1], &manifest.made_ns);
  if (words[0] == "database") manifest.database_id = words[1];
  if (words[0] == "intent") manifest.intent = words[1];
  return words[0] == "database" || words[0] == "intent";
}

}  // namespace

uint64_t BackupManifest::Bytes() const {
  uint64_t bytes = 0;
  for (const BackupFile& file : files) bytes += file.bytes;
  return bytes;
}

std::string WriteManifest(const BackupManifest& manifest) {
  std::string text = std::string(kMagic) + " " + std::to_string(kFormat) + "\n";
  text += "database " + manifest.database_id + "\n";
  text += "release " + std::to_string(manifest.release) + " " + manifest.release_digest.Hex() +
          " " + manifest.content_digest.Hex() + "\n";
  text += "made " + std::to_string(manifest.made_ns) + "\n";
  if (!manifest.intent.empty()) text += "intent " + manifest.intent + "\n";
  for (const BackupFile& file : manifest.files) {
    text += "file " + file.sha256.Hex() + " " + std::to_string(file.bytes) + " " + file.path + "\n";
  }
  return text + "end " + Sha256(text).Hex() + "\n";
}

absl::StatusOr<BackupManifest> ParseManifest(std::string_view text) {
  if (text.empty() || text.back() != '\n') return Corrupt(1, "it does not end with a line");
  const std::vector<std::string> lines =
      absl::StrSplit(absl::string_view(text.data(), text.size() - 1), '\n');
  const std::vector<std::string> first = absl::StrSplit(lines[0], ' ');
  int format = 0;
  if (first.size() != 2 || first[0] != kMagic || !absl::SimpleAtoi(first[1], &format)) {
    return Corrupt(1, "it is no manifest of a backup");
  }
  if (format > kFormat) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "BACKUP_NEWER",
                     "the backup has format " + std::to_string(format) + "; this program reads " +
                         std::to_string(kFormat));
  }
  const size_t end = text.rfind("end ");
  if (end == text.npos || text.substr(end) != "end " + Sha256(text.substr(0, end)).Hex() + "\n") {
    return Corrupt(lines.size(), "the last line is not the digest of those before");
  }
  BackupManifest manifest;
  for (size_t i = 1; i + 1 < lines.size(); ++i) {
    const std::vector<std::string> words = absl::StrSplit(lines[i], ' ');
    if (!TakeLine(words, manifest)) return Corrupt(i + 1, "'" + lines[i] + "' is no line of it");
  }
  return manifest;
}

}  // namespace evident::graph
