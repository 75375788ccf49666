#include "graph/pack/reader.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "base/suggest.h"
#include "graph/model/node_id.h"
#include "graph/pack/builder.h"
#include "graph/pack/case_table.h"
#include "graph/pack/cycles.h"
#include "graph/pack/foreign_links.h"
#include "graph/pack/pack_header.h"
#include "graph/pack/readers.h"
#include "graph/pack/tables.h"
#include "graph/pack/yaml_tree.h"

namespace evident::graph {
namespace {

constexpr std::string_view kHeaderFile = "pack.yaml";
constexpr std::string_view kCases = "cases";

struct Folder {
  std::string_view name;
  v1::NodeKind kind;
};

constexpr Folder kFolders[] = {
    {"guidelines", v1::NODE_KIND_GUIDELINE},
    {"statements", v1::NODE_KIND_STATEMENT},
    {"evidence", v1::NODE_KIND_EVIDENCE},
    {"studies", v1::NODE_KIND_STUDY},
    {"references", v1::NODE_KIND_REFERENCE},
    {"concepts", v1::NODE_KIND_CONCEPT},
    {"facts", v1::NODE_KIND_FACT},
    {"decision-points", v1::NODE_KIND_DECISION_POINT},
    {"propositions", v1::NODE_KIND_PROPOSITION},
    {"issuers", v1::NODE_KIND_ISSUER},
    {"boards", v1::NODE_KIND_BOARD},
    {"people", v1::NODE_KIND_PERSON},
    {kCases, v1::NODE_KIND_UNSPECIFIED},
};

bool EndsIn(std::string_view name, std::string_view extension) {
  return name.size() > extension.size() && name.substr(name.size() - extension.size()) == extension;
}

// The folder of a path like "statements/a.yaml"; null when it is no such path.
const Folder* FolderOf(std::string_view path) {
  const size_t slash = path.find('/');
  if (slash == path.npos || path.find('/', slash + 1) != path.npos) return nullptr;
  const std::string_view name = path.substr(slash + 1);
  for (const Folder& folder : kFolders) {
    if (path.substr(0, slash) != folder.name) continue;
    const bool fine = EndsIn(name, ".yaml") || (folder.name == kCases && EndsIn(name, ".csv"));
    return fine ? &folder : nullptr;
  }
  return nullptr;
}

void ReportPath(const std::string& path, PackErrors& errors) {
  std::vector<std::string> known = {std::string(kHeaderFile)};
  for (const Folder& folder : kFolders) known.push_back(std::string(folder.name) + "/");
  const std::string first = path.substr(0, path.find('/') + 1);
  errors.Add({path, 0, 0},
             "found a file that a pack does not have; expected pack.yaml, or .yaml files "
             "right in one of its folders (.csv too in cases/)" +
                 NearestHint(first.empty() ? path : first, known));
}

// One reading of one pack.
class PackReading {
 public:
  explicit PackReading(const PackContext& context) : context_(context) {}

  absl::StatusOr<Pack> Run(const PackFiles& files) {
    for (const auto& [path, bytes] : files) Parse(path, bytes);
    if (files.count(std::string(kHeaderFile)) == 0) {
      errors_.Add({std::string(kHeaderFile), 0, 0}, "found no pack.yaml; every pack has one");
    }
    // Links into files that did not parse would all be errors that hide the real one.
    EVIDENT_RETURN_IF_ERROR(errors_.ToStatus());
    const auto header_tree = trees_.find(std::string(kHeaderFile));
    PackHeader header = ReadHeader(Cursor(header_tree->second, header_tree->first, errors_));
    // Every name begins with the pack's: without one, everything else would be an error too.
    if (!IsSlug(header.name)) return errors_.ToStatus();
    NameTable names(header.name, header.RequiredNames(), context_.knowledge);
    EVIDENT_RETURN_IF_ERROR(CheckRequired(header, context_.knowledge, errors_));
    for (const auto& [path, tree] : trees_) Declare(path, tree, names);
    PackBuilder builder(names, header.language);
    std::vector<PackCase> cases = ReadAll(builder);
    EVIDENT_RETURN_IF_ERROR(CheckChains(builder.ordered(), header.name));
    if (!names.knowledge_status().ok()) {
      return Annotate(names.knowledge_status(),
                      "reading what the pack " + header.name + " requires");
    }
    EVIDENT_RETURN_IF_ERROR(errors_.ToStatus());
    Pack pack;
    pack.required = header.RequiredNames();
    pack.name = std::move(header.name);
    pack.label = std::move(header.label);
    pack.title = std::move(header.title);
    pack.language = std::move(header.language);
    pack.draft = builder.TakeDraft();
    pack.cases = std::move(cases);
    pack.places = builder.TakePlaces();
    pack.slugs = names.SlugsOfIdNames();
    return pack;
  }

 private:
  // Circles and chains that are too long, over links of other packs as well.
  absl::Status CheckChains(std::vector<OrderedLink> links, const std::string& pack) {
    if (context_.knowledge != nullptr) {
      auto foreign = ForeignLinks(links, pack, *context_.knowledge);
      if (!foreign.ok()) {
        return Annotate(foreign.status(), "following the links of the pack " + pack);
      }
      links.insert(links.end(), std::make_move_iterator(foreign->begin()),
                   std::make_move_iterator(foreign->end()));
    }
    CheckCycles(links, errors_);
    return absl::OkStatus();
  }

