// Harms: what is said of them, looked for and acted on. A fact, an intervention and an outcome are
// about the same thing when the one's words mention the other's.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workbench/lint_view.h"

namespace evident::workbench {
namespace {

using decision::StatementPlan;

std::vector<std::string> InterventionsOf(const StatementPlan& plan) {
  std::vector<std::string> names;
  for (const decision::OptionPlan& option : plan.content->options) {
    for (const decision::ComponentPlan& component : option.components) {
      names.push_back(component.intervention);
    }
  }
  return names;
}

// Name and words of a fact.
std::string WordsOfFact(const LintView& view, const std::string& name) {
  const auto& facts = view.Nodes(v1::NODE_KIND_FACT);
  const auto found = facts.find(name);
  return Bare(name) + (found == facts.end() ? "" : " " + found->second->fact().display());
}

bool TestsWhatMentions(const LintView& view, const StatementPlan& plan, const std::string& words) {
  const std::set<std::string> facts = criteria::FactsOf(plan.combined);
  return std::any_of(facts.begin(), facts.end(), [&](const std::string& fact) {
    return Mentions(WordsOfFact(view, fact), words);
  });
}

// A harm of an intervention, as evidence states it.
struct Harm {
  std::string evidence;
  std::string outcome;       // how it is shown
  std::string intervention;  // full name
};

std::vector<Harm> HarmsOf(const LintView& view) {
  std::set<std::string> used;
  for (const auto& [from, edge] : view.Edges(v1::EDGE_KIND_SUPPORTED_BY)) used.insert(edge.to);
  std::vector<Harm> harms;
  for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_EVIDENCE)) {
    const v1::Evidence& evidence = node->evidence();
    if (!view.IsLooked(*node) || used.count(name) == 0) continue;
    if (evidence.direction() != v1::DIRECTION_HARM || evidence.outcome().empty()) continue;
    for (const std::string& intervention : evidence.interventions()) {
      harms.push_back({name, view.DisplayOf(evidence.outcome()), intervention});
    }
  }
  return harms;
}

bool SomethingStops(const LintView& view, const Harm& harm) {
  return std::any_of(
      view.statements().begin(), view.statements().end(), [&](const StatementPlan* plan) {
        const bool stops = plan->statement().polarity() == v1::POLARITY_STOP;
        if (!stops || !TestsWhatMentions(view, *plan, harm.outcome)) return false;
        const std::vector<std::string> targets = InterventionsOf(*plan);
        return std::any_of(targets.begin(), targets.end(), [&](const std::string& target) {
          return view.index().Includes(harm.intervention, target) ||
                 view.index().Includes(target, harm.intervention);
        });
      });
}

bool SomethingLooks(const LintView& view, const std::string& outcome) {
  return std::any_of(view.statements().begin(), view.statements().end(),
                     [&](const StatementPlan* plan) {
                       const std::vector<std::string> names = InterventionsOf(*plan);
                       return !IsAgainst(*plan) &&
                              std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                                return Mentions(view.DisplayOf(name), outcome);
                              });
                     });
}

void FindUnguarded(const LintView& view, Findings& findings) {
  for (const Harm& harm : HarmsOf(view)) {
    const std::string what = harm.outcome + " under " + view.DisplayOf(harm.intervention);
    if (!SomethingStops(view, harm)) {
      findings.Add("risk-without-stop", harm.evidence,
                   what + " is stated; no statement stops it for that");
    }
    if (!SomethingLooks(view, harm.outcome)) {
      findings.Add("risk-without-monitoring", harm.evidence,
                   what + " is stated; no statement says to look for it");
    }
  }
}

// What is looked for: the words of the intervention but those for looking.
std::string SubjectOf(const std::string& display) {
  static const auto* const looking = new std::set<std::string>{
      "assessment", "monitoring", "surveillance", "measurement", "screening", "check", "watch"};
  std::string subject;
  bool looks = false;
  for (const std::string& word : Keywords(display)) {
    if (looking->count(word) > 0) {
      looks = true;
    } else {
      subject += (subject.empty() ? "" : " ") + word;
    }
  }
  return looks ? subject : "";
}

