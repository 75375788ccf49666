// Every rule has a pack that fires it and one that does not: a small invented pack, and for each
// rule what is changed in it.
#include "workbench/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/pack/reader.h"
#include "workbench/cases.h"
#include "workbench/lint_view.h"
#include "workbench/test_packs.h"

namespace evident::workbench {
namespace {

constexpr char kToday[] = "2026-06-01";

// No rule fires on it.
graph::PackFiles Base() {
  return {
      {"pack.yaml", "name: mothbook\nlabel: mothbook 1\ntitle: Moth fever, invented\n"},
      {"guidelines/book.yaml", R"(book:
  title: Book of moth fever
  valid_to: 2027-12-31
  review_state: submitted
  issued_by: [society]
  source_document: book
  sections: [{slug: care, title: Care}]
)"},
      {"statements/care.yaml", R"(give:
  section: care
  kind: recommendation
  polarity: recommend
  applies_to: moth-fever
  when: wing_score <= 3
  decides: [therapy]
  headline: Give amberol up to a wing score of 3
  intervention: amberol
  supported_by: [fewer-days]
  rows: [R1]
avoid:
  section: care
  kind: recommendation
  polarity: advise-against
  applies_to: moth-fever
  when: wing_score >= 4
  decides: [therapy]
  headline: No amberol from a wing score of 4 on
  intervention: amberol
  cites: [trial-report]
  rows: [R2]
)"},
      {"evidence/all.yaml", R"(fewer-days:
  headline: Two days less of moth fever with amberol
  outcome: days-of-fever
  interventions: [amberol]
  arms: [{name: amberol, value: 5 d, n: 100}, {name: none, value: 7 d, n: 100}]
  effect: {measure: MD, value: -2, interval: {low: -3, high: -1}}
  direction: benefit
  cites: [trial-report]
)"},
      {"references/all.yaml", R"(trial-report:
  title: Amberol in moth fever
  declared_kind: trial report
  assessed_kind: trial report
)"},
      {"concepts/all.yaml", R"(moth-fever: {kind: condition, name: Moth fever}
amberol: {kind: intervention, intervention_kind: drug, name: Amberol}
days-of-fever: {kind: outcome, name: Days of fever}
)"},
      {"facts/all.yaml", R"(wing_score:
  name: Wing score
  question: What is the wing score?
  type: integer
  minimum: 0
  maximum: 9
)"},
      {"decision-points/all.yaml", "therapy: {name: Therapy, order: 1, partition: [wing_score]}\n"},
      {"issuers/all.yaml", "society: {name: Society of Invented Medicine}\n"},
  };
}

// `from` replaced by `to` in one file, or `to` appended where `from` is empty.
struct Change {
  std::string file;
  std::string from;
  std::string to;
};

graph::PackFiles Changed(const std::vector<Change>& changes) {
  graph::PackFiles files = Base();
  for (const Change& change : changes) {
    std::string& text = files[change.file];
    if (change.from.empty()) {
      text += change.to;
      continue;
    }
    const size_t at = text.find(change.from);
    EXPECT_NE(at, text.npos) << change.file << ": " << change.from;
    if (at != text.npos) text.replace(at, change.from.size(), change.to);
  }
  return files;
}

std::vector<Finding> Found(const graph::PackFiles& files) {
  auto pack = graph::ReadPack(files);
  for (const Violation& violation : ErrorViolations(pack.status())) {
    ADD_FAILURE() << violation.field << ": " << violation.description;
  }
  if (!pack.ok()) return {};
  auto knowledge = CompilePacks({&*pack});
  EXPECT_THAT(knowledge, IsOk());
  if (!knowledge.ok()) return {};
  const auto findings = Lint({*knowledge, {pack->name}, kToday, pack->places});
  EXPECT_THAT(findings, IsOk());
  return findings.ok() ? *findings : std::vector<Finding>();
}

const Finding* Of(const std::vector<Finding>& findings, std::string_view rule) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.rule == rule; });
  return found == findings.end() ? nullptr : &*found;
}

