#include "client/cli/archive_folder.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "audit/proof/checkpoint.h"
#include "audit/proof/leaf.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status.h"

namespace evident::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kManifestFormat = 1;
constexpr char kManifest[] = "manifest.json";
constexpr size_t kManifestBytesMax = size_t{1} << 30;
constexpr std::string_view kMagic = "EVA1";
constexpr size_t kPartBytes = 64u << 20;      // a file is written once it has so many
constexpr size_t kPartBytesMax = 128u << 20;  // and never has more
constexpr unsigned kFolderMode = 0700;
constexpr unsigned kFileMode = 0600;

absl::Status Damaged(const std::string& what) {
  return MakeError(absl::StatusCode::kDataLoss, "ARCHIVE_DAMAGED", what);
}

std::string PartPath(uint64_t begin, uint64_t end) {
  return "bodies/" + ZeroPadded(begin, 20) + "-" + ZeroPadded(end, 20) + ".eva";
}

// That a body, if it is there, is the one that the leaf names.
absl::StatusOr<audit::Leaf> CheckEntry(std::string_view leaf_bytes, std::string_view body) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, audit::DecodeLeaf(leaf_bytes));
  if (body.empty() || Sha256(body) == leaf.body_hash) return leaf;
  return Damaged("its body is not the one that its leaf names");
}

using TakeEntry = std::function<void(const Digest& leaf_hash, const audit::Leaf& leaf, bool body)>;

// The entries of a file, from `begin` on. How many they are.
absl::StatusOr<uint64_t> ReadPart(const std::string& path, std::string_view bytes, uint64_t begin,
                                  const TakeEntry& take) {
  ByteReader reader(bytes);
  if (reader.Bytes(kMagic.size()) != kMagic)
    return Damaged(path + ": it begins with another magic");
  uint64_t entries = 0;
  while (!reader.rest().empty()) {
    const std::string_view leaf_bytes = reader.Bytes(audit::kLeafBytes);
    const std::string_view body = reader.Bytes(reader.U32());
    const auto leaf = reader.ok() ? CheckEntry(leaf_bytes, body)
                                  : absl::StatusOr<audit::Leaf>(Damaged("it is cut off"));
    if (!leaf.ok()) {
      return Damaged(path + ": entry " + std::to_string(begin + entries) + ": " +
                     std::string(leaf.status().message()));
    }
    take(audit::LeafHash(leaf_bytes), *leaf, !body.empty());
    ++entries;
  }
  return entries;
}

// What is missing was removed by age where a later entry says so.
class RemovedBodies {
 public:
  void Take(uint64_t index, const audit::Leaf& leaf, bool body) {
    if (!body) last_missing_ = index;
    if (const auto* const pruning = std::get_if<audit::PruningDetail>(&leaf.detail)) {
      end_ = std::max(end_, pruning->end.value);
    }
  }
  absl::Status Check(const std::string& folder) const {
    if (!last_missing_.has_value() || *last_missing_ < end_) return absl::OkStatus();
    return Damaged(folder + ": the body of entry " + std::to_string(*last_missing_) +
                   " is missing, and no entry says that it was removed");
  }

 private:
  std::optional<uint64_t> last_missing_;
  uint64_t end_ = 0;
};

absl::StatusOr<Digest> ParseHash(const std::string& hex) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, HexDecode(hex));
  return Digest::FromBytes(bytes);
}

}  // namespace

struct ArchiveFolder::Manifest {
  audit::Checkpoint checkpoint;
  std::vector<Digest> edge;
  std::vector<Part> parts;
  Digest digest;
};

absl::StatusOr<ArchiveFolder::Manifest> ArchiveFolder::ReadManifest(const std::string& folder,
                                                                    const audit::LogKeys& keys) {
  const std::string path = folder + "/" + kManifest;
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kManifestBytesMax));
  Manifest manifest;
  manifest.digest = Sha256(text);
  const Json json = Json::parse(text, nullptr, false);
  try {
    if (json.at("format") != kManifestFormat) return Damaged(path + ": it has another format");
    auto checkpoint = audit::OpenCheckpoint(json.at("checkpoint").get<std::string>(), keys);
    if (!checkpoint.ok()) return Annotate(checkpoint.status(), path);
    manifest.checkpoint = *std::move(checkpoint);
    for (const Json& hash : json.at("edge")) {
      EVIDENT_ASSIGN_OR_RETURN(const Digest digest, ParseHash(hash.get<std::string>()));
      manifest.edge.push_back(digest);
    }
    uint64_t end = 0;
    for (const Json& file : json.at("files")) {
      Part part{file.at("path"), file.at("begin"), file.at("end"), file.at("bytes"),
                file.at("sha256")};
      if (part.begin != end || part.path != PartPath(part.begin, part.end)) {
        return Damaged(path + ": its files do not follow one another");
      }
      end = part.end;
      manifest.parts.push_back(std::move(part));
    }
    if (end != manifest.checkpoint.size) {
      return Damaged(path + ": its checkpoint is of another size");
    }
  } catch (const Json::exception&) {
    return Damaged(path + ": it is no manifest of an archive");
  }
  return manifest;
}

absl::StatusOr<ArchiveFolder> ArchiveFolder::Open(const std::string& folder,
                                                  const audit::LogKeys& keys) {
  ArchiveFolder archive(folder, keys);
  EVIDENT_RETURN_IF_ERROR(MakeDirectories(folder + "/bodies", kFolderMode));
  std::error_code ignored;
  if (std::filesystem::exists(folder + "/" + kManifest, ignored)) {
    EVIDENT_ASSIGN_OR_RETURN(Manifest manifest, ReadManifest(folder, keys));
    auto tree = audit::TreeFrontier::FromHashes(std::move(manifest.edge), manifest.checkpoint.size);
    if (!tree.ok() || tree->Root() != manifest.checkpoint.root) {
      return Damaged(folder + "/" + kManifest + ": its edge does not give its checkpoint's root");
    }
    archive.tree_ = *std::move(tree);
    archive.size_ = manifest.checkpoint.size;
    archive.parts_ = std::move(manifest.parts);
  }
  EVIDENT_RETURN_IF_ERROR(archive.TakeOver());
  archive.open_begin_ = archive.next();
  return archive;
}

