#include "client/cli/archive_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "audit/proof/checkpoint.h"
#include "audit/proof/leaf.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_matchers.h"

namespace evident::cli {
namespace {

namespace fs = std::filesystem;

const audit::NoteSigner& Signer() {
  static const audit::NoteSigner signer =
      *audit::NoteSigner::FromSeed("test.example/1", std::string(32, 's'));
  return signer;
}

v1::StoredEntry EntryOf(uint64_t index, audit::LeafDetail detail = {}) {
  v1::StoredEntry entry;
  entry.set_sealed_body("sealed body " + std::to_string(index));
  audit::Leaf leaf;
  if (std::holds_alternative<audit::PruningDetail>(detail)) leaf.kind = audit::LeafKind::kPruning;
  leaf.commit_time_ns = static_cast<int64_t>(index);
  leaf.body_hash = Sha256(entry.sealed_body());
  leaf.detail = detail;
  entry.set_leaf(*audit::EncodeLeaf(leaf));
  return entry;
}

class ArchiveFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    for (uint64_t i = 0; i < 9; ++i) log_.push_back(EntryOf(i));
  }
  std::string NoteOf(uint64_t size) const {
    audit::TreeFrontier tree;
    for (uint64_t i = 0; i < size; ++i) tree.Append(audit::LeafHash(log_[i].leaf()));
    return *audit::SignCheckpoint({"test.example/1", size, tree.Root()}, Signer());
  }
  absl::StatusOr<ArchiveFolder> Open() const {
    return ArchiveFolder::Open(folder_, Signer().verifier());
  }
  // Goes on to before entry `end`.
  absl::Status GoOn(uint64_t end) {
    EVIDENT_ASSIGN_OR_RETURN(ArchiveFolder archive, Open());
    for (uint64_t i = archive.next(); i < end; ++i) EVIDENT_RETURN_IF_ERROR(archive.Add(log_[i]));
    return archive.Finish(NoteOf(end));
  }
  absl::StatusOr<ArchiveCheck> Check() const { return CheckArchive(folder_, Signer().verifier()); }
  std::string PathOf(const std::string& name) const { return folder_ + "/" + name; }
  std::string Text(const std::string& name) const {
    return ReadFile(PathOf(name), 1u << 20).value_or("");
  }
  void Put(const std::string& name, const std::string& bytes) const {
    EVIDENT_ASSERT_OK(WriteFileAtomically(PathOf(name), bytes, 0600));
  }

  TempDir dir_;
  const std::string folder_ = dir_.path() + "/archive";
  const std::string first_ = "bodies/00000000000000000000-00000000000000000005.eva";
  const std::string second_ = "bodies/00000000000000000005-00000000000000000009.eva";
  std::vector<v1::StoredEntry> log_;
};

TEST_F(ArchiveFolderTest, GoesOnWhereItStopped) {
  EVIDENT_ASSERT_OK(GoOn(5));
  EVIDENT_ASSERT_OK(GoOn(9));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ArchiveCheck check, Check());
  EXPECT_EQ(check.entries, 9u);
  EXPECT_EQ(check.bodies, 9u);
  EXPECT_EQ(check.files, 2u);
  EXPECT_EQ(check.manifest, Sha256(Text("manifest.json")));
  EXPECT_TRUE(fs::exists(PathOf(second_)));
  EVIDENT_ASSERT_OK(GoOn(9));  // nothing new
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ArchiveCheck again, Check());
  EXPECT_EQ(again.manifest, check.manifest);
}

TEST_F(ArchiveFolderTest, TakesOverWhatARunLeftThatWasCutOff) {
  EVIDENT_ASSERT_OK(GoOn(5));
  const std::string manifest = Text("manifest.json");
  EVIDENT_ASSERT_OK(GoOn(9));
  Put("manifest.json", manifest);
  Put("bodies/00000000000000000009-00000000000000000012.eva", "EVA1 cut off");
  EVIDENT_ASSERT_OK_AND_ASSIGN(ArchiveFolder archive, Open());
  EXPECT_EQ(archive.size(), 5u);
  EXPECT_EQ(archive.next(), 9u);
  EXPECT_FALSE(fs::exists(PathOf("bodies/00000000000000000009-00000000000000000012.eva")));
  EVIDENT_ASSERT_OK(archive.Finish(NoteOf(9)));
  EVIDENT_EXPECT_OK(Check());
}