struct Fixture {
  std::string rule;
  std::vector<Change> fires;
  std::string node;            // that the finding is about
  std::vector<Change> silent;  // close to what fires, and does not
};

const char kStatements[] = "statements/care.yaml";
const char kEvidence[] = "evidence/all.yaml";
const char kReferences[] = "references/all.yaml";
const char kConcepts[] = "concepts/all.yaml";
const char kFacts[] = "facts/all.yaml";
const char kPoints[] = "decision-points/all.yaml";
const char kBook[] = "guidelines/book.yaml";

const Change kHarm{kEvidence, "", R"(itching:
  headline: Wing itch of grade 2 or more in 5 of 100 with amberol, 1 of 100 without
  outcome: wing-itch
  interventions: [amberol]
  severity: {grade: ">= 2"}
  arms: [{name: amberol, value: 5 %, n: 100}, {name: none, value: 1 %, n: 100}]
  effect: {measure: RR, value: 5, interval: {low: 1, high: 9}}
  direction: harm
  cites: [trial-report]
)"};
const Change kItch{kConcepts, "", "wing-itch: {kind: outcome, name: Wing itch}\n"};
const Change kItchGrade{kFacts, "", R"(wing_itch_grade:
  name: Grade of the wing itch
  question: Which grade?
  type: integer
  minimum: 0
  maximum: 4
on_amberol: {name: Receiving amberol, question: "Is amberol given?", type: boolean}
)"};
const Change kUsesHarm{kStatements, "supported_by: [fewer-days]",
                       "supported_by: [fewer-days, itching]"};
const Change kWatch{kConcepts, "",
                    "watching: {kind: intervention, intervention_kind: care, name: Wing itch "
                    "monitoring}\n"};
const Change kLook{kStatements, "", R"(look:
  section: care
  kind: recommendation
  polarity: recommend
  applies_to: moth-fever
  when: on_amberol and wing_score >= 0
  headline: Look for wing itch under amberol
  intervention: watching
  cites: [trial-report]
)"};

Change StopFrom(const std::string& grade) {
  return {kStatements, "",
          R"(end:
  section: care
  kind: recommendation
  polarity: stop
  applies_to: moth-fever
  when: wing_itch_grade >= )" +
              grade +
              R"( and wing_score >= 4
  headline: Stop amberol for wing itch
  intervention: amberol
  cites: [trial-report]
)"};
}

const Change kTea{kConcepts, "",
                  "tea: {kind: intervention, intervention_kind: drug, name: Moth tea}\n"};

Change TeaOf(const std::string& row) {
  return {kStatements, "",
          R"(tea-late:
  section: care
  kind: recommendation
  polarity: consider
  applies_to: moth-fever
  when: wing_score >= 4
  headline: Moth tea from a wing score of 4 on
  intervention: tea
  cites: [trial-report]
  rows: [)" + row +
              "]\n"};
}

Change ThreeDaysOf(const std::string& report) {
  return {kEvidence, "",
          R"(three-days:
  headline: Three days less
  outcome: days-of-fever
  reported_in: [)" +
              report + "]\n"};
}

