// What drafts show of nodes: plain sentences, and no change that goes unseen.
#include "workbench/render_node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/model/node_id.h"
#include "workbench/case_effects.h"
#include "workbench/criterion_words.h"
#include "workbench/test_packs.h"

namespace evident::workbench {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::ElementsAre;

// Changes one field of a message so that it stays readable; false when it has none that can.
bool Alter(const FieldDescriptor& field, Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
    reflection.AddString(&message, &field, "altered");
    return true;
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(&message, &field, reflection.GetString(message, &field) + " altered");
      return true;
    case FieldDescriptor::CPPTYPE_UINT32:
      reflection.SetUInt32(&message, &field, reflection.GetUInt32(message, &field) + 7);
      return true;
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection.SetBool(&message, &field, !reflection.GetBool(message, &field));
      return true;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = reflection.GetEnumValue(message, &field);
      reflection.SetEnumValue(&message, &field, number == 1 ? 2 : 1);
      return true;
    }
    default:
      return false;
  }
}

// Every alteration of a field of `message`, or of the messages that it holds.
void ForEachAlteration(const v1::NodeRecord& whole, std::vector<const FieldDescriptor*> path,
                       const Message& message, const std::function<void(v1::NodeRecord)>& take) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    v1::NodeRecord altered = whole;
    Message* inside = &altered;
    for (const FieldDescriptor* const step : path) {
      inside = inside->GetReflection()->MutableMessage(inside, step);
    }
    if (Alter(field, *inside)) take(altered);
  }
}

class RenderNodeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    graph_ = new graph::GraphDraft(LoadPack("fictional-emberfern-wilt").draft);
  }
  static void TearDownTestSuite() { delete std::exchange(graph_, nullptr); }

  static std::shared_ptr<const graph::MemoryGraph> GraphOf(const graph::GraphDraft& draft) {
    return *graph::MemoryGraph::Build(draft, {});
  }
  static graph::GraphDraft* graph_;
};

graph::GraphDraft* RenderNodeTest::graph_ = nullptr;

bool ShowsADifference(const v1::RenderedNode& node) {
  for (const v1::RenderedLine& line : node.lines()) {
    if (line.before() != line.after()) return true;
  }
  return false;
}

TEST_F(RenderNodeTest, NoChangeOfAFieldGoesUnseen) {
  const auto before = GraphOf(*graph_);
  std::map<v1::NodeKind, int> seen;
  int altered_fields = 0;
  for (size_t i = 0; i < graph_->nodes.size(); ++i) {
    const v1::NodeRecord node = graph_->nodes[i];
    const v1::NodeKind kind = graph::KindOf(node);
    if (seen[kind]++ >= 3) continue;
    const FieldDescriptor* const body = node.GetReflection()->GetOneofFieldDescriptor(
        node, node.GetDescriptor()->FindOneofByName("body"));
    ForEachAlteration(node, {body}, node.GetReflection()->GetMessage(node, body),
                      [&](const v1::NodeRecord& altered) {
                        graph::GraphDraft draft = *graph_;
                        draft.nodes[i] = altered;
                        // What no release can hold is nothing to show.
                        const auto after = graph::MemoryGraph::Build(draft, {});
                        if (!after.ok()) return;
                        ++altered_fields;
                        const auto rendered = RenderNode(*before, **after, kind, node.name());
                        ASSERT_TRUE(rendered.ok()) << rendered.status();
                        ASSERT_TRUE(rendered->has_value()) << altered.ShortDebugString();
                        EXPECT_TRUE(ShowsADifference(**rendered)) << altered.ShortDebugString();
                      });
  }
  EXPECT_GE(seen.size(), 8u);
  EXPECT_GE(altered_fields, 100);
}

TEST_F(RenderNodeTest, NoChangeOfAnEdgeGoesUnseen) {
  const auto before = GraphOf(*graph_);
  std::map<v1::EdgeKind, int> seen;
  for (size_t i = 0; i < graph_->edges.size(); ++i) {
    const graph::EdgeDraft edge = graph_->edges[i];
    if (seen[edge.kind]++ >= 2) continue;
    graph::GraphDraft draft = *graph_;
    draft.edges.erase(draft.edges.begin() + static_cast<ptrdiff_t>(i));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto rendered,
                                 RenderNode(*before, *GraphOf(draft), edge.src_kind, edge.src));
    ASSERT_TRUE(rendered.has_value());
    EXPECT_TRUE(ShowsADifference(*rendered)) << edge.src << " " << edge.kind << " " << edge.dst;
  }
}

TEST_F(RenderNodeTest, WhatDoesNotDifferIsNotRendered) {
  const auto graph = GraphOf(*graph_);
  const v1::NodeRecord& node = graph_->nodes[0];
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto rendered,
                               RenderNode(*graph, *graph, graph::KindOf(node), node.name()));
  EXPECT_FALSE(rendered.has_value());
}

TEST(AnswerEffectsTest, SayWhatAReaderWouldNotice) {
  v1::Answer before;
  before.set_outcome(v1::OUTCOME_RECOMMENDED);
  v1::Recommendation& gone = *before.add_recommendations();
  gone.set_statement("p/gone");
  gone.set_headline("Give it");
  gone.set_applicability(v1::APPLICABILITY_APPLIES);
  v1::Recommendation& kept = *before.add_recommendations();
  kept.set_statement("p/kept");
  kept.set_headline("Keep it");
  kept.set_applicability(v1::APPLICABILITY_APPLIES);
  kept.set_statement_digest("one");
  v1::Answer after = before;
  EXPECT_THAT(AnswerEffects(before, after), testing::IsEmpty());
  after.mutable_recommendations(1)->set_statement_digest("another");
  EXPECT_THAT(AnswerEffects(before, after), testing::IsEmpty());

  after.set_outcome(v1::OUTCOME_UNDECIDED);
  after.mutable_recommendations()->DeleteSubrange(0, 1);
  after.mutable_recommendations(0)->set_applicability(v1::APPLICABILITY_UNDECIDED);
  v1::Recommendation& fresh = *after.add_recommendations();
  fresh.set_statement("p/fresh");
  fresh.set_headline("Try it");
  after.add_missing_facts()->set_display("Score");
  EXPECT_THAT(AnswerEffects(before, after),
              ElementsAre("the whole answer: recommended becomes undecided", "no longer: Give it",
                          "Keep it: applies becomes depends on missing facts", "new: Try it",
                          "also asks for: Score"));
}

}  // namespace
}  // namespace evident::workbench
