// Decisions of an earlier commit, kept with the knowledge that they were made in, and replayed:
// what this engine answers to them is what was answered then, byte for byte.
//
// Each pack that ships is here as it stood when they were recorded: <pack>.graph is its graph file,
// <pack>.decisions a ListEntriesResponse whose entries have a case's name, its decision record, the
// engine's number and, as `leaf`, the SHA-256 of the answer. A change that alters one of them is a
// change of what was promised: count decision::kEngineSemantics up, and record anew with
//
//   EVIDENT_RECORD_GOLDEN=tests/golden build/tests/golden_decisions_test
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "decision/replay.h"
#include "evident/v1/audit_service.pb.h"
#include "graph/model/bulk_graph.h"
#include "graph/pack/graph_file.h"
#include "workbench/test_packs.h"

namespace evident {
namespace {

constexpr size_t kGoldenBytesMax = 16u << 20;
constexpr size_t kCasesOfEach = 24;  // of a pack, taken evenly

std::string Folder() { return graph::SourceDir() + "/tests/golden"; }

// Over the graph alone, as it is in the file.
std::shared_ptr<const decision::KnowledgeIndex> IndexOf(const std::string& graph_file) {
  const auto graph = graph::ReadGraphFile(graph_file);
  EXPECT_THAT(graph, IsOk());
  graph::Pack pack;
  if (graph.ok()) pack.draft = graph::ToDraft(*graph);
  return workbench::Compile(pack);
}

void Record(const std::string& name, const std::string& folder) {
  const graph::Pack pack = workbench::LoadPack(name);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto bulk, graph::ToBulkGraph(name, pack.draft));
  const std::string file = graph::WriteGraphFile(bulk);
  const auto index = IndexOf(file);
  v1::ListEntriesResponse decisions;
  const size_t step = std::max<size_t>(1, pack.cases.size() / kCasesOfEach);
  for (size_t i = 0; i < pack.cases.size(); i += step) {
    const auto question =
        workbench::ResolveCase(pack, pack.cases[i], *index, workbench::kTestNowNs);
    if (!question.ok()) continue;  // a case of what is refused
    const decision::Decision decided = workbench::DecideQuestion(*index, *question);
    v1::Entry& entry = *decisions.add_entries();
    entry.set_name(pack.cases[i].slug);
    entry.mutable_info()->set_engine_semantics(decision::kEngineSemantics);
    entry.set_leaf(std::string(Sha256(decided.answer_bytes).view()));
    *entry.mutable_body()->mutable_decision() = decided.record;
  }
  EVIDENT_ASSERT_OK(WriteFileAtomically(folder + "/" + name + ".graph", file, 0644));
  EVIDENT_ASSERT_OK(
      WriteFileAtomically(folder + "/" + name + ".decisions", decisions.SerializeAsString(), 0644));
}

std::string Words(const v1::Replay& replay) {
  std::string words = v1::ReplayResult_Name(replay.result());
  for (const v1::FieldChange& change : replay.differences()) {
    words += "\n  " + change.path() + ": " + change.before() + " -> " + change.after();
  }
  return words;
}

class GoldenDecisionsTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldenDecisionsTest, ComeOutAsTheyDidThen) {
  if (const char* const folder = std::getenv("EVIDENT_RECORD_GOLDEN")) Record(GetParam(), folder);
  const std::string path = Folder() + "/" + GetParam();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string graph, ReadFile(path + ".graph", kGoldenBytesMax));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes,
                               ReadFile(path + ".decisions", kGoldenBytesMax));
  const auto index = IndexOf(graph);
  ASSERT_NE(index, nullptr);
  v1::ListEntriesResponse decisions;
  ASSERT_TRUE(decisions.ParseFromString(bytes));
  ASSERT_GT(decisions.entries_size(), 5);
  for (const v1::Entry& entry : decisions.entries()) {
    ASSERT_EQ(entry.info().engine_semantics(), decision::kEngineSemantics)
        << "recorded by another engine: record them anew";
    const decision::RecordedDecision recorded{
        entry.body().decision(), entry.info().engine_semantics(),
        [&entry](std::string_view answer) { return Sha256(answer).view() == entry.leaf(); }};
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        const decision::Replayed replayed,
        decision::ReplayDecision(*index, recorded, [] { return absl::OkStatus(); }));
    EXPECT_EQ(replayed.replay.result(), v1::REPLAY_RESULT_SAME)
        << entry.name() << ": " << Words(replayed.replay);
  }
}

// A check that could not fail would be none.
TEST_P(GoldenDecisionsTest, AnAlteredRecordIsNoticedWithItsField) {
  const std::string path = Folder() + "/" + GetParam();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string graph, ReadFile(path + ".graph", kGoldenBytesMax));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes,
                               ReadFile(path + ".decisions", kGoldenBytesMax));
  v1::ListEntriesResponse decisions;
  ASSERT_TRUE(decisions.ParseFromString(bytes));
  v1::Entry& entry = *decisions.mutable_entries(0);
  v1::DecisionRecord& record = *entry.mutable_body()->mutable_decision();
  record.set_outcome(record.outcome() == v1::OUTCOME_CONFLICT ? v1::OUTCOME_RECOMMENDED
                                                              : v1::OUTCOME_CONFLICT);
  const decision::RecordedDecision recorded{
      record, entry.info().engine_semantics(),
      [&entry](std::string_view answer) { return Sha256(answer).view() == entry.leaf(); }};
  const auto index = IndexOf(graph);
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const decision::Replayed replayed,
      decision::ReplayDecision(*index, recorded, [] { return absl::OkStatus(); }));
  EXPECT_EQ(replayed.replay.result(), v1::REPLAY_RESULT_RECORD_DIFFERS);
  ASSERT_GT(replayed.replay.differences_size(), 0);
  EXPECT_EQ(replayed.replay.differences(0).path(), "outcome");
}

INSTANTIATE_TEST_SUITE_P(Packs, GoldenDecisionsTest, testing::ValuesIn(workbench::PackNames()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace evident
