// Guidelines, evidence, studies, references, and who issues and reviews.
#include <string>

#include "graph/model/words.h"
#include "graph/pack/node_writers.h"
#include "graph/pack/tables.h"

namespace evident::graph {
namespace {

YAML::Node WriteSections(const v1::Guideline& guideline, const std::string& parent,
                         const LinkWords& links) {
  YAML::Node list;
  for (const v1::Section& section : guideline.sections()) {
    if (section.parent() != parent) continue;
    WrittenMap entry(links);
    entry.Text("slug", section.slug());
    entry.Text("title", section.title());
    if (parent.empty()) entry.Part("sections", WriteSections(guideline, section.slug(), links));
    list.push_back(entry.node());
  }
  return list;
}

std::string WrittenSeverity(const v1::Severity& severity) {
  std::string text = std::to_string(severity.grade());
  for (const auto& [sign, op] : kSeveritySigns) {
    if (op == severity.op() && !sign.empty()) return std::string(sign) + " " + text;
  }
  return text;
}

void WriteFigures(const v1::Evidence& evidence, WrittenMap& map) {
  const LinkWords& links = map.links();
  if (evidence.has_severity()) {
    WrittenMap severity(links);
    severity.Text("grade", WrittenSeverity(evidence.severity()));
    severity.Text("scheme", evidence.severity().scheme());
    map.Part("severity", severity.Flow());
  }
  YAML::Node arms;
  for (const v1::Arm& arm : evidence.arms()) {
    WrittenMap entry(links);
    entry.Text("name", arm.name());
    if (arm.has_value()) entry.Text("value", InWords(arm.value()));
    entry.Number("n", arm.participants());
    arms.push_back(entry.Flow());
  }
  map.Part("arms", arms);
  if (evidence.has_effect()) {
    const v1::Effect& effect = evidence.effect();
    WrittenMap entry(links);
    entry.Text("measure", effect.measure());
    if (effect.has_value()) entry.Text("value", InWords(effect.value()));
    if (effect.has_interval()) {
      WrittenMap interval(links);
      interval.Text("low", InWords(effect.interval().low()));
      interval.Text("high", InWords(effect.interval().high()));
      if (effect.interval().has_level()) {
        interval.Text("level", InWords(effect.interval().level()));
      }
      entry.Part("interval", interval.Flow());
    }
    if (effect.has_p()) entry.Text("p", InWords(effect.p()));
    map.Part("effect", entry.Flow());
  }
  if (evidence.has_range()) {
    WrittenMap range(links);
    range.Text("low", InWords(evidence.range().low()));
    range.Text("high", InWords(evidence.range().high()));
    map.Part("range", range.Flow());
  }
}

}  // namespace

WrittenMap WriteGuideline(const NodeChange& node, const LinkWords& links) {
  const v1::Guideline& guideline = node.node->guideline();
  WrittenMap map(links);
  map.Text("title", guideline.title());
  map.Text("edition", guideline.edition());
  map.Text("document_date", guideline.document_date());
  map.Text("valid_from", guideline.valid_from());
  map.Text("valid_to", guideline.valid_to());
  map.Text("evidence_cutoff", guideline.evidence_cutoff());
  map.Text("last_reviewed", guideline.last_reviewed());
  map.Text("review_due", guideline.review_due());
  map.Word("standing", guideline.standing());
  map.Text("editorial_policy", guideline.editorial_policy());
  map.Text("disclaimer", guideline.disclaimer());
  map.Text("licence", guideline.licence());
  map.Word("review_state", guideline.review_state());
  YAML::Node claims;
  for (const v1::ReviewClaim& claim : guideline.review_claims()) {
    WrittenMap entry(links);
    entry.Word("state", claim.state());
    entry.Place("at", claim.at());
    claims.push_back(entry.Flow());
  }
  map.Part("review_claims", claims);
  YAML::Node reasons;
  for (const v1::CodedReason& reason : guideline.feedback_reasons()) {
    WrittenMap entry(links);
    entry.Text("code", reason.code());
    entry.Text("words", reason.words());
    reasons.push_back(entry.Flow());
  }
  map.Part("feedback_reasons", reasons);
  map.Edges("issued_by", node.out, v1::EDGE_KIND_ISSUED_BY);
  WriteReviewers(node.out, map);
  map.Supersedes("guideline", node.out);
  map.Part("sections", WriteSections(guideline, "", links));
  map.Texts("notes", guideline.notes());
  return map;
}

WrittenMap WriteEvidence(const NodeChange& node, const LinkWords& links) {
  const v1::Evidence& evidence = node.node->evidence();
  WrittenMap map(links);
  map.Text("headline", evidence.headline());
  map.Text("text", evidence.text());
  map.Texts("rows", evidence.source_rows());
  map.Text("analysis", evidence.analysis());
  map.Text("population", evidence.population());
  map.Link("outcome", evidence.outcome());
  map.Links("interventions", evidence.interventions());
  WriteFigures(evidence, map);
  map.Word("direction", evidence.direction());
  map.Scheme("level", evidence.level());
  map.Scheme("rating", evidence.rating());
  map.Text("category", evidence.category());
  map.Text("significance", evidence.significance());
  map.Word("bearing", evidence.bearing());
  map.Text("origin", evidence.origin());
  map.Edges("about", node.out, v1::EDGE_KIND_ABOUT);
  map.Texts("notes", evidence.notes());
  map.Edges("result_of", node.out, v1::EDGE_KIND_RESULT_OF);
  map.Edges("reported_in", node.out, v1::EDGE_KIND_REPORTED_IN);
  WriteCitations(node.out, map);
  return map;
}

WrittenMap WriteStudy(const NodeChange& node, const LinkWords& links) {
  const v1::Study& study = node.node->study();
  WrittenMap map(links);
  map.Text("name", study.display());
  map.Text("registration", study.registration());
  map.Number("participants", study.participants());
  map.Text("design", study.design());
  map.Edges("reported_in", node.out, v1::EDGE_KIND_REPORTED_IN);
  return map;
}

WrittenMap WriteReference(const NodeChange& node, const LinkWords& links) {
  const v1::Reference& reference = node.node->reference();
  WrittenMap map(links);
  map.Text("title", reference.title());
  map.Text("publisher", reference.publisher());
  map.Text("container", reference.container());
  map.Number("year", reference.year());
  map.Text("pmid", reference.pmid());
  map.Text("doi", reference.doi());
  map.Text("nct", reference.nct());
  map.Text("declared_kind", reference.declared_kind());
  map.Text("assessed_kind", reference.assessed_kind());
  map.Text("tier", reference.tier());
  map.Word("standing", reference.standing());
  map.Act(reference.standing_act());
  map.Texts("notes", reference.notes());
  map.Supersedes("reference", node.out);
  return map;
}

WrittenMap WriteProposition(const NodeChange& node, const LinkWords& links) {
  WrittenMap map(links);
  map.Text("text", node.node->proposition().text());
  return map;
}

WrittenMap WriteIssuer(const NodeChange& node, const LinkWords& links) {
  WrittenMap map(links);
  map.Text("name", node.node->issuer().display());
  map.Text("url", node.node->issuer().url());
  return map;
}

WrittenMap WriteBoard(const NodeChange& node, const LinkWords& links) {
  WrittenMap map(links);
  map.Text("name", node.node->board().display());
  map.Number("quorum", node.node->board().quorum());
  map.Links("members", node.node->board().members());
  return map;
}

WrittenMap WritePerson(const NodeChange& node, const LinkWords& links) {
  WrittenMap map(links);
  map.Text("name", node.node->person().display());
  map.Text("identity", node.node->person().identity());
  return map;
}

}  // namespace evident::graph
