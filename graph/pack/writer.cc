#include "graph/pack/writer.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/limits.h"
#include "base/status.h"
#include "graph/model/change_set.h"
#include "graph/model/current_node.h"
#include "graph/model/node_id.h"
#include "graph/model/rows.h"
#include "graph/pack/node_writers.h"

namespace evident::graph {
namespace {

// A file is begun anew past so many bytes, for people and for the cap on a file.
constexpr size_t kWrittenFileBytes = kPackFileBytesMax / 4;

struct WrittenKind {
  v1::NodeKind kind;
  const char* folder;
  WrittenMap (*write)(const NodeChange& node, const LinkWords& links);
};

// Statements take the pack's language as well.
constexpr WrittenKind kKinds[] = {
    {v1::NODE_KIND_GUIDELINE, "guidelines", WriteGuideline},
    {v1::NODE_KIND_STATEMENT, "statements", nullptr},
    {v1::NODE_KIND_EVIDENCE, "evidence", WriteEvidence},
    {v1::NODE_KIND_STUDY, "studies", WriteStudy},
    {v1::NODE_KIND_REFERENCE, "references", WriteReference},
    {v1::NODE_KIND_CONCEPT, "concepts", WriteConcept},
    {v1::NODE_KIND_FACT, "facts", WriteFact},
    {v1::NODE_KIND_DECISION_POINT, "decision-points", WriteDecisionPoint},
    {v1::NODE_KIND_PROPOSITION, "propositions", WriteProposition},
    {v1::NODE_KIND_ISSUER, "issuers", WriteIssuer},
    {v1::NODE_KIND_BOARD, "boards", WriteBoard},
    {v1::NODE_KIND_PERSON, "people", WritePerson},
};

absl::Status NotYaml(const std::string& pack, const std::vector<Violation>& violations) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "PACK_NOT_YAML",
                   "the pack " + pack + " cannot be written as YAML; first: " +
                       violations[0].field + ": " + violations[0].description,
                   violations);
}

// "pmid:123" -> "pmid-123", made different from those that are taken.
std::string MadeSlug(const std::string& name, std::set<std::string>& taken) {
  std::string slug;
  for (const char c : absl::AsciiStrToLower(name)) {
    const bool fine = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_';
    slug += fine ? c : '-';
  }
  std::string free = slug;
  for (int i = 2; !taken.insert(free).second; ++i) free = slug + "-" + std::to_string(i);
  return free;
}

class PackWriting {
 public:
  PackWriting(const GraphReader& release, const std::string& pack,
              const PackSurroundings& surroundings)
      : release_(release), pack_(pack), surroundings_(surroundings) {}

  absl::StatusOr<PackFiles> Run() {
    EVIDENT_RETURN_IF_ERROR(Collect());
    Sort();
    const LinkWords links(pack_, MakeSlugs());
    if (!violations_.empty()) return NotYaml(pack_, violations_);
    for (const WrittenKind& kind : kKinds) WriteKind(kind, links);
    EVIDENT_RETURN_IF_ERROR(WriteHeader(links));
    for (const auto& [path, content] : surroundings_.cases) files_[path] = content;
    EVIDENT_RETURN_IF_ERROR(CheckReadsBack());
    return std::move(files_);
  }

