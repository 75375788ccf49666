#include "workbench/case_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/status.h"
#include "criteria/value.h"
#include "graph/model/criterion_codec.h"

namespace evident::workbench {
namespace {

using graph::PackExpectation;
using StringSet = std::set<std::string>;

std::string Join(const StringSet& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return "{" + text + "}";
}

std::string InWords(const v1::Fact& fact) {
  const absl::StatusOr<criteria::Value> value = graph::DecodeValue(fact.value());
  return fact.name() + " = " + (value.ok() ? criteria::ToString(*value) : "no value");
}

bool IsAvailable(v1::OptionState state) {
  return state != v1::OPTION_STATE_REMOVED && state != v1::OPTION_STATE_UNSPECIFIED;
}

bool Offers(const v1::Recommendation& item) {
  return item.applicability() == v1::APPLICABILITY_APPLIES &&
         (item.polarity() == v1::POLARITY_RECOMMEND || item.polarity() == v1::POLARITY_CONSIDER);
}

class CaseChecker {
 public:
  CaseChecker(const graph::PackCase& expected, const v1::Answer& answer)
      : case_(expected), expect_(expected.expect), answer_(answer) {
    for (const v1::Recommendation& item : answer.recommendations()) {
      items_.emplace(item.statement(), &item);
    }
  }

  std::vector<std::string> Run() {
    CheckLinked();
    CheckStatements();
    CheckOutcomes();
    CheckConflicts();
    CheckFacts();
    CheckSilences(v1::SILENCE_KIND_NOT_COVERED, "not_covered", expect_.not_covered);
    CheckSilences(v1::SILENCE_KIND_SILENT_ON, "silent_on", expect_.silent_on);
    CheckOptions();
    for (const auto& provenance : expect_.provenance) CheckProvenance(provenance);
    return std::move(mismatches_);
  }

 private:
  void Miss(const std::string& line) { mismatches_.push_back(line); }

  void CheckSame(const std::string& what, const StringSet& expected, const StringSet& found) {
    if (expected != found) {
      Miss(what + ": expected " + Join(expected) + ", found " + Join(found));
    }
  }

  const v1::Recommendation* Find(const std::string& statement) const {
    const auto found = items_.find(statement);
    return found == items_.end() ? nullptr : found->second;
  }

  std::string StateOf(const std::string& statement) const {
    const v1::Recommendation* const item = Find(statement);
    if (item != nullptr) {
      return item->applicability() == v1::APPLICABILITY_APPLIES ? "applies" : "is undecided";
    }
    for (const v1::Exclusion& out : answer_.exclusions()) {
      if (out.statement() == statement) {
        return "is out by " + v1::ExclusionReason_Name(out.reason());
      }
    }
    return "is not among the candidates";
  }

  void CheckLinked() {
    if (case_.ask.empty()) return;
    StringSet expected, found;
    for (const v1::Fact& fact : case_.linked) expected.insert(InWords(fact));
    for (const v1::Link& link : answer_.question().linking().links()) {
      for (const v1::Fact& fact : link.facts()) found.insert(InWords(fact));
    }
    CheckSame("linked", expected, found);
  }

  void CheckStatements() {
    const auto check = [this](const char* key, const std::vector<std::string>& statements,
                              v1::Applicability applicability) {
      for (const std::string& name : statements) {
        const v1::Recommendation* const item = Find(name);
        const v1::Applicability found =
            item == nullptr ? v1::APPLICABILITY_UNSPECIFIED : item->applicability();
        if (found != applicability) Miss(std::string(key) + ": " + name + " " + StateOf(name));
      }
    };
    check("applies", expect_.applies, v1::APPLICABILITY_APPLIES);
    check("undecided", expect_.undecided, v1::APPLICABILITY_UNDECIDED);
    check("absent", expect_.absent, v1::APPLICABILITY_UNSPECIFIED);
    for (const std::string& name : expect_.contested) {
      const v1::Recommendation* const item = Find(name);
      if (item == nullptr || !item->contested()) Miss("contested: " + name + " is not");
    }
  }

