// What is compiled beside another release is what is compiled anew, and shares what is the same.
#include <algorithm>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/encoding.h"
#include "criteria/print.h"
#include "decision/test_graph.h"
#include "decision/touched.h"

namespace evident::decision {
namespace {

std::string InWords(const criteria::ExpressionPtr& tree) {
  return tree == nullptr ? "-" : criteria::Print(tree, criteria::Names::kFull);
}

template <typename List>
std::string InWords(const List& list) {
  std::string words;
  for (const auto& item : list) {
    if constexpr (std::is_integral_v<std::decay_t<decltype(item)>>) {
      words += std::to_string(item) + ",";
    } else if constexpr (std::is_convertible_v<decltype(item), std::string>) {
      words += item + ",";
    } else {
      words += item->SerializeAsString() + ",";
    }
  }
  return words + "\n";
}

// All of a plan, so that two that are told apart by anything have other words.
std::string InWords(const StatementPlan& plan) {
  const StatementContent& content = *plan.content;
  std::string words =
      content.node->SerializeAsString() + HexEncode(content.digest.view()) + InWords(content.own) +
      InWords(plan.combined) + InWords(plan.parents) + InWords(plan.superseded_by) +
      std::to_string(plan.review_state) + InWords(content.applies_to) +
      InWords(content.decision_points) + InWords(content.aims_at) + content.guideline +
      InWords(content.issuers) + content.provenance.provenance.SerializeAsString() +
      InWords(content.provenance.evidence) + InWords(content.provenance.references) +
      InWords(content.provenance.studies) + InWords(content.retracted);
  for (const OptionPlan& option : content.options) {
    words += option.whole ? "whole " : "option ";
    for (const ComponentPlan& part : option.components) {
      words += part.intervention + part.node->SerializeAsString() + part.edge.SerializeAsString() +
               InWords(part.condition) + part.condition_text;
    }
  }
  return words;
}

class IndexSharingTest : public testing::Test {
 protected:
  IndexSharingTest() {
    graph_.AddFact("score", v1::FACT_TYPE_INTEGER);
    graph_.AddIntervention("drugs", v1::INTERVENTION_KIND_CLASS);
    graph_.AddIntervention("drug", v1::INTERVENTION_KIND_DRUG, "drugs");
    graph_.AddPoint("first");
    graph_.AddPoint("second");
    graph_.AddIssuer("society");
    graph_.AddIssuer("college");
    graph_.Edge(v1::NODE_KIND_GUIDELINE, "book", v1::EDGE_KIND_ISSUED_BY, v1::NODE_KIND_ISSUER,
                "society");
    graph_.AddBoard("board", {"ann"}, 1);
    for (const char* const one : {"one", "two"}) {
      const std::string slug = one;
      graph_.Add(slug, v1::POLARITY_RECOMMEND, "score <= 4", {"second"});
      graph_.AddOption(slug, false, {{"drug", "score >= 1"}});
      graph_.AddEvidence("trial-of-" + slug).set_headline("A trial");
      graph_.AddReference("paper-of-" + slug).set_title("A paper");
      graph_.AddReference("page-of-" + slug).set_title("A page");
      graph_.Link(slug, v1::EDGE_KIND_SUPPORTED_BY, v1::NODE_KIND_EVIDENCE, "trial-of-" + slug)
          .mutable_supported_by()
          ->set_support(v1::SUPPORT_SUPPORTS);
      graph_.Edge(v1::NODE_KIND_EVIDENCE, "trial-of-" + slug, v1::EDGE_KIND_REPORTED_IN,
                  v1::NODE_KIND_REFERENCE, "paper-of-" + slug);
      graph_.Link(slug, v1::EDGE_KIND_CITES, v1::NODE_KIND_REFERENCE, "page-of-" + slug)
          .mutable_cites()
          ->set_mark("1");
    }
    before_ = graph_.Compile();
  }

  // What the changed graph is compiled to beside the one before it, which is checked.
  std::shared_ptr<const KnowledgeIndex> After(const graph::GraphDraft& changed) {
    const auto beside = TestGraph::CompileDraft(changed, before_);
    const auto anew = TestGraph::CompileDraft(changed);
    if (before_ == nullptr || beside == nullptr || anew == nullptr) return nullptr;
    EXPECT_EQ(beside->statements().size(), anew->statements().size());
    for (size_t i = 0; i < anew->statements().size(); ++i) {
      EXPECT_EQ(InWords(beside->statements()[i]), InWords(anew->statements()[i]));
    }
    const v1::QuestionFrame question = FrameOf({{Full("score"), Int(2)}});
    EXPECT_EQ(DecideFor(*beside, question).answer.SerializeAsString(),
              DecideFor(*anew, question).answer.SerializeAsString());
    touched_ = Touched(*before_, *beside).May({Full("c")});
    if (!touched_) {
      EXPECT_EQ(WithoutRelease(DecideFor(*before_, question).answer),
                WithoutRelease(DecideFor(*beside, question).answer));
    }
    return beside;
  }

  static std::string WithoutRelease(v1::Answer answer) {
    answer.mutable_question()->clear_release();
    answer.mutable_question()->clear_release_digest();
    answer.mutable_question()->clear_content_digest();
    return answer.DebugString();
  }

