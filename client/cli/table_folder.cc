#include "client/cli/table_folder.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

#include "audit/proof/checkpoint.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kManifestFormat = 1;
constexpr char kManifest[] = "manifest.json";
constexpr size_t kManifestBytesMax = size_t{1} << 30;
constexpr size_t kPartBytesMax = size_t{4} << 30;
constexpr size_t kOpenBytesMax = 64u << 20;  // rows held before they are written
constexpr unsigned kFolderMode = 0755;
constexpr unsigned kFileMode = 0644;

absl::Status Damaged(const std::string& what) {
  return MakeError(absl::StatusCode::kDataLoss, "TABLES_DAMAGED", what);
}

absl::Status Gap(const std::string& what) {
  return MakeError(absl::StatusCode::kDataLoss, "TABLES_GAP", what);
}

std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

template <typename Enum>
Json WordOrNull(Enum value) {
  return value == 0 ? Json() : Json(graph::EnumWord(value));
}

template <typename Strings>
Json List(const Strings& strings) {
  Json list = Json::array();
  for (const std::string& one : strings) list.push_back(one);
  return list;
}

// What every row begins with.
Json Head(const v1::EntryRow& row) {
  return {{"entry_index", row.index()},
          {"time", FormatTimeNs(row.commit_time_ns())},
          {"key_id", HexEncode(row.key_id())}};
}

Json With(Json head, const Json& more) {
  head.update(more);
  return head;
}

Json EntryRowOf(const v1::EntryRow& row) {
  return With(Head(row), {{"kind", graph::EnumWord(row.kind())},
                          {"method", row.method()},
                          {"status", row.grpc_status()},
                          {"erased", row.erased()},
                          {"pruned", row.pruned()},
                          {"latency_ns", row.latency_ns()}});
}

Json DecisionRowOf(const v1::EntryRow& row) {
  const v1::DecisionRow& decision = row.decision();
  Json facts = Json::object();
  for (const v1::FactRow& fact : decision.facts()) facts[fact.name()] = fact.value();
  Json points = Json::object();
  for (const v1::DecisionPointRow& point : decision.decision_points()) {
    points[point.name()] = graph::EnumWord(point.outcome());
  }
  return With(Head(row), {{"decision", decision.name()},
                          {"mode", WordOrNull(decision.mode())},
                          {"request_key", HexEncode(decision.request_key())},
                          {"release", decision.release()},
                          {"release_digest", HexEncode(decision.release_digest())},
                          {"engine_semantics", decision.engine_semantics()},
                          {"outcome", WordOrNull(decision.outcome())},
                          {"concepts", List(decision.concepts())},
                          {"intent", WordOrNull(decision.intent())},
                          {"audience", WordOrNull(decision.audience())},
                          {"language", decision.language()},
                          {"latency_ns", row.latency_ns()},
                          {"decision_points", std::move(points)},
                          {"facts", std::move(facts)}});
}

void AddDecision(const v1::EntryRow& row, std::vector<TableRows>& tables) {
  const v1::DecisionRow& decision = row.decision();
  tables.push_back({"decisions", {DecisionRowOf(row)}});
  TableRows returned{"decision_statements", {}};
  TableRows excluded{"exclusions", {}};
  for (const v1::StatementRow& statement : decision.statements()) {
    const bool out = statement.exclusion() != v1::EXCLUSION_REASON_UNSPECIFIED;
    Json json = With(Head(row), {{"statement", statement.statement()},
                                 {"in_conflict", statement.in_conflict()}});
    if (out) {
      json["reason"] = graph::EnumWord(statement.exclusion());
    } else {
      json["applicability"] = WordOrNull(statement.applicability());
      json["options"] = statement.options();
      json["options_removed"] = statement.options_removed();
    }
    (out ? excluded : returned).rows.push_back(std::move(json));
  }
  TableRows missing{"missing_facts", {}};
  for (int i = 0; i < decision.missing_facts_size(); ++i) {
    missing.rows.push_back(With(Head(row), {{"fact", decision.missing_facts(i)}, {"rank", i + 1}}));
  }
  TableRows silences{"silences", {}};
  for (const std::string& fact : decision.silent_facts()) {
    silences.rows.push_back(With(Head(row), {{"fact", fact}}));
  }
  for (TableRows* const table : {&returned, &excluded, &missing, &silences}) {
    tables.push_back(std::move(*table));
  }
}

