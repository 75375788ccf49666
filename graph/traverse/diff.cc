#include "graph/traverse/diff.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/encoding.h"
#include "base/status.h"
#include "criteria/print.h"
#include "criteria/value.h"
#include "google/protobuf/text_format.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/node_id.h"
#include "graph/model/words.h"

namespace evident::graph {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// What is read as one value rather than field by field; nullopt for everything else.
std::optional<std::string> AsText(const Message& message) {
  if (const auto* const criterion = dynamic_cast<const v1::Criterion*>(&message)) {
    const auto tree = DecodeCriterion(*criterion);
    if (!tree.ok()) return ShortText(message);
    return *tree == nullptr ? "" : criteria::Print(*tree, criteria::Names::kFull);
  }
  if (const auto* const decimal = dynamic_cast<const v1::Decimal*>(&message)) {
    return InWords(*decimal);
  }
  if (const auto* const quantity = dynamic_cast<const v1::Quantity*>(&message)) {
    return (quantity->approximate() ? "~" : "") + InWords(quantity->value()) +
           (quantity->unit().empty() ? "" : " " + quantity->unit());
  }
  if (const auto* const value = dynamic_cast<const v1::Value*>(&message)) {
    const auto decoded = DecodeValue(*value);
    return decoded.ok() ? criteria::ToString(*decoded) : ShortText(message);
  }
  return std::nullopt;
}

class FieldDiffer {
 public:
  std::vector<v1::FieldChange> Take() { return std::move(changes_); }

  void Compare(const Message& before, const Message& after, const std::string& path) {
    const google::protobuf::Descriptor& type = *before.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const std::string at = path.empty() ? field.name() : path + "." + field.name();
      if (field.is_repeated()) {
        CompareList(before, after, field, at);
      } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        CompareMessages(Sub(before, field), Sub(after, field), at);
      } else {
        Put(at, One(before, field), One(after, field));
      }
    }
  }

 private:
  static const Message* Sub(const Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    return reflection.HasField(message, &field) ? &reflection.GetMessage(message, &field) : nullptr;
  }

  void CompareMessages(const Message* before, const Message* after, const std::string& at) {
    if (before == nullptr && after == nullptr) return;
    const Message& any = before != nullptr ? *before : *after;
    if (const std::optional<std::string> text = AsText(any); text.has_value()) {
      return Put(at, before == nullptr ? "" : *AsText(*before),
                 after == nullptr ? "" : *AsText(*after));
    }
    const std::unique_ptr<Message> none(any.New());
    const size_t found = changes_.size();
    Compare(before == nullptr ? *none : *before, after == nullptr ? *none : *after, at);
    // There and empty is not the same as not there.
    if (changes_.size() == found && (before == nullptr) != (after == nullptr)) {
      Put(at, before == nullptr ? "" : "{}", after == nullptr ? "" : "{}");
    }
  }

  void CompareList(const Message& before, const Message& after, const FieldDescriptor& field,
                   const std::string& at) {
    const Reflection& reflection = *before.GetReflection();
    const int old_size = reflection.FieldSize(before, &field);
    const int new_size = reflection.FieldSize(after, &field);
    for (int i = 0; i < std::max(old_size, new_size); ++i) {
      const std::string item = at + "[" + std::to_string(i) + "]";
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        CompareMessages(i < old_size ? &reflection.GetRepeatedMessage(before, &field, i) : nullptr,
                        i < new_size ? &reflection.GetRepeatedMessage(after, &field, i) : nullptr,
                        item);
      } else {
        Put(item, i < old_size ? Text(before, field, i) : "",
            i < new_size ? Text(after, field, i) : "");
      }
    }
  }

  static std::string One(const Message& message, const FieldDescriptor& field) {
    return message.GetReflection()->HasField(message, &field) ? Text(message, field, -1) : "";
  }

  static std::string Text(const Message& message, const FieldDescriptor& field, int index) {
    if (field.type() == FieldDescriptor::TYPE_BYTES) {
      std::string scratch;
      const Reflection& reflection = *message.GetReflection();
      return HexEncode(
          index < 0 ? reflection.GetStringReference(message, &field, &scratch)
                    : reflection.GetRepeatedStringReference(message, &field, index, &scratch));
    }
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      const Reflection& reflection = *message.GetReflection();
      return index < 0 ? reflection.GetString(message, &field)
                       : reflection.GetRepeatedString(message, &field, index);
    }
    std::string text;
    google::protobuf::TextFormat::PrintFieldValueToString(message, &field, index, &text);
    return text;
  }

  void Put(const std::string& path, const std::string& before, const std::string& after) {
    if (before == after) return;
    v1::FieldChange& change = changes_.emplace_back();
    change.set_path(path);
    change.set_before(before);
    change.set_after(after);
  }

  std::vector<v1::FieldChange> changes_;
};

using EdgesByEnd = std::map<std::pair<v1::EdgeKind, NodeId>, std::vector<EdgeRecordPtr>>;

absl::StatusOr<EdgesByEnd> EdgesOf(const GraphReader& reader, const NodeId& id) {
  EdgesByEnd found;
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Edge> edges, reader.Out(id, std::nullopt));
  for (const Edge& edge : edges) found[{edge.kind, edge.dst}].push_back(edge.record);
  return found;
}