// Files behind those of the manifest, which a run left that did not come to its end.
absl::Status ArchiveFolder::TakeOver() {
  std::map<std::string, std::filesystem::path> found;  // by name: in the order of the log
  std::error_code error;
  for (auto it = std::filesystem::directory_iterator(folder_ + "/bodies", error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    found.emplace("bodies/" + it->path().filename().string(), it->path());
  }
  if (error) {
    return MakeError(absl::StatusCode::kUnavailable, "FILE_NOT_READ",
                     folder_ + ": " + error.message());
  }
  for (const Part& part : parts_) found.erase(part.path);
  for (const auto& [name, path] : found) {
    EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path.string(), kPartBytesMax));
    audit::TreeFrontier tree = tree_;
    const auto entries =
        ReadPart(path.string(), bytes, next(),
                 [&tree](const Digest& hash, const audit::Leaf&, bool) { tree.Append(hash); });
    if (entries.ok() && name == PartPath(next(), next() + *entries)) {
      parts_.push_back({name, next(), next() + *entries, bytes.size(), Sha256(bytes).Hex()});
      tree_ = std::move(tree);
    } else {
      std::filesystem::remove(path, error);
    }
  }
  return absl::OkStatus();
}

absl::Status ArchiveFolder::Add(const v1::StoredEntry& entry) {
  const auto leaf = CheckEntry(entry.leaf(), entry.sealed_body());
  if (!leaf.ok()) return Annotate(leaf.status(), "entry " + std::to_string(next()));
  if (open_.empty()) open_ = kMagic;
  open_ += entry.leaf();
  AppendU32(open_, static_cast<uint32_t>(entry.sealed_body().size()));
  open_ += entry.sealed_body();
  tree_.Append(audit::LeafHash(entry.leaf()));
  return open_.size() < kPartBytes ? absl::OkStatus() : WritePart();
}

absl::Status ArchiveFolder::WritePart() {
  if (open_.empty()) return absl::OkStatus();
  Part part{PartPath(open_begin_, next()), open_begin_, next(), open_.size(), Sha256(open_).Hex()};
  EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(folder_ + "/" + part.path, open_, kFileMode));
  parts_.push_back(std::move(part));
  open_.clear();
  open_begin_ = next();
  return absl::OkStatus();
}

absl::Status ArchiveFolder::WriteManifest(std::string_view note) const {
  Json files = Json::array();
  for (const Part& part : parts_) {
    files.push_back({{"path", part.path},
                     {"begin", part.begin},
                     {"end", part.end},
                     {"bytes", part.bytes},
                     {"sha256", part.sha256}});
  }
  Json edge = Json::array();
  for (const Digest& hash : tree_.hashes()) edge.push_back(hash.Hex());
  const Json manifest{
      {"format", kManifestFormat},  {"log", keys_.name()}, {"size", next()},
      {"root", tree_.Root().Hex()}, {"checkpoint", note},  {"edge", std::move(edge)},
      {"files", std::move(files)}};
  return WriteFileAtomically(folder_ + "/" + kManifest, manifest.dump(1) + "\n", kFileMode);
}

absl::Status ArchiveFolder::Finish(std::string_view note) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint, audit::OpenCheckpoint(note, keys_));
  if (checkpoint.size != next() || checkpoint.root != tree_.Root()) {
    return MakeError(absl::StatusCode::kDataLoss, "ARCHIVE_FORKED",
                     folder_ + ": the log of " + std::to_string(checkpoint.size) +
                         " entries does not begin with the " + std::to_string(next()) +
                         " that are archived here");
  }
  EVIDENT_RETURN_IF_ERROR(WritePart());
  EVIDENT_RETURN_IF_ERROR(WriteManifest(note));
  size_ = next();
  return absl::OkStatus();
}

absl::StatusOr<ArchiveCheck> CheckArchive(const std::string& folder, const audit::LogKeys& keys) {
  EVIDENT_ASSIGN_OR_RETURN(const ArchiveFolder::Manifest manifest,
                           ArchiveFolder::ReadManifest(folder, keys));
  ArchiveCheck check;
  check.manifest = manifest.digest;
  audit::TreeFrontier tree;
  RemovedBodies removed;
  const auto take = [&](const Digest& hash, const audit::Leaf& leaf, bool body) {
    removed.Take(tree.size(), leaf, body);
    tree.Append(hash);
    check.bodies += body ? 1 : 0;
  };
  for (const ArchiveFolder::Part& part : manifest.parts) {
    const std::string path = folder + "/" + part.path;
    EVIDENT_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, kPartBytesMax));
    if (bytes.size() != part.bytes || Sha256(bytes).Hex() != part.sha256) {
      return Damaged(path + ": it is not as the manifest says");
    }
    EVIDENT_ASSIGN_OR_RETURN(const uint64_t entries, ReadPart(path, bytes, part.begin, take));
    if (entries != part.end - part.begin)
      return Damaged(path + ": it has another count of entries");
    ++check.files;
  }
  if (tree.Root() != manifest.checkpoint.root) {
    return Damaged(folder + ": its leaves do not give the root of its checkpoint");
  }
  EVIDENT_RETURN_IF_ERROR(removed.Check(folder));
  check.entries = tree.size();
  return check;
}

}  // namespace evident::cli
