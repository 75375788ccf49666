#include "client/cli/export_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "audit/proof/checkpoint.h"
#include "audit/proof/merkle.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "base/zstd_frames.h"
#include "client/cli/table_rows.h"

namespace evident::cli {
namespace {

using testing::ElementsAre;

constexpr int64_t kDay = 86'400'000'000'000;

const audit::NoteSigner& Signer() {
  static const audit::NoteSigner signer =
      *audit::NoteSigner::FromSeed("test.example/1", std::string(32, 's'));
  return signer;
}

// Any root will do: rows come from bodies, which only the server can hold against leaves.
std::string NoteOf(uint64_t size) {
  return *audit::SignCheckpoint({"test.example/1", size, size == 0 ? audit::EmptyRoot() : Digest()},
                                Signer());
}

v1::EntryRow Row(uint64_t index, const std::string& key, int64_t day = 0) {
  v1::EntryRow row;
  row.set_index(index);
  row.set_commit_time_ns(day * kDay + static_cast<int64_t>(index));
  row.set_kind(v1::ENTRY_KIND_READ);
  row.set_method("/evident.v1.AdminService/GetStatus");
  row.set_key_id(key);
  row.set_latency_ns(7);
  return row;
}

v1::EntryRow DecisionOf(uint64_t index, const std::string& key, int64_t day = 0) {
  v1::EntryRow row = Row(index, key, day);
  row.set_kind(v1::ENTRY_KIND_DECISION);
  v1::DecisionRow& decision = *row.mutable_decision();
  decision.set_name("decisions/test.example.1-" + std::to_string(index));
  decision.set_mode(v1::DECISION_MODE_LIVE);
  decision.set_outcome(v1::OUTCOME_RECOMMENDED);
  decision.add_concepts("p/fever");
  v1::StatementRow& returned = *decision.add_statements();
  returned.set_statement("p/S1");
  returned.set_applicability(v1::APPLICABILITY_APPLIES);
  returned.set_options(2);
  returned.set_options_removed(1);
  v1::StatementRow& out = *decision.add_statements();
  out.set_statement("p/S2");
  out.set_exclusion(v1::EXCLUSION_REASON_CRITERION);
  decision.add_missing_facts("p/age");
  decision.add_silent_facts("p/score");
  v1::FactRow& fact = *decision.add_facts();
  fact.set_name("p/grade");
  fact.set_value("2");
  return row;
}

v1::EntryRow Erasure(uint64_t index, const std::string& of) {
  v1::EntryRow row = Row(index, "day-key-of-16byt");
  row.set_kind(v1::ENTRY_KIND_ERASURE);
  row.set_erased_key_id(of);
  return row;
}

class ExportFolderTest : public testing::Test {
 protected:
  absl::StatusOr<ExportFolder> Open() {
    return ExportFolder::Open(Folder(), Signer().verifier(), TablesKind());
  }

  void Extend(const std::vector<v1::EntryRow>& rows) {
    auto tables = Open();
    ASSERT_THAT(tables, IsOk());
    for (const v1::EntryRow& row : rows) ASSERT_THAT(tables->Add(TablesOf(row)), IsOk());
    ASSERT_THAT(tables->Finish(NoteOf(tables->next())), IsOk());
  }

  // All lines of a table, by file in their order.
  std::vector<nlohmann::json> Table(const std::string& name) const {
    std::map<std::string, std::string> files;
    std::error_code ignored;
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(Folder() + "/" + name, ignored)) {
      if (file.is_regular_file()) files[file.path()] = *ReadFile(file.path(), 1 << 20);
    }
    std::vector<nlohmann::json> rows;
    for (const auto& [path, text] : files) {
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);)
        rows.push_back(nlohmann::json::parse(line));
    }
    return rows;
  }
  nlohmann::json Manifest() const {
    return nlohmann::json::parse(*ReadFile(Folder() + "/manifest.json", 1 << 20));
  }
  nlohmann::json Files() const { return Manifest()["files"]; }
  std::string Folder() const { return dir_.path() + "/tables"; }

  const TempDir dir_;
};

TEST_F(ExportFolderTest, PutsEachEntryIntoItsTables) {
  Extend({Row(0, "key-a"), DecisionOf(1, "key-b")});
  const auto entries = Table("entries");
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0]["kind"], "read");
  EXPECT_EQ(entries[0]["key_id"], HexEncode("key-a"));
  EXPECT_EQ(entries[0]["time"], "1970-01-01T00:00:00.000000000Z");
  const auto decisions = Table("decisions");
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0]["outcome"], "recommended");
  EXPECT_EQ(decisions[0]["mode"], "live");
  EXPECT_THAT(decisions[0]["concepts"].get<std::vector<std::string>>(), ElementsAre("p/fever"));
  EXPECT_EQ(decisions[0]["facts"]["p/grade"], "2");
  const auto statements = Table("decision_statements");
  ASSERT_EQ(statements.size(), 1u);
  EXPECT_EQ(statements[0]["statement"], "p/S1");
  EXPECT_EQ(statements[0]["options_removed"], 1);
  const auto exclusions = Table("exclusions");
  ASSERT_EQ(exclusions.size(), 1u);
  EXPECT_EQ(exclusions[0]["reason"], "criterion");
  ASSERT_EQ(Table("missing_facts").size(), 1u);
  EXPECT_EQ(Table("missing_facts")[0]["rank"], 1);
  EXPECT_EQ(Table("silences")[0]["fact"], "p/score");
}

