#include "decision/changes_since.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/str_join.h"
#include "base/status.h"
#include "graph/model/enum_words.h"
#include "graph/model/node_id.h"
#include "graph/model/words.h"
#include "graph/traverse/diff.h"

namespace evident::decision {
namespace {

using graph::EnumWord;
using graph::InWords;
using Named = std::pair<v1::NodeKind, std::string>;

constexpr int kPathsShown = 3;  // of what was edited

// How a node stands, with what is said of it; unspecified where its kind has no standing.
struct HowItStands {
  v1::Standing standing = v1::STANDING_UNSPECIFIED;
  std::string words;
};

HowItStands StandingOf(const v1::NodeRecord& node) {
  HowItStands how;
  v1::StandingAct act;
  if (node.has_statement()) {
    how.standing = node.statement().standing();
    act = node.statement().standing_act();
  } else if (node.has_reference()) {
    how.standing = node.reference().standing();
    act = node.reference().standing_act();
  } else if (node.has_guideline()) {
    how.standing = node.guideline().standing();
  }
  how.words = EnumWord(how.standing, ' ');
  if (!act.on().empty()) how.words += " on " + act.on();
  if (!act.why().empty()) how.words += ": " + act.why();
  return how;
}

bool IsNotCurrent(v1::Standing standing) {
  return standing != v1::STANDING_UNSPECIFIED && standing != v1::STANDING_CURRENT;
}

// What was edited, in one line.
std::string PathsOf(const v1::NodeDifference& difference) {
  std::vector<std::string> paths;
  for (const v1::FieldChange& field : difference.fields()) paths.push_back(field.path());
  for (const v1::EdgeChange& edge : difference.edges()) {
    paths.push_back(EnumWord(edge.kind(), ' ') + " " + edge.target());
  }
  const size_t all = paths.size();
  if (all > kPathsShown) paths.resize(kPathsShown);
  std::string words = absl::StrJoin(paths, ", ");
  if (all > kPathsShown) words += " and " + std::to_string(all - kPathsShown) + " more";
  return words;
}

// One of the two releases.
class Side {
 public:
  explicit Side(const KnowledgeIndex& index) : index_(index) {
    for (const StatementPlan& plan : index_.statements()) plans_[plan.name()] = &plan;
  }

  const KnowledgeIndex& index() const { return index_; }
  const graph::GraphReader& reader() const { return index_.reader(); }

  // Null when the release has no such statement.
  const StatementPlan* Find(std::string_view name) const {
    const auto found = plans_.find(name);
    return found == plans_.end() ? nullptr : found->second;
  }

  // Names of what supersedes a statement or guideline.
  std::set<std::string> SuccessorsOf(const Named& one) const {
    std::set<std::string> names;
    if (const auto* const plan = StatementOf(one)) {
      for (const size_t at : plan->superseded_by) names.insert(index_.statements()[at].name());
    } else if (const auto* const guideline = GuidelineOf(one)) {
      names.insert(guideline->superseded_by.begin(), guideline->superseded_by.end());
    }
    return names;
  }

  // Nullopt for what is not reviewed, or not there.
  std::optional<v1::ReviewState> ReviewOf(const Named& one) const {
    if (const auto* const plan = StatementOf(one)) return plan->review_state;
    if (const auto* const guideline = GuidelineOf(one)) return guideline->review_state;
    return std::nullopt;
  }

 private:
  const StatementPlan* StatementOf(const Named& one) const {
    return one.first == v1::NODE_KIND_STATEMENT ? Find(one.second) : nullptr;
  }

  const GuidelinePlan* GuidelineOf(const Named& one) const {
    if (one.first != v1::NODE_KIND_GUIDELINE) return nullptr;
    const auto found = index_.guidelines().find(one.second);
    return found == index_.guidelines().end() ? nullptr : &found->second;
  }

  const KnowledgeIndex& index_;
  std::map<std::string_view, const StatementPlan*> plans_;
};

class Comparer {
 public:
  Comparer(const v1::DecisionRecord& record, const KnowledgeIndex& then, const KnowledgeIndex& now)
      : record_(record), then_(then), now_(now) {}

