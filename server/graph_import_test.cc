// Graph files through the importer: what YAML would lead to, by another door.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/model/bulk_graph.h"
#include "graph/pack/graph_file.h"
#include "graph/pack/reader.h"
#include "server/release_importer.h"
#include "server/test_pack.h"

namespace evident::server {
namespace {

class GraphImportTest : public testing::Test {
 protected:
  void SetUp() override {
    graph::GraphDatabaseOptions options;
    options.path = dir_.path() + "/knowledge";
    options.create = true;
    EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, graph::ReleaseManager::Open(options));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const graph::Pack pack, graph::ReadPack(TestPackFiles()));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const graph::BulkGraph graph,
                                 graph::ToBulkGraph(kTestPack, pack.draft));
    file_ = graph::WriteGraphFile(graph);
  }

  // In pieces of a hundred bytes.
  absl::StatusOr<std::unique_ptr<PreparedImport>> Prepare(const std::string& bytes,
                                                          v1::ImportPackHeader header) {
    ImportFiles files;
    for (size_t at = 0; at < bytes.size(); at += 100) {
      files.emplace("piece-" + std::to_string(1'000'000 + at), bytes.substr(at, 100));
    }
    header.set_graph_file(true);
    header.set_publish(true);
    if (header.pack().empty()) header.set_pack(kTestPack);
    ReleaseImporter importer(*releases_, clock_);
    return importer.Prepare(header, files, [] { return absl::OkStatus(); });
  }

  absl::StatusOr<v1::ImportPackResponse> ImportYaml(bool discard_acts = false) {
    v1::ImportPackHeader header;
    header.set_pack(kTestPack);
    header.set_publish(true);
    header.set_discard_acts(discard_acts);
    ReleaseImporter importer(*releases_, clock_);
    EVIDENT_ASSIGN_OR_RETURN(const auto prepared, importer.Prepare(header, TestPackFiles(), [] {
      return absl::OkStatus();
    }));
    return prepared->Publish({"cn:curator", "entries/test.1-8"});
  }

  uint32_t Head() const { return releases_->Head()->release().number(); }

  TempDir dir_;
  FakeClock clock_{1'700'000'000'000'000'000};
  std::unique_ptr<graph::ReleaseManager> releases_;
  std::string file_;
};

TEST_F(GraphImportTest, HoldsWhatThePackHolds) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto prepared, Prepare(file_, {}));
  EXPECT_GT(prepared->Validated().nodes_changed(), 5u);
  EXPECT_EQ(Head(), 0u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto response,
                               prepared->Publish({"cn:curator", "entries/test.1-7"}));
  EXPECT_EQ(response.release().number(), 1u);
  EXPECT_EQ(response.release().author(), "cn:curator");
  EXPECT_EQ(response.release().intent(), "entries/test.1-7");
  EXPECT_TRUE(response.has_token());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto yaml, ImportYaml());
  EXPECT_TRUE(yaml.unchanged());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto again, Prepare(file_, {}));
  EXPECT_TRUE(again->Validated().unchanged());
}

TEST_F(GraphImportTest, BrokenFilesAndOtherPacksAreRefused) {
  std::string broken = file_;
  broken[broken.size() / 2] ^= 1;
  EXPECT_THAT(Prepare(broken, {}), HasReason("GRAPH_FILE_INVALID"));
  EXPECT_THAT(Prepare("", {}), HasReason("GRAPH_FILE_INVALID"));
  v1::ImportPackHeader other;
  other.set_pack("other");
  EXPECT_THAT(Prepare(file_, other), HasReason("PACK_NAME_MISMATCH"));
  v1::ImportPackHeader late;
  late.set_expected_head(3);
  EXPECT_THAT(Prepare(file_, late), HasReason("HEAD_MOVED"));
  EXPECT_EQ(Head(), 0u);
}

TEST_F(GraphImportTest, ActsOfCuratorsAreNotUndoneUnlessItSaysSo) {
  EVIDENT_ASSERT_OK(ImportYaml());
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const graph::NodePtr trial,
      graph::FindByName(*releases_->Head(), std::string(kTestPack) + "/moth-trial"));
  graph::PublishRequest act;
  act.changes.push_back({v1::NODE_KIND_REFERENCE, trial->name(), *trial, {}});
  v1::Reference& reference = *act.changes[0].node->mutable_reference();
  reference.set_standing(v1::STANDING_RETRACTED);
  reference.mutable_standing_act()->set_by("cn:reviewer");
  reference.mutable_standing_act()->set_on("2026-03-01");
  EVIDENT_ASSERT_OK(releases_->Publish(act));
  EXPECT_THAT(Prepare(file_, {}), HasReason("ACTS_LOST"));
  v1::ImportPackHeader header;
  header.set_discard_acts(true);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto prepared, Prepare(file_, header));
  EXPECT_EQ(prepared->Validated().nodes_changed(), 1u);
}

}  // namespace
}  // namespace evident::server
