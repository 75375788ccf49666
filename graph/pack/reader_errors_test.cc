// Every refusal names the file, line and column, and what was expected there.
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/pack/example_pack.h"
#include "graph/pack/reader.h"
#include "gtest/gtest.h"

namespace evident::graph {
namespace {

// An edit of the example, and the one error that it must give.
struct Bad {
  std::string name;
  std::string file;
  std::string from;
  std::string to;
  std::string place;  // "line:column"
  std::string what;
};

class BadPack : public testing::TestWithParam<Bad> {};

TEST_P(BadPack, IsRefusedAtItsPlace) {
  const Bad& bad = GetParam();
  const absl::StatusOr<Pack> pack = ReadPack(EditedExample(bad.file, bad.from, bad.to));
  ASSERT_FALSE(pack.ok());
  EXPECT_EQ(ErrorReason(pack.status()), "PACK_INVALID");
  std::string all;
  for (const Violation& violation : ErrorViolations(pack.status())) {
    all += violation.field + ": " + violation.description + "\n";
  }
  ASSERT_EQ(ErrorViolations(pack.status()).size(), 1u) << all;
  EXPECT_EQ(ErrorViolations(pack.status())[0].field, bad.file + ":" + bad.place) << all;
  EXPECT_NE(all.find(bad.what), std::string::npos) << all;
}

constexpr char kStatements[] = "statements/treatment.yaml";
constexpr char kFacts[] = "facts/all.yaml";
constexpr char kEvidence[] = "evidence/lantern.yaml";
constexpr char kGuideline[] = "guidelines/handbook.yaml";
constexpr char kCases[] = "cases/all.yaml";
constexpr char kReferences[] = "references/all.yaml";
constexpr char kConcepts[] = "concepts/all.yaml";

std::vector<Bad> BadStatements() {
  return {
      {"UnknownKey", kStatements, "  polarity: recommend\n", "  polarty: recommend\n", "5:3",
       "nearest known: polarity"},
      {"BadEnum", kStatements, "kind: good-practice", "kind: good", "41:9",
       "expected one of recommendation, fact, good-practice"},
      {"MissingPolarity", kStatements, "  polarity: consider\n", "", "40:3",
       "without \"polarity\""},
      {"PolarityOnFact", kStatements, "  kind: fact\n", "  kind: fact\n  polarity: stop\n", "49:3",
       "facts have none"},
      {"MissingHeadline", kStatements, "  headline: Rest in the shade may help in the first two weeks\n",
       "", "40:3", "without \"headline\""},
      {"LongHeadline", kStatements, "The glow score decides how the fever goes on",
       std::string(141, 'x'), "52:13", "found 141 characters; expected at most 140"},
      {"EmptyValue", kStatements, "  text: Both are begun on the first day; neither is given without the other.",
       "  text:", "14:3", "leave the key out"},
      {"UnknownSection", kStatements, "  section: first-days\n  kind: recommendation\n  polarity: recommend",
       "  section: later\n  kind: recommendation\n  polarity: recommend", "3:12",
       "expected one of treatment, first-days, follow-up"},
      {"CriterionUnknownFact", kStatements, "when: glow_score >= 6", "when: glow_scor >= 6", "31:9",
       "nearest known: glow_score"},
      {"CriterionSyntax", kStatements, "when: glow_score >= 6", "when: glow_score >=", "31:22",
       "expected"},
      {"CriterionType", kStatements, "when: glow_score >= 6", "when: glow_score = true", "31:9",
       "glow_score"},
      {"CriterionOutOfRange", kStatements, "when: glow_score >= 6", "when: glow_score >= 10", "31:9",
       "glow_score"},
      {"CriterionNotFact", kStatements, "when: glow_score >= 6", "when: lumenol", "31:9",
       "which is an intervention; expected a fact"},
      {"UnknownLink", kStatements, "  intervention: lumenol\n", "  intervention: lumenal\n", "34:17",
       "nearest known: lumenol"},
      {"WrongKindOfLink", kStatements, "aims_at: [recovery]", "aims_at: [lumenol]", "22:13",
       "which is an intervention; expected an outcome"},
      {"RepeatedLink", kStatements, "concerns: [glow_score]", "concerns: [glow_score, glow_score]",
       "53:26", "again in one list"},
      {"InterventionBesideOptions", kStatements, "  options:\n", "  intervention: umbrine\n  options:\n",
       "17:17", "beside \"options\""},
      {"NoOption", kStatements, "  intervention: shade-rest-care\n", "", "40:3",
       "without \"options\" or \"intervention\""},
      {"BadDose", kStatements, "amount: 2.50 mg/kg", "amount: 2,50", "20:38", ""},
      {"BadPlace", kStatements, "at: 4/1}, {mark: \"2\", at: 4/2", "at: 4/1}, {mark: \"2\", at: 4/0",
       "24:50", "expected a line and a position"},
      {"UnknownMark", kStatements, "{mark: \"3\", at: 5}", "{mark: \"7\", at: 5}", "38:11",
       "no entry \"7\""},
      {"ConflictWithItself", kStatements, "{statement: shade-rest,", "{statement: lumenol-stop,", "37:19",
       "conflict with itself"},
      {"ConflictWithoutDiscriminators", kStatements, " none_named: true,", "", "37:7",
       "without \"discriminators\""},
      {"WordingTwice", kStatements, "audience: patient", "audience: clinician", "16:7",
       "second wording"},
      {"OrderOnSome", kStatements, "  kind: fact\n", "  kind: fact\n  order: 9\n", "49:3",
       "on all statements of a guideline or on none"},
      {"DuplicateCitation", kStatements, "at: 4/2}]", "at: 4/2}, {mark: \"2\", at: 4/2}]", "24:56",
       "the same link"},
  };
}

std::vector<Bad> BadOthers() {
  return {
      {"HeaderUnknownKey", "pack.yaml", "title:", "titel:", "3:1", "nearest known: title"},
      {"HeaderBadName", "pack.yaml", "name: glimmer-fever", "name: Glimmer", "1:7", "expected a slug"},
      {"BadDate", kGuideline, "2026-03-01", "2026-02-30", "3:18", "expected a date"},
      {"SectionTwice", kGuideline, "{slug: follow-up, title: Follow-up}",
       "{slug: follow-up, title: Follow-up}\n    - {slug: follow-up, title: Again}", "17:7",
       "section \"follow-up\" again"},
      {"MarkWithBoth", kGuideline, "{reference: lantern-trial}",
       "{reference: lantern-trial, unresolved: {candidates: []}}", "18:44", "beside \"reference\""},
      {"ResolvedByNobody", kGuideline, "by: archivist", "by: somebody", "19:46", "expected a person"},
      {"FactWithoutType", kFacts, "  type: coded\n", "", "", ""},
      {"BoundOnDate", kFacts, "type: date}", "type: date, minimum: 2026-01-01}", "28:94",
       "only integer and decimal facts"},
      {"BadSeverity", kEvidence, "\">= 2\"", "\">= two\"", "20:21", "expected a grade"},
      {"FloatWithComma", kEvidence, "value: 1.33", "value: 1,33", "", ""},
      {"RangeBesideArms", kEvidence, "  range: {low: 4 %, high: 9.5 %}",
       "  arms: [{name: all, value: 5 %}]\n  range: {low: 4 %, high: 9.5 %}", "22:10",
       "beside \"arms\" or \"effect\""},
      {"RangeInTwoUnits", kEvidence, "high: 9.5 %", "high: 9.5 mo", "21:10", "two units"},
      {"BadPmid", kReferences, "  year: 2024\n", "  year: 2024\n  pmid: PM1\n", "", ""},
      {"InterventionKindMissing", kConcepts, "intervention_kind: care, ", "", "5:18",
       "without \"intervention_kind\""},
      {"IsACircle", kConcepts, "intervention_kind: class, name: Luminoids",
       "intervention_kind: class, name: Luminoids, is_a: [lumenol]", "", ""},
      {"CaseUnknownStatement", kCases, "absent: [lumenol-stop]", "absent: [lumenol-stp]", "8:14",
       "nearest known: lumenol-stop"},
      {"CaseBadFactValue", kCases, "{glow_score: 2, stage: early}", "{glow_score: 12, stage: early}",
       "4:23", "above the fact's maximum"},
      {"CaseBadCode", kCases, "stage: early", "stage: middle", "4:33", "expected one of early, late"},
      {"CaseFollowsNobody", kCases, "follows: low-glow", "follows: high-glow", "12:3",
       "expected a case of this pack"},
      {"CaseFollowsItself", kCases, "follows: low-glow", "follows: gap", "12:3", "in a circle"},
      {"CaseWithoutQuestion", kCases, "  concepts: [glimmer-fever-disease]\n", "", "2:3",
       "without \"concepts\", \"ask\" or \"follows\""},
      {"CaseBadOutcome", kCases, "{outcome: not-covered,", "{outcome: uncovered,", "16:43",
       "expected one of not-at-issue"},
      {"LinkedWithoutAsk", kCases, "  ask: Glimmer fever, glow score 2, cannot take umbrine\n",
       "  concepts: [glimmer-fever-disease]\n", "22:11", "without \"ask\""},
  };
}

std::vector<Bad> WithPlace(std::vector<Bad> all) {
  std::erase_if(all, [](const Bad& bad) { return bad.place.empty(); });
  return all;
}

INSTANTIATE_TEST_SUITE_P(Statements, BadPack, testing::ValuesIn(WithPlace(BadStatements())),
                         [](const auto& info) { return info.param.name; });
INSTANTIATE_TEST_SUITE_P(Others, BadPack, testing::ValuesIn(WithPlace(BadOthers())),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace evident::graph