  void Parse(const std::string& path, const std::string& bytes) {
    if (path != kHeaderFile && FolderOf(path) == nullptr) {
      ReportPath(path, errors_);
      return;
    }
    std::optional<YamlNode> tree = EndsIn(path, ".csv") ? ParseCaseTable(path, bytes, errors_)
                                                        : ParseYaml(path, bytes, errors_);
    if (tree) trees_.emplace(path, *std::move(tree));
  }

  // Takes in the slugs of one file.
  void Declare(const std::string& path, const YamlNode& tree, NameTable& names) {
    const Folder* folder = FolderOf(path);
    if (folder == nullptr) return;
    if (tree.kind != YamlNode::Kind::kMap) {
      Cursor(tree, path, errors_)
          .Error("found " + std::string(KindName(tree.kind)) + "; expected a map of slug to node");
      return;
    }
    for (const YamlEntry& entry : tree.entries) {
      NodeCursor node{{folder->kind, {}, names.pack() + "/" + entry.key},
                      entry.key,
                      Cursor(entry.value, path, errors_)};
      if (folder->name == kCases) {
        DeclareCase(entry, path, node);
        continue;
      }
      PeekTarget(entry, path, names.pack(), node.self);
      names.Declare(entry.key, node.self, {path, entry.line, entry.column}, errors_);
      nodes_[folder->kind].push_back(std::move(node));
    }
  }

  void DeclareCase(const YamlEntry& entry, const std::string& path, const NodeCursor& node) {
    const PackPlace place{path, entry.line, entry.column};
    const auto [first, fresh] = case_places_.try_emplace(entry.key, place);
    if (!fresh) {
      errors_.Add(place, "found the case \"" + entry.key + "\" again; it is already at " +
                             first->second.ToString());
      return;
    }
    nodes_[v1::NODE_KIND_UNSPECIFIED].push_back(node);
  }

  // What links need of a node before it is read: its own reader reports what is wrong with these
  // keys.
  static void PeekTarget(const YamlEntry& entry, const std::string& path, const std::string& pack,
                         LinkTarget& target) {
    PackErrors ignored;
    MapCursor map(Cursor(entry.value, path, ignored), "");
    if (target.kind == v1::NODE_KIND_CONCEPT) target.concept_kind = ReadConceptKind(map);
    if (target.kind == v1::NODE_KIND_REFERENCE) {
      target.name = ReferenceName(pack, entry.key, ReadReferenceRecord(map));
    }
  }

  void ReadEach(v1::NodeKind kind, void (*read)(const NodeCursor&, PackBuilder&),
                PackBuilder& builder) {
    for (const NodeCursor& node : nodes_[kind]) read(node, builder);
  }

  std::vector<PackCase> ReadAll(PackBuilder& builder) {
    std::vector<v1::FactDefinition> types;
    for (const NodeCursor& node : nodes_[v1::NODE_KIND_FACT]) {
      types.push_back(ReadFactType(node, builder));
    }
    for (size_t i = 0; i < types.size(); ++i) {
      ReadFact(nodes_[v1::NODE_KIND_FACT][i], std::move(types[i]), builder);
    }
    ReadEach(v1::NODE_KIND_ISSUER, ReadIssuer, builder);
    ReadEach(v1::NODE_KIND_BOARD, ReadBoard, builder);
    ReadEach(v1::NODE_KIND_PERSON, ReadPerson, builder);
    ReadEach(v1::NODE_KIND_PROPOSITION, ReadProposition, builder);
    ReadEach(v1::NODE_KIND_CONCEPT, ReadConcept, builder);
    ReadEach(v1::NODE_KIND_REFERENCE, ReadReference, builder);
    ReadEach(v1::NODE_KIND_STUDY, ReadStudy, builder);
    ReadEach(v1::NODE_KIND_GUIDELINE, ReadGuideline, builder);
    ReadEach(v1::NODE_KIND_EVIDENCE, ReadEvidence, builder);
    ReadDecisionPoints(nodes_[v1::NODE_KIND_DECISION_POINT], builder);
    ReadStatements(nodes_[v1::NODE_KIND_STATEMENT], builder);
    return ReadCases(nodes_[v1::NODE_KIND_UNSPECIFIED], builder);
  }

  const PackContext& context_;
  PackErrors errors_;
  std::map<std::string, YamlNode> trees_;  // by path; cursors point into it
  std::map<v1::NodeKind, std::vector<NodeCursor>> nodes_;
  std::map<std::string, PackPlace> case_places_;
};

}  // namespace

absl::StatusOr<Pack> ReadPack(const PackFiles& files, const PackContext& context) {
  size_t bytes = 0;
  for (const auto& [path, content] : files) bytes += content.size();
  if (files.size() > kPackFilesMax || bytes > kPackBytesMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "PACK_TOO_LARGE",
                     "reading a pack of " + std::to_string(files.size()) + " files and " +
                         std::to_string(bytes) + " bytes; the limits are " +
                         std::to_string(kPackFilesMax) + " files and " +
                         std::to_string(kPackBytesMax) + " bytes");
  }
  return PackReading(context).Run(files);
}

}  // namespace evident::graph
