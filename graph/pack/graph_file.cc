#include "graph/pack/graph_file.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/status.h"
#include "evident/v1/graph_file.pb.h"

namespace evident::graph {
namespace {

constexpr uint32_t kFormat = 1;
constexpr int kGroupTargetsMax = 8192;  // so that blocks stay small
constexpr int kVarintBytesMax = 5;      // of a length below 2^32

void AppendBlock(std::string& file, const v1::GraphFileBlock& block) {
  for (size_t length = block.ByteSizeLong(); true; length >>= 7) {
    const bool more = length >= 0x80;
    file += static_cast<char>((length & 0x7f) | (more ? 0x80 : 0));
    if (!more) break;
  }
  block.AppendToString(&file);
}

bool SameGroup(const BulkEdge& a, const BulkEdge& b) {
  return a.source == b.source && a.kind == b.kind && a.record == b.record;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  absl::StatusOr<BulkGraph> Run() {
    EVIDENT_RETURN_IF_ERROR(ReadHeader());
    while (!ended_) {
      EVIDENT_RETURN_IF_ERROR(Next());
      EVIDENT_RETURN_IF_ERROR(Take());
    }
    begin_ = at_;
    if (at_ != bytes_.size()) return Wrong("nothing may follow the end");
    return std::move(graph_);
  }

 private:
  absl::Status Wrong(const std::string& why) const {
    return MakeError(absl::StatusCode::kInvalidArgument, "GRAPH_FILE_INVALID",
                     "graph file, block " + std::to_string(number_) + " at byte " +
                         std::to_string(begin_) + ": " + why);
  }

  // Reads the next block.
  absl::Status Next() {
    begin_ = at_;
    if (at_ == bytes_.size()) return Wrong("the file ends without its end block");
    ++number_;
    uint64_t length = 0;
    for (int i = 0; true; ++i) {
      if (at_ == bytes_.size() || i == kVarintBytesMax) return Wrong("its length is cut off");
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      length |= uint64_t{byte & 0x7fu} << (7 * i);
      if (byte < 0x80) break;
    }
    if (length > bytes_.size() - at_) return Wrong("it is cut off");
    if (!block_.ParseFromArray(bytes_.data() + at_, static_cast<int>(length))) {
      return Wrong("it is no block of a graph file");
    }
    at_ += length;
    return absl::OkStatus();
  }

  absl::Status ReadHeader() {
    EVIDENT_RETURN_IF_ERROR(Next());
    if (!block_.has_header()) return Wrong("a graph file begins with its header");
    header_ = block_.header();
    if (header_.format() > kFormat) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "GRAPH_FILE_NEWER",
                       "the graph file has format " + std::to_string(header_.format()) +
                           "; this program reads " + std::to_string(kFormat));
    }
    if (header_.format() == 0) return Wrong("the header names no format");
    if (header_.nodes() + header_.foreign_nodes() > std::numeric_limits<uint32_t>::max() ||
        header_.edges() > std::numeric_limits<uint32_t>::max()) {
      return Wrong("it announces more nodes or edges than places can name");
    }
    graph_.pack = header_.pack();
    graph_.label = header_.label();
    return absl::OkStatus();
  }

  absl::Status Take() {
    switch (block_.block_case()) {
      case v1::GraphFileBlock::kNode:
        if (!graph_.foreign.empty() || !graph_.edges.empty()) return Wrong("nodes come first");
        graph_.nodes.push_back(
            std::make_shared<const v1::NodeRecord>(std::move(*block_.mutable_node())));
        return absl::OkStatus();
      case v1::GraphFileBlock::kForeignNode:
        if (!graph_.edges.empty()) return Wrong("names of other nodes come before edges");
        graph_.foreign.emplace_back(block_.foreign_node().kind(), block_.foreign_node().name());
        return absl::OkStatus();
      case v1::GraphFileBlock::kEdges:
        return TakeEdges(block_.edges());
      case v1::GraphFileBlock::kEnd:
        return TakeEnd(block_.end());
      default:
        return Wrong("neither a node, a foreign node, edges nor the end");
    }
  }