std::vector<Fixture> Fixtures() {
  const Change unresolved{kStatements, "cites: [trial-report]",
                          "cites: [trial-report, {mark: \"7\", at: 4/1, unresolved: {candidates: "
                          "[trial-report]}}]"};
  return {
      {"unresolved-citation", {unresolved}, "mothbook/book#7", {}},
      {"no-evidence",
       {{kStatements, "  cites: [trial-report]\n", ""}},
       "mothbook/avoid",
       {{kStatements, "  cites: [trial-report]\n", "  supported_by: [fewer-days]\n"}}},
      {"kind-above-assessed",
       {{kReferences, "declared_kind: trial report", "declared_kind: guideline"}},
       "mothbook/trial-report",
       {{kReferences, "assessed_kind: trial report", "assessed_kind: guideline"}}},
      {"retracted-source",
       {{kReferences, "declared_kind", "standing: retracted\n  declared_kind"}},
       "mothbook/avoid",
       {{kReferences, "declared_kind", "standing: corrected\n  declared_kind"}}},
      {"review-state",
       {{kBook, "issued_by", "review_claims: [{state: approved}]\n  issued_by"}},
       "mothbook/book",
       {{kBook, "issued_by", "review_claims: [{state: submitted}]\n  issued_by"}}},
      {"missing-figures",
       {{kEvidence, "value: 7 d, n: 100", "value: 7 d"}},
       "mothbook/fewer-days",
       {{kEvidence,
         "  arms: [{name: amberol, value: 5 d, n: 100}, {name: none, value: 7 d, n: 100}]\n"
         "  effect: {measure: MD, value: -2, interval: {low: -3, high: -1}}\n",
         ""}}},
      {"evidence-population",
       {{kEvidence, "outcome: days", "population: hares in winter\n  outcome: days"}},
       "mothbook/give",
       {{kEvidence, "outcome: days", "population: moth fever\n  outcome: days"}}},
      {"newer-evidence",
       {{kReferences, "", "later-report: {title: A later trial, assessed_kind: trial report}\n"},
        ThreeDaysOf("later-report")},
       "mothbook/three-days",
       {ThreeDaysOf("trial-report")}},
      {"risk-without-stop",
       {kHarm, kItch, kUsesHarm, kItchGrade, kWatch, kLook},
       "mothbook/itching",
       {kHarm, kItch, kUsesHarm, kItchGrade, kWatch, kLook, StopFrom("2")}},
      {"risk-without-monitoring",
       {kHarm, kItch, kUsesHarm, kItchGrade, StopFrom("2")},
       "mothbook/itching",
       {kHarm, kItch, kUsesHarm, kItchGrade, kWatch, kLook, StopFrom("2")}},
      {"monitoring-without-rate",
       {kItchGrade, kWatch, kLook},
       "mothbook/look",
       {kHarm, kItch, kUsesHarm, kItchGrade, kWatch, kLook, StopFrom("2")}},
      {"threshold-gap",
       {kHarm, kItch, kUsesHarm, kItchGrade, kWatch, kLook, StopFrom("3")},
       "mothbook/itching",
       {kHarm, kItch, kUsesHarm, kItchGrade, kWatch, kLook, StopFrom("2")}},
      {"undefined-term",
       {{kFacts, "type: integer", "undefined_term: true\n  type: integer"}},
       "mothbook/wing_score",
       {}},
      {"grade-against-polarity",
       {{kStatements, "  rows: [R1]", "  grade: {scheme: GRADE, value: strong against}"}},
       "mothbook/give",
       {{kStatements, "  rows: [R1]", "  grade: {scheme: GRADE, value: strong for}"}}},
      {"strong-on-low-certainty",
       {{kStatements, "  rows: [R1]",
         "  grade: {scheme: GRADE, value: strong for}\n  certainty: {scheme: GRADE, value: very "
         "low}"}},
       "mothbook/give",
       {{kStatements, "  rows: [R1]",
         "  grade: {scheme: GRADE, value: conditional for}\n  certainty: {scheme: GRADE, value: "
         "low}"}}},
      {"wording-strength",
       {{"propositions/all.yaml", "", "helps: {text: Amberol helps.}\n"},
        {kStatements, "  rows: [R1]", "  asserts: [helps]"},
        {kStatements, "  headline: No amberol from a wing score of 4 on\n",
         "  headline: Amberol usually fails from a wing score of 4 on\n  asserts: [helps]\n"}},
       "mothbook/helps",
       {{"propositions/all.yaml", "", "helps: {text: Amberol helps.}\n"},
        {kStatements, "  rows: [R1]", "  asserts: [helps]"},
        {kStatements, "  rows: [R2]", "  asserts: [helps]"}}},
      {"section-population",
       {kItchGrade, kWatch, {kStatements, "", R"(look:
  section: care
  kind: fact
  applies_to: moth-fever
  when: on_amberol
  headline: Amberol is bitter
  cites: [trial-report]
)"}},
       "mothbook/look",
       {kItchGrade, kWatch, kLook}},
      {"expired",
       {{kBook, "2027-12-31", "2026-05-31"}},
       "mothbook/book",
       {{kBook, "2027-12-31", "2026-06-01"}}},
      {"undeclared-contradiction",
       {{kStatements, "wing_score >= 4", "wing_score >= 3"}},
       "mothbook/avoid",
       {{kStatements, "wing_score >= 4", "wing_score >= 3"},
        {kStatements, "  rows: [R2]",
         "  conflicts_with: [{statement: give, discriminators: [wing_score]}]"}}},
      {"no-discriminator",
       {{kStatements, "  rows: [R2]", "  conflicts_with: [{statement: give, none_named: true}]"}},
       "mothbook/avoid",
       {{kStatements, "  rows: [R2]",
         "  conflicts_with: [{statement: give, discriminators: [wing_score]}]"}}},
      {"opposite-for-same", {kTea, TeaOf("R3")}, "mothbook/avoid", {kTea, TeaOf("R2")}},
      {"uncovered-cell", {{kStatements, ">= 4", ">= 5"}}, "mothbook/therapy", {}},
      {"never-true",
       {{kStatements, "wing_score <= 3", "wing_score <= 3 and wing_score >= 7"}},
       "mothbook/give",
       {{kStatements, "wing_score <= 3", "wing_score <= 3 and wing_score >= 0"}}},
      {"duplicate-concept",
       {{kConcepts, "",
         "fever-of-moths: {kind: condition, name: Fever, synonyms: [MOTH-fever]}\n"}},
       "mothbook/fever-of-moths",
       {{kConcepts, "", "moth-sign: {kind: finding, name: Moth fever}\n"}}},
  };
}

TEST(LintTest, TheBaseOfTheFixturesIsClean) {
  for (const Finding& finding : Found(Base())) {
    ADD_FAILURE() << finding.rule << " " << finding.node << ": " << finding.message;
  }
}

TEST(LintTest, EveryRuleFiresOnItsFixtureAndIsSilentOnTheOther) {
  for (const Fixture& fixture : Fixtures()) {
    const std::vector<Finding> fired = Found(Changed(fixture.fires));
    const Finding* const finding = Of(fired, fixture.rule);
    EXPECT_NE(finding, nullptr) << fixture.rule;
    if (finding == nullptr) continue;
    EXPECT_EQ(finding->node, fixture.node) << fixture.rule << ": " << finding->message;
    EXPECT_NE(finding->message, "");
    const std::vector<Finding> quiet = Found(Changed(fixture.silent));
    const Finding* const heard = Of(quiet, fixture.rule);
    EXPECT_EQ(heard, nullptr) << fixture.rule << ": " << (heard == nullptr ? "" : heard->message);
  }
}

TEST(LintTest, EveryRuleHasFixtures) {
  std::set<std::string> covered{"dangling-id", "cycle"};  // below: no pack can be read with them
  for (const Fixture& fixture : Fixtures()) covered.insert(fixture.rule);
  for (const LintRule& rule : LintRules()) {
    EXPECT_EQ(covered.count(std::string(rule.id)), 1u) << rule.id;
    EXPECT_NE(rule.about, "");
  }
  EXPECT_EQ(covered.size(), LintRules().size());
}

// The draft without the checks of publishing.
std::vector<Finding> FoundIn(const graph::GraphDraft& draft) {
  const auto rows = graph::BuildRows(draft);
  EXPECT_THAT(rows, IsOk());
  const auto graph = graph::MemoryGraph::FromRows(*rows, {});
  EXPECT_THAT(graph, IsOk());
  const auto findings = Lint({*graph, {}, kToday, {}});
  EXPECT_THAT(findings, IsOk());
  return findings.ok() ? *findings : std::vector<Finding>();
}

graph::GraphDraft BaseDraft() {
  auto pack = graph::ReadPack(Base());
  EXPECT_THAT(pack, IsOk());
  return std::move(pack->draft);
}

TEST(LintTest, ACircleIsAnErrorAndAChainIsNone) {
  graph::GraphDraft draft = BaseDraft();
  const auto is_a = [&](const std::string& from, const std::string& to) {
    draft.edges.push_back({v1::NODE_KIND_CONCEPT,
                           "mothbook/" + from,
                           v1::EDGE_KIND_IS_A,
                           v1::NODE_KIND_CONCEPT,
                           "mothbook/" + to,
                           {}});
  };
  is_a("amberol", "moth-fever");
  EXPECT_EQ(Of(FoundIn(draft), "cycle"), nullptr);
  is_a("moth-fever", "amberol");
  const std::vector<Finding> findings = FoundIn(draft);
  ASSERT_NE(Of(findings, "cycle"), nullptr);
  EXPECT_EQ(Of(findings, "cycle")->severity, Severity::kError);
}

TEST(LintTest, AnUnresolvedTargetThatNothingLeadsToDangles) {
  graph::GraphDraft draft = BaseDraft();
  EXPECT_EQ(Of(FoundIn(draft), "dangling-id"), nullptr);
  v1::NodeRecord lost;
  lost.set_name("mothbook/book#9");
  lost.set_pack("mothbook");
  lost.mutable_unresolved()->set_raw_label("9");
  draft.nodes.push_back(lost);
  const std::vector<Finding> findings = FoundIn(draft);
  ASSERT_NE(Of(findings, "dangling-id"), nullptr);
  EXPECT_EQ(Of(findings, "dangling-id")->node, "mothbook/book#9");
}

TEST(LintTest, FindingsHaveTheirPlaceAndOnlyLookedPacksAreLookedAt) {
  const auto pack = graph::ReadPack(Changed({{kBook, "2027-12-31", "2026-05-31"}}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto knowledge, CompilePacks({&*pack}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto own, Lint({knowledge, {}, kToday, pack->places}));
  ASSERT_EQ(own.size(), 1u);
  EXPECT_EQ(own[0].place, "guidelines/book.yaml:2:3");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto other, Lint({knowledge, {"other"}, kToday, {}}));
  EXPECT_THAT(other, testing::IsEmpty());
  EXPECT_THAT(Lint({knowledge, {}, "soon", {}}), testing::Not(IsOk()));
}

// Of a marked page, places are counted once, however many statements stand under them.
TEST(LintTest, MarksAreCountedByTheirPlaces) {
  const std::string mark = "{mark: \"7\", at: 4/1, unresolved: {candidates: [trial-report]}}";
  const std::vector<Finding> findings =
      Found(Changed({{kStatements, "cites: [trial-report]", "cites: [trial-report, " + mark + "]"},
                     {kStatements, "  rows: [R1]",
                      "  cites: [" + mark + ", {mark: \"7\", at: 5/1, unresolved: {}}]"}}));
  ASSERT_NE(Of(findings, "unresolved-citation"), nullptr);
  EXPECT_THAT(Of(findings, "unresolved-citation")->message,
              testing::HasSubstr("unresolved at 2 places"));
}

// The report on the shipped pack, byte for byte. To take a new one over:
// EVIDENT_WRITE_GOLDEN=1 build/tests/workbench_test --gtest_filter='*LintGolden*'
TEST(LintGoldenTest, TheFirstPackHasExactlyTheseFindings) {
  const graph::Pack pack = LoadPack("cervical-cancer-metastatic");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto knowledge, CompilePacks({&pack}));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto findings,
                               Lint({knowledge, {pack.name}, "2026-11-26", pack.places}));
  std::string report;
  for (const Finding& finding : findings) {
    report += finding.rule + " " + std::string(SeverityWord(finding.severity)) + " " +
              finding.node + " " + finding.place + "\n  " + finding.message + "\n";
  }
  const std::string file = KnowledgeDir() + "/" + pack.name + "/lint.golden.txt";
  if (std::getenv("EVIDENT_WRITE_GOLDEN") != nullptr) {
    EVIDENT_ASSERT_OK(WriteFileAtomically(file, report, 0644));
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string golden, ReadFile(file, 1u << 20));
  EXPECT_EQ(report, golden);
}

}  // namespace
}  // namespace evident::workbench
