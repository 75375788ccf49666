// A pack that uses every key of the format. Tests only.
#ifndef EVIDENT_GRAPH_PACK_FULL_PACK_H_
#define EVIDENT_GRAPH_PACK_FULL_PACK_H_

#include <memory>
#include <string>

#include "graph/model/memory_graph.h"
#include "graph/pack/example_pack.h"
#include "graph/pack/reader.h"

namespace evident::graph {

// The example with files that use the rest of the format.
inline PackFiles FullPack() {
  PackFiles files = ExamplePack();
  files["pack.yaml"] += "requires: [another-pack]\n";
  files["propositions/all.yaml"] = "pair-works: {text: The pair works.}\n";
  files["guidelines/old.yaml"] =
      "old-handbook: {title: Old, edition: first, sections: {slug: all, title: All},"
      " valid_from: 2020-01-01, valid_to: 2025-12-31, evidence_cutoff: 2019-06-30,"
      " last_reviewed: 2020-02-01, review_due: 2022-02-01, standing: superseded,"
      " licence: CC0, editorial_policy: 'https://example.org/policy', notes: [Old.]}\n";
  files["guidelines/handbook.yaml"] += "  supersedes: [{guideline: old-handbook, why: Newer.}]\n";
  // With two guidelines, each statement and citation says which is its own.
  for (const char* path : {"statements/treatment.yaml", "evidence/lantern.yaml"}) {
    std::string& text = files[path];
    for (size_t at = text.find(":\n  "); at != text.npos; at = text.find(":\n  ", at + 1)) {
      const bool node = text.rfind('\n', at - 1) == text.find_last_of("\n ", at - 1);
      if (node) text.insert(at + 2, "  guideline: handbook\n");
    }
  }
  files["statements/old.yaml"] = R"(
old-pair:
  guideline: old-handbook
  section: all
  order: 7
  kind: recommendation
  polarity: consider
  preference: option
  care_phase: first days
  applies_to: glimmer-fever-disease
  headline: Lumenol, or a mixture
  language: fr
  timing: {verbatim: when it dims}
  valid_from: 2020-01-01
  valid_to: 2025-12-31
  review_state: approved
  asserts: [pair-works]
  alternative_to: [lumenol-pair]
  standing: withdrawn
  standing_set: {by: "spiffe://fable/dr-1", on: 2026-04-01, why: It dazzles., notice: "https://example.org/1"}
  about: [spark]
  reviewed_by:
    - fable-board
    - archivist
    - reviewer: fable-board
      act: submit
      digest: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
      board: fable-board
      by: "cn:dr-1"
      on: 2026-04-02
      due: 2026-05-01
    - reviewer: archivist
      act: approve
      digest: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
      board: fable-board
      by: "cn:archivist"
      on: 2026-04-03
      note: Fine.
      interests: [Owns a lantern.]
  possible_source: [fable-review]
  supported_by: [{evidence: lantern-dazzle, support: weakens, directness: indirect}]
  options:
    - components: [{do: lumenol, when: glow_score in 1..3, dose: {schedule: nightly}, optional: true}]
    - components: [{do: lumenol}, {do: mixture, add_on_to: lumenol}]
  conflicts_with: [{statement: shade-rest, discriminators: [glow_score, stage]}]
  cites: [{reference: fable-review, locator: p. 3}]
new-pair:
  guideline: old-handbook
  section: all
  order: 9
  kind: recommendation
  polarity: recommend
  applies_to: glimmer-fever-disease
  headline: The mixture
  elaborates: old-pair
  intervention: mixture
  review_state: never-submitted
  supported_by: [{evidence: lantern-said, support: not-said}]
  cites:
    - {mark: "8", reference: fable-review, resolved: {identity: "spiffe://fable/dr-1", on: 2026-04-04, why: It says so.}}
    - {mark: "9", unresolved: {document: another-document, candidates: [fable-review]}}
  supersedes: [{statement: old-pair, why: It reads better.}]
)";
  files["concepts/more.yaml"] =
      "mixture: {kind: intervention, intervention_kind: regimen, name: Mixture}\n"
      "part: {kind: intervention, intervention_kind: drug, name: Part, component_of: [mixture],"
      " codes: [{system: 'urn:fable', code: P1, display: Part}]}\n"
      "spark: {kind: finding, name: Spark}\n";
  files["evidence/said.yaml"] = R"(
lantern-said:
  guideline: handbook
  headline: What the handbook says of it
  outcome: recovery
  text: In its own words.
  level: {scheme: Fable, value: B}
  rating: {scheme: Fable, value: "4"}
  category: Predictive
  significance: Sensitivity
  bearing: weakens
  origin: Found
  about: [spark, glimmer-fever-disease]
)";
  files["boards/more.yaml"] =
      "second-board: {name: Second, quorum: 1, members: [archivist, dr-1]}\n";
  files["people/more.yaml"] = "dr-1: {name: Dr One, identity: 'cn:dr-1'}\n";
  files["references/more.yaml"] =
      "by-pmid: {title: A, pmid: '123', container: Fable 1, supersedes: [{reference: by-nct}]}\n"
      "by-nct: {title: B, nct: NCT01234567, standing: retracted, standing_set:"
      " {by: 'cn:dr-1', on: 2026-04-01, why: Withdrawn by its authors.}}\n";
  return files;
}

// A release with a node of the pack that it requires.
inline std::shared_ptr<const MemoryGraph> Required() {
  GraphDraft draft;
  draft.nodes.emplace_back();
  draft.nodes[0].set_name("another-pack/somebody");
  draft.nodes[0].set_pack("another-pack");
  draft.nodes[0].mutable_person()->set_display("Somebody");
  return *MemoryGraph::Build(draft, {});
}

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_FULL_PACK_H_
