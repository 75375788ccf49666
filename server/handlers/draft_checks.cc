#include "server/handlers/draft_checks.h"

#include <set>
#include <tuple>
#include <utility>

#include "base/date.h"
#include "base/status.h"
#include "graph/model/node_id.h"
#include "graph/pack/reader.h"
#include "workbench/case_effects.h"
#include "workbench/lint.h"

namespace evident::server {
namespace {

// The packs that own a node of the draft, before or after.
absl::StatusOr<std::set<std::string>> PacksOf(const DraftView& view) {
  std::set<std::string> packs;
  for (const auto& [place, change] : view.changes) {
    if (change.has_node()) packs.insert(change.node().pack());
    EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr old,
                             view.head->GetNode(graph::MakeNodeId(change.kind(), change.name())));
    if (old != nullptr) packs.insert(old->pack());
  }
  return packs;
}

absl::StatusOr<std::vector<workbench::Finding>> LintOf(
    const std::shared_ptr<const graph::GraphReader>& knowledge, const std::set<std::string>& packs,
    const std::string& today) {
  workbench::LintInput input;
  input.knowledge = knowledge;
  input.packs = packs;
  input.today = today;
  return workbench::Lint(input);
}

absl::StatusOr<bool> Owns(const graph::GraphReader& release, const std::string& pack) {
  for (const v1::NodeKind kind : graph::NodeKinds()) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, release.Nodes(kind));
    for (const NodeId& id : ids) {
      EVIDENT_ASSIGN_OR_RETURN(const graph::NodePtr node, release.GetNode(id));
      if (node != nullptr && node->pack() == pack) return true;
    }
  }
  return false;
}

// The text of the pack as the draft brings it along, else as the head has it.
absl::StatusOr<std::optional<storage::v1::PackTextRecord>> TextOfPack(
    const graph::ReleaseManager& releases, const DraftView& view, const std::string& pack) {
  EVIDENT_ASSIGN_OR_RETURN(auto own, releases.drafts().Text(view.record.number()));
  if (own && own->pack() == pack) return own;
  return releases.drafts().PackText(pack, ReleaseNumber(view.after->release().number()));
}

}  // namespace

absl::StatusOr<std::vector<v1::DraftFinding>> FindingsOf(const DraftView& view, const Call& call) {
  EVIDENT_ASSIGN_OR_RETURN(const std::set<std::string> packs, PacksOf(view));
  if (packs.empty()) return std::vector<v1::DraftFinding>();
  const std::string today = DateOfTimeNs(call.received_ns()).ToString();
  EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
  EVIDENT_ASSIGN_OR_RETURN(const auto after, LintOf(view.after, packs, today));
  EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
  EVIDENT_ASSIGN_OR_RETURN(const auto before, LintOf(view.head, packs, today));
  std::multiset<std::tuple<std::string, std::string, std::string>> known;
  for (const workbench::Finding& finding : before) {
    known.emplace(finding.rule, finding.node, finding.message);
  }
  std::vector<v1::DraftFinding> findings;
  for (const workbench::Finding& finding : after) {
    v1::DraftFinding& shown = findings.emplace_back();
    shown.set_rule(finding.rule);
    shown.set_severity(std::string(workbench::SeverityWord(finding.severity)));
    shown.set_node(finding.node);
    shown.set_message(finding.message);
    const auto same = known.find({finding.rule, finding.node, finding.message});
    shown.set_known(same != known.end());
    if (same != known.end()) known.erase(same);
  }
  return findings;
}

std::vector<v1::DraftCase> DraftCases::Affected() const {
  std::vector<v1::DraftCase> affected;
  for (const v1::DraftCase& one : cases) {
    if (!one.failures().empty() || !one.effects().empty()) affected.push_back(one);
  }
  return affected;
}

absl::StatusOr<DraftCases> CasesOf(const graph::ReleaseManager& releases, const DraftView& view,
                                   const Call& call) {
  DraftCases cases;
  EVIDENT_ASSIGN_OR_RETURN(const std::set<std::string> packs, PacksOf(view));
  for (const std::string& pack : packs) {
    EVIDENT_RETURN_IF_ERROR(call.CheckAlive());
    EVIDENT_ASSIGN_OR_RETURN(const bool there, Owns(*view.after, pack));
    if (!there) continue;
    EVIDENT_ASSIGN_OR_RETURN(const auto text, TextOfPack(releases, view, pack));
    if (!text) {
      cases.packs_without.push_back(pack);
      continue;
    }
    EVIDENT_ASSIGN_OR_RETURN(const graph::PackFiles files,
                             graph::WritePack(*view.after, pack, SurroundingsOf(*text)));
    EVIDENT_ASSIGN_OR_RETURN(const graph::Pack read, graph::ReadPack(files, {view.after.get()}));
    EVIDENT_ASSIGN_OR_RETURN(
        const auto effects,
        workbench::CompareCases(read, view.head, view.after, call.received_ns()));
    for (const workbench::CaseEffect& effect : effects) {
      v1::DraftCase& shown = cases.cases.emplace_back();
      shown.set_pack(pack);
      shown.set_name(effect.slug);
      shown.set_description(effect.description);
      for (const std::string& failure : effect.failures) shown.add_failures(failure);
      for (const std::string& text_of : effect.effects) shown.add_effects(text_of);
      cases.failed += effect.failures.empty() ? 0 : 1;
    }
  }
  return cases;
}

storage::v1::PackTextRecord TextOf(const std::string& pack,
                                   const graph::PackSurroundings& surroundings) {
  storage::v1::PackTextRecord text;
  text.set_pack(pack);
  text.set_label(surroundings.label);
  text.set_title(surroundings.title);
  text.set_language(surroundings.language);
  for (const std::string& required : surroundings.required) text.add_required(required);
  for (const auto& [name, slug] : surroundings.slugs) {
    auto& entry = *text.add_slugs();
    entry.set_name(name);
    entry.set_slug(slug);
  }
  for (const auto& [path, content] : surroundings.cases) {
    auto& file = *text.add_cases();
    file.set_path(path);
    file.set_content(content);
  }
  return text;
}

graph::PackSurroundings SurroundingsOf(const storage::v1::PackTextRecord& text) {
  graph::PackSurroundings surroundings;
  surroundings.label = text.label();
  surroundings.title = text.title();
  surroundings.language = text.language();
  surroundings.required = {text.required().begin(), text.required().end()};
  for (const auto& entry : text.slugs()) surroundings.slugs[entry.name()] = entry.slug();
  for (const auto& file : text.cases()) surroundings.cases[file.path()] = file.content();
  return surroundings;
}

graph::PackSurroundings BareSurroundings(const std::string& pack, uint32_t release) {
  graph::PackSurroundings surroundings;
  surroundings.label = pack + " of release " + std::to_string(release);
  return surroundings;
}

}  // namespace evident::server