// A treatment that the statement's criterion says is under way.
std::string TreatmentOf(const LintView& view, const StatementPlan& plan) {
  for (const std::string& fact : criteria::FactsOf(plan.combined)) {
    const std::string words = WordsOfFact(view, fact);
    for (const auto& [name, node] : view.Nodes(v1::NODE_KIND_CONCEPT)) {
      const v1::Concept& body = node->clinical_concept();
      if (body.kind() == v1::CONCEPT_KIND_INTERVENTION && Mentions(words, body.display())) {
        return body.display();
      }
    }
  }
  return "";
}

bool HasRate(const LintView& view, const std::string& subject) {
  const auto& evidence = view.Nodes(v1::NODE_KIND_EVIDENCE);
  return std::any_of(evidence.begin(), evidence.end(), [&](const auto& entry) {
    const v1::Evidence& body = entry.second->evidence();
    return Mentions(body.headline() + " " + view.DisplayOf(body.outcome()), subject);
  });
}

void FindUnrated(const LintView& view, Findings& findings) {
  for (const StatementPlan* const plan : view.statements()) {
    const std::string treatment = IsAgainst(*plan) ? "" : TreatmentOf(view, *plan);
    if (treatment.empty()) continue;
    for (const std::string& name : InterventionsOf(*plan)) {
      const std::string subject = SubjectOf(view.DisplayOf(name));
      if (subject.empty() || HasRate(view, subject)) continue;
      findings.Add("monitoring-without-rate", plan->name(),
                   subject + " is looked for under " + treatment +
                       ", and no result says how often it occurs");
    }
  }
}

// The least whole number from which on a criterion's leaf over a fact holds; nullopt: none such.
std::optional<int64_t> ThresholdOf(const criteria::Expression& leaf) {
  if (leaf.kind == criteria::NodeKind::kComparison) {
    const auto* const number = std::get_if<int64_t>(&leaf.value);
    if (number == nullptr) return std::nullopt;
    if (leaf.op == criteria::Operator::kGreater) return *number + 1;
    if (leaf.op == criteria::Operator::kGreaterOrEqual || leaf.op == criteria::Operator::kEqual) {
      return *number;
    }
  }
  if (leaf.kind == criteria::NodeKind::kRange) {
    const auto* const number = std::get_if<int64_t>(&leaf.low);
    if (number != nullptr) return leaf.low_exclusive ? *number + 1 : *number;
  }
  return std::nullopt;
}

// The least grade from which on some statement is against something.
std::optional<int64_t> ActedOnFrom(const LintView& view, const std::string& outcome) {
  std::optional<int64_t> least;
  for (const StatementPlan* const plan : view.statements()) {
    if (!IsAgainst(*plan)) continue;
    for (const criteria::LeafResult& leaf :
         criteria::EvaluateLeaves(plan->combined, {}, view.Context())) {
      if (!Mentions(WordsOfFact(view, leaf.leaf->fact), outcome)) continue;
      const std::optional<int64_t> from = ThresholdOf(*leaf.leaf);
      if (from.has_value() && (!least.has_value() || *from < *least)) least = from;
    }
  }
  return least;
}

void FindGaps(const LintView& view, Findings& findings) {
  for (const Harm& harm : HarmsOf(view)) {
    const v1::Evidence& evidence =
        view.Nodes(v1::NODE_KIND_EVIDENCE).find(harm.evidence)->second->evidence();
    if (!evidence.has_severity()) continue;
    const std::optional<int64_t> acted = ActedOnFrom(view, harm.outcome);
    const auto reported = static_cast<int64_t>(evidence.severity().grade());
    if (!acted.has_value() || *acted <= reported) continue;
    findings.Add("threshold-gap", harm.evidence,
                 harm.outcome + " is reported from grade " + std::to_string(reported) +
                     " on and acted on from grade " + std::to_string(*acted) + " on only");
  }
}

}  // namespace

void LintRisks(const LintView& view, Findings& findings) {
  FindUnguarded(view, findings);
  FindUnrated(view, findings);
  FindGaps(view, findings);
}

}  // namespace evident::workbench
