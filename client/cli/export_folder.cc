#include "client/cli/export_folder.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <system_error>
#include <tuple>

#include "audit/proof/checkpoint.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status.h"
#include "base/zstd_frames.h"

namespace evident::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kManifestFormat = 1;
constexpr char kManifest[] = "manifest.json";
constexpr size_t kManifestBytesMax = size_t{1} << 30;
constexpr size_t kPartBytesMax = size_t{4} << 30;
constexpr size_t kOpenBytesMax = 64u << 20;  // rows held before they are written
constexpr size_t kJoinBytesMax = 4u << 20;   // of a file that further rows go on in
constexpr char kReleases[] = "releases";
constexpr unsigned kFolderMode = 0755;
constexpr unsigned kFileMode = 0644;

// What says of what kind a folder is. Members that are not there are null.
constexpr const char* kSettings[] = {"content", "requests", "compression"};

absl::Status Damaged(const std::string& what) {
  return MakeError(absl::StatusCode::kDataLoss, "TABLES_DAMAGED", what);
}

absl::Status Gap(const std::string& what) {
  return MakeError(absl::StatusCode::kDataLoss, "TABLES_GAP", what);
}

std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

const char* Ending(bool zstd) { return zstd ? ".ndjson.zst" : ".ndjson"; }

bool IsOurs(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(Ending(false)) || name.ends_with(Ending(true));
}

std::string DayPath(const std::string& table, const std::string& day, uint64_t begin, uint64_t end,
                    bool zstd) {
  return table + "/day=" + day + "/" + ZeroPadded(begin, 20) + "-" + ZeroPadded(end, 20) +
         Ending(zstd);
}

absl::StatusOr<std::string> Stored(const std::string& lines, bool zstd) {
  return zstd ? PackZstd(lines) : lines;
}

absl::StatusOr<std::string> Unstored(std::string bytes, bool zstd) {
  return zstd ? UnpackZstd(bytes, kPartBytesMax) : std::move(bytes);
}

}  // namespace

Json ExportFolder::PartJson(const Part& part) {
  Json json{{"path", part.path}, {"table", part.table}};
  if (part.release_digest.empty()) {
    json.update({{"day", part.day}, {"begin", part.begin}, {"end", part.end}});
  } else {
    json.update({{"release", part.release}, {"release_digest", part.release_digest}});
  }
  json.update({{"rows", part.rows}, {"sha256", part.sha256}});
  return json;
}

ExportFolder::Part ExportFolder::PartOf(const Json& json) {
  Part part;
  part.path = json.at("path");
  part.table = json.at("table");
  part.release_digest = json.value("release_digest", "");
  if (part.release_digest.empty()) {
    part.day = json.at("day");
    part.begin = json.at("begin");
    part.end = json.at("end");
  } else {
    part.release = json.at("release");
  }
  part.rows = json.at("rows");
  part.sha256 = json.at("sha256");
  return part;
}

absl::StatusOr<ExportFolder> ExportFolder::Open(const std::string& folder,
                                                const audit::LogKeys& keys, FolderKind kind) {
  if (kind.zstd) kind.settings["compression"] = "zstd";
  ExportFolder opened(folder, keys, std::move(kind));
  EVIDENT_RETURN_IF_ERROR(MakeDirectories(folder, kFolderMode));
  EVIDENT_RETURN_IF_ERROR(opened.ReadManifest());
  EVIDENT_RETURN_IF_ERROR(opened.RemoveStrangers());
  opened.next_ = opened.open_begin_ = opened.size_;
  return opened;
}

absl::Status ExportFolder::ReadManifest() {
  const std::string path = folder_ + "/" + kManifest;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kManifestBytesMax));
  manifest_ = Json::parse(text, nullptr, false);
  try {
    if (manifest_.at("format") != kManifestFormat) return Damaged(path + ": another format");
    const auto checkpoint =
        audit::OpenCheckpoint(manifest_.at("checkpoint").get<std::string>(), keys_);
    if (!checkpoint.ok()) return Annotate(checkpoint.status(), path);
    size_ = manifest_.at("size").get<uint64_t>();
    if (checkpoint->size != size_) return Damaged(path + ": its checkpoint is of another size");
    for (const Json& file : manifest_.at("files")) {
      parts_.push_back(PartOf(file));
      if (parts_.back().table == kReleases) releases_.insert(parts_.back().release_digest);
    }
  } catch (const Json::exception&) {
    return Damaged(path + ": it is no manifest of an export");
  }
  return CheckSettings();
}