void AddFeedback(const v1::EntryRow& row, std::vector<TableRows>& tables) {
  TableRows feedback{"feedback", {}};
  for (const v1::StatementFeedbackRow& statement : row.feedback().statements()) {
    feedback.rows.push_back(With(Head(row), {{"decision", row.feedback().decision()},
                                             {"statement", statement.statement()},
                                             {"verdict", WordOrNull(statement.verdict())},
                                             {"reason", statement.reason()}}));
  }
  tables.push_back(std::move(feedback));
}

std::string PartPath(const std::string& table, const std::string& day, uint64_t begin,
                     uint64_t end) {
  return table + "/day=" + day + "/" + ZeroPadded(begin, 20) + "-" + ZeroPadded(end, 20) +
         ".ndjson";
}

}  // namespace

std::vector<TableRows> RowsOf(const v1::EntryRow& row) {
  std::vector<TableRows> tables{{"entries", {EntryRowOf(row)}}};
  if (row.has_decision()) AddDecision(row, tables);
  if (row.has_feedback()) AddFeedback(row, tables);
  if (!row.erased_key_id().empty()) {
    tables.push_back(
        {"erasures", {With(Head(row), {{"erased_key_id", HexEncode(row.erased_key_id())}})}});
  }
  return tables;
}

absl::StatusOr<TableFolder> TableFolder::Open(const std::string& folder,
                                              const audit::NoteVerifier& key) {
  TableFolder tables(folder, key);
  EVIDENT_RETURN_IF_ERROR(MakeDirectories(folder, kFolderMode));
  EVIDENT_RETURN_IF_ERROR(tables.ReadManifest());
  EVIDENT_RETURN_IF_ERROR(tables.RemoveStrangers());
  tables.next_ = tables.open_begin_ = tables.size_;
  return tables;
}

absl::Status TableFolder::ReadManifest() {
  const std::string path = folder_ + "/" + kManifest;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kManifestBytesMax));
  const Json json = Json::parse(text, nullptr, false);
  try {
    if (json.at("format") != kManifestFormat) return Damaged(path + ": it has another format");
    const auto checkpoint = audit::OpenCheckpoint(json.at("checkpoint").get<std::string>(), key_);
    if (!checkpoint.ok()) return Annotate(checkpoint.status(), path);
    size_ = json.at("size").get<uint64_t>();
    if (checkpoint->size != size_) return Damaged(path + ": its checkpoint is of another size");
    for (const Json& file : json.at("files")) {
      parts_.push_back({file.at("path"), file.at("table"), file.at("day"), file.at("begin"),
                        file.at("end"), file.at("rows"), file.at("sha256")});
    }
  } catch (const Json::exception&) {
    return Damaged(path + ": it is no manifest of tables");
  }
  return absl::OkStatus();
}

