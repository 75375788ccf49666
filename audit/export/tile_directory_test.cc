#include "audit/export/tile_directory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "audit/log/tile.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/leaf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

const NoteSigner& Signer() {
  static const NoteSigner signer = *NoteSigner::FromSeed("test.example/1", std::string(32, 's'));
  return signer;
}

std::string LeafOf(uint64_t index) {
  Leaf leaf;
  leaf.commit_time_ns = static_cast<int64_t>(index);
  return *EncodeLeaf(leaf);
}

// The signed checkpoint of leaves 0 to `size`; with another `first` leaf it is another log's.
std::string NoteOf(uint64_t size, uint64_t first = 0) {
  TreeFrontier tree;
  for (uint64_t i = 0; i < size; ++i) tree.Append(LeafHash(LeafOf(i == 0 ? first : i)));
  return *SignCheckpoint({"test.example/1", size, tree.Root()}, Signer());
}

class TileDirectoryTest : public testing::Test {
 protected:
  absl::Status Extend(uint64_t size) {
    EVIDENT_ASSIGN_OR_RETURN(TileDirectory tiles,
                             TileDirectory::Open(Folder(), Signer().verifier()));
    return ExtendOpen(tiles, size);
  }
  static absl::Status ExtendOpen(TileDirectory& tiles, uint64_t size) {
    for (uint64_t i = tiles.size(); i < size; ++i) {
      EVIDENT_RETURN_IF_ERROR(tiles.Append(LeafOf(i)));
    }
    return tiles.Publish(NoteOf(size));
  }
  absl::StatusOr<TileCheck> Check() const { return CheckTiles(Folder(), Signer().verifier()); }

  std::string Folder() const { return dir_.path() + "/log"; }
  std::set<std::string> Files() const {
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(Folder())) {
      if (entry.is_regular_file()) {
        files.insert(std::filesystem::relative(entry.path(), Folder()).string());
      }
    }
    return files;
  }
  void Overwrite(const std::string& path, const std::string& bytes) const {
    ASSERT_THAT(WriteFileAtomically(Folder() + "/" + path, bytes, 0644), IsOk());
  }
  std::string Read(const std::string& path) const {
    return ReadFile(Folder() + "/" + path, size_t{1} << 20).value_or("");
  }

  const TempDir dir_;
};

TEST(TilePathTest, GroupsDigits) {
  EXPECT_EQ(TilePath(0, 5, 256), "tile/0/005");
  EXPECT_EQ(TilePath(2, 1'234'067, 256), "tile/2/x001/x234/067");
  EXPECT_EQ(TilePath(1, 1000, 7), "tile/1/x001/000.p/7");
  EXPECT_EQ(EntryBundlePath(0, 255), "tile/entries/000.p/255");
}

TEST_F(TileDirectoryTest, HoldsWhatTheCheckpointCoversAndNoMore) {
  ASSERT_THAT(Extend(255), IsOk());
  EXPECT_EQ(Files(),
            (std::set<std::string>{"checkpoint", "tile/0/000.p/255", "tile/entries/000.p/255"}));
  ASSERT_THAT(Extend(257), IsOk());
  EXPECT_EQ(Files(),
            (std::set<std::string>{"checkpoint", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1",
                                   "tile/entries/000", "tile/entries/001.p/1"}));
  EXPECT_EQ(Read("tile/0/000").size(), kTileBytes);
  EXPECT_EQ(Read("tile/entries/001.p/1").size(), kLeafBytes + 2);
  EXPECT_EQ(Read("checkpoint"), NoteOf(257));
}