absl::Status ExportFolder::CheckSettings() const {
  for (const char* const setting : kSettings) {
    const Json before = manifest_.value(setting, Json());
    const Json now = kind_.settings.value(setting, Json());
    if (before == now) continue;
    return MakeError(absl::StatusCode::kFailedPrecondition, "FOLDER_MIXED",
                     folder_ + ": it was begun with \"" + setting + "\": " + before.dump() +
                         " and cannot go on with " + now.dump() +
                         ": go on as it was begun, or begin another folder");
  }
  return absl::OkStatus();
}

// Files of a run that did not come to its end: their rows would be counted twice.
absl::Status ExportFolder::RemoveStrangers() const {
  std::set<std::string> known;
  for (const Part& part : parts_) known.insert(part.path);
  std::vector<std::filesystem::path> strangers;
  std::error_code error;
  for (auto it = std::filesystem::recursive_directory_iterator(folder_, error);
       !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    const std::filesystem::path& path = it->path();
    if (!IsOurs(path)) continue;
    if (known.count(std::filesystem::relative(path, folder_).string()) == 0) {
      strangers.push_back(path);
    }
  }
  for (const std::filesystem::path& path : strangers) {
    if (!error) std::filesystem::remove(path, error);
  }
  if (!error) return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, "FILE_NOT_READ",
                   folder_ + ": " + error.message());
}

absl::Status ExportFolder::Add(const ExportedEntry& entry) {
  if (entry.index != next_) {
    return Gap("entry " + std::to_string(entry.index) + " came where entry " +
               std::to_string(next_) + " was to come");
  }
  const std::string day = DateOfTimeNs(entry.commit_time_ns).ToString();
  for (const TableRows& table : entry.tables) {
    std::string& lines = open_[{table.table, day}];
    const size_t before = lines.size();
    for (const Json& json : table.rows) lines += Line(json);
    open_bytes_ += lines.size() - before;
  }
  if (!entry.erased_key_id.empty()) erased_.insert(entry.erased_key_id);
  ++next_;
  return open_bytes_ < kOpenBytesMax ? absl::OkStatus() : WriteParts(next_);
}

absl::StatusOr<std::string> ExportFolder::ReadPart(const Part& part) const {
  const std::string path = folder_ + "/" + part.path;
  EVIDENT_ASSIGN_OR_RETURN(std::string stored, ReadFile(path, kPartBytesMax));
  if (Sha256(stored).Hex() == part.sha256) return stored;
  return Damaged(path + ": it is not as the manifest says");
}

absl::Status ExportFolder::WritePart(Part part, const std::string& stored) {
  part.sha256 = Sha256(stored).Hex();
  const std::string path = folder_ + "/" + part.path;
  EVIDENT_RETURN_IF_ERROR(
      MakeDirectories(std::filesystem::path(path).parent_path().string(), kFolderMode));
  EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(path, stored, kFileMode));
  parts_.push_back(std::move(part));
  return absl::OkStatus();
}

// What is stored of the newest file of the part's table and day, which the part takes the place of;
// nothing where that is too large, or there is none.
absl::StatusOr<std::string> ExportFolder::JoinNewest(Part& part) {
  const auto newest = std::find_if(parts_.rbegin(), parts_.rend(), [&part](const Part& other) {
    return other.table == part.table && other.day == part.day;
  });
  if (newest == parts_.rend()) return std::string();
  EVIDENT_ASSIGN_OR_RETURN(std::string stored, ReadPart(*newest));
  if (stored.size() > kJoinBytesMax) return std::string();
  part.begin = newest->begin;
  part.rows += newest->rows;
  joined_.push_back(newest->path);
  parts_.erase(std::next(newest).base());
  return stored;
}