TEST_F(ArchiveFolderTest, RefusesBodiesAndLogsThatAreNotTheRightOnes) {
  EVIDENT_ASSERT_OK(GoOn(5));
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(ArchiveFolder archive, Open());
    v1::StoredEntry other = log_[5];
    other.set_sealed_body("another");
    EXPECT_THAT(archive.Add(other), HasReason("ARCHIVE_DAMAGED"));
    EXPECT_EQ(archive.next(), 5u);
  }
  log_[2] = EntryOf(70);  // the history is another than what is archived
  EXPECT_THAT(GoOn(9), HasReason("ARCHIVE_FORKED"));
  EXPECT_FALSE(fs::exists(PathOf(second_)));
  EXPECT_THAT(
      ArchiveFolder::Open(
          folder_, audit::NoteSigner::FromSeed("test.example/1", std::string(32, 'o'))->verifier()),
      FailsWith(absl::StatusCode::kDataLoss, "manifest.json"));
}

TEST_F(ArchiveFolderTest, EveryChangedByteIsFound) {
  EVIDENT_ASSERT_OK(GoOn(5));
  const std::string whole = Text(first_);
  for (size_t at = 0; at < whole.size(); at += 7) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    Put(first_, changed);
    EXPECT_THAT(Check(), FailsWith(absl::StatusCode::kDataLoss, first_)) << at;
    // Nor does it help to change the manifest along with it.
    std::string manifest = Text("manifest.json");
    const std::string was = Sha256(whole).Hex();
    manifest.replace(manifest.find(was), was.size(), Sha256(changed).Hex());
    const std::string before = Text("manifest.json");
    Put("manifest.json", manifest);
    EXPECT_THAT(Check(), FailsWith(absl::StatusCode::kDataLoss, "")) << at;
    Put("manifest.json", before);
  }
  Put(first_, whole);
  EVIDENT_EXPECT_OK(Check());
  fs::remove(PathOf(first_));
  EXPECT_FALSE(Check().ok());
}

TEST_F(ArchiveFolderTest, ABodyMayBeMissingOnlyWhereAnEntrySaysSo) {
  log_[1].clear_sealed_body();
  log_[3].clear_sealed_body();
  log_[6] = EntryOf(6, audit::PruningDetail{EntryIndex(4), EntryIndex(5)});
  EVIDENT_ASSERT_OK(GoOn(6));
  EXPECT_THAT(Check(), FailsWith(absl::StatusCode::kDataLoss, "entry 3"));
  EVIDENT_ASSERT_OK(GoOn(9));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ArchiveCheck check, Check());
  EXPECT_EQ(check.bodies, 7u);
}

// What stands in the page's fenced block of this name.
std::string Example(const std::string& name) {
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  const auto page =
      ReadFile(std::string(top == nullptr ? "." : top) + "/docs/formats/archive.md", 1u << 20);
  EXPECT_THAT(page, IsOk());
  const std::string fence = "\n```hex " + name + "\n";
  const size_t begin = page.value_or("").find(fence);
  EXPECT_NE(begin, std::string::npos) << name;
  if (begin == std::string::npos) return {};
  std::string digits;
  for (size_t i = begin + fence.size(); (*page)[i] != '`'; ++i) {
    if ((*page)[i] != '\n') digits += (*page)[i];
  }
  return HexDecode(digits).value_or("");
}

TEST_F(ArchiveFolderTest, WritesWhatThePageShows) {
  const std::string file = Example("archive-file");
  ASSERT_GT(file.size(), 4 + audit::kLeafBytes + 4);
  log_[0].set_leaf(file.substr(4, audit::kLeafBytes));
  log_[0].set_sealed_body(file.substr(4 + audit::kLeafBytes + 4));
  EVIDENT_ASSERT_OK(GoOn(1));
  EXPECT_EQ(Text("bodies/00000000000000000000-00000000000000000001.eva"), file);
  EXPECT_EQ(audit::LeafHash(log_[0].leaf()).view(), Example("archive-root"));
}

}  // namespace
}  // namespace evident::cli