  void CheckOutcomes() {
    if (expect_.outcome != v1::OUTCOME_UNSPECIFIED && expect_.outcome != answer_.outcome()) {
      Miss("outcome: expected " + v1::Outcome_Name(expect_.outcome) + ", found " +
           v1::Outcome_Name(answer_.outcome()));
    }
    for (const graph::ExpectedOutcome& expected : expect_.outcomes) {
      const auto& points = answer_.decision_points();
      const auto found = std::find_if(points.begin(), points.end(), [&](const auto& point) {
        return point.name() == expected.decision_point;
      });
      if (found == points.end()) {
        Miss("outcomes: the answer has no " + expected.decision_point);
        continue;
      }
      CheckOutcome(expected, *found);
    }
  }

  void CheckOutcome(const graph::ExpectedOutcome& expected, const v1::DecisionPointOutcome& found) {
    const std::string what = "outcomes: " + expected.decision_point + ": ";
    if (expected.outcome != found.outcome()) {
      Miss(what + "expected " + v1::Outcome_Name(expected.outcome) + ", found " +
           v1::Outcome_Name(found.outcome()));
    }
    const auto check_flag = [&](const char* flag, const std::optional<bool>& wanted, bool is) {
      if (wanted.has_value() && *wanted != is) {
        Miss(what + flag + " is " + (is ? "true" : "false"));
      }
    };
    check_flag("conditional", expected.conditional, found.conditional());
    check_flag("class_only", expected.class_only, found.class_only());
  }

  void CheckConflicts() {
    const auto check = [this](const char* what, v1::ConflictState state,
                              const std::optional<std::vector<graph::ConflictPair>>& pairs) {
      if (!pairs.has_value()) return;
      StringSet expected, found;
      for (const auto& [one, other] : *pairs) expected.insert(one + " x " + other);
      for (const v1::Conflict& conflict : answer_.conflicts()) {
        if (conflict.state() == state) {
          found.insert(conflict.statement() + " x " + conflict.against());
        }
      }
      CheckSame(what, expected, found);
    };
    check("conflicts standing", v1::CONFLICT_STATE_STANDING, expect_.standing_conflicts);
    check("conflicts possible", v1::CONFLICT_STATE_POSSIBLE, expect_.possible_conflicts);
  }

  void CheckFacts() {
    for (size_t i = 0; i < expect_.missing.size(); ++i) {
      const bool short_of = i >= static_cast<size_t>(answer_.missing_facts_size());
      const std::string found =
          short_of ? "nothing" : answer_.missing_facts(static_cast<int>(i)).name();
      if (found != expect_.missing[i]) {
        Miss("missing: expected " + expect_.missing[i] + " at place " + std::to_string(i + 1) +
             ", found " + found);
      }
    }
    for (const v1::MissingFact& missing : answer_.missing_facts()) {
      const auto& unwanted = expect_.not_missing;
      if (std::count(unwanted.begin(), unwanted.end(), missing.name()) > 0) {
        Miss("not_missing: " + missing.name() + " is asked for");
      }
    }
    StringSet derived;
    for (const v1::DerivedFact& fact : answer_.question().derived()) {
      derived.insert(InWords(fact.fact()));
    }
    for (const v1::Fact& fact : expect_.derived) {
      if (derived.count(InWords(fact)) == 0) {
        Miss("derived: " + InWords(fact) + " is not among " + Join(derived));
      }
    }
  }

  void CheckSilences(v1::SilenceKind kind, const char* key,
                     const std::optional<std::vector<graph::ExpectedSilence>>& silences) {
    if (!silences.has_value()) return;
    std::map<std::string, StringSet> found;
    for (const v1::Silence& silence : answer_.silences()) {
      if (silence.kind() != kind) continue;
      found[silence.decision_point() + " on " + silence.fact()].insert(silence.statements().begin(),
                                                                       silence.statements().end());
    }
    StringSet expected_places, found_places;
    for (const auto& [place, statements] : found) found_places.insert(place);
    for (const graph::ExpectedSilence& silence : *silences) {
      const std::string place = silence.decision_point + " on " + silence.fact;
      expected_places.insert(place);
      if (silence.statements.has_value()) {
        CheckSame(std::string(key) + " " + place,
                  {silence.statements->begin(), silence.statements->end()}, found[place]);
      }
    }
    CheckSame(key, expected_places, found_places);
  }

