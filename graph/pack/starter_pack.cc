#include "graph/pack/starter_pack.h"

#include "base/status.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

constexpr char kGuideline[] = R"(  edition: "1"
  standing: current
  issued_by: [our-society]
  sections: [{slug: all, title: All}]
)";

constexpr char kStatements[] = R"(# Each recommendation or fact of the guideline, under its slug.
first-statement:
  section: all
  kind: recommendation
  polarity: recommend
  applies_to: our-condition
  when: score <= 3
  decides: [first-decision]
  headline: "Replace this: with a score of 3 or less, give the intervention"
  intervention: our-intervention
  cites: [our-source]
second-statement:
  section: all
  kind: recommendation
  polarity: consider
  applies_to: our-condition
  when: score >= 4
  decides: [first-decision]
  headline: "Replace this: with a score of 4 or more, consider watching"
  intervention: our-watching
  cites: [our-source]
)";

constexpr char kConcepts[] = R"(our-condition: {kind: condition, name: Condition to be named}
our-intervention: {kind: intervention, intervention_kind: procedure, name: Intervention to be named}
our-watching: {kind: intervention, intervention_kind: care, name: Watching to be named}
)";

constexpr char kFacts[] = R"(score:
  name: Score to be named
  question: "Replace this: what is the score, from 0 to 9?"
  type: integer
  minimum: 0
  maximum: 9
  labels: [score]
)";

constexpr char kReferences[] = R"(our-source:
  title: Source to be named
  declared_kind: guideline
  assessed_kind: guideline
  standing: current
)";

constexpr char kCase[] = R"(# What must come out for one patient, and what must not.
low-score:
  description: A patient with a score of 2
  concepts: [our-condition]
  facts: {score: 2}
  expect:
    applies: [first-statement]
    absent: [second-statement]
    outcomes: {first-decision: recommended}
unknown-score:
  description: A patient whose score is not known
  concepts: [our-condition]
  expect:
    undecided: [first-statement, second-statement]
    missing: [score]
high-score:
  description: A patient with a score of 6
  concepts: [our-condition]
  facts: {score: 6}
  expect:
    applies: [second-statement]
    absent: [first-statement]
    outcomes: {first-decision: considered}
)";

}  // namespace

absl::StatusOr<PackFiles> StarterPack(const std::string& name, const std::string& date) {
  if (!IsSlug(name)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "NAME_INVALID",
                     "'" + name +
                         "' is no name of a pack; expected lower-case letters, digits, '.', '_' "
                         "and '-'");
  }
  return PackFiles{
      {"pack.yaml", "name: " + name + "\nlabel: " + name +
                        " 1\ntitle: A pack to be filled; nothing in it is clinical yet\n"
                        "language: en\n"},
      {"guidelines/all.yaml", "our-guideline:\n  title: Guideline to be named\n  document_date: " +
                                  date + "\n" + kGuideline},
      {"statements/all.yaml", kStatements},
      {"concepts/all.yaml", kConcepts},
      {"facts/all.yaml", kFacts},
      {"references/all.yaml", kReferences},
      {"issuers/all.yaml", "our-society: {name: Society to be named}\n"},
      {"decision-points/all.yaml",
       "first-decision: {name: Decision to be named, order: 1, partition: [score]}\n"},
      {"cases/all.yaml", kCase},
  };
}

}  // namespace evident::graph
