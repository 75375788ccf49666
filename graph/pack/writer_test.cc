// What is written as YAML reads back as it was.
#include "graph/pack/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/model/node_id.h"
#include "graph/model/rows.h"
#include "graph/pack/example_pack.h"
#include "graph/pack/full_pack.h"

namespace evident::graph {
namespace {

using testing::HasSubstr;

// A release of the pack and what it requires.
std::shared_ptr<const MemoryGraph> ReleaseOf(const Pack& pack, const GraphDraft& required = {}) {
  GraphDraft all = pack.draft;
  all.nodes.insert(all.nodes.end(), required.nodes.begin(), required.nodes.end());
  return *MemoryGraph::Build(all, {});
}

Digest DigestOf(const Pack& pack) { return ContentDigest(*BuildRows(pack.draft)); }

GraphDraft RequiredDraft() {
  GraphDraft draft;
  draft.nodes.push_back(
      **Required()->GetNode(MakeNodeId(v1::NODE_KIND_PERSON, "another-pack/somebody")));
  return draft;
}

// Writes what was read and reads it again.
void ExpectReadsBack(const PackFiles& files, const GraphDraft& required = {}) {
  std::shared_ptr<const MemoryGraph> context;
  if (!required.nodes.empty()) context = *MemoryGraph::Build(required, {});
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Pack pack, ReadPack(files, {context.get()}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const PackFiles written,
      WritePack(*ReleaseOf(pack, required), pack.name, SurroundingsOf(files, pack)));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Pack again, ReadPack(written, {context.get()}));
  EXPECT_EQ(DigestOf(again), DigestOf(pack));
  EXPECT_EQ(again.name, pack.name);
  EXPECT_EQ(again.label, pack.label);
  EXPECT_EQ(again.title, pack.title);
  EXPECT_EQ(again.required, pack.required);
  EXPECT_EQ(again.slugs, pack.slugs);
  ASSERT_EQ(again.cases.size(), pack.cases.size());
  for (size_t i = 0; i < pack.cases.size(); ++i) EXPECT_EQ(again.cases[i].slug, pack.cases[i].slug);
  // And what was written is written the same way again.
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const PackFiles twice,
      WritePack(*ReleaseOf(again, required), again.name, SurroundingsOf(written, again)));
  EXPECT_EQ(twice, written);
}

TEST(WriterTest, PacksReadBackWithEqualContent) {
  for (const char* const pack : {"cervical-cancer-metastatic", "fictional-emberfern-wilt"}) {
    SCOPED_TRACE(pack);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const PackFiles files,
                                 LoadPackFiles(SourceDir() + "/knowledge/" + pack));
    ExpectReadsBack(files);
  }
}

TEST(WriterTest, EveryKeyOfTheFormatReadsBack) {
  ExpectReadsBack(ExamplePack());
  ExpectReadsBack(FullPack(), RequiredDraft());
}

TEST(WriterTest, CriteriaAndLinksOfThePackAreWrittenBySlug) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Pack pack, ReadPack(ExamplePack()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const PackFiles files,
      WritePack(*ReleaseOf(pack), pack.name, SurroundingsOf(ExamplePack(), pack)));
  const std::string& statements = files.at("statements/all.yaml");
  EXPECT_THAT(statements, HasSubstr("when: glow_score <= 3 and not umbrine_intolerant\n"));
  EXPECT_THAT(statements, HasSubstr("decides: [initial-therapy]\n"));
  EXPECT_THAT(statements, testing::Not(HasSubstr("glimmer-fever/")));
}

TEST(WriterTest, TextThatYamlWouldReadOtherwiseComesBackAsItWas) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(Pack pack, ReadPack(ExamplePack()));
  const std::string texts[] = {
      "- a list?", "key: value", "# no comment", "true",  "~",     "null", "17.0",
      "{a: 1}",    "a\nb\n\nc",  " blank ",      "\"'\\", "é — ü", "@at",  "%",
      "a: b\n- c", "...",        "---",          "<<",    "&a",    "*a",   "!t"};
  for (v1::NodeRecord& node : pack.draft.nodes) {
    if (!node.has_guideline()) continue;
    for (const std::string& text : texts) node.mutable_guideline()->add_notes(text);
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const PackFiles files,
      WritePack(*ReleaseOf(pack), pack.name, SurroundingsOf(ExamplePack(), pack)));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Pack again, ReadPack(files));
  EXPECT_EQ(DigestOf(again), DigestOf(pack));
}

TEST(WriterTest, APackThatIsNotThereIsNamed) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Pack pack, ReadPack(ExamplePack()));
  EXPECT_THAT(WritePack(*ReleaseOf(pack), "none", {}), HasReason("PACK_UNKNOWN"));
}

TEST(WriterTest, WhatYamlDoesNotGiveBackIsNamedNodeByNode) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(Pack pack, ReadPack(ExamplePack()));
  // A grade above 9 is nothing that the format has words for.
  for (v1::NodeRecord& node : pack.draft.nodes) {
    if (node.evidence().has_severity()) {
      node.mutable_evidence()->mutable_severity()->set_grade(12);
    }
  }
  const auto files = WritePack(*ReleaseOf(pack), pack.name, SurroundingsOf(ExamplePack(), pack));
  EXPECT_THAT(files, HasReason("PACK_NOT_YAML"));
  EXPECT_THAT(files.status().message(), HasSubstr("evidence/all.yaml:"));
}

TEST(WriterTest, LargeKindsAreSpreadOverFiles) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(Pack pack, ReadPack(ExamplePack()));
  for (int i = 0; i < 3'000; ++i) {
    v1::NodeRecord node;
    node.set_name(pack.name + "/more-" + std::to_string(i));
    node.set_pack(pack.name);
    node.mutable_clinical_concept()->set_kind(v1::CONCEPT_KIND_FINDING);
    node.mutable_clinical_concept()->set_display(std::string(200, 'x') + std::to_string(i));
    pack.draft.nodes.push_back(std::move(node));
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const PackFiles files,
      WritePack(*ReleaseOf(pack), pack.name, SurroundingsOf(ExamplePack(), pack)));
  EXPECT_EQ(files.count("concepts/all.yaml"), 1u);
  EXPECT_EQ(files.count("concepts/all-2.yaml"), 1u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Pack again, ReadPack(files));
  EXPECT_EQ(DigestOf(again), DigestOf(pack));
}

}  // namespace
}  // namespace evident::graph