TEST_F(ExportFolderTest, FilesAreByDayAndTheManifestTellsWhatTheyCover) {
  Extend({Row(0, "a", 0), Row(1, "a", 0), Row(2, "a", 1)});
  Extend({Row(3, "a", 1)});
  const nlohmann::json manifest = Manifest();
  EXPECT_EQ(manifest["size"], 4);
  EXPECT_EQ(manifest["log"], "test.example/1");
  EXPECT_EQ(manifest["checkpoint"], NoteOf(4));
  // The index ranges of a table's runs meet, from 0 to the size.
  uint64_t rows = 0;
  for (const auto& file : manifest["files"]) {
    EXPECT_EQ(file["table"], "entries");
    EXPECT_EQ(Sha256(*ReadFile(Folder() + "/" + file["path"].get<std::string>(), 1 << 20)).Hex(),
              file["sha256"]);
    rows += file["rows"].get<uint64_t>();
  }
  EXPECT_EQ(rows, 4u);
  EXPECT_EQ(manifest["files"].size(), 3u);
  EXPECT_EQ(manifest["files"][1]["day"], "1970-01-02");
  EXPECT_EQ(manifest["files"][2]["begin"], 3);
}

TEST_F(ExportFolderTest, GoesOnWhereItEndedAndCountsNothingTwice) {
  Extend({Row(0, "a"), Row(1, "a")});
  {
    // A run that is cut off: its rows are there, and do not count.
    auto tables = Open();
    ASSERT_THAT(tables, IsOk());
    ASSERT_THAT(tables->Add(TablesOf(Row(2, "a"))), IsOk());
    std::filesystem::create_directories(Folder() + "/entries/day=1970-01-01");
    ASSERT_THAT(WriteFileAtomically(Folder() + "/entries/day=1970-01-01/left.ndjson", "{}\n", 0644),
                IsOk());
  }
  EXPECT_EQ(Open()->size(), 2u);
  EXPECT_EQ(Table("entries").size(), 2u);
  Extend({Row(2, "a"), Row(3, "a")});
  EXPECT_EQ(Table("entries").size(), 4u);
}

TEST_F(ExportFolderTest, TakesErasedRowsOutOfWhatIsThere) {
  Extend({DecisionOf(0, "key-of-patient-1"), DecisionOf(1, "key-of-patient-2")});
  const auto before = Table("decisions");
  ASSERT_EQ(before.size(), 2u);
  auto tables = Open();
  ASSERT_THAT(tables, IsOk());
  ASSERT_THAT(tables->Add(TablesOf(Erasure(2, "key-of-patient-1"))), IsOk());
  ASSERT_THAT(tables->Finish(NoteOf(3)), IsOk());
  EXPECT_EQ(tables->rows_erased(), 5u);  // the decision, its statements, missing fact and silence
  const auto decisions = Table("decisions");
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0]["key_id"], HexEncode("key-of-patient-2"));
  for (const char* const table :
       {"decision_statements", "exclusions", "missing_facts", "silences"}) {
    EXPECT_EQ(Table(table).size(), 1u) << table;
  }
  const auto entries = Table("entries");
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0]["erased"], true);
  EXPECT_EQ(entries[0]["latency_ns"], 0);
  EXPECT_EQ(entries[1]["erased"], false);
  EXPECT_EQ(Table("erasures")[0]["erased_key_id"], HexEncode("key-of-patient-1"));
  for (const auto& file : Files()) {
    EXPECT_EQ(Sha256(*ReadFile(Folder() + "/" + file["path"].get<std::string>(), 1 << 20)).Hex(),
              file["sha256"]);
  }
  // A file that somebody has touched is not rewritten as if nothing were.
  const std::string path = Folder() + "/" + Manifest()["files"][0]["path"].get<std::string>();
  ASSERT_THAT(WriteFileAtomically(path, "{}\n", 0644), IsOk());
  auto again = Open();
  ASSERT_THAT(again, IsOk());
  ASSERT_THAT(again->Add(TablesOf(Erasure(3, "key-of-patient-2"))), IsOk());
  EXPECT_THAT(again->Finish(NoteOf(4)), HasReason("TABLES_DAMAGED"));
}