TEST_F(TileDirectoryTest, GrowsOverEveryBoundary) {
  for (const uint64_t size : {0, 1, 2, 255, 256, 257, 300, 511, 512, 513, 1024, 1024, 70'000}) {
    SCOPED_TRACE(size);
    ASSERT_THAT(Extend(size), IsOk());
    const auto check = Check();
    ASSERT_THAT(check, IsOk());
    EXPECT_EQ(check->entries, size);
  }
  EXPECT_EQ(Read("tile/2/000.p/1").size(), 32u);
  EXPECT_EQ(Check()->tiles, 274u + 2u + 1u);  // 273 full and one partial; one full, one partial
}

TEST_F(TileDirectoryTest, OneThatStaysOpenWritesWhatManyDo) {
  auto open = TileDirectory::Open(Folder(), Signer().verifier());
  ASSERT_THAT(open, IsOk());
  for (const uint64_t size : {3, 256, 700, 66'000}) ASSERT_THAT(ExtendOpen(*open, size), IsOk());
  EXPECT_THAT(Check(), IsOk());
  EXPECT_EQ(open->size(), 66'000u);
}

TEST_F(TileDirectoryTest, RefusesAnotherHistoryAndKeepsItsOwn) {
  ASSERT_THAT(Extend(300), IsOk());
  auto tiles = TileDirectory::Open(Folder(), Signer().verifier());
  ASSERT_THAT(tiles, IsOk());
  const std::set<std::string> before = Files();
  ASSERT_THAT(tiles->Append(LeafOf(300)), IsOk());
  EXPECT_THAT(tiles->Publish(NoteOf(301, 9)), HasReason("TILES_FORKED"));
  EXPECT_THAT(tiles->Publish(NoteOf(300)), HasReason("TILES_FORKED"));
  const NoteSigner other = *NoteSigner::FromSeed("test.example/1", std::string(32, 'x'));
  EXPECT_FALSE(tiles->Publish(*SignCheckpoint({"test.example/1", 301, Digest()}, other)).ok());
  EXPECT_EQ(Files(), before);
  EXPECT_THAT(Check(), IsOk());
}

TEST_F(TileDirectoryTest, TakesNoOtherLengthAndNoEndlessStretch) {
  auto tiles = TileDirectory::Open(Folder(), Signer().verifier());
  ASSERT_THAT(tiles, IsOk());
  EXPECT_THAT(tiles->Append("short"), HasReason("TILES_DAMAGED"));
  for (size_t i = 0; i < kTileStretchMax; ++i) ASSERT_THAT(tiles->Append(LeafOf(i)), IsOk());
  EXPECT_THAT(tiles->Append(LeafOf(kTileStretchMax)), HasReason("TILES_UNCOVERED"));
}

TEST_F(TileDirectoryTest, GoesOnAfterACrashBeforeTheCheckpoint) {
  ASSERT_THAT(Extend(300), IsOk());
  const std::string old = Read("checkpoint");
  ASSERT_THAT(Extend(600), IsOk());
  // As a crash leaves it that came before the checkpoint, with the partial files of both.
  const std::string partial = Read("tile/0/001").substr(0, 44 * 32);
  const std::string bundle = Read("tile/entries/001").substr(0, 44 * (kLeafBytes + 2));
  std::filesystem::create_directories(Folder() + "/tile/0/001.p");
  std::filesystem::create_directories(Folder() + "/tile/entries/001.p");
  Overwrite("tile/0/001.p/44", partial);
  Overwrite("tile/entries/001.p/44", bundle);
  std::filesystem::create_directories(Folder() + "/tile/1/000.p");
  Overwrite("tile/1/000.p/1", Read("tile/1/000.p/2").substr(0, 32));
  Overwrite("checkpoint", old);
  EXPECT_THAT(Check(), IsOk());
  ASSERT_THAT(Extend(650), IsOk());
  EXPECT_THAT(Check(), IsOk());
}

TEST_F(TileDirectoryTest, NamesTheFileThatIsWrong) {
  ASSERT_THAT(Extend(600), IsOk());
  for (const std::string& path : Files()) {
    SCOPED_TRACE(path);
    const std::string sound = Read(path);
    // The first byte of a bundle is a length's, 40 is within a leaf, a hash, or the checkpoint.
    for (const size_t at : {size_t{0}, std::min<size_t>(40, sound.size() - 1), sound.size() - 1}) {
      std::string damaged = sound;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      Overwrite(path, damaged);
      const auto check = Check();
      ASSERT_FALSE(check.ok()) << at;
      if (path != "checkpoint" && path.find("entries") == std::string::npos) {
        EXPECT_NE(check.status().message().find(path), std::string::npos) << check.status();
      }
    }
    Overwrite(path, sound);
    std::filesystem::remove(Folder() + "/" + path);
    EXPECT_FALSE(Check().ok());
    Overwrite(path, sound);
  }
  EXPECT_THAT(Check(), IsOk());
}

TEST_F(TileDirectoryTest, DoesNotGoOnFromADamagedEdge) {
  ASSERT_THAT(Extend(600), IsOk());
  for (const char* const path : {"tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/002.p/88"}) {
    SCOPED_TRACE(path);
    const std::string sound = Read(path);
    std::string damaged = sound;
    damaged[10] = static_cast<char>(damaged[10] ^ 1);
    Overwrite(path, damaged);
    EXPECT_THAT(TileDirectory::Open(Folder(), Signer().verifier()), HasReason("TILES_DAMAGED"));
    Overwrite(path, sound);
  }
}

}  // namespace
}  // namespace evident::audit