 private:
  absl::Status Collect() {
    bool any = false;
    for (const v1::NodeKind kind : NodeKinds()) {
      EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> ids, release_.Nodes(kind));
      for (const NodeId& id : ids) {
        EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, release_.GetNode(id));
        if (node == nullptr || node->pack() != pack_) continue;
        EVIDENT_ASSIGN_OR_RETURN(NodeChange change, CurrentNode(release_, *node));
        nodes_[kind].push_back(std::move(change));
        any = true;
      }
    }
    if (any) return absl::OkStatus();
    return MakeError(absl::StatusCode::kNotFound, "PACK_UNKNOWN",
                     "release " + std::to_string(release_.release().number()) +
                         " has nothing of a pack '" + pack_ + "'");
  }

  // Of nodes whose name has no slug; nodes that would share one are violations.
  std::map<std::string, std::string> MakeSlugs() {
    std::set<std::string> taken;
    std::vector<std::string> unnamed;
    std::map<std::string, std::string> slugs;
    const std::string prefix = pack_ + "/";
    for (const auto& [kind, nodes] : nodes_) {
      if (kind == v1::NODE_KIND_UNRESOLVED) continue;
      for (const NodeChange& node : nodes) {
        const auto kept = surroundings_.slugs.find(node.name);
        std::string slug;
        if (kept != surroundings_.slugs.end()) {
          slug = slugs[node.name] = kept->second;
        } else if (node.name.substr(0, prefix.size()) == prefix) {
          slug = node.name.substr(prefix.size());
        } else {
          unnamed.push_back(node.name);
          continue;
        }
        if (!taken.insert(slug).second) {
          violations_.push_back({node.name, "another node of the pack has the slug " + slug});
        }
      }
    }
    for (const std::string& name : unnamed) slugs[name] = MadeSlug(name, taken);
    return slugs;
  }

  // Statements as their guideline has them, others by name.
  void Sort() {
    for (auto& [kind, nodes] : nodes_) {
      std::sort(nodes.begin(), nodes.end(), [](const NodeChange& a, const NodeChange& b) {
        return std::make_pair(a.node->statement().order(), a.name) <
               std::make_pair(b.node->statement().order(), b.name);
      });
    }
  }

  void WriteKind(const WrittenKind& kind, const LinkWords& links) {
    std::string text;
    size_t number = 1;
    const auto flush = [&] {
      if (text.empty()) return;
      const std::string file = number == 1 ? "all" : "all-" + std::to_string(number);
      files_[std::string(kind.folder) + "/" + file + ".yaml"] = std::exchange(text, {});
      ++number;
    };
    for (const NodeChange& node : nodes_[kind.kind]) {
      const WrittenMap written = kind.write == nullptr
                                     ? WriteStatement(node, surroundings_.language, links)
                                     : kind.write(node, links);
      YAML::Node entry;
      entry[links.Of(node.name)] = written.node();
      text += YAML::Dump(entry) + "\n";
      if (text.size() > kWrittenFileBytes) flush();
    }
    flush();
  }

  // The packs of what is linked to, and those that the pack's header names.
  absl::Status WriteHeader(const LinkWords& links) {
    std::set<std::string> required(surroundings_.required.begin(), surroundings_.required.end());
    for (const std::string& name : links.foreign()) {
      const size_t slash = name.find('/');
      if (slash != std::string::npos && name.substr(0, 4) != "doi:") {
        required.insert(name.substr(0, slash));
        continue;
      }
      EVIDENT_ASSIGN_OR_RETURN(const NodePtr node,
                               release_.GetNode(MakeNodeId(v1::NODE_KIND_REFERENCE, name)));
      if (node != nullptr) required.insert(node->pack());
    }
    WrittenMap map(links);
    map.Text("name", pack_);
    map.Text("label", surroundings_.label);
    map.Text("title", surroundings_.title);
    map.Text("language", surroundings_.language);
    YAML::Node list;
    for (const std::string& pack : required) list.push_back(pack);
    map.Part("requires", list);
    files_["pack.yaml"] = YAML::Dump(map.node()) + "\n";
    return absl::OkStatus();
  }

  absl::Status CheckReadsBack() const {
    const absl::StatusOr<Pack> read = ReadPack(files_, {&release_});
    if (!read.ok()) {
      const std::vector<Violation> violations = ErrorViolations(read.status());
      return violations.empty() ? read.status() : NotYaml(pack_, violations);
    }
    GraphDraft whole;
    for (const auto& [kind, nodes] : nodes_) {
      for (const NodeChange& node : nodes) {
        whole.nodes.push_back(*node.node);
        whole.edges.insert(whole.edges.end(), node.out.begin(), node.out.end());
      }
    }
    std::vector<Violation> violations;
    EVIDENT_ASSIGN_OR_RETURN(const Rows wanted, BuildRows(whole));
    EVIDENT_ASSIGN_OR_RETURN(const Rows found, BuildRows(read->draft));
    for (const auto& [kind, nodes] : nodes_) {
      for (const NodeChange& node : nodes) {
        if (!SameRows(MakeNodeId(*node.node), wanted, found)) {
          violations.push_back({node.name, "YAML does not give back all that it says"});
        }
      }
    }
    if (violations.empty() && (wanted.nodes != found.nodes || wanted.out != found.out)) {
      violations.push_back({pack_, "YAML gives back more than there is"});
    }
    return violations.empty() ? absl::OkStatus() : NotYaml(pack_, violations);
  }

  // The node's row and those of the edges that leave it.
  static bool SameRows(const NodeId& id, const Rows& a, const Rows& b) {
    const auto same = [&](const RowMap& left, const RowMap& right) {
      auto i = left.lower_bound(id.view());
      auto j = right.lower_bound(id.view());
      const auto of_node = [&](auto at, const RowMap& rows) {
        return at != rows.end() &&
               std::string_view(at->first).substr(0, id.view().size()) == id.view();
      };
      for (; of_node(i, left) && of_node(j, right); ++i, ++j) {
        if (*i != *j) return false;
      }
      return of_node(i, left) == of_node(j, right);
    };
    return same(a.nodes, b.nodes) && same(a.out, b.out);
  }

  const GraphReader& release_;
  const std::string& pack_;
  const PackSurroundings& surroundings_;
  std::map<v1::NodeKind, std::vector<NodeChange>> nodes_;
  std::vector<Violation> violations_;
  PackFiles files_;
};

}  // namespace

PackSurroundings SurroundingsOf(const PackFiles& files, const Pack& pack) {
  PackSurroundings surroundings{pack.label,    pack.title, pack.language,
                                pack.required, pack.slugs, {}};
  for (const auto& [path, content] : files) {
    if (path.substr(0, 6) == "cases/") surroundings.cases[path] = content;
  }
  return surroundings;
}

absl::StatusOr<PackFiles> WritePack(const GraphReader& release, const std::string& pack,
                                    const PackSurroundings& surroundings) {
  return PackWriting(release, pack, surroundings).Run();
}

}  // namespace evident::graph