  absl::Status TakeEdges(const v1::EdgeGroup& group) {
    if (group.source() >= graph_.nodes.size()) {
      return Wrong("edges leave node " + std::to_string(group.source()) + " of " +
                   std::to_string(graph_.nodes.size()));
    }
    const auto kind = static_cast<uint32_t>(group.kind());
    if (kind == 0 || kind > std::numeric_limits<uint16_t>::max()) {
      return Wrong("the edges have no kind");
    }
    if (group.targets().empty()) return Wrong("the edges lead nowhere");
    const uint32_t record = RecordOf(group.record());
    for (const uint32_t target : group.targets()) {
      if (target >= graph_.nodes.size() + graph_.foreign.size()) {
        return Wrong("an edge leads to node " + std::to_string(target) + " of " +
                     std::to_string(graph_.nodes.size() + graph_.foreign.size()));
      }
      graph_.edges.push_back({group.source(), target, record, static_cast<uint16_t>(kind)});
    }
    return absl::OkStatus();
  }

  uint32_t RecordOf(const v1::EdgeRecord& record) {
    const auto [place, fresh] = records_.try_emplace(record.SerializeAsString(),
                                                     static_cast<uint32_t>(graph_.records.size()));
    if (fresh) graph_.records.push_back(std::make_shared<const v1::EdgeRecord>(record));
    return place->second;
  }

  absl::Status TakeEnd(const v1::GraphFileEnd& end) {
    if (graph_.nodes.size() != header_.nodes() ||
        graph_.foreign.size() != header_.foreign_nodes() ||
        graph_.edges.size() != header_.edges()) {
      return Wrong("there were " + std::to_string(graph_.nodes.size()) + " nodes, " +
                   std::to_string(graph_.foreign.size()) + " foreign nodes and " +
                   std::to_string(graph_.edges.size()) + " edges, but the header announced " +
                   std::to_string(header_.nodes()) + ", " +
                   std::to_string(header_.foreign_nodes()) + " and " +
                   std::to_string(header_.edges()));
    }
    const Digest digest = Sha256(bytes_.substr(0, begin_));
    if (end.sha256() != digest.view()) {
      return Wrong("its digest is not that of the bytes before, " + digest.Hex());
    }
    ended_ = true;
    return absl::OkStatus();
  }

  const std::string_view bytes_;
  size_t at_ = 0;
  size_t begin_ = 0;     // of the block
  uint64_t number_ = 0;  // of the block, from 1
  bool ended_ = false;
  v1::GraphFileBlock block_;
  v1::GraphFileHeader header_;
  BulkGraph graph_;
  absl::flat_hash_map<std::string, uint32_t> records_;
};

}  // namespace

std::string WriteGraphFile(const BulkGraph& graph) {
  std::string file;
  v1::GraphFileBlock block;
  v1::GraphFileHeader& header = *block.mutable_header();
  header.set_format(kFormat);
  header.set_pack(graph.pack);
  header.set_label(graph.label);
  header.set_nodes(graph.nodes.size());
  header.set_foreign_nodes(graph.foreign.size());
  header.set_edges(graph.edges.size());
  AppendBlock(file, block);
  for (const NodePtr& node : graph.nodes) {
    *block.mutable_node() = *node;
    AppendBlock(file, block);
  }
  for (const auto& [kind, name] : graph.foreign) {
    block.mutable_foreign_node()->set_kind(kind);
    block.mutable_foreign_node()->set_name(name);
    AppendBlock(file, block);
  }
  for (size_t i = 0; i < graph.edges.size();) {
    const BulkEdge& first = graph.edges[i];
    v1::EdgeGroup& group = *block.mutable_edges();
    group.Clear();
    group.set_source(first.source);
    group.set_kind(static_cast<v1::EdgeKind>(first.kind));
    const v1::EdgeRecord& record = *graph.records[first.record];
    if (record.ByteSizeLong() > 0) *group.mutable_record() = record;
    for (; i < graph.edges.size() && SameGroup(graph.edges[i], first) &&
           group.targets_size() < kGroupTargetsMax;
         ++i) {
      group.add_targets(graph.edges[i].target);
    }
    AppendBlock(file, block);
  }
  const Digest digest = Sha256(file);
  block.mutable_end()->set_sha256(std::string(digest.view()));
  AppendBlock(file, block);
  return file;
}

absl::StatusOr<BulkGraph> ReadGraphFile(std::string_view bytes) { return Reader(bytes).Run(); }

}  // namespace evident::graph