  // Statements whose content is the very one of the graph before, by slug.
  std::vector<std::string> SharedAfter(const std::function<void(graph::GraphDraft&)>& change) {
    graph::GraphDraft draft = graph_.Draft();
    change(draft);
    const auto index = After(draft);
    std::vector<std::string> shared;
    if (index == nullptr) return shared;
    for (const StatementPlan& plan : index->statements()) {
      for (const StatementPlan& old : before_->statements()) {
        if (old.content == plan.content) shared.push_back(plan.name());
      }
    }
    return shared;
  }

  static v1::NodeRecord& Node(graph::GraphDraft& draft, const std::string& slug) {
    const auto found = std::find_if(draft.nodes.begin(), draft.nodes.end(),
                                    [&](const auto& node) { return node.name() == Full(slug); });
    EXPECT_NE(found, draft.nodes.end()) << slug;
    return *found;
  }

  static graph::EdgeDraft& EdgeFrom(graph::GraphDraft& draft, const std::string& slug,
                                    v1::EdgeKind kind) {
    const auto found = std::find_if(draft.edges.begin(), draft.edges.end(), [&](const auto& edge) {
      return edge.src == Full(slug) && edge.kind == kind;
    });
    EXPECT_NE(found, draft.edges.end()) << slug;
    return *found;
  }

  const std::vector<std::string> both_ = {Full("one"), Full("two")};
  const std::vector<std::string> one_ = {Full("one")};
  const std::vector<std::string> none_;

  TestGraph graph_;
  std::shared_ptr<const KnowledgeIndex> before_;
  bool touched_ = false;  // whether answers may come out otherwise after the newest change
};

TEST_F(IndexSharingTest, WhatDidNotChangeIsShared) {
  EXPECT_EQ(SharedAfter([](graph::GraphDraft&) {}), both_);
  EXPECT_FALSE(touched_);
  // A person is nothing that an answer is made of.
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              Node(draft, "ann").mutable_person()->set_display("Ann");
            }),
            both_);
  EXPECT_FALSE(touched_);
}

TEST_F(IndexSharingTest, WhatAStatementSaysIsItsOwn) {
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              Node(draft, "two").mutable_statement()->mutable_wordings(0)->set_headline("Other");
            }),
            one_);
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              *Node(draft, "two").mutable_statement()->mutable_criterion() =
                  Criterion("score <= 3");
            }),
            one_);
  EXPECT_EQ(
      SharedAfter([](graph::GraphDraft& draft) {
        EdgeFrom(draft, "two", v1::EDGE_KIND_INVOLVES).record.mutable_involves()->clear_when();
      }),
      one_);
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              EdgeFrom(draft, "two", v1::EDGE_KIND_DECIDES).dst = Full("first");
            }),
            one_);
}

TEST_F(IndexSharingTest, WhatAStatementRestsOnIsOfItsContent) {
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              Node(draft, "trial-of-two").mutable_evidence()->set_headline("Another trial");
            }),
            one_);
  for (const char* const reference : {"paper-of-two", "page-of-two"}) {
    EXPECT_EQ(SharedAfter([&](graph::GraphDraft& draft) {
                Node(draft, reference).mutable_reference()->set_standing(v1::STANDING_RETRACTED);
              }),
              one_)
        << reference;
  }
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              EdgeFrom(draft, "trial-of-two", v1::EDGE_KIND_REPORTED_IN).dst = Full("page-of-one");
            }),
            one_);
}

TEST_F(IndexSharingTest, ReviewsAndWhatOtherStatementsSayAreOutsideTheContent) {
  const auto reviewed = SharedAfter([this](graph::GraphDraft& draft) {
    graph::EdgeDraft edge{v1::NODE_KIND_STATEMENT, Full("two"), v1::EDGE_KIND_REVIEWED_BY,
                          v1::NODE_KIND_PERSON,    Full("ann"), {}};
    v1::ReviewedBy& act = *edge.record.mutable_reviewed_by();
    act.set_act(v1::REVIEW_ACT_APPROVE);
    act.set_board(Full("board"));
    act.set_by("cn:ann");
    act.set_digest(std::string(before_->statements()[1].content->digest.view()));
    draft.edges.push_back(std::move(edge));
  });
  EXPECT_EQ(reviewed, both_);
  // "one" says that it details "two": that is of "one".
  const std::vector<std::string> two = {Full("two")};
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              draft.edges.push_back({v1::NODE_KIND_STATEMENT,
                                     Full("one"),
                                     v1::EDGE_KIND_ELABORATES,
                                     v1::NODE_KIND_STATEMENT,
                                     Full("two"),
                                     {}});
            }),
            two);
  // One more before them moves both.
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              v1::NodeRecord node = Node(draft, "one");
              node.set_name(Full("a-new-one"));
              draft.nodes.push_back(node);
              const size_t edges = draft.edges.size();
              for (size_t i = 0; i < edges; ++i) {
                if (draft.edges[i].src != Full("one")) continue;
                draft.edges.push_back(draft.edges[i]);
                draft.edges.back().src = node.name();
              }
            }),
            both_);
}

TEST_F(IndexSharingTest, NothingIsSharedWhereWhatAllReferToDiffers) {
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              Node(draft, "first").mutable_decision_point()->set_order(9);
            }),
            none_);
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              EdgeFrom(draft, "book", v1::EDGE_KIND_ISSUED_BY).dst = Full("college");
            }),
            none_);
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              Node(draft, "drug").mutable_clinical_concept()->set_display("The drug");
            }),
            none_);
  EXPECT_EQ(SharedAfter([](graph::GraphDraft& draft) {
              Node(draft, "score").mutable_fact()->set_display("The score");
            }),
            none_);
}

}  // namespace
}  // namespace evident::decision
