#include "graph/release/draft_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/model/node_id.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::NodeEdit Put(const v1::NodeRecord& node) {
  v1::NodeEdit edit;
  edit.set_kind(KindOf(node));
  edit.set_name(node.name());
  *edit.mutable_put()->mutable_node() = node;
  return edit;
}

v1::NodeEdit Remove(const std::string& name) {
  v1::NodeEdit edit;
  edit.set_kind(v1::NODE_KIND_CONCEPT);
  edit.set_name(name);
  edit.set_remove(true);
  return edit;
}

std::shared_ptr<const MemoryGraph> GraphOf(const std::vector<v1::NodeRecord>& nodes) {
  GraphDraft draft;
  draft.nodes = nodes;
  return *MemoryGraph::Build(draft, {});
}

std::vector<std::string> Names(const ChangeSet& changes) {
  std::vector<std::string> names;
  for (const NodeChange& change : changes) {
    names.push_back((change.node.has_value() ? "" : "-") + change.name);
  }
  return names;
}

class DraftChangesTest : public testing::Test {
 protected:
  storage::v1::DraftChangeRecord Change(const v1::NodeEdit& edit) {
    auto change = ChangeOf(*head_, edit);
    EXPECT_TRUE(change.ok()) << change.status();
    return change.ok() ? *change : storage::v1::DraftChangeRecord();
  }

  std::shared_ptr<const MemoryGraph> head_ =
      GraphOf({ConceptNode("p/a", "A"), ConceptNode("p/b", "B")});
};

TEST_F(DraftChangesTest, ChangesOntoTheSameHeadAreAllThatDiffer) {
  const DraftChanges changes = {{2, Change(Put(ConceptNode("p/a", "A2")))},
                                {3, Change(Put(ConceptNode("p/b", "B")))},
                                {4, Change(Put(ConceptNode("p/c", "C")))}};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ChangeSet onto, ChangesOnto(*head_, changes));
  EXPECT_THAT(Names(onto), ElementsAre("p/a", "p/c"));
}

TEST_F(DraftChangesTest, OnlyTheNodesThatMovedAreInConflict) {
  const DraftChanges changes = {{2, Change(Put(ConceptNode("p/a", "A2")))},
                                {3, Change(Remove("p/b"))},
                                {4, Change(Put(ConceptNode("p/c", "C")))}};
  const auto moved = GraphOf(
      {ConceptNode("p/a", "other"), ConceptNode("p/b", "B"), ConceptNode("p/c", "also new")});
  const auto onto = ChangesOnto(*moved, changes);
  EXPECT_THAT(onto, HasReason("DRAFT_CONFLICT"));
  std::vector<std::string> named;
  for (const Violation& violation : ErrorViolations(onto.status()))
    named.push_back(violation.field);
  EXPECT_THAT(named, ElementsAre("p/a", "p/c"));
}

TEST_F(DraftChangesTest, WhatTheHeadHasByNowIsNoChangeAndNoConflict) {
  const DraftChanges changes = {{2, Change(Put(ConceptNode("p/a", "A2")))},
                                {3, Change(Remove("p/b"))}};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ChangeSet onto,
                               ChangesOnto(*GraphOf({ConceptNode("p/a", "A2")}), changes));
  EXPECT_THAT(onto, IsEmpty());
}

TEST_F(DraftChangesTest, AnEditOfAnotherRevisionIsAConflictAtOnce) {
  v1::NodeEdit edit = Put(ConceptNode("p/a", "A2"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest digest,
                               head_->NodeDigest(MakeNodeId(v1::NODE_KIND_CONCEPT, "p/a")));
  edit.set_digest(std::string(digest.view()));
  EXPECT_EQ(Change(edit).base(), digest.view());
  EXPECT_THAT(ChangeOf(*GraphOf({ConceptNode("p/a", "other")}), edit), HasReason("DRAFT_CONFLICT"));
}

TEST_F(DraftChangesTest, EditsThatSayNothingSoundAreRefused) {
  v1::NodeEdit nothing = Remove("p/a");
  nothing.clear_edit();
  EXPECT_THAT(ChangeOf(*head_, nothing), HasReason("EDIT_INVALID"));
  v1::NodeEdit kindless = Remove("p/a");
  kindless.set_kind(v1::NODE_KIND_UNSPECIFIED);
  EXPECT_THAT(ChangeOf(*head_, kindless), HasReason("EDIT_INVALID"));
  v1::NodeEdit other = Put(ConceptNode("p/a", "A"));
  other.set_name("p/b");
  EXPECT_THAT(ChangeOf(*head_, other), HasReason("EDIT_INVALID"));
  v1::NodeEdit act = Put(ConceptNode("p/a", "A"));
  act.mutable_put()->add_edges()->mutable_record()->mutable_reviewed_by()->set_by("me");
  EXPECT_THAT(ChangeOf(*head_, act), HasReason("EDIT_INVALID"));
  EXPECT_THAT(ChangeOf(*head_, Remove("p/none")), HasReason("NODE_NOT_FOUND"));
}

TEST_F(DraftChangesTest, APackBecomesTheNodesInWhichItDiffers) {
  GraphDraft draft;
  draft.nodes = {ConceptNode("p/a", "A"), ConceptNode("p/c", "C")};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto records, ChangesOfPack(*head_, "p", draft));
  DraftChanges changes;
  for (const auto& record : records) changes[static_cast<uint32_t>(changes.size() + 2)] = record;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const ChangeSet onto, ChangesOnto(*head_, changes));
  EXPECT_THAT(Names(onto), testing::UnorderedElementsAre("-p/b", "p/c"));
}

}  // namespace
}  // namespace evident::graph