bool Equal(const EdgeRecordPtr& a, const EdgeRecordPtr& b) {
  return a->SerializeAsString() == b->SerializeAsString();
}

// Takes away what stands in both.
void Cancel(std::vector<EdgeRecordPtr>& before, std::vector<EdgeRecordPtr>& after) {
  std::erase_if(before, [&](const EdgeRecordPtr& one) {
    const auto same = std::find_if(after.begin(), after.end(),
                                   [&](const EdgeRecordPtr& other) { return Equal(one, other); });
    if (same == after.end()) return false;
    after.erase(same);
    return true;
  });
}

absl::StatusOr<std::string> NameOf(const GraphReader& before, const GraphReader& after,
                                   const NodeId& id) {
  for (const GraphReader* const reader : {&after, &before}) {
    EVIDENT_ASSIGN_OR_RETURN(const NodePtr node, reader->GetNode(id));
    if (node != nullptr) return node->name();
  }
  return MakeError(absl::StatusCode::kDataLoss, "EDGE_DANGLING",
                   "an edge leads to " + HexEncode(id.view()) + ", which is in neither release");
}

absl::Status DiffEdges(const GraphReader& before, const GraphReader& after, const NodeId& id,
                       v1::NodeDifference& difference) {
  EVIDENT_ASSIGN_OR_RETURN(EdgesByEnd old_edges, EdgesOf(before, id));
  EVIDENT_ASSIGN_OR_RETURN(EdgesByEnd new_edges, EdgesOf(after, id));
  std::set<EdgesByEnd::key_type> ends;
  for (const auto* const edges : {&old_edges, &new_edges}) {
    for (const auto& [end, records] : *edges) ends.insert(end);
  }
  static const v1::EdgeRecord* const none = new v1::EdgeRecord();
  for (const auto& end : ends) {
    std::vector<EdgeRecordPtr>& gone = old_edges[end];
    std::vector<EdgeRecordPtr>& fresh = new_edges[end];
    Cancel(gone, fresh);
    for (size_t i = 0; i < std::max(gone.size(), fresh.size()); ++i) {
      v1::EdgeChange& change = *difference.add_edges();
      change.set_change(i >= gone.size()    ? v1::CHANGE_KIND_ADDED
                        : i >= fresh.size() ? v1::CHANGE_KIND_REMOVED
                                            : v1::CHANGE_KIND_CHANGED);
      change.set_kind(end.first);
      EVIDENT_ASSIGN_OR_RETURN(std::string name, NameOf(before, after, end.second));
      change.set_target(std::move(name));
      for (v1::FieldChange& field :
           DiffFields(i < gone.size() ? *gone[i] : *none, i < fresh.size() ? *fresh[i] : *none)) {
        *change.add_fields() = std::move(field);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<v1::FieldChange> DiffFields(const Message& before, const Message& after) {
  FieldDiffer differ;
  differ.Compare(before, after, "");
  return differ.Take();
}

absl::StatusOr<std::optional<v1::NodeDifference>> DiffNode(const GraphReader& before,
                                                           const GraphReader& after,
                                                           const NodeId& id) {
  EVIDENT_ASSIGN_OR_RETURN(const NodePtr old_node, before.GetNode(id));
  EVIDENT_ASSIGN_OR_RETURN(const NodePtr new_node, after.GetNode(id));
  v1::NodeDifference difference;
  if (old_node == nullptr && new_node == nullptr) return std::optional<v1::NodeDifference>();
  const v1::NodeRecord& any = new_node == nullptr ? *old_node : *new_node;
  difference.set_name(any.name());
  difference.set_kind(KindOf(any));
  difference.set_change(old_node == nullptr   ? v1::CHANGE_KIND_ADDED
                        : new_node == nullptr ? v1::CHANGE_KIND_REMOVED
                                              : v1::CHANGE_KIND_CHANGED);
  static const v1::NodeRecord* const none = new v1::NodeRecord();
  for (v1::FieldChange& field : DiffFields(old_node == nullptr ? *none : *old_node,
                                           new_node == nullptr ? *none : *new_node)) {
    *difference.add_fields() = std::move(field);
  }
  EVIDENT_RETURN_IF_ERROR(DiffEdges(before, after, id, difference));
  if (difference.fields().empty() && difference.edges().empty()) {
    return std::optional<v1::NodeDifference>();
  }
  return std::optional<v1::NodeDifference>(std::move(difference));
}

absl::StatusOr<std::vector<NodeId>> NodesOfEither(const GraphReader& before,
                                                  const GraphReader& after,
                                                  std::optional<v1::NodeKind> kind) {
  const std::vector<v1::NodeKind> kinds =
      kind.has_value() ? std::vector<v1::NodeKind>{*kind} : NodeKinds();
  std::vector<NodeId> all;
  for (const v1::NodeKind one : kinds) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> old_ids, before.Nodes(one));
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<NodeId> new_ids, after.Nodes(one));
    std::set_union(old_ids.begin(), old_ids.end(), new_ids.begin(), new_ids.end(),
                   std::back_inserter(all));
  }
  return all;
}

}  // namespace evident::graph
