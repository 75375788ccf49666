#include "decision/changes_since.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

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

bool IsTakenBack(v1::Standing standing) {
  return standing != v1::STANDING_UNSPECIFIED && standing != v1::STANDING_CURRENT;
}

std::string Joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
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
  std::string words = Joined(paths);
  if (all > kPathsShown) words += " and " + std::to_string(all - kPathsShown) + " more";
  return words;
}

class Comparer {
 public:
  Comparer(const v1::DecisionRecord& record, const KnowledgeIndex& then, const KnowledgeIndex& now)
      : record_(record), then_(then), now_(now) {
    for (const StatementPlan& plan : then_.statements()) plans_then_[plan.name()] = &plan;
    for (const StatementPlan& plan : now_.statements()) plans_now_[plan.name()] = &plan;
  }

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
  using Plans = std::map<std::string_view, const StatementPlan*>;

  static const StatementPlan* Find(const Plans& plans, std::string_view name) {
    const auto found = plans.find(name);
    return found == plans.end() ? nullptr : found->second;
  }

  static const GuidelinePlan* Find(const KnowledgeIndex& index, const std::string& name) {
    const auto found = index.guidelines().find(name);
    return found == index.guidelines().end() ? nullptr : &found->second;
  }

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
      const StatementPlan* const plan = Find(plans_then_, outcome.statement());
      if (plan == nullptr) continue;
      places.push_back(static_cast<size_t>(plan - then_.statements().data()));
      AddContent(*plan->content, all);
    }
    for (const std::string& fact : then_.FactsOf(places)) all.emplace(v1::NODE_KIND_FACT, fact);
    return all;
  }

  void AddContent(const StatementContent& content, std::set<Named>& all) const {
    for (const auto* const nodes : {&content.provenance.evidence, &content.provenance.references}) {
      for (const graph::NodePtr& node : *nodes) all.emplace(graph::KindOf(*node), node->name());
    }
    if (!content.guideline.empty()) all.emplace(v1::NODE_KIND_GUIDELINE, content.guideline);
    for (const size_t at : content.decision_points) {
      all.emplace(v1::NODE_KIND_DECISION_POINT, then_.decision_points()[at].name());
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
    if (stood.standing != stands.standing && IsTakenBack(stands.standing)) {
      Add(v1::SINCE_KIND_STANDING, stands.words, difference);
    } else if (!difference.fields().empty() || !difference.edges().empty()) {
      Add(v1::SINCE_KIND_EDITED, PathsOf(difference), difference);
    }
    const std::string newer = SupersededBy(one);
    if (!newer.empty()) Add(v1::SINCE_KIND_SUPERSEDED, "superseded by " + newer, difference);
    const auto [reviewed_then, reviewed_now] = ReviewsOf(one);
    if (reviewed_then != reviewed_now) {
      Add(v1::SINCE_KIND_REVIEWED, InWords(reviewed_then) + ", now " + InWords(reviewed_now),
          std::move(difference));
    }
    return absl::OkStatus();
  }

  // What supersedes it now and did not then, by name.
  std::string SupersededBy(const Named& one) const {
    std::set<std::string> then;
    std::set<std::string> now;
    if (const auto* const plan = Find(plans_then_, one.second)) {
      for (const size_t at : plan->superseded_by) then.insert(then_.statements()[at].name());
    } else if (const auto* const guideline = Find(then_, one.second)) {
      then.insert(guideline->superseded_by.begin(), guideline->superseded_by.end());
    }
    if (const auto* const plan = Find(plans_now_, one.second)) {
      for (const size_t at : plan->superseded_by) now.insert(now_.statements()[at].name());
    } else if (const auto* const guideline = Find(now_, one.second)) {
      now.insert(guideline->superseded_by.begin(), guideline->superseded_by.end());
    }
    std::vector<std::string> fresh;
    std::set_difference(now.begin(), now.end(), then.begin(), then.end(),
                        std::back_inserter(fresh));
    return Joined(fresh);
  }

  std::pair<v1::ReviewState, v1::ReviewState> ReviewsOf(const Named& one) const {
    if (one.first == v1::NODE_KIND_STATEMENT) {
      const auto* const then = Find(plans_then_, one.second);
      const auto* const now = Find(plans_now_, one.second);
      if (then != nullptr && now != nullptr) return {then->review_state, now->review_state};
    }
    if (one.first == v1::NODE_KIND_GUIDELINE) {
      const auto* const then = Find(then_, one.second);
      const auto* const now = Find(now_, one.second);
      if (then != nullptr && now != nullptr) return {then->review_state, now->review_state};
    }
    return {};
  }

  absl::Status FindAdded() {
    std::set<std::string> looked_at;
    for (const auto& outcome : record_.statements()) looked_at.insert(outcome.statement());
    const auto& concepts = record_.question().concepts();
    for (const size_t at : now_.Candidates({concepts.begin(), concepts.end()})) {
      const StatementPlan& plan = now_.statements()[at];
      if (looked_at.count(plan.name()) > 0) continue;
      const Named one(v1::NODE_KIND_STATEMENT, plan.name());
      EVIDENT_ASSIGN_OR_RETURN(v1::NodeDifference difference,
                               DifferenceOf(one, graph::MakeNodeId(one.first, one.second)));
      Add(v1::SINCE_KIND_ADDED, graph::TitleOf(*plan.content->node), std::move(difference));
    }
    return absl::OkStatus();
  }

  const v1::DecisionRecord& record_;
  const KnowledgeIndex& then_;
  const KnowledgeIndex& now_;
  Plans plans_then_;
  Plans plans_now_;
  std::vector<v1::ChangeSince> changes_;
};

}  // namespace

absl::StatusOr<std::vector<v1::ChangeSince>> ChangesSince(const v1::DecisionRecord& record,
                                                          const KnowledgeIndex& then,
                                                          const KnowledgeIndex& now) {
  return Comparer(record, then, now).Run();
}

}  // namespace evident::decision
