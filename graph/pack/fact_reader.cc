// Fact definitions.
#include <string>
#include <utility>
#include <vector>

#include "criteria/expression.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/node_id.h"
#include "graph/pack/criterion_reader.h"
#include "graph/pack/fact_values.h"
#include "graph/pack/readers.h"
#include "graph/pack/tables.h"

namespace evident::graph {
namespace {

void ReadUnit(MapCursor& map, v1::FactDefinition& fact) {
  fact.set_unit(map.Text("unit"));
  if (!map.Has("type")) return;
  if (fact.type() == v1::FACT_TYPE_DECIMAL && !map.Has("unit")) {
    map.Error("a decimal fact without \"unit\", which is required; \"1\" stands for a bare number");
  } else if (fact.type() != v1::FACT_TYPE_DECIMAL && map.Has("unit")) {
    map.Error("found \"unit\" on a fact that is not decimal");
  }
}

std::optional<v1::Value> ReadBound(MapCursor& map, std::string_view key,
                                   const v1::FactDefinition& fact) {
  const std::optional<Cursor> value = map.Find(key);
  if (!value || fact.type() == v1::FACT_TYPE_UNSPECIFIED) return std::nullopt;
  if (fact.type() != v1::FACT_TYPE_INTEGER && fact.type() != v1::FACT_TYPE_DECIMAL) {
    value->Error("found \"" + std::string(key) + "\"; only integer and decimal facts have it");
    return std::nullopt;
  }
  return ReadFactValue(*value, fact, /*check_bounds=*/false);
}

void ReadAllowedValue(const YamlEntry& entry, const Cursor& all, v1::FactDefinition& fact,
                      PackBuilder& builder) {
  const Cursor cursor = all.At(entry.value);
  v1::AllowedValue& value = *fact.add_allowed_values();
  value.set_slug(entry.key);
  if (!IsSlug(entry.key)) {
    cursor.Error("found the value \"" + entry.key +
                 "\"; expected a slug of a-z, 0-9, '.', '_', '-'");
  }
  if (entry.value.kind == YamlNode::Kind::kScalar) {
    value.set_display(cursor.Text().value_or(""));
    return;
  }
  MapCursor map(cursor, "an allowed value");
  value.set_display(map.NeedText("name"));
  if (const auto link = map.Find("concept")) {
    if (const auto target = builder.names().Resolve(*link, LinkTo::kConcept)) {
      value.set_concept_name(target->name);
    }
  }
  ReadCodes(map, value.mutable_codes());
  map.Finish();
}

void ReadAllowedValues(MapCursor& map, v1::FactDefinition& fact, PackBuilder& builder) {
  const std::optional<Cursor> values = map.Find("values");
  const bool coded = fact.type() == v1::FACT_TYPE_CODED;
  if (coded && !map.Has("values")) {
    map.Error("a coded fact without \"values\", which is required");
  }
  if (!values) return;
  if (!coded) values->Error("found \"values\" on a fact that is not coded");
  if (values->node().kind != YamlNode::Kind::kMap) {
    values->Error("found " + std::string(KindName(values->node().kind)) +
                  "; expected a map of slug to name");
  }
  for (const YamlEntry& entry : values->node().entries) {
    ReadAllowedValue(entry, *values, fact, builder);
  }
}

void ReadPhrases(MapCursor& map, v1::FactDefinition& fact, PackBuilder& builder) {
  const std::optional<Cursor> phrases = map.Find("phrases");
  if (!phrases) return;
  if (phrases->node().kind != YamlNode::Kind::kMap) {
    phrases->Error("found " + std::string(KindName(phrases->node().kind)) +
                   "; expected a map of words to facts");
  }
  for (const YamlEntry& entry : phrases->node().entries) {
    v1::Phrase& phrase = *fact.add_phrases();
    phrase.set_phrase(entry.key);
    for (v1::Fact& stated : ReadFacts(phrases->At(entry.value), "the facts of a phrase", builder)) {
      *phrase.add_facts() = std::move(stated);
    }
  }
}

// The criterion under `key`, with the facts that it makes `name` depend on.
std::optional<v1::Criterion> ReadRule(MapCursor& map, std::string_view key, const std::string& name,
                                      PackBuilder& builder) {
  std::optional<v1::Criterion> rule = ReadCriterion(map, key, builder);
  if (!rule) return rule;
  const absl::StatusOr<criteria::ExpressionPtr> tree = DecodeCriterion(*rule);
  if (!tree.ok()) return rule;
  for (const std::string& used : criteria::FactsOf(*tree)) {
    builder.AddOrdered({map.Find(key)->place(), kDerivation, name, used});
  }
  return rule;
}

void ReadDerivation(MapCursor& map, const std::string& name, v1::FactDefinition& fact,
                    PackBuilder& builder) {
  if (auto rule = ReadRule(map, "true_when", name, builder)) {
    *fact.mutable_true_when() = *std::move(rule);
  }
  if (auto rule = ReadRule(map, "false_when", name, builder)) {
    *fact.mutable_false_when() = *std::move(rule);
  }
  const bool derived = map.Has("true_when") || map.Has("false_when");
  if (derived && fact.type() != v1::FACT_TYPE_BOOLEAN) {
    map.Error("found a derivation on a fact that is not boolean");
  }
}

}  // namespace

v1::FactDefinition ReadFactType(const NodeCursor& node, PackBuilder& builder) {
  MapCursor map(node.value, "a fact");
  v1::FactDefinition fact;
  map.Need("type");
  fact.set_type(map.One<v1::FactType>("type", {"boolean", "integer", "decimal", "coded", "date"}));
  ReadUnit(map, fact);
  if (auto bound = ReadBound(map, "minimum", fact)) *fact.mutable_minimum() = *std::move(bound);
  if (auto bound = ReadBound(map, "maximum", fact)) *fact.mutable_maximum() = *std::move(bound);
  ReadAllowedValues(map, fact, builder);
  builder.PutFact(node.self.name, fact);
  return fact;
}

void ReadFact(const NodeCursor& node, v1::FactDefinition fact, PackBuilder& builder) {
  MapCursor map(node.value, "a fact");
  // These were read by ReadFactType.
  for (const char* key : {"type", "unit", "minimum", "maximum", "values"}) map.Skip(key);
  fact.set_display(map.NeedText("name"));
  fact.set_question(map.NeedText("question"));
  ReadCodes(map, fact.mutable_codes());
  for (std::string& label : map.Texts("labels")) fact.add_labels(std::move(label));
  fact.set_undefined_term(map.Boolean("undefined_term"));
  fact.set_note(map.Text("note"));
  ReadPhrases(map, fact, builder);
  ReadDerivation(map, node.self.name, fact, builder);
  map.Finish();
  v1::NodeRecord record;
  *record.mutable_fact() = std::move(fact);
  builder.AddNode(node, std::move(record));
}

}  // namespace evident::graph
