#include <algorithm>
#include <map>
#include <set>

#include "graph/model/words.h"
#include "workbench/cases.h"

namespace evident::workbench {
namespace {

using graph::ConflictPair;
using graph::InWords;
using graph::PackExpectation;

std::string InWords(v1::Applicability applicability) {
  switch (applicability) {
    case v1::APPLICABILITY_APPLIES:
      return "applies";
    case v1::APPLICABILITY_UNDECIDED:
      return "depends on missing facts";
    default:
      return "is out";
  }
}

class Comparison {
 public:
  Comparison(const PackExpectation& expected, const v1::Answer& answer)
      : expected_(expected), answer_(answer) {
    for (const v1::Recommendation& item : answer.recommendations()) {
      recommendations_[item.statement()] = &item;
    }
    for (const v1::DecisionPointOutcome& point : answer.decision_points()) {
      points_[point.name()] = &point;
    }
  }

  std::vector<std::string> Run() {
    CompareStatements();
    CompareOutcomes();
    CompareConflicts(expected_.standing_conflicts, v1::CONFLICT_STATE_STANDING, "standing");
    CompareConflicts(expected_.possible_conflicts, v1::CONFLICT_STATE_POSSIBLE, "possible");
    CompareMissing();
    CompareDerived();
    CompareHeldBack();
    CompareSilences(expected_.not_covered, v1::SILENCE_KIND_NOT_COVERED, "not covered");
    CompareSilences(expected_.silent_on, v1::SILENCE_KIND_SILENT_ON, "silent on");
    CompareOptions();
    CompareProvenance();
    return std::move(failures_);
  }

 private:
  void Fail(const std::string& what) { failures_.push_back(what); }

  void ExpectApplicability(const std::vector<std::string>& names, v1::Applicability wanted) {
    for (const std::string& name : names) {
      const auto found = recommendations_.find(name);
      const v1::Applicability got = found == recommendations_.end()
                                        ? v1::APPLICABILITY_UNSPECIFIED
                                        : found->second->applicability();
      if (got != wanted) {
        Fail(name + ": expected that it " + InWords(wanted) + ", but it " + InWords(got));
      }
    }
  }

  void CompareStatements() {
    ExpectApplicability(expected_.applies, v1::APPLICABILITY_APPLIES);
    ExpectApplicability(expected_.undecided, v1::APPLICABILITY_UNDECIDED);
    ExpectApplicability(expected_.absent, v1::APPLICABILITY_UNSPECIFIED);
    for (const std::string& name : expected_.contested) {
      const auto found = recommendations_.find(name);
      if (found == recommendations_.end() || !found->second->contested()) {
        Fail(name + ": expected to be contested");
      }
    }
  }

  void CompareOutcomes() {
    if (expected_.outcome != v1::OUTCOME_UNSPECIFIED && expected_.outcome != answer_.outcome()) {
      Fail("outcome: expected " + InWords(expected_.outcome) + ", got " +
           InWords(answer_.outcome()));
    }
    for (const graph::ExpectedOutcome& wanted : expected_.outcomes) {
      const auto found = points_.find(wanted.decision_point);
      if (found == points_.end()) {
        Fail(wanted.decision_point + ": the decision point is not in the answer");
        continue;
      }
      const v1::DecisionPointOutcome& got = *found->second;
      if (got.outcome() != wanted.outcome) {
        Fail(wanted.decision_point + ": expected " + InWords(wanted.outcome) + ", got " +
             InWords(got.outcome()));
      }
      if (wanted.conditional.value_or(got.conditional()) != got.conditional()) {
        Fail(wanted.decision_point + ": conditional is " + (got.conditional() ? "true" : "false"));
      }
      if (wanted.class_only.value_or(got.class_only()) != got.class_only()) {
        Fail(wanted.decision_point + ": class only is " + (got.class_only() ? "true" : "false"));
      }
    }
  }

