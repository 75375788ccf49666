#include "graph/pack/fact_values.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/decimal.h"

namespace evident::graph {
namespace {

Decimal FromProto(const v1::Decimal& value) { return {value.unscaled(), value.scale()}; }

// Order of two values of one type that has bounds.
std::strong_ordering Order(const v1::Value& a, const v1::Value& b) {
  switch (a.kind_case()) {
    case v1::Value::kInteger:
      return a.integer() <=> b.integer();
    case v1::Value::kDecimal:
      return Compare(FromProto(a.decimal().value()), FromProto(b.decimal().value()));
    case v1::Value::kDate:
      return a.date().compare(b.date()) <=> 0;
    default:
      return std::strong_ordering::equal;
  }
}

std::optional<v1::Value> ReadDecimal(const Cursor& cursor, const std::string& unit) {
  const std::string& text = cursor.node().text;
  std::optional<v1::Quantity> quantity;
  if (text.find(' ') != text.npos) {
    quantity = cursor.Quantity();
    if (!quantity) return std::nullopt;
    if (quantity->unit() != unit || quantity->approximate()) {
      cursor.Error("found \"" + text + "\"; expected a number in " + unit);
      return std::nullopt;
    }
  } else {
    std::optional<v1::Decimal> number = cursor.Number();
    if (!number) return std::nullopt;
    *quantity.emplace().mutable_value() = *std::move(number);
    quantity->set_unit(unit);
  }
  v1::Value value;
  *value.mutable_decimal() = *std::move(quantity);
  return value;
}

std::optional<v1::Value> ReadCoded(const Cursor& cursor, const v1::FactDefinition& definition) {
  const std::optional<std::string> text = cursor.Text();
  if (!text) return std::nullopt;
  std::vector<std::string> known;
  for (const v1::AllowedValue& allowed : definition.allowed_values()) {
    known.push_back(allowed.slug());
  }
  const std::optional<size_t> index = cursor.OneOf(known);
  if (!index) return std::nullopt;
  v1::Value value;
  value.set_coded(known[*index]);
  return value;
}

std::optional<v1::Value> ReadTyped(const Cursor& cursor, const v1::FactDefinition& definition) {
  v1::Value value;
  switch (definition.type()) {
    case v1::FACT_TYPE_BOOLEAN: {
      const std::optional<bool> read = cursor.Boolean();
      if (!read) return std::nullopt;
      value.set_boolean(*read);
      return value;
    }
    case v1::FACT_TYPE_INTEGER: {
      const std::optional<int64_t> read =
          cursor.Integer(std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max());
      if (!read) return std::nullopt;
      value.set_integer(*read);
      return value;
    }
    case v1::FACT_TYPE_DECIMAL:
      return ReadDecimal(cursor, definition.unit());
    case v1::FACT_TYPE_CODED:
      return ReadCoded(cursor, definition);
    case v1::FACT_TYPE_DATE: {
      const std::optional<std::string> read = cursor.Date();
      if (!read) return std::nullopt;
      value.set_date(*read);
      return value;
    }
    default:
      // A definition without a type was reported where it stands.
      return std::nullopt;
  }
}

}  // namespace

std::optional<v1::Value> ReadFactValue(const Cursor& cursor, const v1::FactDefinition& definition,
                                       bool check_bounds) {
  std::optional<v1::Value> value = ReadTyped(cursor, definition);
  if (!value || !check_bounds) return value;
  if (definition.has_minimum() && Order(*value, definition.minimum()) < 0) {
    cursor.Error("found " + cursor.node().text + ", which is below the fact's minimum");
    return std::nullopt;
  }
  if (definition.has_maximum() && Order(*value, definition.maximum()) > 0) {
    cursor.Error("found " + cursor.node().text + ", which is above the fact's maximum");
    return std::nullopt;
  }
  return value;
}

std::vector<v1::Fact> ReadFacts(const Cursor& cursor, std::string_view what, PackBuilder& builder) {
  if (cursor.node().kind != YamlNode::Kind::kMap) {
    cursor.Error("found " + std::string(KindName(cursor.node().kind)) + "; expected " +
                 std::string(what) + ", a map of fact to value");
    return {};
  }
  std::vector<v1::Fact> facts;
  for (const YamlEntry& entry : cursor.node().entries) {
    YamlNode key;
    key.kind = YamlNode::Kind::kScalar;
    key.text = entry.key;
    key.line = entry.line;
    key.column = entry.column;
    const std::optional<LinkTarget> target = builder.names().Resolve(cursor.At(key), LinkTo::kFact);
    const v1::FactDefinition* definition = target ? builder.FindFact(target->name) : nullptr;
    if (definition == nullptr) continue;
    if (std::any_of(facts.begin(), facts.end(),
                    [&](const v1::Fact& fact) { return fact.name() == target->name; })) {
      cursor.At(key).Error("found the fact " + target->name + " again");
      continue;
    }
    std::optional<v1::Value> value = ReadFactValue(cursor.At(entry.value), *definition);
    if (!value) continue;
    v1::Fact fact;
    fact.set_name(target->name);
    *fact.mutable_value() = *std::move(value);
    facts.push_back(std::move(fact));
  }
  std::sort(facts.begin(), facts.end(),
            [](const v1::Fact& a, const v1::Fact& b) { return a.name() < b.name(); });
  return facts;
}

}  // namespace evident::graph
