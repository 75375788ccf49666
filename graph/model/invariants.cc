#include "graph/model/invariants.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/digest.h"
#include "criteria/check.h"
#include "criteria/derive.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/node_id.h"
#include "graph/model/phrase_forms.h"

namespace evident::graph {
namespace {

struct Joint {
  v1::EdgeKind kind;
  v1::NodeKind src;
  v1::NodeKind dst;
};

constexpr Joint kJoints[] = {
    {v1::EDGE_KIND_PART_OF, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_GUIDELINE},
    {v1::EDGE_KIND_ASSERTS, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_PROPOSITION},
    {v1::EDGE_KIND_DECIDES, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_DECISION_POINT},
    {v1::EDGE_KIND_APPLIES_TO, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_CONCEPT},
    {v1::EDGE_KIND_INVOLVES, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_CONCEPT},
    {v1::EDGE_KIND_ELABORATES, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_STATEMENT},
    {v1::EDGE_KIND_CONCERNS, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_FACT},
    {v1::EDGE_KIND_AIMS_AT, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_CONCEPT},
    {v1::EDGE_KIND_SUPPORTED_BY, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_EVIDENCE},
    {v1::EDGE_KIND_CITES, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_REFERENCE},
    {v1::EDGE_KIND_CITES, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_UNRESOLVED},
    {v1::EDGE_KIND_CITES, v1::NODE_KIND_EVIDENCE, v1::NODE_KIND_REFERENCE},
    {v1::EDGE_KIND_CITES, v1::NODE_KIND_EVIDENCE, v1::NODE_KIND_UNRESOLVED},
    {v1::EDGE_KIND_REPORTED_IN, v1::NODE_KIND_EVIDENCE, v1::NODE_KIND_REFERENCE},
    {v1::EDGE_KIND_REPORTED_IN, v1::NODE_KIND_STUDY, v1::NODE_KIND_REFERENCE},
    {v1::EDGE_KIND_RESULT_OF, v1::NODE_KIND_EVIDENCE, v1::NODE_KIND_STUDY},
    {v1::EDGE_KIND_POSSIBLE_SOURCE, v1::NODE_KIND_EVIDENCE, v1::NODE_KIND_REFERENCE},
    {v1::EDGE_KIND_POSSIBLE_SOURCE, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_REFERENCE},
    {v1::EDGE_KIND_SUPERSEDES, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_STATEMENT},
    {v1::EDGE_KIND_SUPERSEDES, v1::NODE_KIND_GUIDELINE, v1::NODE_KIND_GUIDELINE},
    {v1::EDGE_KIND_SUPERSEDES, v1::NODE_KIND_REFERENCE, v1::NODE_KIND_REFERENCE},
    {v1::EDGE_KIND_ALTERNATIVE_TO, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_STATEMENT},
    {v1::EDGE_KIND_CONFLICTS_WITH, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_STATEMENT},
    {v1::EDGE_KIND_IS_A, v1::NODE_KIND_CONCEPT, v1::NODE_KIND_CONCEPT},
    {v1::EDGE_KIND_COMPONENT_OF, v1::NODE_KIND_CONCEPT, v1::NODE_KIND_CONCEPT},
    {v1::EDGE_KIND_ISSUED_BY, v1::NODE_KIND_GUIDELINE, v1::NODE_KIND_ISSUER},
    {v1::EDGE_KIND_REVIEWED_BY, v1::NODE_KIND_GUIDELINE, v1::NODE_KIND_BOARD},
    {v1::EDGE_KIND_REVIEWED_BY, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_BOARD},
    {v1::EDGE_KIND_REVIEWED_BY, v1::NODE_KIND_GUIDELINE, v1::NODE_KIND_PERSON},
    {v1::EDGE_KIND_REVIEWED_BY, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_PERSON},
    {v1::EDGE_KIND_ABOUT, v1::NODE_KIND_EVIDENCE, v1::NODE_KIND_CONCEPT},
    {v1::EDGE_KIND_ABOUT, v1::NODE_KIND_STATEMENT, v1::NODE_KIND_CONCEPT},
};

v1::EdgeRecord::BodyCase BodyOf(v1::EdgeKind kind) {
  switch (kind) {
    case v1::EDGE_KIND_INVOLVES:
      return v1::EdgeRecord::kInvolves;
    case v1::EDGE_KIND_SUPPORTED_BY:
      return v1::EdgeRecord::kSupportedBy;
    case v1::EDGE_KIND_CITES:
      return v1::EdgeRecord::kCites;
    case v1::EDGE_KIND_CONFLICTS_WITH:
      return v1::EdgeRecord::kConflictsWith;
    default:
      return v1::EdgeRecord::BODY_NOT_SET;
  }
}

// Kinds whose edges may have a body or none.
bool MayHave(const EdgeDraft& edge) {
  return (edge.kind == v1::EDGE_KIND_SUPERSEDES && edge.record.has_supersedes()) ||
         (edge.kind == v1::EDGE_KIND_REVIEWED_BY && edge.record.has_reviewed_by());
}

std::string NameOf(const EdgeDraft& edge) {
  return edge.src + " " + v1::EdgeKind_Name(edge.kind) + " " + edge.dst;
}

void CheckReview(const EdgeDraft& edge, std::vector<Violation>& found) {
  const v1::ReviewedBy& review = edge.record.reviewed_by();
  if (review.act() == v1::REVIEW_ACT_UNSPECIFIED || !v1::ReviewAct_IsValid(review.act())) {
    found.push_back({NameOf(edge), "the review does not say what was done"});
  }
  if (review.digest().size() != Digest().view().size()) {
    found.push_back({NameOf(edge), "the review does not name a revision by a digest of 32 bytes"});
  }
  if (review.board().empty() || review.by().empty()) {
    found.push_back({NameOf(edge), "the review names no board, or nobody who did it"});
  }
  const bool to_board = edge.dst_kind == v1::NODE_KIND_BOARD;
  if (to_board != (review.act() == v1::REVIEW_ACT_SUBMIT)) {
    found.push_back({NameOf(edge), "a submission leads to a board, a vote to a person"});
  }
}

class GraphChecker {
 public:
  // `whole` is null where the draft is all there is.
  GraphChecker(const GraphDraft& draft, const GraphReader* whole) : draft_(draft), whole_(whole) {}