absl::Status ExportFolder::WriteParts(uint64_t end) {
  for (const auto& [name, lines] : open_) {
    if (lines.empty()) continue;
    Part part;
    std::tie(part.table, part.day) = name;
    part.begin = open_begin_;
    part.end = end;
    part.rows = static_cast<uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
    std::string stored;
    if (kind_.joins_files) {
      EVIDENT_ASSIGN_OR_RETURN(stored, JoinNewest(part));
    }
    // Of two zstd frames in a row the content is that of both.
    EVIDENT_ASSIGN_OR_RETURN(const std::string added, Stored(lines, kind_.zstd));
    stored += added;
    part.path = DayPath(part.table, part.day, part.begin, part.end, kind_.zstd);
    EVIDENT_RETURN_IF_ERROR(WritePart(std::move(part), stored));
  }
  open_.clear();
  open_bytes_ = 0;
  open_begin_ = end;
  return absl::OkStatus();
}

absl::Status ExportFolder::AddRelease(uint32_t release, const std::string& digest,
                                      const std::vector<TableRows>& tables) {
  for (const TableRows& table : tables) {
    if (table.rows.empty()) continue;
    std::string lines;
    for (const Json& row : table.rows) lines += Line(row);
    Part part;
    part.path =
        table.table + "/release=" + std::to_string(release) + "/" + digest + Ending(kind_.zstd);
    part.table = table.table;
    part.release = release;
    part.release_digest = digest;
    part.rows = table.rows.size();
    EVIDENT_ASSIGN_OR_RETURN(const std::string stored, Stored(lines, kind_.zstd));
    EVIDENT_RETURN_IF_ERROR(WritePart(std::move(part), stored));
  }
  releases_.insert(digest);
  return absl::OkStatus();
}

absl::Status ExportFolder::EraseFrom(Part& part) {
  if (!part.release_digest.empty()) return absl::OkStatus();
  const std::string path = folder_ + "/" + part.path;
  EVIDENT_ASSIGN_OR_RETURN(std::string read, ReadPart(part));
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, Unstored(std::move(read), kind_.zstd));
  std::istringstream lines(text);
  std::string kept;
  uint64_t rows = 0;
  size_t changed = 0;
  for (std::string line; std::getline(lines, line);) {
    const Json row = Json::parse(line, nullptr, false);
    if (!row.is_object()) return Damaged(path + ": a line is no row");
    const std::optional<Json> left = kind_.redact(part.table, row, erased_);
    changed += left == row ? 0 : 1;
    rows += left.has_value() ? 1 : 0;
    if (left.has_value()) kept += Line(*left);
  }
  if (changed == 0) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const std::string stored, Stored(kept, kind_.zstd));
  EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(path, stored, kFileMode));
  rows_erased_ += part.table == "entries" ? 0 : changed;
  part.rows = rows;
  part.sha256 = Sha256(stored).Hex();
  return absl::OkStatus();
}

absl::Status ExportFolder::WriteManifest(std::string_view note, const std::string& root,
                                         const Json& more) {
  Json files = Json::array();
  for (const Part& part : parts_) files.push_back(PartJson(part));
  Json manifest{{"format", kManifestFormat}};
  manifest.update(kind_.settings);
  manifest.update({{"log", keys_.name()}, {"size", next_}, {"root", root}, {"checkpoint", note}});
  if (!more.is_null()) manifest.update(more);
  manifest["files"] = std::move(files);
  return WriteFileAtomically(folder_ + "/" + kManifest, manifest.dump(1) + "\n", kFileMode);
}

absl::Status ExportFolder::Finish(std::string_view note, const Json& more) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint, audit::OpenCheckpoint(note, keys_));
  if (checkpoint.size != next_) {
    return Gap("the checkpoint covers " + std::to_string(checkpoint.size) + " entries, but " +
               std::to_string(next_) + " came");
  }
  EVIDENT_RETURN_IF_ERROR(WriteParts(next_));
  if (!erased_.empty()) {
    for (Part& part : parts_) EVIDENT_RETURN_IF_ERROR(EraseFrom(part));
  }
  EVIDENT_RETURN_IF_ERROR(WriteManifest(note, checkpoint.root.Hex(), more));
  for (const std::string& path : std::exchange(joined_, {})) {
    std::error_code stays;  // as a stranger, until the folder is opened again
    std::filesystem::remove(folder_ + "/" + path, stays);
  }
  size_ = next_;
  erased_.clear();
  return absl::OkStatus();
}

}  // namespace evident::cli