TEST_F(ExportFolderTest, CompressedFilesAreHashedAsTheyAreStoredAndErasedFrom) {
  FolderKind kind = TablesKind(true);
  kind.joins_files = true;
  auto tables = ExportFolder::Open(Folder(), Signer().verifier(), kind);
  ASSERT_THAT(tables, IsOk());
  ASSERT_THAT(tables->Add(TablesOf(DecisionOf(0, "key-of-patient-1"))), IsOk());
  ASSERT_THAT(tables->Finish(NoteOf(1)), IsOk());
  ASSERT_THAT(tables->Add(TablesOf(DecisionOf(1, "key-of-patient-2"))), IsOk());
  ASSERT_THAT(tables->Add(TablesOf(Erasure(2, "key-of-patient-1"))), IsOk());
  ASSERT_THAT(tables->Finish(NoteOf(3)), IsOk());
  EXPECT_EQ(Manifest()["compression"], "zstd");
  for (const auto& file : Files()) {
    const std::string path = file["path"];
    const std::string stored = *ReadFile(Folder() + "/" + path, 1 << 20);
    EXPECT_TRUE(path.ends_with(".ndjson.zst")) << path;
    EXPECT_EQ(Sha256(stored).Hex(), file["sha256"]);
    const std::string text = *UnpackZstd(stored, 1 << 20);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), file["rows"]);
    if (file["table"] == "decisions") {
      EXPECT_EQ(file["rows"], 1);
    }
  }
  // A folder is of one kind.
  EXPECT_THAT(Open(), HasReason("FOLDER_MIXED"));
  EXPECT_THAT(ExportFolder::Open(Folder(), Signer().verifier(), kind), IsOk());
}

TEST_F(ExportFolderTest, WhoFinishesOftenGoesOnInTheSameFiles) {
  FolderKind kind = TablesKind();
  kind.joins_files = true;
  auto tables = ExportFolder::Open(Folder(), Signer().verifier(), kind);
  ASSERT_THAT(tables, IsOk());
  for (uint64_t i = 0; i < 5; ++i) {
    ASSERT_THAT(tables->Add(TablesOf(Row(i, "a", i < 3 ? 0 : 1))), IsOk());
    ASSERT_THAT(tables->Finish(NoteOf(i + 1)), IsOk());
  }
  ASSERT_EQ(Manifest()["files"].size(), 2u);
  EXPECT_EQ(Manifest()["files"][0]["begin"], 0);
  EXPECT_EQ(Manifest()["files"][0]["end"], 3);
  EXPECT_EQ(Manifest()["files"][0]["rows"], 3);
  EXPECT_EQ(Table("entries").size(), 5u);  // in the files that there are
  // A file that somebody has touched is not gone on in.
  const std::string path = Folder() + "/" + Manifest()["files"][1]["path"].get<std::string>();
  ASSERT_THAT(WriteFileAtomically(path, "{}\n", 0644), IsOk());
  ASSERT_THAT(tables->Add(TablesOf(Row(5, "a", 1))), IsOk());
  EXPECT_THAT(tables->Finish(NoteOf(6)), HasReason("TABLES_DAMAGED"));
}

TEST_F(ExportFolderTest, AReleaseIsWrittenOnceAndCountsWithTheManifest) {
  const std::vector<TableRows> rows{{"releases", {{{"release", 3}}}}, {"release_concepts", {}}};
  {
    auto tables = Open();
    ASSERT_THAT(tables, IsOk());
    ASSERT_THAT(tables->AddRelease(3, "abc", rows), IsOk());
    EXPECT_THAT(tables->releases(), ElementsAre("abc"));
  }
  {
    // That run did not finish.
    auto tables = Open();
    ASSERT_THAT(tables, IsOk());
    EXPECT_TRUE(tables->releases().empty());
    EXPECT_TRUE(Table("releases").empty());
    ASSERT_THAT(tables->AddRelease(3, "abc", rows), IsOk());
    ASSERT_THAT(tables->Add(TablesOf(Erasure(0, "key-of-patient-1"))), IsOk());
    ASSERT_THAT(tables->Finish(NoteOf(1)), IsOk());
  }
  EXPECT_THAT(Open()->releases(), ElementsAre("abc"));
  EXPECT_EQ(Manifest()["files"][0]["path"], "releases/release=3/abc.ndjson");
  EXPECT_EQ(Manifest()["files"][0]["release_digest"], "abc");
  EXPECT_FALSE(Manifest()["files"][0].contains("day"));
  EXPECT_EQ(Table("releases").size(), 1u);
}

TEST_F(ExportFolderTest, RefusesGapsAndOtherLogs) {
  Extend({Row(0, "a")});
  auto tables = Open();
  ASSERT_THAT(tables, IsOk());
  EXPECT_THAT(tables->Add(TablesOf(Row(5, "a"))), HasReason("TABLES_GAP"));
  EXPECT_THAT(tables->Finish(NoteOf(2)), HasReason("TABLES_GAP"));
  const audit::NoteSigner other =
      *audit::NoteSigner::FromSeed("test.example/1", std::string(32, 'x'));
  EXPECT_FALSE(ExportFolder::Open(Folder(), other.verifier(), TablesKind()).ok());
  const auto manifest = *ReadFile(Folder() + "/manifest.json", 1 << 20);
  for (const std::string& text :
       {std::string("{"), std::string("{}"), std::string("[]"),
        std::string(manifest).replace(manifest.find("\"format\": 1"), 11, "\"format\": 2")}) {
    ASSERT_THAT(WriteFileAtomically(Folder() + "/manifest.json", text, 0644), IsOk());
    EXPECT_THAT(Open(), HasReason("TABLES_DAMAGED")) << text;
  }
}

}  // namespace
}  // namespace evident::cli
