#include "workbench/lint.h"

#include "base/status.h"
#include "workbench/lint_view.h"

namespace evident::workbench {

const std::vector<LintRule>& LintRules() {
  static const auto* const rules = new std::vector<LintRule>{
      {"unresolved-citation", Severity::kWarning,
       "A mark of the source could not be resolved to a reference; counted by place, not by use."},
      {"dangling-id", Severity::kWarning,
       "Something is named that the knowledge does not hold, or an unresolved target that nothing "
       "leads to."},
      {"no-evidence", Severity::kWarning, "No path leads from the statement to a reference."},
      {"kind-above-assessed", Severity::kWarning,
       "A reference declares to be more than a curator found it to be."},
      {"retracted-source", Severity::kError,
       "A statement rests on a reference that was retracted or withdrawn."},
      {"review-state", Severity::kWarning,
       "A source contradicts itself about its review, or claims more than the knowledge records."},
      {"missing-figures", Severity::kWarning,
       "A result has figures and lacks an interval, a sample size or a comparator."},
      {"evidence-population", Severity::kWarning,
       "A statement is supported by evidence of another population or only indirectly."},
      {"newer-evidence", Severity::kWarning,
       "Evidence is known that no statement uses, or a source has a successor that is not used."},
      {"risk-without-stop", Severity::kWarning,
       "A harm of an intervention is stated and nothing says when to stop for it."},
      {"risk-without-monitoring", Severity::kWarning,
       "A harm of an intervention is stated and nothing says to look for it."},
      {"monitoring-without-rate", Severity::kNote,
       "Something is looked for during a treatment, and no result says how often it occurs."},
      {"threshold-gap", Severity::kWarning,
       "A harm is reported from one grade on and acted on from a higher one only."},
      {"undefined-term", Severity::kWarning,
       "Criteria use a term that its source does not define."},
      {"grade-against-polarity", Severity::kError,
       "The grade says the opposite of what the statement does."},
      {"strong-on-low-certainty", Severity::kWarning, "A strong grade stands on low certainty."},
      {"wording-strength", Severity::kWarning,
       "Statements that assert one proposition are absolute and hedged."},
      {"section-population", Severity::kNote,
       "A statement is about other facts than every other one of its section."},
      {"expired", Severity::kWarning,
       "A guideline or statement has ended, or a review is overdue."},
      {"undeclared-contradiction", Severity::kWarning,
       "One statement is for what another is against, both can hold, and no conflict is declared."},
      {"no-discriminator", Severity::kWarning,
       "A declared conflict names no fact that tells its sides apart."},
      {"opposite-for-same", Severity::kNote,
       "For exactly the same patients one statement is against something and another, of another "
       "row, offers something else."},
      {"uncovered-cell", Severity::kWarning,
       "A decision divides patients by a fact, and no statement covers one of its values."},
      {"never-true", Severity::kError, "No patient can meet a criterion."},
      {"duplicate-concept", Severity::kWarning,
       "Two concepts of one kind share a name, a synonym or a code."},
      {"cycle", Severity::kError,
       "A chain of is_a, component_of, supersedes or elaborates leads back to where it began."},
  };
  return *rules;
}

absl::StatusOr<std::vector<Finding>> Lint(const LintInput& input) {
  EVIDENT_ASSIGN_OR_RETURN(const std::unique_ptr<LintView> view, LintView::Build(input));
  Findings findings(input);
  for (const auto theme : {LintCitations, LintEvidence, LintRisks, LintWording, LintCurrency,
                           LintContradictions, LintCoverage, LintStructure}) {
    theme(*view, findings);
  }
  return findings.Take();
}

std::string_view SeverityWord(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "";
}

}  // namespace evident::workbench
