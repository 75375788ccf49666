// Statements, and the parts with attributes that evidence and guidelines share with them.
#include <map>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "graph/model/words.h"
#include "graph/pack/node_writers.h"
#include "graph/pack/tables.h"

namespace evident::graph {
namespace {

YAML::Node WriteComponent(const EdgeDraft& edge, const LinkWords& links) {
  const v1::Involves& involves = edge.record.involves();
  WrittenMap map(links);
  map.Link("do", edge.dst);
  WrittenMap dose(links);
  if (involves.dose().has_amount()) dose.Text("amount", InWords(involves.dose().amount()));
  if (involves.dose().has_interval()) {
    dose.Text("interval", InWords(involves.dose().interval()));
  }
  dose.Text("route", involves.dose().route());
  dose.Text("schedule", involves.dose().schedule());
  map.Part("dose", dose.Flow());
  map.Link("add_on_to", involves.add_on_to());
  map.When("when", involves.when());
  map.When("unless", involves.unless());
  map.Flag("optional", involves.optional());
  return map.node();
}

// Nothing but the intervention.
bool IsBare(const v1::Involves& involves) {
  return !involves.whole() && !involves.has_dose() && involves.add_on_to().empty() &&
         !involves.has_when() && !involves.has_unless() && !involves.optional();
}

void WriteOptions(const std::vector<EdgeDraft>& out, WrittenMap& map) {
  std::map<uint32_t, std::map<uint32_t, const EdgeDraft*>> options;
  for (const EdgeDraft& edge : out) {
    if (edge.kind != v1::EDGE_KIND_INVOLVES) continue;
    options[edge.record.involves().option()][edge.record.involves().component()] = &edge;
  }
  if (options.size() == 1 && options.begin()->second.size() == 1) {
    const EdgeDraft& only = *options.begin()->second.begin()->second;
    if (IsBare(only.record.involves())) return map.Link("intervention", only.dst);
  }
  YAML::Node list;
  for (const auto& [number, components] : options) {
    WrittenMap option(map.links());
    option.Flag("whole", components.begin()->second->record.involves().whole());
    YAML::Node parts;
    for (const auto& [place, edge] : components) {
      parts.push_back(WriteComponent(*edge, map.links()));
    }
    option.Part("components", parts);
    list.push_back(option.node());
  }
  map.Part("options", list);
}

void WriteSupport(const std::vector<EdgeDraft>& out, WrittenMap& map) {
  YAML::Node list;
  for (const EdgeDraft& edge : out) {
    if (edge.kind != v1::EDGE_KIND_SUPPORTED_BY) continue;
    const v1::SupportedBy& support = edge.record.supported_by();
    if (support.support() == v1::SUPPORT_SUPPORTS &&
        support.directness() == v1::DIRECTNESS_UNSPECIFIED) {
      list.push_back(map.links().Of(edge.dst));
      continue;
    }
    WrittenMap entry(map.links());
    entry.Link("evidence", edge.dst);
    entry.Text("support", support.support() == v1::SUPPORT_UNSPECIFIED
                              ? "not-said"
                              : EnumWord(support.support()));
    entry.Word("directness", support.directness());
    list.push_back(entry.Flow());
  }
  map.Part("supported_by", list);
}

void WriteConflicts(const std::vector<EdgeDraft>& out, WrittenMap& map) {
  YAML::Node list;
  for (const EdgeDraft& edge : out) {
    if (edge.kind != v1::EDGE_KIND_CONFLICTS_WITH) continue;
    const v1::ConflictsWith& conflict = edge.record.conflicts_with();
    WrittenMap entry(map.links());
    entry.Link("statement", edge.dst);
    entry.Links("discriminators", conflict.discriminators());
    entry.Flag("none_named", conflict.none_named());
    entry.Text("note", conflict.note());
    list.push_back(entry.node());
  }
  map.Part("conflicts_with", list);
}

void WriteWordings(const v1::Statement& statement, const std::string& language, WrittenMap& map) {
  YAML::Node others;
  for (int i = 0; i < statement.wordings_size(); ++i) {
    const v1::Wording& wording = statement.wordings(i);
    if (i == 0) {
      if (wording.language() != language) map.Text("language", wording.language());
      map.Text("headline", wording.headline());
      map.Text("text", wording.text());
      continue;
    }
    WrittenMap entry(map.links());
    entry.Word("audience", wording.audience());
    entry.Text("language", wording.language());
    entry.Text("headline", wording.headline());
    entry.Text("text", wording.text());
    others.push_back(entry.node());
  }
  map.Part("wordings", others);
}

// "unresolved: {}" says what is not known at all, so it is written even when it is empty.
void WriteMeaning(const EdgeDraft& edge, WrittenMap& map, YAML::Node& entry) {
  const v1::Cites& cites = edge.record.cites();
  if (cites.unresolved()) {
    WrittenMap unresolved(map.links());
    // The target's name is <pack>/<document>#<mark>.
    const std::string target = map.links().Of(edge.dst);
    unresolved.Text("document", target.substr(0, target.find('#')));
    unresolved.Links("candidates", cites.candidates());
    entry["unresolved"] = unresolved.Flow();
    return;
  }
  entry["reference"] = map.links().Of(edge.dst);
  if (!cites.has_resolution()) return;
  WrittenMap resolved(map.links());
  const std::string& by = cites.resolution().by();
  map.links().Owns(by) ? resolved.Link("by", by) : resolved.Text("identity", by);
  resolved.Text("on", cites.resolution().on());
  resolved.Text("why", cites.resolution().why());
  entry["resolved"] = resolved.node();
}

}  // namespace

void WriteCitations(const std::vector<EdgeDraft>& out, WrittenMap& map) {
  YAML::Node list;
  for (const EdgeDraft& edge : out) {
    if (edge.kind != v1::EDGE_KIND_CITES) continue;
    const v1::Cites& cites = edge.record.cites();
    WrittenMap entry(map.links());
    entry.Text("mark", cites.mark());
    entry.Place("at", cites.at());
    entry.Text("locator", cites.locator());
    YAML::Node node = entry.node();
    WriteMeaning(edge, map, node);
    list.push_back(node);
  }
  map.Part("cites", list);
  map.Edges("possible_source", out, v1::EDGE_KIND_POSSIBLE_SOURCE);
}

void WriteReviewers(const std::vector<EdgeDraft>& out, WrittenMap& map) {
  YAML::Node list;
  for (const EdgeDraft& edge : out) {
    if (edge.kind != v1::EDGE_KIND_REVIEWED_BY) continue;
    if (!edge.record.has_reviewed_by()) {
      list.push_back(map.links().Of(edge.dst));
      continue;
    }
    const v1::ReviewedBy& act = edge.record.reviewed_by();
    WrittenMap entry(map.links());
    entry.Link("reviewer", edge.dst);
    entry.Word("act", act.act());
    entry.Text("digest", HexEncode(act.digest()));
    entry.Link("board", act.board());
    entry.Text("by", act.by());
    entry.Text("on", act.on());
    entry.Text("note", act.note());
    entry.Texts("interests", act.interests());
    entry.Text("due", act.due());
    list.push_back(entry.node());
  }
  map.Part("reviewed_by", list);
}

WrittenMap WriteStatement(const NodeChange& node, const std::string& language,
                          const LinkWords& links) {
  const v1::Statement& statement = node.node->statement();
  WrittenMap map(links);
  for (const EdgeDraft& edge : node.out) {
    if (edge.kind == v1::EDGE_KIND_PART_OF) map.Link("guideline", edge.dst);
  }
  map.Text("section", statement.section());
  map.Number("order", statement.order());
  map.Texts("rows", statement.source_rows());
  map.Word("kind", statement.kind());
  map.Word("polarity", statement.polarity());
  map.Word("preference", statement.preference());
  map.Scheme("grade", statement.grade());
  map.Scheme("certainty", statement.certainty());
  map.Text("care_phase", statement.care_phase());
  map.Edges("applies_to", node.out, v1::EDGE_KIND_APPLIES_TO);
  map.When("when", statement.criterion());
  map.Edges("decides", node.out, v1::EDGE_KIND_DECIDES);
  WrittenMap timing(links);
  timing.Text("code", statement.timing().code());
  timing.Text("verbatim", statement.timing().verbatim());
  map.Part("timing", timing.Flow());
  WriteWordings(statement, language, map);
  WriteOptions(node.out, map);
  map.Edges("elaborates", node.out, v1::EDGE_KIND_ELABORATES);
  map.Edges("alternative_to", node.out, v1::EDGE_KIND_ALTERNATIVE_TO);
  map.Edges("asserts", node.out, v1::EDGE_KIND_ASSERTS);
  map.Edges("concerns", node.out, v1::EDGE_KIND_CONCERNS);
  map.Edges("aims_at", node.out, v1::EDGE_KIND_AIMS_AT);
  map.Edges("about", node.out, v1::EDGE_KIND_ABOUT);
  map.Text("valid_from", statement.valid_from());
  map.Text("valid_to", statement.valid_to());
  map.Text("review_state", statement.review_state() == v1::REVIEW_STATE_UNSPECIFIED
                               ? std::string(kNeverSubmitted)
                               : EnumWord(statement.review_state()));
  map.Word("standing", statement.standing());
  map.Act(statement.standing_act());
  map.Texts("readings", statement.readings());
  WriteSupport(node.out, map);
  WriteCitations(node.out, map);
  WriteConflicts(node.out, map);
  map.Supersedes("statement", node.out);
  WriteReviewers(node.out, map);
  return map;
}

}  // namespace evident::graph