  absl::StatusOr<std::vector<Violation>> Run() {
    for (const v1::NodeRecord& node : draft_.nodes) {
      nodes_[{KindOf(node), node.name()}] = &node;
      Take(CheckNode(node));
      if (node.has_fact()) AddFact(node);
    }
    for (const EdgeDraft& edge : draft_.edges) {
      Take(CheckEdge(edge));
      CheckEnds(edge);
    }
    CheckStudies();
    for (const v1::EdgeKind kind : {v1::EDGE_KIND_IS_A, v1::EDGE_KIND_COMPONENT_OF,
                                    v1::EDGE_KIND_SUPERSEDES, v1::EDGE_KIND_ELABORATES}) {
      Take(CheckChains(draft_, kind));
    }
    Take(CheckAddOns(draft_));
    CheckNames();
    CheckCriteria();
    CheckSections();
    EVIDENT_RETURN_IF_ERROR(unread_);
    return std::move(found_);
  }

 private:
  void Add(const std::string& field, const std::string& why) { found_.push_back({field, why}); }
  void Take(std::vector<Violation> more) {
    found_.insert(found_.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  }
  // The node; null when it is nowhere, or cannot be read.
  const v1::NodeRecord* Find(v1::NodeKind kind, const std::string& name) {
    const auto [place, fresh] = nodes_.try_emplace({kind, name}, nullptr);
    if (!fresh || whole_ == nullptr) return place->second;
    const absl::StatusOr<NodePtr> node = whole_->GetNode(MakeNodeId(kind, name));
    if (!node.ok()) unread_.Update(node.status());
    if (!node.ok() || *node == nullptr) return nullptr;
    read_.push_back(*node);
    return place->second = node->get();
  }
  bool Has(v1::NodeKind kind, const std::string& name) { return Find(kind, name) != nullptr; }

  void AddFact(const v1::NodeRecord& node) {
    absl::StatusOr<criteria::FactDefinition> definition = DecodeFactDefinition(node);
    if (!definition.ok()) {
      Add(node.name(), std::string(definition.status().message()));
    } else if (const absl::Status added = schema_.Add(*std::move(definition)); !added.ok()) {
      Add(node.name(), std::string(added.message()));
    }
  }

  void CheckEnds(const EdgeDraft& edge) {
    for (const auto& [kind, name] :
         {std::pair(edge.src_kind, edge.src), std::pair(edge.dst_kind, edge.dst)}) {
      if (!Has(kind, name)) Add(NameOf(edge), "there is no node " + name);
    }
  }

  // One study is counted once: a result has no second one to be counted under.
  void CheckStudies() {
    std::map<std::string, std::string> studies;  // by evidence
    for (const EdgeDraft& edge : draft_.edges) {
      if (edge.kind != v1::EDGE_KIND_RESULT_OF) continue;
      const auto [first, fresh] = studies.try_emplace(edge.src, edge.dst);
      if (!fresh) Add(NameOf(edge), "it is a result of " + first->second + " already");
    }
  }

  void CheckNamed(const std::string& where, v1::NodeKind kind, const std::string& name) {
    if (!name.empty() && !Has(kind, name)) {
      Add(where, "it names " + name + ", which is no " + v1::NodeKind_Name(kind));
    }
  }

  void CheckNames() {
    for (const v1::NodeRecord& node : draft_.nodes) {
      for (const v1::AllowedValue& allowed : node.fact().allowed_values()) {
        CheckNamed(node.name() + ": allowed_values", v1::NODE_KIND_CONCEPT, allowed.concept_name());
      }
      CheckNamed(node.name() + ": outcome", v1::NODE_KIND_CONCEPT, node.evidence().outcome());
      for (const std::string& name : node.evidence().interventions()) {
        CheckNamed(node.name() + ": interventions", v1::NODE_KIND_CONCEPT, name);
      }
      for (const std::string& name : node.board().members()) {
        CheckNamed(node.name() + ": members", v1::NODE_KIND_PERSON, name);
      }
    }
    for (const EdgeDraft& edge : draft_.edges) {
      CheckNamed(NameOf(edge) + ": add_on_to", v1::NODE_KIND_CONCEPT,
                 edge.record.involves().add_on_to());
      CheckNamed(NameOf(edge) + ": board", v1::NODE_KIND_BOARD, edge.record.reviewed_by().board());
      for (const std::string& name : edge.record.conflicts_with().discriminators()) {
        CheckNamed(NameOf(edge) + ": discriminators", v1::NODE_KIND_FACT, name);
      }
    }
  }

  void CheckCriterion(const std::string& where, const v1::Criterion& criterion) {
    const absl::StatusOr<criteria::ExpressionPtr> tree = DecodeCriterion(criterion);
    if (!tree.ok()) {
      Add(where, std::string(tree.status().message()));
      return;
    }
    for (const Violation& violation :
         criteria::Check(*tree, schema_, [this](std::string_view name) {
           return Has(v1::NODE_KIND_CONCEPT, std::string(name));
         })) {
      Add(where, violation.field + ": " + violation.description);
    }
  }

  void CheckCriteria() {
    for (const v1::NodeRecord& node : draft_.nodes) {
      if (node.has_statement()) CheckCriterion(node.name(), node.statement().criterion());
      if (node.has_fact()) {
        CheckCriterion(node.name() + ": true_when", node.fact().true_when());
        CheckCriterion(node.name() + ": false_when", node.fact().false_when());
        CheckPhrases(node);
      }
      if (!node.has_decision_point()) continue;
      CheckCriterion(node.name() + ": at_issue", node.decision_point().at_issue());
      for (const std::string& fact : node.decision_point().partition()) {
        if (schema_.Find(fact) == nullptr) Add(node.name(), "its partition names no fact: " + fact);
      }
    }
    for (const EdgeDraft& edge : draft_.edges) {
      if (!edge.record.has_involves()) continue;
      CheckCriterion(NameOf(edge) + ": when", edge.record.involves().when());
      CheckCriterion(NameOf(edge) + ": unless", edge.record.involves().unless());
    }
    const auto plan = criteria::DerivationPlan::Create(schema_);
    if (!plan.ok()) Add("facts", std::string(plan.status().message()));
  }

  void CheckPhrases(const v1::NodeRecord& node) {
    for (const v1::Phrase& phrase : node.fact().phrases()) {
      if (const auto forms = PhraseForms(phrase.phrase()); !forms.ok()) {
        Add(node.name(), std::string(forms.status().message()));
      }
      for (const v1::Fact& fact : phrase.facts()) {
        const std::string where = node.name() + ": phrase '" + phrase.phrase() + "'";
        const criteria::FactDefinition* const definition = schema_.Find(fact.name());
        const absl::StatusOr<criteria::Value> value = DecodeValue(fact.value());
        if (definition == nullptr) {
          Add(where, "there is no fact " + fact.name());
        } else if (!value.ok()) {
          Add(where, std::string(value.status().message()));
        } else if (const absl::Status fits = criteria::CheckValue(*definition, *value);
                   !fits.ok()) {
          Add(where, std::string(fits.message()));
        }
      }
    }
  }

  void CheckSections() {
    for (const EdgeDraft& edge : draft_.edges) {
      if (edge.kind != v1::EDGE_KIND_PART_OF) continue;
      const v1::NodeRecord* const src = Find(v1::NODE_KIND_STATEMENT, edge.src);
      const v1::NodeRecord* const dst = Find(v1::NODE_KIND_GUIDELINE, edge.dst);
      if (src == nullptr || dst == nullptr) continue;
      const std::string& slug = src->statement().section();
      const auto& sections = dst->guideline().sections();
      const bool known = std::any_of(sections.begin(), sections.end(),
                                     [&](const v1::Section& one) { return one.slug() == slug; });
      if (!known) Add(edge.src, "its section '" + slug + "' is none of " + edge.dst);
    }
  }

  const GraphDraft& draft_;
  const GraphReader* const whole_;
  std::vector<NodePtr> read_;  // of the whole; `nodes_` points to them
  absl::Status unread_;        // the first error of the whole
  std::map<std::pair<v1::NodeKind, std::string>, const v1::NodeRecord*> nodes_;
  criteria::FactSchema schema_;
  std::vector<Violation> found_;
};

absl::Status Refusal(GraphChecker checker) {
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Violation> found, checker.Run());
  if (found.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "GRAPH_INVALID",
                   "the graph has " + std::to_string(found.size()) +
                       " errors; first: " + found[0].field + ": " + found[0].description,
                   found);
}

}  // namespace

bool MayJoin(v1::EdgeKind kind, v1::NodeKind src, v1::NodeKind dst) {
  return std::any_of(std::begin(kJoints), std::end(kJoints), [&](const Joint& joint) {
    return joint.kind == kind && joint.src == src && joint.dst == dst;
  });
}

std::vector<Violation> CheckEdge(const EdgeDraft& edge) {
  std::vector<Violation> found;
  if (!MayJoin(edge.kind, edge.src_kind, edge.dst_kind)) {
    found.push_back({NameOf(edge), v1::EdgeKind_Name(edge.kind) + " does not join " +
                                       v1::NodeKind_Name(edge.src_kind) + " and " +
                                       v1::NodeKind_Name(edge.dst_kind)});
  }
  const bool has_body = edge.record.body_case() != v1::EdgeRecord::BODY_NOT_SET;
  if (edge.record.body_case() != BodyOf(edge.kind) && !MayHave(edge)) {
    found.push_back({NameOf(edge), has_body ? "its body is another edge's" : "it has no body"});
  }
  if (edge.record.has_involves() &&
      (edge.record.involves().option() == 0 || edge.record.involves().component() == 0)) {
    found.push_back({NameOf(edge), "options and components are numbered from 1"});
  }
  if (edge.record.has_cites() &&
      edge.record.cites().unresolved() != (edge.dst_kind == v1::NODE_KIND_UNRESOLVED)) {
    found.push_back({NameOf(edge), "a citation is unresolved exactly when its target is"});
  }
  if (edge.record.has_reviewed_by()) CheckReview(edge, found);
  return found;
}

absl::Status CheckGraph(const GraphDraft& draft) { return Refusal(GraphChecker(draft, nullptr)); }

absl::Status CheckPart(const GraphDraft& part, const GraphReader& whole) {
  return Refusal(GraphChecker(part, &whole));
}

}  // namespace evident::graph
