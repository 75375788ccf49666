#include "graph/model/naive_reader.h"

#include <algorithm>
#include <tuple>

#include "base/encoding.h"
#include "base/unicode.h"
#include "graph/model/node_id.h"

namespace evident::graph {
namespace {

// Every kind that the schema knows, also those to come.
std::vector<v1::NodeKind> AllKinds() {
  std::vector<v1::NodeKind> kinds;
  const google::protobuf::EnumDescriptor& names = *v1::NodeKind_descriptor();
  for (int i = 0; i < names.value_count(); ++i) {
    const auto kind = static_cast<v1::NodeKind>(names.value(i)->number());
    if (kind != v1::NODE_KIND_UNSPECIFIED) kinds.push_back(kind);
  }
  return kinds;
}

std::string LengthAnd(std::string_view bytes) {
  std::string out;
  AppendU32(out, static_cast<uint32_t>(bytes.size()));
  return out.append(bytes);
}

std::string EdgeKey(const Edge& edge) {
  std::string key(edge.src.view());
  AppendU16(key, static_cast<uint16_t>(edge.kind));
  key += edge.dst.view();
  AppendU16(key, edge.ordinal);
  return key;
}

// Index terms, the slow way.
std::set<std::pair<Index, std::string>> TermsOf(const v1::NodeRecord& node) {
  std::set<std::pair<Index, std::string>> terms;
  const bool is_doi = node.name().rfind("doi:", 0) == 0;
  const size_t slash = is_doi ? std::string::npos : node.name().find('/');
  terms.emplace(Index::kSlug,
                slash == std::string::npos ? node.name() : node.name().substr(slash + 1));
  std::vector<std::string> words = {node.clinical_concept().display(), node.fact().display()};
  for (const auto& word : node.clinical_concept().synonyms()) words.push_back(word);
  for (const auto& word : node.fact().labels()) words.push_back(word);
  for (const auto& phrase : node.fact().phrases()) words.push_back(phrase.phrase());
  for (const auto& word : words) {
    if (!word.empty()) terms.emplace(Index::kWords, Fold(word));
  }
  for (const auto* codes : {&node.clinical_concept().codes(), &node.fact().codes()}) {
    for (const auto& code : *codes) terms.emplace(Index::kCode, code.system() + "|" + code.code());
  }
  return terms;
}

std::string Show(const std::vector<Edge>& edges) {
  std::string text;
  for (const Edge& edge : edges) {
    text += HexEncode(EdgeKey(edge)) + "=" + HexEncode(edge.record->SerializeAsString()) + "\n";
  }
  return text;
}

std::string Show(const std::vector<NodeId>& ids) {
  std::string text;
  for (const NodeId& id : ids) text += HexEncode(id.view()) + "\n";
  return text;
}

std::string Show(const NodePtr& node) {
  return node == nullptr ? "none" : HexEncode(node->SerializeAsString());
}
std::string Show(const Digest& digest) { return digest.Hex(); }

// NOT_FOUND is an answer; every other error is a difference of its own.
template <typename T>
std::string Compare(const std::string& what, const absl::StatusOr<T>& a,
                    const absl::StatusOr<T>& b) {
  if (!a.ok() && !b.ok() && absl::IsNotFound(a.status()) && absl::IsNotFound(b.status())) return "";
  const std::string left = a.ok() ? Show(*a) : a.status().ToString();
  const std::string right = b.ok() ? Show(*b) : b.status().ToString();
  if (a.ok() && b.ok() && left == right) return "";
  return what + ":\n" + left + "\nagainst\n" + right;
}

std::string CompareNode(const GraphReader& a, const GraphReader& b, const NodeId& id) {
  const std::string name = HexEncode(id.view());
  std::string found = Compare("node " + name, a.GetNode(id), b.GetNode(id));
  if (found.empty()) found = Compare("digest " + name, a.NodeDigest(id), b.NodeDigest(id));
  if (found.empty()) found = Compare("out " + name, a.Out(id, {}), b.Out(id, {}));
  if (found.empty()) found = Compare("in " + name, a.In(id, {}), b.In(id, {}));
  for (const v1::EdgeKind kind : {v1::EDGE_KIND_CITES, v1::EDGE_KIND_IS_A, v1::EDGE_KIND_PART_OF}) {
    const std::string of = name + " " + v1::EdgeKind_Name(kind);
    if (found.empty()) found = Compare("out " + of, a.Out(id, kind), b.Out(id, kind));
    if (found.empty()) found = Compare("in " + of, a.In(id, kind), b.In(id, kind));
  }
  return found;
}

}  // namespace

std::vector<Edge> NaiveReader::AllEdges() const {
  std::vector<Edge> edges;
  for (const EdgeDraft& draft : draft_.edges) {
    Edge edge{MakeNodeId(draft.src_kind, draft.src), draft.kind,
              MakeNodeId(draft.dst_kind, draft.dst), 0,
              std::make_shared<v1::EdgeRecord>(draft.record)};
    for (const EdgeDraft& other : draft_.edges) {
      const bool parallel =
          std::tie(other.src_kind, other.src, other.kind, other.dst_kind, other.dst) ==
          std::tie(draft.src_kind, draft.src, draft.kind, draft.dst_kind, draft.dst);
      if (parallel && other.record.SerializeAsString() < draft.record.SerializeAsString()) {
        ++edge.ordinal;
      }
    }
    edges.push_back(std::move(edge));
  }
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return EdgeKey(a) < EdgeKey(b); });
  return edges;
}

