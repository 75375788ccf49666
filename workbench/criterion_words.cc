#include "workbench/criterion_words.h"

#include <string_view>
#include <vector>

#include "criteria/expression.h"
#include "criteria/value.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/node_id.h"
#include "graph/model/words.h"

namespace evident::workbench {
namespace {

using criteria::Expression;
using criteria::ExpressionPtr;

class Wording {
 public:
  explicit Wording(const graph::GraphReader& release) : release_(release) {}

  std::string Of(const Expression& node) const {
    switch (node.kind) {
      case criteria::NodeKind::kAllOf:
        return Join(node.parts, ", and ");
      case criteria::NodeKind::kAnyOf:
        return Join(node.parts, ", or ");
      case criteria::NodeKind::kNot:
        return node.parts[0]->is_leaf() ? "not (" + Of(*node.parts[0]) + ")"
                                        : "it is not so that " + Inner(*node.parts[0]);
      case criteria::NodeKind::kComparison:
        return Comparison(node);
      case criteria::NodeKind::kRange:
        return Fact(node) + " is " + (node.low_exclusive ? "above " : "from ") +
               ValueOf(node, node.low) + (node.high_exclusive ? " and below " : " up to ") +
               ValueOf(node, node.high);
      case criteria::NodeKind::kIsA:
        return Fact(node) + " is " + NameOf(v1::NODE_KIND_CONCEPT, node.concept_name) +
               " or a kind of it";
      case criteria::NodeKind::kWithin:
        return Fact(node) + " was within the last " + std::to_string(node.amount) + " " +
               UnitOf(node);
      case criteria::NodeKind::kKnown:
        return Fact(node) + " is known";
    }
    return "";
  }

 private:
  static std::string UnitOf(const Expression& node) {
    static constexpr std::string_view kUnits[] = {"day", "week", "month", "year"};
    return std::string(kUnits[static_cast<size_t>(node.unit)]) + (node.amount == 1 ? "" : "s");
  }

  std::string Inner(const Expression& node) const {
    const bool group =
        node.kind == criteria::NodeKind::kAllOf || node.kind == criteria::NodeKind::kAnyOf;
    return group && node.parts.size() > 1 ? "(" + Of(node) + ")" : Of(node);
  }

  std::string Join(const std::vector<ExpressionPtr>& parts, std::string_view between) const {
    std::string text;
    for (const ExpressionPtr& part : parts) {
      if (!text.empty()) text += between;
      text += Inner(*part);
    }
    return text;
  }

  graph::NodePtr Node(v1::NodeKind kind, const std::string& name) const {
    const absl::StatusOr<graph::NodePtr> node = release_.GetNode(graph::MakeNodeId(kind, name));
    return node.ok() ? *node : nullptr;
  }

  std::string NameOf(v1::NodeKind kind, const std::string& name) const {
    const graph::NodePtr node = Node(kind, name);
    return node == nullptr ? name : graph::TitleOf(*node);
  }

  std::string Fact(const Expression& node) const { return NameOf(v1::NODE_KIND_FACT, node.fact); }

  // A coded value by the words of its definition, a decimal with its unit.
  std::string ValueOf(const Expression& node, const criteria::Value& value) const {
    const v1::Value encoded = graph::EncodeValue(value);
    const graph::NodePtr fact = Node(v1::NODE_KIND_FACT, node.fact);
    if (fact != nullptr && encoded.kind_case() == v1::Value::kCoded) {
      for (const v1::AllowedValue& allowed : fact->fact().allowed_values()) {
        if (allowed.slug() == encoded.coded()) return allowed.display();
      }
    }
    return graph::InWords(encoded);
  }

  std::string Comparison(const Expression& node) const {
    const v1::Value value = graph::EncodeValue(node.value);
    if (value.kind_case() == v1::Value::kBoolean) {
      const bool holds = value.boolean() == (node.op == criteria::Operator::kEqual);
      return holds ? Fact(node) : "not: " + Fact(node);
    }
    static constexpr std::string_view kWords[] = {" is ",         " is not ",   " is below ",
                                                  " is at most ", " is above ", " is at least "};
    return Fact(node) + std::string(kWords[static_cast<size_t>(node.op)]) +
           ValueOf(node, node.value);
  }

  const graph::GraphReader& release_;
};

}  // namespace

std::string CriterionInWords(const v1::Criterion& criterion, const graph::GraphReader& release) {
  const absl::StatusOr<ExpressionPtr> tree = graph::DecodeCriterion(criterion);
  if (!tree.ok()) return graph::ShortText(criterion);
  return *tree == nullptr ? "" : Wording(release).Of(**tree);
}

}  // namespace evident::workbench
