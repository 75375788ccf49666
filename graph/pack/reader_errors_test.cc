// Every refusal names the file, line and column, and what was expected there.
#include <string>
#include <vector>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
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

using testing::ElementsAre;

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
      {"UnknownKey", kStatements, "  preference: preferred\n", "  preferense: preferred\n", "6:3",
       "nearest known: preference"},
      {"BadEnum", kStatements, "kind: good-practice", "kind: good", "41:9",
       "expected one of recommendation, fact, good-practice"},
      {"MissingPolarity", kStatements, "  polarity: consider\n", "", "40:3",
       "without \"polarity\""},
      {"PolarityOnFact", kStatements, "  kind: fact\n", "  kind: fact\n  polarity: stop\n", "49:3",
       "facts have none"},
      {"MissingHeadline", kStatements,
       "  headline: Rest in the shade may help in the first two weeks\n", "", "40:3",
       "without \"headline\""},
      {"LongHeadline", kStatements, "The glow score decides how the fever goes on",
       std::string(141, 'x'), "52:13", "found 141 characters; expected at most 140"},
      {"EmptyValue", kStatements,
       "  text: Both are begun on the first day; neither is given without the other.",
       "  text:", "14:3", "leave the key out"},
      {"UnknownSection", kStatements,
       "  section: first-days\n  kind: recommendation\n  polarity: recommend",
       "  section: later\n  kind: recommendation\n  polarity: recommend", "3:12",
       "expected one of treatment, first-days, follow-up"},
      {"CriterionUnknownFact", kStatements, "when: glow_score >= 6", "when: glow_scor >= 6", "31:9",
       "nearest known: glow_score"},
      {"CriterionSyntax", kStatements, "when: glow_score >= 6", "when: glow_score >=", "31:22",
       "expected"},
      {"CriterionType", kStatements, "when: glow_score >= 6", "when: glow_score = true", "31:9",
       "glow_score"},
      {"CriterionOutOfRange", kStatements, "when: glow_score >= 6", "when: glow_score >= 10",
       "31:9", "glow_score"},
      {"CriterionNotFact", kStatements, "when: glow_score >= 6", "when: lumenol", "31:9",
       "which is an intervention; expected a fact"},
      {"UnknownLink", kStatements, "  intervention: lumenol\n", "  intervention: lumenal\n",
       "34:17", "nearest known: lumenol"},
      {"WrongKindOfLink", kStatements, "aims_at: [recovery]", "aims_at: [lumenol]", "22:13",
       "which is an intervention; expected an outcome"},
      {"RepeatedLink", kStatements, "concerns: [glow_score]", "concerns: [glow_score, glow_score]",
       "53:26", "again in one list"},
      {"InterventionBesideOptions", kStatements, "  options:\n",
       "  intervention: umbrine\n  options:\n", "17:17", "beside \"options\""},
      {"NoOption", kStatements, "  intervention: shade-rest-care\n", "", "40:3",
       "without \"options\" or \"intervention\""},
      {"BadDose", kStatements, "amount: 2.50 mg/kg", "amount: 2.50mg", "20:40", "16.8 mo"},
      {"BadPlace", kStatements, "at: 4/1}, {mark: \"2\", at: 4/2",
       "at: 4/1}, {mark: \"2\", at: 4/0", "24:49", "expected a line and a position"},
      {"UnknownMark", kStatements, "{mark: \"3\", at: 5}", "{mark: \"7\", at: 5}", "38:11",
       "no entry \"7\""},
      {"ConflictWithItself", kStatements, "{statement: shade-rest,", "{statement: lumenol-stop,",
       "37:19", "conflict with itself"},
      {"ConflictWithoutDiscriminators", kStatements, " none_named: true,", "", "37:7",
       "without \"discriminators\""},
      {"WordingTwice", kStatements, "audience: patient", "audience: clinician", "16:7",
       "second wording"},
      {"OrderOnSome", kStatements, "  kind: fact\n", "  kind: fact\n  order: 9\n", "49:3",
       "on all statements of a guideline or on none"},
      {"DuplicateCitation", kStatements, "at: 4/2}]", "at: 4/2}, {mark: \"2\", at: 4/2}]", "24:55",
       "the same link"},
  };
}