// Files of a run that did not come to its end: their rows would be counted twice.
absl::Status TableFolder::RemoveStrangers() const {
  std::set<std::string> known;
  for (const Part& part : parts_) known.insert(part.path);
  std::vector<std::filesystem::path> strangers;
  std::error_code error;
  for (auto it = std::filesystem::recursive_directory_iterator(folder_, error);
       !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    const std::filesystem::path& path = it->path();
    if (path.extension() != ".ndjson") continue;
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

absl::Status TableFolder::Add(const v1::EntryRow& row) {
  if (row.index() != next_) {
    return Gap("the rows of entry " + std::to_string(row.index()) + " came where those of entry " +
               std::to_string(next_) + " were to come");
  }
  const std::string day = DateOfTimeNs(row.commit_time_ns()).ToString();
  for (const TableRows& table : RowsOf(row)) {
    std::string& lines = open_[{table.table, day}];
    const size_t before = lines.size();
    for (const Json& json : table.rows) lines += Line(json);
    open_bytes_ += lines.size() - before;
  }
  if (!row.erased_key_id().empty()) erased_.insert(HexEncode(row.erased_key_id()));
  ++next_;
  return open_bytes_ < kOpenBytesMax ? absl::OkStatus() : WriteParts(next_);
}

absl::Status TableFolder::WriteParts(uint64_t end) {
  for (const auto& [name, lines] : open_) {
    if (lines.empty()) continue;
    const auto& [table, day] = name;
    Part part{PartPath(table, day, open_begin_, end),
              table,
              day,
              open_begin_,
              end,
              0,
              Sha256(lines).Hex()};
    part.rows = static_cast<uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
    const std::string path = folder_ + "/" + part.path;
    EVIDENT_RETURN_IF_ERROR(
        MakeDirectories(std::filesystem::path(path).parent_path().string(), kFolderMode));
    EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(path, lines, kFileMode));
    parts_.push_back(std::move(part));
  }
  open_.clear();
  open_bytes_ = 0;
  open_begin_ = end;
  return absl::OkStatus();
}

// Of the entries themselves what the leaf says stays, so that the index range has no gap.
absl::Status TableFolder::EraseFrom(Part& part) {
  if (part.table == "erasures") return absl::OkStatus();
  const std::string path = folder_ + "/" + part.path;
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kPartBytesMax));
  if (Sha256(text).Hex() != part.sha256) {
    return Damaged(path + ": it is not as the manifest says");
  }
  std::istringstream lines(text);
  std::string kept;
  uint64_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    Json json = Json::parse(line, nullptr, false);
    const bool gone = json.is_object() && erased_.count(json.value("key_id", "")) > 0;
    if (gone && part.table == "entries") {
      json["erased"] = true;
      json["latency_ns"] = 0;
      kept += Line(json);
    } else if (!gone) {
      kept += line + "\n";
    }
    rows += gone && part.table != "entries" ? 0 : 1;
  }
  if (kept == text) return absl::OkStatus();
  EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(path, kept, kFileMode));
  rows_erased_ += part.rows - rows;
  part.rows = rows;
  part.sha256 = Sha256(kept).Hex();
  return absl::OkStatus();
}

absl::Status TableFolder::WriteManifest(std::string_view note, const std::string& root) {
  Json files = Json::array();
  for (const Part& part : parts_) {
    files.push_back({{"path", part.path},
                     {"table", part.table},
                     {"day", part.day},
                     {"begin", part.begin},
                     {"end", part.end},
                     {"rows", part.rows},
                     {"sha256", part.sha256}});
  }
  const Json manifest{
      {"format", kManifestFormat}, {"log", key_.name()},       {"size", next_}, {"root", root},
      {"checkpoint", note},        {"files", std::move(files)}};
  return WriteFileAtomically(folder_ + "/" + kManifest, manifest.dump(1) + "\n", kFileMode);
}

absl::Status TableFolder::Finish(std::string_view note) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint, audit::OpenCheckpoint(note, key_));
  if (checkpoint.size != next_) {
    return Gap("the checkpoint covers " + std::to_string(checkpoint.size) +
               " entries, but rows of " + std::to_string(next_) + " came");
  }
  EVIDENT_RETURN_IF_ERROR(WriteParts(next_));
  if (!erased_.empty()) {
    for (Part& part : parts_) EVIDENT_RETURN_IF_ERROR(EraseFrom(part));
  }
  EVIDENT_RETURN_IF_ERROR(WriteManifest(note, checkpoint.root.Hex()));
  size_ = next_;
  erased_.clear();
  return absl::OkStatus();
}

}  // namespace evident::cli