  void CheckOptions() {
    StringSet offered;
    for (const v1::Recommendation& item : answer_.recommendations()) {
      if (Offers(item)) AddOffered(item, offered);
    }
    for (const std::string& name : expect_.offered) {
      if (offered.count(name) == 0) Miss("offered: " + name + " is not");
    }
    for (const std::string& name : expect_.not_offered) {
      if (offered.count(name) > 0) Miss("not_offered: " + name + " is offered");
    }
    for (const graph::ExpectedRemoval& removal : expect_.removed) {
      if (!IsRemoved(removal)) {
        Miss("removed: " + removal.intervention + " of " + removal.statement + " is not, by " +
             (removal.by.empty() ? "its own condition" : removal.by));
      }
    }
  }

  // A whole option that is removed offers none of its parts; of another one what is left is
  // offered.
  static void AddOffered(const v1::Recommendation& item, StringSet& offered) {
    for (const v1::AnswerOption& option : item.options()) {
      if (option.whole() && !IsAvailable(option.state())) continue;
      for (const v1::OptionComponent& component : option.components()) {
        if (IsAvailable(component.state())) offered.insert(component.intervention());
      }
    }
  }

  bool IsRemoved(const graph::ExpectedRemoval& expected) const {
    const v1::Recommendation* const item = Find(expected.statement);
    if (item == nullptr) return false;
    for (const v1::AnswerOption& option : item->options()) {
      const bool gone = std::any_of(option.components().begin(), option.components().end(),
                                    [&](const auto& component) {
                                      return component.intervention() == expected.intervention &&
                                             component.state() == v1::OPTION_STATE_REMOVED;
                                    });
      const bool argued = std::any_of(
          option.removals().begin(), option.removals().end(), [&](const v1::Removal& removal) {
            return removal.intervention() == expected.intervention &&
                   removal.statement() == expected.by && removal.if_facts().empty();
          });
      if (gone && argued) return true;
    }
    return false;
  }

  void CheckProvenance(const graph::ExpectedProvenance& expected) {
    const std::string what = "provenance of " + expected.statement;
    const v1::Recommendation* const item = Find(expected.statement);
    if (item == nullptr) return Miss(what + ": the statement " + StateOf(expected.statement));
    StringSet references, evidence, unresolved;
    for (const v1::ProvenancePath& path : item->provenance().paths()) {
      if (!path.evidence().empty()) evidence.insert(path.evidence());
      if (!path.citation().reference().empty()) references.insert(path.citation().reference());
      if (path.citation().cites().unresolved()) {
        unresolved.insert(path.citation().cites().mark());
      }
    }
    const auto check = [&](const char* key, const std::optional<std::vector<std::string>>& names,
                           const StringSet& found) {
      if (names.has_value()) CheckSame(what + " " + key, {names->begin(), names->end()}, found);
    };
    check("references", expected.references, references);
    check("evidence", expected.evidence, evidence);
    check("unresolved", expected.unresolved, unresolved);
    const bool complete = item->provenance().complete();
    if (expected.complete.has_value() && *expected.complete != complete) {
      Miss(what + ": complete is " + (complete ? "true" : "false"));
    }
  }

  const graph::PackCase& case_;
  const PackExpectation& expect_;
  const v1::Answer& answer_;
  std::map<std::string, const v1::Recommendation*> items_;
  std::vector<std::string> mismatches_;
};

}  // namespace

std::vector<std::string> CheckCase(const graph::PackCase& expected, const v1::Answer& answer) {
  return CaseChecker(expected, answer).Run();
}

void CheckRefusal(const absl::Status& status, const std::vector<std::string>& facts,
                  std::vector<std::string>& mismatches) {
  if (status.code() != absl::StatusCode::kInvalidArgument) {
    mismatches.push_back("refused: the question is not refused as contradictory, but " +
                         status.ToString());
    return;
  }
  std::string said;
  for (const Violation& violation : ErrorViolations(status)) {
    said += violation.field + " " + violation.description + "\n";
  }
  for (const std::string& fact : facts) {
    if (said.find(fact) == std::string::npos) {
      mismatches.push_back("refused: the refusal does not name " + fact + ": " + said);
    }
  }
}

}  // namespace evident::workbench
