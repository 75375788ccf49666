#include "server/received_pack.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::server {
namespace {

absl::Status Invalid(std::string_view reason, std::string_view message,
                     const std::vector<Violation>& violations = {}) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, message, violations);
}

// A relative path of plain segments.
bool IsPackPath(std::string_view path) {
  if (path.empty() || path.size() > kNameBytesMax || path.find('\0') != std::string_view::npos) {
    return false;
  }
  while (true) {
    const size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    if (segment.empty() || segment == "." || segment == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

absl::Status ReceivedPack::Add(v1::ImportPackFile& file) {
  if (!IsPackPath(file.path())) {
    return Invalid("IMPORT_PATH", "a file's path is not a relative path inside the pack",
                   {{"file.path", "'" + file.path() + "'"}});
  }
  if (file.content().size() > kPackFileBytesMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "PACK_FILE_BYTES",
                     file.path() + " has " + std::to_string(file.content().size()) +
                         " bytes; the cap is " + std::to_string(kPackFileBytesMax));
  }
  bytes_ += file.path().size() + file.content().size();
  if (bytes_ > kPackBytesMax || files_.size() >= kPackFilesMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "PACK_TOO_LARGE",
                     "a pack has at most " + std::to_string(kPackFilesMax) + " files and " +
                         std::to_string(kPackBytesMax) + " bytes");
  }
  for (const std::string* part : {&file.path(), &file.content()}) {
    std::string length;
    AppendU32(length, static_cast<uint32_t>(part->size()));
    hash_.Add(length);
    hash_.Add(*part);
  }
  const std::string path = file.path();
  if (files_.emplace(path, std::move(*file.mutable_content())).second) return absl::OkStatus();
  return Invalid("IMPORT_PATH", "the file " + path + " was sent twice");
}

absl::Status ReceivedPack::CheckCommit(const v1::ImportPackCommit& commit) {
  std::vector<Violation> violations;
  if (commit.files() != files_.size()) {
    violations.push_back({"commit.files", std::to_string(files_.size()) + " files came, not " +
                                              std::to_string(commit.files())});
  }
  const Digest digest = hash_.Finish();
  if (commit.sha256() != digest.view()) {
    violations.push_back({"commit.sha256", "what came has the digest " + digest.Hex()});
  }
  if (violations.empty()) return absl::OkStatus();
  return Invalid("IMPORT_INCOMPLETE", "the files that came are not those that were committed",
                 violations);
}

}  // namespace evident::server