  void CompareConflicts(const std::optional<std::vector<ConflictPair>>& wanted,
                        v1::ConflictState state, const std::string& what) {
    if (!wanted.has_value()) return;
    std::set<ConflictPair> got;
    for (const v1::Conflict& conflict : answer_.conflicts()) {
      if (conflict.state() == state) got.emplace(conflict.statement(), conflict.against());
    }
    const std::set<ConflictPair> expected(wanted->begin(), wanted->end());
    for (const ConflictPair& pair : expected) {
      if (got.count(pair) == 0)
        Fail(what + " conflict missing: " + pair.first + " x " + pair.second);
    }
    for (const ConflictPair& pair : got) {
      if (expected.count(pair) == 0) {
        Fail(what + " conflict unexpected: " + pair.first + " x " + pair.second);
      }
    }
  }

  void CompareMissing() {
    for (size_t i = 0; i < expected_.missing.size(); ++i) {
      const bool there = static_cast<int>(i) < answer_.missing_facts_size();
      const std::string got = there ? answer_.missing_facts(static_cast<int>(i)).name() : "none";
      if (got != expected_.missing[i]) {
        Fail("missing fact " + std::to_string(i + 1) + ": expected " + expected_.missing[i] +
             ", got " + got);
      }
    }
    for (const v1::MissingFact& fact : answer_.missing_facts()) {
      if (std::count(expected_.not_missing.begin(), expected_.not_missing.end(), fact.name()) > 0) {
        Fail("missing fact unexpected: " + fact.name());
      }
    }
  }

  void CompareDerived() {
    for (const v1::Fact& wanted : expected_.derived) {
      const auto& derived = answer_.question().derived();
      const bool found =
          std::any_of(derived.begin(), derived.end(), [&](const v1::DerivedFact& one) {
            return one.fact().SerializeAsString() == wanted.SerializeAsString();
          });
      if (!found) Fail("not derived: " + wanted.ShortDebugString());
    }
    for (const v1::Fact& wanted : expected_.dropped) {
      const auto& dropped = answer_.question().dropped();
      const bool found = std::any_of(dropped.begin(), dropped.end(), [&](const v1::Fact& one) {
        return one.SerializeAsString() == wanted.SerializeAsString();
      });
      if (!found) Fail("not dropped: " + wanted.ShortDebugString());
    }
  }

  void CompareHeldBack() {
    std::set<std::string> held;
    for (const v1::Exclusion& out : answer_.exclusions()) {
      if (out.reason() == v1::EXCLUSION_REASON_HELD_BACK) held.insert(out.statement());
    }
    for (const std::string& name : expected_.held_back) {
      if (held.count(name) == 0) Fail("not held back: " + name);
    }
    std::set<std::string> warned;
    for (const v1::Notice& notice : answer_.notices()) {
      if (notice.code() != "HELD_BACK_WARNING") continue;
      warned.insert(notice.about().begin(), notice.about().end());
    }
    for (const std::string& name : expected_.warned_of) {
      if (warned.count(name) == 0) Fail("not warned of, though held back: " + name);
    }
  }

  void CompareSilences(const std::optional<std::vector<graph::ExpectedSilence>>& wanted,
                       v1::SilenceKind kind, const std::string& what) {
    if (!wanted.has_value()) return;
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> got;
    for (const v1::Silence& silence : answer_.silences()) {
      if (silence.kind() != kind) continue;
      got[{silence.decision_point(), silence.fact()}] = {silence.statements().begin(),
                                                         silence.statements().end()};
    }
    for (const graph::ExpectedSilence& one : *wanted) {
      const auto found = got.find({one.decision_point, one.fact});
      if (found == got.end()) {
        Fail(what + " missing: " + one.fact + " at " + one.decision_point);
        continue;
      }
      if (one.statements.has_value()) {
        const std::set<std::string> want(one.statements->begin(), one.statements->end());
        const std::set<std::string> have(found->second.begin(), found->second.end());
        if (want != have) Fail(what + " at " + one.decision_point + ": other statements");
      }
      got.erase(found);
    }
    for (const auto& [key, statements] : got) {
      Fail(what + " unexpected: " + key.second + " at " + key.first);
    }
  }