  absl::StatusOr<std::vector<v1::ChangeSince>> Run() {
    for (const Named& one : RestedOn()) EVIDENT_RETURN_IF_ERROR(Compare(one));
    EVIDENT_RETURN_IF_ERROR(FindAdded());
    std::sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.kind(), a.difference().name()) <
             std::tuple(b.kind(), b.difference().name());
    });
    return std::move(changes_);
  }

 private:
  std::set<Named> RestedOn() const {
    std::set<Named> all;
    for (const std::string& name : record_.question().concepts()) {
      all.emplace(v1::NODE_KIND_CONCEPT, name);
    }
    for (const v1::QuestionFact& fact : record_.question().facts()) {
      all.emplace(v1::NODE_KIND_FACT, fact.fact().name());
    }
    std::vector<size_t> places;
    for (const v1::StatementOutcome& outcome : record_.statements()) {
      all.emplace(v1::NODE_KIND_STATEMENT, outcome.statement());
      const StatementPlan* const plan = then_.Find(outcome.statement());
      if (plan == nullptr) continue;
      places.push_back(static_cast<size_t>(plan - then_.index().statements().data()));
      AddContent(*plan->content, all);
    }
    for (const std::string& fact : then_.index().FactsOf(places))
      all.emplace(v1::NODE_KIND_FACT, fact);
    return all;
  }

  void AddContent(const StatementContent& content, std::set<Named>& all) const {
    for (const auto* const nodes : {&content.provenance.evidence, &content.provenance.references}) {
      for (const graph::NodePtr& node : *nodes) all.emplace(graph::KindOf(*node), node->name());
    }
    if (!content.guideline.empty()) all.emplace(v1::NODE_KIND_GUIDELINE, content.guideline);
    for (const size_t at : content.decision_points) {
      all.emplace(v1::NODE_KIND_DECISION_POINT, then_.index().decision_points()[at].name());
    }
  }

  void Add(v1::SinceKind kind, std::string words, v1::NodeDifference difference) {
    v1::ChangeSince& change = changes_.emplace_back();
    change.set_kind(kind);
    change.set_words(std::move(words));
    *change.mutable_difference() = std::move(difference);
  }

  // What differs but for acts of review; named also where nothing does.
  absl::StatusOr<v1::NodeDifference> DifferenceOf(const Named& one, const NodeId& id) const {
    EVIDENT_ASSIGN_OR_RETURN(auto found, graph::DiffNode(then_.reader(), now_.reader(), id));
    v1::NodeDifference difference = found ? *std::move(found) : v1::NodeDifference();
    difference.set_kind(one.first);
    difference.set_name(one.second);
    auto& edges = *difference.mutable_edges();
    edges.erase(std::remove_if(edges.begin(), edges.end(),
                               [](const v1::EdgeChange& edge) {
                                 return edge.kind() == v1::EDGE_KIND_REVIEWED_BY;
                               }),
                edges.end());
    return difference;
  }

  absl::Status Compare(const Named& one) {
    const NodeId id = graph::MakeNodeId(one.first, one.second);
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr before, then_.reader().GetNode(id));
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr after, now_.reader().GetNode(id));
    if (before == nullptr) return absl::OkStatus();
    EVIDENT_ASSIGN_OR_RETURN(v1::NodeDifference difference, DifferenceOf(one, id));
    if (after == nullptr) {
      Add(v1::SINCE_KIND_REMOVED, "no longer there", std::move(difference));
      return absl::OkStatus();
    }
    const HowItStands stood = StandingOf(*before);
    const HowItStands stands = StandingOf(*after);
    if (stood.standing != stands.standing && IsNotCurrent(stands.standing)) {
      Add(v1::SINCE_KIND_STANDING, stands.words, difference);
    } else if (!difference.fields().empty() || !difference.edges().empty()) {
      Add(v1::SINCE_KIND_EDITED, PathsOf(difference), difference);
    }
    const std::string newer = SupersededBy(one);
    if (!newer.empty()) Add(v1::SINCE_KIND_SUPERSEDED, "superseded by " + newer, difference);
    const auto reviewed_then = then_.ReviewOf(one);
    const auto reviewed_now = now_.ReviewOf(one);
    if (reviewed_then && reviewed_now && *reviewed_then != *reviewed_now) {
      Add(v1::SINCE_KIND_REVIEWED, InWords(*reviewed_then) + ", now " + InWords(*reviewed_now),
          std::move(difference));
    }
    return absl::OkStatus();
  }

  // What supersedes it now and did not then, by name.
  std::string SupersededBy(const Named& one) const {
    const std::set<std::string> then = then_.SuccessorsOf(one);
    const std::set<std::string> now = now_.SuccessorsOf(one);
    std::vector<std::string> fresh;
    std::set_difference(now.begin(), now.end(), then.begin(), then.end(),
                        std::back_inserter(fresh));
    return absl::StrJoin(fresh, ", ");
  }

  absl::Status FindAdded() {
    std::set<std::string> looked_at;
    for (const auto& outcome : record_.statements()) looked_at.insert(outcome.statement());
    const auto& concepts = record_.question().concepts();
    for (const size_t at : now_.index().Candidates({concepts.begin(), concepts.end()})) {
      const StatementPlan& plan = now_.index().statements()[at];
      if (looked_at.count(plan.name()) > 0) continue;
      const Named one(v1::NODE_KIND_STATEMENT, plan.name());
      EVIDENT_ASSIGN_OR_RETURN(v1::NodeDifference difference,
                               DifferenceOf(one, graph::MakeNodeId(one.first, one.second)));
      Add(v1::SINCE_KIND_ADDED, graph::TitleOf(*plan.content->node), std::move(difference));
    }
    return absl::OkStatus();
  }

  const v1::DecisionRecord& record_;
  const Side then_;
  const Side now_;
  std::vector<v1::ChangeSince> changes_;
};

}  // namespace

absl::StatusOr<std::vector<v1::ChangeSince>> ChangesSince(const v1::DecisionRecord& record,
                                                          const KnowledgeIndex& then,
                                                          const KnowledgeIndex& now) {
  return Comparer(record, then, now).Run();
}

}  // namespace evident::decision
