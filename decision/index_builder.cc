#include <algorithm>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/status.h"
#include "criteria/print.h"
#include "decision/knowledge_index.h"
#include "decision/statement_joins.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/node_id.h"
#include "graph/model/standing.h"
#include "graph/traverse/closure.h"
#include "graph/traverse/review.h"

namespace evident::decision {

using graph::Edge;
using graph::NodePtr;

using ContentPtr = std::shared_ptr<const StatementContent>;

class IndexBuilder {
 public:
  IndexBuilder(std::shared_ptr<const graph::GraphReader> reader, const KnowledgeIndex* other)
      : index_(std::make_shared<KnowledgeIndex>()), other_(other) {
    index_->reader_ = std::move(reader);
  }

  absl::StatusOr<std::shared_ptr<const KnowledgeIndex>> Run() {
    EVIDENT_ASSIGN_OR_RETURN(index_->schema_, graph::LoadFactSchema(reader()));
    EVIDENT_ASSIGN_OR_RETURN(index_->derivations_,
                             criteria::DerivationPlan::Create(index_->schema_));
    EVIDENT_RETURN_IF_ERROR(AddTables());
    EVIDENT_RETURN_IF_ERROR(AddDecisionPoints());
    EVIDENT_RETURN_IF_ERROR(AddGuidelines());
    EVIDENT_RETURN_IF_ERROR(FindShareable());
    EVIDENT_RETURN_IF_ERROR(AddStatements());
    EVIDENT_ASSIGN_OR_RETURN(index_->conflicts_, JoinStatements(reader(), index_->statements_));
    for (const StatementPlan& plan : index_->statements_) AddGiven(plan);
    return std::shared_ptr<const KnowledgeIndex>(std::move(index_));
  }

 private:
  const graph::GraphReader& reader() const { return *index_->reader_; }

  absl::StatusOr<std::vector<NodePtr>> NodesOf(v1::NodeKind kind) const {
    std::vector<NodePtr> nodes;
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, reader().Nodes(kind));
    for (const NodeId& id : ids) {
      EVIDENT_ASSIGN_OR_RETURN(NodePtr node, reader().GetNode(id));
      if (node != nullptr) nodes.push_back(std::move(node));
    }
    std::sort(nodes.begin(), nodes.end(),
              [](const NodePtr& a, const NodePtr& b) { return a->name() < b->name(); });
    return nodes;
  }