absl::StatusOr<NodePtr> NaiveReader::GetNode(const NodeId& id) const {
  for (const v1::NodeRecord& node : draft_.nodes) {
    if (MakeNodeId(node) == id) return std::make_shared<v1::NodeRecord>(node);
  }
  return NodePtr();
}

absl::StatusOr<std::vector<Edge>> NaiveReader::Out(const NodeId& src,
                                                   std::optional<v1::EdgeKind> kind) const {
  std::vector<Edge> edges = AllEdges();
  std::erase_if(edges, [&](const Edge& edge) {
    return edge.src != src || (kind.has_value() && edge.kind != *kind);
  });
  return edges;
}

absl::StatusOr<std::vector<Edge>> NaiveReader::In(const NodeId& dst,
                                                  std::optional<v1::EdgeKind> kind) const {
  std::vector<Edge> edges = AllEdges();
  std::erase_if(edges, [&](const Edge& edge) {
    return edge.dst != dst || (kind.has_value() && edge.kind != *kind);
  });
  std::stable_sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return std::tie(a.kind, a.src, a.ordinal) < std::tie(b.kind, b.src, b.ordinal);
  });
  return edges;
}

absl::StatusOr<std::vector<NodeId>> NaiveReader::Nodes(v1::NodeKind kind) const {
  std::set<NodeId> ids;
  for (const v1::NodeRecord& node : draft_.nodes) {
    if (KindOf(node) == kind) ids.insert(MakeNodeId(node));
  }
  return std::vector<NodeId>(ids.begin(), ids.end());
}

absl::StatusOr<std::vector<NodeId>> NaiveReader::Find(Index index, std::string_view term) const {
  std::set<NodeId> ids;
  for (const v1::NodeRecord& node : draft_.nodes) {
    if (TermsOf(node).count({index, std::string(term)}) != 0) ids.insert(MakeNodeId(node));
  }
  return std::vector<NodeId>(ids.begin(), ids.end());
}

absl::StatusOr<Digest> NaiveReader::NodeDigest(const NodeId& id) const {
  const absl::StatusOr<NodePtr> node = GetNode(id);
  if (!node.ok() || *node == nullptr) return absl::NotFoundError("no such node");
  std::string rows = LengthAnd(id.view()) + LengthAnd((*node)->SerializeAsString());
  for (const Edge& edge : AllEdges()) {
    if (edge.src != id || edge.kind == v1::EDGE_KIND_REVIEWED_BY) continue;
    rows += LengthAnd(EdgeKey(edge)) + LengthAnd(edge.record->SerializeAsString());
  }
  return Sha256(rows);
}

void Questions::Add(const GraphDraft& draft) {
  for (const v1::NodeRecord& node : draft.nodes) {
    ids.insert(MakeNodeId(node));
    terms.merge(TermsOf(node));
  }
}

std::string FirstDifference(const GraphReader& a, const GraphReader& b,
                            const Questions& questions) {
  if (a.release().SerializeAsString() != b.release().SerializeAsString()) return "release";
  std::string found;
  for (const NodeId& id : questions.ids) {
    if (found.empty()) found = CompareNode(a, b, id);
  }
  for (const v1::NodeKind kind : AllKinds()) {
    if (found.empty()) found = Compare(v1::NodeKind_Name(kind), a.Nodes(kind), b.Nodes(kind));
  }
  for (const auto& [index, term] : questions.terms) {
    if (found.empty()) found = Compare("find " + term, a.Find(index, term), b.Find(index, term));
  }
  return found;
}

}  // namespace evident::graph
