#include "client/cli/fhir_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <vector>

#include "audit/proof/checkpoint.h"
#include "audit/proof/leaf.h"
#include "audit/proof/rpc_numbers.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"

namespace evident::cli {
namespace {

using testing::HasSubstr;

constexpr char kKey[] = "key-of-patient-1";

const audit::NoteSigner& Signer() {
  static const audit::NoteSigner signer =
      *audit::NoteSigner::FromSeed("test.example/1", std::string(32, 's'));
  return signer;
}

v1::Entry EntryOf(uint64_t index, const audit::Leaf& leaf) {
  v1::Entry entry;
  entry.set_index(index);
  entry.set_leaf(*audit::EncodeLeaf(leaf));
  entry.set_key_id(kKey);
  entry.set_body_state(v1::BODY_STATE_SEALED);
  return entry;
}

v1::Entry Decision(uint64_t index) {
  audit::Leaf leaf;
  leaf.kind = audit::LeafKind::kDecision;
  leaf.rpc = audit::RpcNumberOf("/evident.v1.DecisionService/Ask");
  leaf.commit_time_ns = static_cast<int64_t>(index);
  v1::Entry entry = EntryOf(index, leaf);
  entry.set_body_state(v1::BODY_STATE_OPENED);
  entry.mutable_body()->mutable_caller()->set_identity("cn:ward-7");
  entry.mutable_body()->set_subject("patient-1");
  return entry;
}

v1::Entry Erasure(uint64_t index) {
  audit::ErasureDetail detail;
  std::copy_n(kKey, detail.key_id.size(), detail.key_id.begin());
  audit::Leaf leaf;
  leaf.kind = audit::LeafKind::kErasure;
  leaf.commit_time_ns = static_cast<int64_t>(index);
  leaf.detail = detail;
  return EntryOf(index, leaf);
}

class FhirFolderTest : public testing::Test {
 protected:
  absl::StatusOr<FhirFolder> Open(bool requests = false) {
    return FhirFolder::Open(Folder(), Signer().verifier(), requests);
  }

  // Adds an entry to the log and to the folder.
  void Add(FhirFolder& events, const v1::Entry& entry) {
    tree_.Append(audit::LeafHash(entry.leaf()));
    ASSERT_THAT(events.Add(entry), IsOk());
  }
  std::string Note() const {
    return *audit::SignCheckpoint({"test.example/1", tree_.size(), tree_.Root()}, Signer());
  }

  std::vector<nlohmann::ordered_json> Table(const std::string& name) const {
    std::vector<nlohmann::ordered_json> rows;
    for (const auto& file : Files()) {
      if (file["table"] != name) continue;
      std::istringstream lines(
          *ReadFile(Folder() + "/" + file["path"].get<std::string>(), 1 << 20));
      for (std::string line; std::getline(lines, line);) {
        rows.push_back(nlohmann::ordered_json::parse(line));
      }
    }
    return rows;
  }
  nlohmann::ordered_json Manifest() const {
    return nlohmann::ordered_json::parse(*ReadFile(Folder() + "/manifest.json", 1 << 20));
  }
  nlohmann::ordered_json Files() const { return Manifest()["files"]; }
  std::string Folder() const { return dir_.path() + "/events"; }

  const TempDir dir_;
  audit::TreeFrontier tree_;
};

TEST_F(FhirFolderTest, EventsAndEveryEntrysHashAreHeldAgainstTheRoot) {
  {
    auto events = Open();
    ASSERT_THAT(events, IsOk());
    for (uint64_t i = 0; i < 3; ++i) Add(*events, Decision(i));
    ASSERT_THAT(events->Finish(Note()), IsOk());
    EXPECT_EQ(events->events(), 3u);
  }
  auto events = Open();
  ASSERT_THAT(events, IsOk());
  EXPECT_EQ(events->size(), 3u);
  Add(*events, Erasure(3));
  ASSERT_THAT(events->Finish(Note()), IsOk());
  const auto entries = Table("entries");
  ASSERT_EQ(entries.size(), 4u);
  audit::TreeFrontier tree;
  for (const auto& row : entries) {
    tree.Append(*Digest::FromBytes(*HexDecode(row["leaf_hash"].get<std::string>())));
  }
  EXPECT_EQ(tree.Root().Hex(), Manifest()["root"]);
  EXPECT_EQ(entries[0]["entry"], "decisions/test.example.1-0");
  EXPECT_EQ(entries[3]["event"], false);
  EXPECT_EQ(Table("AuditEvent").size(), 3u);
}

TEST_F(FhirFolderTest, AnErasureTakesWhatBodiesSaidOutOfEvents) {
  auto events = Open();
  ASSERT_THAT(events, IsOk());
  Add(*events, Decision(0));
  ASSERT_THAT(events->Finish(Note()), IsOk());
  EXPECT_THAT(Table("AuditEvent")[0].dump(), HasSubstr("patient-1"));
  Add(*events, Erasure(1));
  ASSERT_THAT(events->Finish(Note()), IsOk());
  EXPECT_EQ(events->rows_erased(), 1u);
  const std::string left = Table("AuditEvent")[0].dump();
  EXPECT_THAT(left, Not(HasSubstr("patient-1")));
  EXPECT_THAT(left, Not(HasSubstr("cn:ward-7")));
  EXPECT_THAT(left, HasSubstr("erased"));
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(FhirFolderTest, RefusesAnotherLogsEntriesAndOtherSettings) {
  auto events = Open();
  ASSERT_THAT(events, IsOk());
  Add(*events, Decision(0));
  ASSERT_THAT(events->Finish(Note()), IsOk());
  EXPECT_THAT(Open(true), HasReason("FOLDER_MIXED"));
  // What a server sends that is not what it signed.
  tree_.Append(audit::LeafHash(Decision(1).leaf()));
  ASSERT_THAT(events->Add(Decision(1000)), HasReason("TABLES_GAP"));
  v1::Entry other = Erasure(1);
  ASSERT_THAT(events->Add(other), IsOk());
  EXPECT_THAT(events->Finish(Note()), HasReason("TABLES_FORKED"));
  EXPECT_EQ(Open()->size(), 1u);
  other.set_leaf("short");
  EXPECT_THAT(events->Add(other), HasReason("LEAF_MALFORMED"));
  // An edge that somebody has touched.
  std::string manifest = *ReadFile(Folder() + "/manifest.json", 1 << 20);
  const std::string root = Manifest()["edge"][0];
  manifest.replace(manifest.find(root, manifest.find("\"edge\"")), 1, root[0] == '0' ? "1" : "0");
  ASSERT_THAT(WriteFileAtomically(Folder() + "/manifest.json", manifest, 0644), IsOk());
  EXPECT_THAT(Open(), HasReason("TABLES_DAMAGED"));
}

}  // namespace
}  // namespace evident::cli