std::vector<Bad> BadOthers() {
  return {
      {"HeaderUnknownKey", "pack.yaml", "title:", "titles:", "3:1", "nearest known: title"},
      {"HeaderBadName", "pack.yaml", "name: glimmer-fever", "name: Glimmer", "1:7",
       "expected a slug"},
      {"BadDate", kGuideline, "2026-03-01", "2026-02-30", "3:18", "expected a date"},
      {"SectionTwice", kGuideline, "{slug: follow-up, title: Follow-up}",
       "{slug: follow-up, title: Follow-up}\n    - {slug: follow-up, title: Again}", "17:7",
       "section \"follow-up\" again"},
      {"MarkWithBoth", kGuideline, "{reference: lantern-trial}",
       "{reference: lantern-trial, unresolved: {candidates: []}}", "18:49", "beside \"reference\""},
      {"ResolvedByNobody", kGuideline, "by: archivist", "by: somebody", "19:51",
       "expected a person"},
      {"BoundOnDate", kFacts, "type: date}", "type: date, minimum: 2026-01-01}", "23:88",
       "only integer and decimal facts"},
      {"BadSeverity", kEvidence, "\">= 2\"", "\">= two\"", "18:21", "expected a grade"},
      {"RangeBesideArms", kEvidence, "  range: {low: 4 %, high: 9.5 %}",
       "  arms: [{name: all, value: 5 %}]\n  range: {low: 4 %, high: 9.5 %}", "20:10",
       "beside \"arms\" or \"effect\""},
      {"RangeInTwoUnits", kEvidence, "high: 9.5 %", "high: 9.5 mo", "19:10", "two units"},
      {"InterventionKindMissing", kConcepts, "intervention_kind: care, ", "", "5:18",
       "without \"intervention_kind\""},
      {"CaseUnknownStatement", kCases, "absent: [lumenol-stop]", "absent: [lumenol-stp]", "8:14",
       "nearest known: lumenol-stop"},
      {"CaseBadFactValue", kCases, "{glow_score: 2, stage: early}",
       "{glow_score: 12, stage: early}", "4:23", "above the fact's maximum"},
      {"CaseBadCode", kCases, "stage: early", "stage: middle", "4:33",
       "expected one of early, late"},
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

INSTANTIATE_TEST_SUITE_P(Statements, BadPack, testing::ValuesIn(BadStatements()),
                         [](const auto& info) { return info.param.name; });
INSTANTIATE_TEST_SUITE_P(Others, BadPack, testing::ValuesIn(BadOthers()),
                         [](const auto& info) { return info.param.name; });

std::vector<std::string> Fields(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const Violation& violation : ErrorViolations(status)) fields.push_back(violation.field);
  return fields;
}

TEST(ReadPack, ReportsAllErrorsOfAllFilesInOrder) {
  PackFiles files = EditedExample(kStatements, "polarity: stop", "polarity: halt");
  files[kFacts] = EditedExample(kFacts, "type: integer", "type: whole")[kFacts];
  files[kGuideline] = EditedExample(kGuideline, "standing: current", "standing: fine")[kGuideline];
  EXPECT_THAT(Fields(ReadPack(files).status()),
              ElementsAre("facts/all.yaml:4:9", "guidelines/handbook.yaml:4:13",
                          "statements/treatment.yaml:29:13"));
}

TEST(ReadPack, NamesBothFilesOfADuplicateSlug) {
  PackFiles files = ExamplePack();
  files["boards/more.yaml"] = "course: {name: Board of courses}\n";
  const absl::Status status = ReadPack(files).status();
  ASSERT_THAT(Fields(status), ElementsAre("statements/treatment.yaml:48:1"));
  EXPECT_NE(ErrorViolations(status)[0].description.find("a board at boards/more.yaml:1:1"),
            std::string::npos);
}

TEST(ReadPack, RefusesTwoReferencesOfOneIdentifier) {
  PackFiles files = ExamplePack();
  files["references/more.yaml"] = "again: {title: Again, doi: 10.0000/FABLE.1}\n";
  const absl::Status status = ReadPack(files).status();
  ASSERT_THAT(Fields(status), ElementsAre("references/more.yaml:1:1"));
  EXPECT_NE(status.message().find("references/all.yaml:1:1"), std::string::npos);
}

TEST(ReadPack, RefusesMalformedIdentifiers) {
  PackFiles files = ExamplePack();
  files["references/more.yaml"] =
      "a: {title: A, pmid: PM1}\nb: {title: B, doi: 11.1/x}\nc: {title: C, nct: NCT12}\n";
  EXPECT_THAT(Fields(ReadPack(files).status()),
              ElementsAre("references/more.yaml:1:1", "references/more.yaml:1:21",
                          "references/more.yaml:2:20", "references/more.yaml:3:1",
                          "references/more.yaml:3:20"));
}

TEST(ReadPack, RefusesCircles) {
  PackFiles files =
      EditedExample(kConcepts, "name: Luminoids}", "name: Luminoids, is_a: [lumenol]}");
  EXPECT_THAT(Fields(ReadPack(files).status()),
              ElementsAre("concepts/all.yaml:2:78", "concepts/all.yaml:4:83"));
  files = EditedExample(kFacts, "minimum: 0\nfever_onset",
                        "minimum: 0\nother: {name: O, question: O, type: boolean, true_when: "
                        "other}\nfever_onset");
  EXPECT_THAT(Fields(ReadPack(files).status()), ElementsAre("facts/all.yaml:23:57"));
}

TEST(ReadPack, RefusesFilesThatNoPackHas) {
  PackFiles files = ExamplePack();
  files["statments/more.yaml"] = "";
  files["notes.txt"] = "";
  files["statements/deep/more.yaml"] = "";
  const absl::Status status = ReadPack(files).status();
  EXPECT_THAT(Fields(status),
              ElementsAre("notes.txt", "statements/deep/more.yaml", "statments/more.yaml"));
  EXPECT_NE(ErrorViolations(status)[2].description.find("nearest known: statements/"),
            std::string::npos);
  EXPECT_THAT(Fields(ReadPack({}).status()), ElementsAre("pack.yaml"));
}

TEST(ReadPack, ReportsBrokenFilesWithoutTheLinksThatTheyBreak) {
  PackFiles files = ExamplePack();
  files[kConcepts] += "  broken\n";
  EXPECT_EQ(Fields(ReadPack(files).status()).size(), 1u);
}

TEST(ReadPack, CapsErrorsAndBytes) {
  PackFiles files = ExamplePack();
  for (int i = 0; i < 150; ++i) {
    files["people/many.yaml"] += "p" + std::to_string(i) + ": {nam: X}\n";
  }
  const absl::Status status = ReadPack(files).status();
  EXPECT_EQ(Fields(status).size(), kPackErrorsMax + 1);
  EXPECT_EQ(ErrorViolations(status).back().description, "and 200 more");
  files.clear();
  for (size_t i = 0; i <= kPackFilesMax; ++i) files["people/" + std::to_string(i) + ".yaml"];
  EXPECT_THAT(ReadPack(files), HasReason("PACK_TOO_LARGE"));
}

TEST(LoadPackFiles, ReadsYamlOfTheFolderAndThoseInIt) {
  TempDir dir;
  EXPECT_THAT(LoadPackFiles(dir.path() + "/none"), HasReason("PACK_NOT_FOUND"));
  for (const auto& [path, bytes] : ExamplePack()) {
    const std::string full = dir.path() + "/" + path;
    EVIDENT_ASSERT_OK(MakeDirectories(full.substr(0, full.rfind('/')), 0700));
    EVIDENT_ASSERT_OK(WriteFileAtomically(full, bytes, 0600));
  }
  EVIDENT_ASSERT_OK(WriteFileAtomically(dir.path() + "/README.md", "words", 0600));
  EVIDENT_ASSERT_OK(WriteFileAtomically(dir.path() + "/facts/.all.yaml.swp", "x", 0600));
  const absl::StatusOr<PackFiles> files = LoadPackFiles(dir.path());
  ASSERT_THAT(files, IsOk());
  EXPECT_EQ(*files, ExamplePack());
  EVIDENT_ASSERT_OK(WriteFileAtomically(dir.path() + "/facts/big.yaml",
                                        std::string(kPackFileBytesMax + 1, '#'), 0600));
  EXPECT_EQ(LoadPackFiles(dir.path()).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace evident::graph