  absl::StatusOr<std::string> NameOf(const NodeId& id) const {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader().GetNode(id));
    if (node != nullptr) return node->name();
    return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING", "an edge's end is missing");
  }

  static absl::Status Dangling(const std::string& name, const char* what) {
    return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING",
                     "an edge leads to " + name + ", which is no " + what);
  }

  // Names of the targets, sorted.
  absl::StatusOr<std::vector<std::string>> Targets(const v1::NodeRecord& node,
                                                   v1::EdgeKind kind) const {
    std::vector<std::string> names;
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges,
                             reader().Out(graph::MakeNodeId(node), kind));
    for (const Edge& edge : edges) {
      EVIDENT_ASSIGN_OR_RETURN(std::string name, NameOf(edge.dst));
      names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  // Whether both releases have the same nodes of these kinds; not where there is no other.
  absl::StatusOr<bool> Same(std::initializer_list<v1::NodeKind> kinds) const {
    if (other_ == nullptr) return false;
    for (const v1::NodeKind kind : kinds) {
      EVIDENT_ASSIGN_OR_RETURN(const bool same, graph::SameNodes(reader(), other_->reader(), kind));
      if (!same) return false;
    }
    return true;
  }

  // Whether both releases have the same of this node, which both have.
  absl::StatusOr<bool> SameNode(const NodeId& id) const {
    EVIDENT_ASSIGN_OR_RETURN(const Digest here, reader().NodeDigest(id));
    EVIDENT_ASSIGN_OR_RETURN(const Digest there, other_->reader().NodeDigest(id));
    return here == there;
  }

  absl::Status AddTables() {
    EVIDENT_ASSIGN_OR_RETURN(const bool same, Same({v1::NODE_KIND_FACT, v1::NODE_KIND_CONCEPT}));
    if (same) {
      index_->tables_ = other_->tables_;
      return absl::OkStatus();
    }
    EVIDENT_ASSIGN_OR_RETURN(index_->tables_, ConceptTables::Build(reader()));
    return absl::OkStatus();
  }

  // Statements' contents hold places of decision points, words of guidelines and pointers into the
  // tables: none is shared where these differ.
  absl::Status FindShareable() {
    EVIDENT_ASSIGN_OR_RETURN(const bool same,
                             Same({v1::NODE_KIND_DECISION_POINT, v1::NODE_KIND_GUIDELINE}));
    if (!same || index_->tables_ != other_->tables_) return absl::OkStatus();
    for (const StatementPlan& plan : other_->statements_) {
      shareable_.emplace(plan.name(), plan.content);
    }
    return absl::OkStatus();
  }

  absl::Status AddDecisionPoints() {
    EVIDENT_ASSIGN_OR_RETURN(auto nodes, NodesOf(v1::NODE_KIND_DECISION_POINT));
    std::stable_sort(nodes.begin(), nodes.end(), [](const NodePtr& a, const NodePtr& b) {
      return a->decision_point().order() < b->decision_point().order();
    });
    for (const NodePtr& node : nodes) {
      DecisionPointPlan plan;
      plan.node = node;
      EVIDENT_ASSIGN_OR_RETURN(plan.at_issue,
                               graph::DecodeCriterion(node->decision_point().at_issue()));
      point_places_[node->name()] = index_->decision_points_.size();
      index_->decision_points_.push_back(std::move(plan));
    }
    return absl::OkStatus();
  }

  absl::Status AddGuidelines() {
    EVIDENT_ASSIGN_OR_RETURN(const auto nodes, NodesOf(v1::NODE_KIND_GUIDELINE));
    for (const NodePtr& node : nodes) {
      GuidelinePlan plan;
      plan.node = node;
      EVIDENT_ASSIGN_OR_RETURN(plan.issuers, Targets(*node, v1::EDGE_KIND_ISSUED_BY));
      EVIDENT_ASSIGN_OR_RETURN(const graph::ReviewStanding review,
                               graph::ReviewOf(reader(), graph::MakeNodeId(*node)));
      plan.boards = review.reviewers;
      plan.review_state = review.state;
      EVIDENT_ASSIGN_OR_RETURN(const std::set<NodeId> newer,
                               graph::Closure(reader(), graph::MakeNodeId(*node),
                                              v1::EDGE_KIND_SUPERSEDES, graph::Way::kIn));
      for (const NodeId& id : newer) {
        EVIDENT_ASSIGN_OR_RETURN(std::string name, NameOf(id));
        if (name != node->name()) plan.superseded_by.push_back(std::move(name));
      }
      std::sort(plan.superseded_by.begin(), plan.superseded_by.end());
      index_->guidelines_.emplace(node->name(), std::move(plan));
    }
    for (const auto& [name, plan] : index_->guidelines_) {
      for (const std::string& newer : plan.superseded_by) {
        if (index_->guidelines_.count(newer) == 0) return Dangling(newer, "guideline");
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<ComponentPlan> BuildComponent(const Edge& edge) const {
    ComponentPlan plan;
    EVIDENT_ASSIGN_OR_RETURN(plan.intervention, NameOf(edge.dst));
    const auto found = index_->concepts().find(plan.intervention);
    if (found == index_->concepts().end()) return Dangling(plan.intervention, "concept");
    plan.node = &found->second->clinical_concept();
    plan.edge = edge.record->involves();
    EVIDENT_ASSIGN_OR_RETURN(const auto when, graph::DecodeCriterion(plan.edge.when()));
    EVIDENT_ASSIGN_OR_RETURN(const auto unless, graph::DecodeCriterion(plan.edge.unless()));
    if (when != nullptr) {
      plan.condition_text = "when " + criteria::Print(when, criteria::Names::kBare);
    }
    if (unless != nullptr) {
      plan.condition_text += (plan.condition_text.empty() ? "unless " : ", unless ") +
                             criteria::Print(unless, criteria::Names::kBare);
    }
    plan.condition = when;
    if (unless != nullptr) {
      plan.condition =
          when == nullptr ? criteria::Not(unless) : criteria::AllOf({when, criteria::Not(unless)});
    }
    return plan;
  }

  absl::Status AddOptions(const std::vector<Edge>& edges, StatementContent& content) const {
    std::map<uint32_t, OptionPlan> options;
    for (const Edge& edge : edges) {
      EVIDENT_ASSIGN_OR_RETURN(ComponentPlan component, BuildComponent(edge));
      OptionPlan& option = options[component.edge.option()];
      option.whole = option.whole || component.edge.whole();
      option.components.push_back(std::move(component));
    }
    for (auto& [number, option] : options) {
      std::sort(option.components.begin(), option.components.end(),
                [](const ComponentPlan& a, const ComponentPlan& b) {
                  return std::tuple(a.edge.component(), a.intervention) <
                         std::tuple(b.edge.component(), b.intervention);
                });
      content.options.push_back(std::move(option));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<StatementContent> BuildContent(const NodePtr& node) const {
    StatementContent content;
    content.node = node;
    const NodeId id = graph::MakeNodeId(*node);
    EVIDENT_ASSIGN_OR_RETURN(content.digest, reader().NodeDigest(id));
    EVIDENT_ASSIGN_OR_RETURN(content.own, graph::DecodeCriterion(node->statement().criterion()));
    EVIDENT_ASSIGN_OR_RETURN(content.applies_to, Targets(*node, v1::EDGE_KIND_APPLIES_TO));
    EVIDENT_ASSIGN_OR_RETURN(content.aims_at, Targets(*node, v1::EDGE_KIND_AIMS_AT));
    EVIDENT_ASSIGN_OR_RETURN(const auto points, Targets(*node, v1::EDGE_KIND_DECIDES));
    for (const std::string& point : points) {
      const auto place = point_places_.find(point);
      if (place == point_places_.end()) return Dangling(point, "decision point");
      content.decision_points.push_back(place->second);
    }
    std::sort(content.decision_points.begin(), content.decision_points.end());
    EVIDENT_ASSIGN_OR_RETURN(const auto guidelines, Targets(*node, v1::EDGE_KIND_PART_OF));
    if (!guidelines.empty()) {
      content.guideline = guidelines[0];
      const auto guideline = index_->guidelines_.find(content.guideline);
      if (guideline == index_->guidelines_.end()) return Dangling(content.guideline, "guideline");
      content.issuers = guideline->second.issuers;
    }
    EVIDENT_ASSIGN_OR_RETURN(const auto involves, reader().Out(id, v1::EDGE_KIND_INVOLVES));
    EVIDENT_RETURN_IF_ERROR(AddOptions(involves, content));
    EVIDENT_ASSIGN_OR_RETURN(content.provenance, graph::WalkProvenance(reader(), id));
    for (const NodePtr& reference : content.provenance.references) {
      if (graph::IsTakenBack(reference->reference()))
        content.retracted.push_back(reference->name());
    }
    return content;
  }

  // The same content of the other release; null where anything that it is made of differs. Targets'
  // names are part of their ids, and so of the digests.
  absl::StatusOr<ContentPtr> SharedContent(const NodePtr& node, const NodeId& id) const {
    const auto found = shareable_.find(node->name());
    if (found == shareable_.end()) return ContentPtr();
    const ContentPtr& content = found->second;
    EVIDENT_ASSIGN_OR_RETURN(const Digest digest, reader().NodeDigest(id));
    if (digest != content->digest) return ContentPtr();
    for (const auto* const nodes :
         {&content->provenance.evidence, &content->provenance.references}) {
      for (const NodePtr& one : *nodes) {
        EVIDENT_ASSIGN_OR_RETURN(const bool same, SameNode(graph::MakeNodeId(*one)));
        if (!same) return ContentPtr();
      }
    }
    return content;
  }

  absl::StatusOr<StatementPlan> BuildStatement(const NodePtr& node) const {
    StatementPlan plan;
    const NodeId id = graph::MakeNodeId(*node);
    EVIDENT_ASSIGN_OR_RETURN(plan.content, SharedContent(node, id));
    if (plan.content == nullptr) {
      EVIDENT_ASSIGN_OR_RETURN(StatementContent content, BuildContent(node));
      plan.content = std::make_shared<const StatementContent>(std::move(content));
    }
    // Acts of review are not of a revision.
    EVIDENT_ASSIGN_OR_RETURN(const graph::ReviewStanding review, graph::ReviewOf(reader(), id));
    plan.review_state = review.state;
    return plan;
  }

  // Rank of the statement's section in its guideline.
  size_t SectionRank(const StatementPlan& plan) const {
    const auto guideline = index_->guidelines_.find(plan.content->guideline);
    if (guideline == index_->guidelines_.end()) return 0;
    const auto& sections = guideline->second.node->guideline().sections();
    for (int i = 0; i < sections.size(); ++i) {
      if (sections[i].slug() == plan.statement().section()) return static_cast<size_t>(i) + 1;
    }
    return 0;
  }

  absl::Status AddStatements() {
    EVIDENT_ASSIGN_OR_RETURN(const auto nodes, NodesOf(v1::NODE_KIND_STATEMENT));
    auto& statements = index_->statements_;
    for (const NodePtr& node : nodes) {
      absl::StatusOr<StatementPlan> plan = BuildStatement(node);
      if (!plan.ok()) return Annotate(plan.status(), node->name());
      statements.push_back(*std::move(plan));
    }
    std::stable_sort(
        statements.begin(), statements.end(),
        [this](const StatementPlan& a, const StatementPlan& b) {
          return std::tuple(a.content->guideline, SectionRank(a), a.statement().order()) <
                 std::tuple(b.content->guideline, SectionRank(b), b.statement().order());
        });
    return absl::OkStatus();
  }

  void AddGiven(const StatementPlan& plan) {
    for (const OptionPlan& option : plan.content->options) {
      for (const ComponentPlan& component : option.components) {
        auto& given = index_->given_[component.intervention];
        if (given == nullptr) given = GivenBy(component.intervention);
      }
    }
  }

  std::shared_ptr<const std::set<std::string>> GivenBy(const std::string& intervention) const {
    if (other_ != nullptr && other_->tables_ == index_->tables_) {
      const auto found = other_->given_.find(intervention);
      if (found != other_->given_.end()) return found->second;
    }
    return std::make_shared<const std::set<std::string>>(index_->WhatIsGivenBy(intervention));
  }

  std::shared_ptr<KnowledgeIndex> index_;
  const KnowledgeIndex* const other_;                 // may be null
  std::map<std::string, size_t> point_places_;        // of decision points by name
  std::map<std::string_view, ContentPtr> shareable_;  // of the other release, by statement
};

absl::StatusOr<std::shared_ptr<const KnowledgeIndex>> KnowledgeIndex::Build(
    std::shared_ptr<const graph::GraphReader> reader) {
  return IndexBuilder(std::move(reader), nullptr).Run();
}

absl::StatusOr<std::shared_ptr<const KnowledgeIndex>> KnowledgeIndex::Build(
    std::shared_ptr<const graph::GraphReader> reader,
    const std::shared_ptr<const KnowledgeIndex>& other) {
  return IndexBuilder(std::move(reader), other.get()).Run();
}

}  // namespace evident::decision