  // Interventions of statements for them, in options and components that are not removed.
  std::set<std::string> Offered() const {
    std::set<std::string> offered;
    for (const v1::Recommendation& item : answer_.recommendations()) {
      if (item.applicability() != v1::APPLICABILITY_APPLIES) continue;
      for (const v1::AnswerOption& option : item.options()) {
        if (option.state() == v1::OPTION_STATE_UNSPECIFIED ||
            option.state() == v1::OPTION_STATE_REMOVED) {
          continue;
        }
        for (const v1::OptionComponent& component : option.components()) {
          if (component.state() != v1::OPTION_STATE_REMOVED) {
            offered.insert(component.intervention());
          }
        }
      }
    }
    return offered;
  }

  void CompareOptions() {
    const std::set<std::string> offered = Offered();
    for (const std::string& name : expected_.offered) {
      if (offered.count(name) == 0) Fail("not offered: " + name);
    }
    for (const std::string& name : expected_.not_offered) {
      if (offered.count(name) != 0) Fail("offered: " + name);
    }
    for (const graph::ExpectedRemoval& wanted : expected_.removed) {
      const auto found = recommendations_.find(wanted.statement);
      bool removed = false;
      if (found != recommendations_.end()) {
        for (const v1::AnswerOption& option : found->second->options()) {
          for (const v1::Removal& removal : option.removals()) {
            removed = removed || (removal.intervention() == wanted.intervention &&
                                  removal.statement() == wanted.by && removal.if_facts().empty());
          }
        }
      }
      if (!removed) {
        Fail(wanted.statement + ": " + wanted.intervention + " is not removed by " +
             (wanted.by.empty() ? "its own condition" : wanted.by));
      }
    }
  }

  void CompareProvenance() {
    for (const graph::ExpectedProvenance& wanted : expected_.provenance) {
      const auto found = recommendations_.find(wanted.statement);
      if (found == recommendations_.end()) {
        Fail(wanted.statement + ": not in the answer, so it shows no provenance");
        continue;
      }
      const v1::Provenance& provenance = found->second->provenance();
      std::set<std::string> references;
      std::set<std::string> evidence;
      std::set<std::string> marks;
      for (const v1::ProvenancePath& path : provenance.paths()) {
        if (!path.evidence().empty()) evidence.insert(path.evidence());
        if (!path.citation().reference().empty()) references.insert(path.citation().reference());
        if (path.citation().cites().unresolved()) marks.insert(path.citation().cites().mark());
      }
      CompareSet(wanted.statement + " references", wanted.references, references);
      CompareSet(wanted.statement + " evidence", wanted.evidence, evidence);
      CompareSet(wanted.statement + " unresolved marks", wanted.unresolved, marks);
      if (wanted.complete.value_or(provenance.complete()) != provenance.complete()) {
        Fail(wanted.statement + ": provenance is " +
             (provenance.complete() ? "complete" : "incomplete"));
      }
    }
  }

  void CompareSet(const std::string& what, const std::optional<std::vector<std::string>>& wanted,
                  const std::set<std::string>& got) {
    if (!wanted.has_value() || std::set<std::string>(wanted->begin(), wanted->end()) == got) return;
    std::string text;
    for (const std::string& one : got) text += " " + one;
    Fail(what + ": got" + text);
  }

  const PackExpectation& expected_;
  const v1::Answer& answer_;
  std::map<std::string, const v1::Recommendation*> recommendations_;
  std::map<std::string, const v1::DecisionPointOutcome*> points_;
  std::vector<std::string> failures_;
};

}  // namespace

std::vector<std::string> CompareAnswer(const PackExpectation& expected, const v1::Answer& answer) {
  return Comparison(expected, answer).Run();
}

}  // namespace evident::workbench
