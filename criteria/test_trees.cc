#include "criteria/test_trees.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "base/status_matchers.h"

namespace evident::criteria {
namespace {

Value Level(int64_t hundredths) { return Quantity{{hundredths, 2}, "g/dL"}; }

FactDefinition Define(std::string name, FactType type) {
  FactDefinition definition;
  definition.name = std::move(name);
  definition.type = type;
  return definition;
}

FactSchema MakeSchema() {
  std::vector<FactDefinition> all;
  for (const char* const name : {"t/alpha", "t/beta", "t/gamma"}) {
    all.push_back(Define(name, FactType::kBoolean));
  }
  all.push_back(Define("t/grade", FactType::kInteger));
  all.back().minimum = int64_t{0};
  all.back().maximum = int64_t{5};
  all.push_back(Define("t/count", FactType::kInteger));
  all.back().minimum = int64_t{0};
  all.push_back(Define("t/level", FactType::kDecimal));
  all.back().unit = "g/dL";
  all.back().minimum = Level(0);
  all.back().maximum = Level(300);
  all.push_back(Define("t/site", FactType::kCoded));
  all.back().allowed_values = {
      {"bone", "t/bone"}, {"liver", "t/liver"}, {"skull", "t/skull"}, {"elsewhere", ""}};
  all.push_back(Define("t/seen", FactType::kDate));
  FactSchema schema;
  for (FactDefinition& definition : all) EVIDENT_EXPECT_OK(schema.Add(std::move(definition)));
  return schema;
}

std::map<std::string, std::vector<Value>> MakeDomains() {
  std::map<std::string, std::vector<Value>> domains;
  for (const char* const name : {"t/alpha", "t/beta", "t/gamma"}) domains[name] = {false, true};
  for (int64_t i = 0; i <= 5; ++i) domains["t/grade"].push_back(i);
  for (int64_t i = 0; i <= 5; ++i) domains["t/count"].push_back(i);
  for (int64_t i = 0; i <= 300; i += 25) domains["t/level"].push_back(Level(i));
  for (const char* const slug : {"bone", "elsewhere", "liver", "skull"}) {
    domains["t/site"].push_back(Coded{slug});
  }
  for (int32_t i = -9; i <= 6; ++i) domains["t/seen"].push_back(Date{kToday.days + i});
  return domains;
}

// -1, 0 or 1; the values are of one type.
int Order(const Value& a, const Value& b) {
  if (std::holds_alternative<Quantity>(a)) {
    const auto thousandths = [](const Value& value) {
      Decimal decimal = std::get<Quantity>(value).value;
      for (; decimal.scale < 3; ++decimal.scale) decimal.unscaled *= 10;
      return decimal.unscaled;
    };
    return thousandths(a) < thousandths(b) ? -1 : thousandths(a) > thousandths(b);
  }
  if (std::holds_alternative<Coded>(a)) return std::get<Coded>(a) == std::get<Coded>(b) ? 0 : 1;
  const auto number = [](const Value& value) -> int64_t {
    if (const auto* const boolean = std::get_if<bool>(&value)) return *boolean ? 1 : 0;
    if (const auto* const date = std::get_if<Date>(&value)) return date->days;
    return std::get<int64_t>(value);
  };
  return number(a) < number(b) ? -1 : number(a) > number(b);
}

// The day `amount` units before kToday, counted back one step at a time.
Date Back(int32_t amount, CalendarUnit unit) {
  using std::chrono::days;
  if (unit == CalendarUnit::kDay) return Date{kToday.days - amount};
  if (unit == CalendarUnit::kWeek) return Date{kToday.days - amount * 7};
  std::chrono::year_month_day day(std::chrono::sys_days(days(kToday.days)));
  const int months = unit == CalendarUnit::kYear ? amount * 12 : amount;
  for (int i = 0; i < months; ++i) day -= std::chrono::months(1);
  while (!day.ok()) day = day.year() / day.month() / (day.day() - days(1));
  return Date{static_cast<int32_t>(std::chrono::sys_days(day).time_since_epoch().count())};
}

bool LeafHolds(const Expression& leaf, const Value& value) {
  switch (leaf.kind) {
    case NodeKind::kComparison: {
      const int order = Order(value, leaf.value);
      if (leaf.op == Operator::kEqual) return order == 0;
      if (leaf.op == Operator::kNotEqual) return order != 0;
      if (leaf.op == Operator::kLess) return order < 0;
      if (leaf.op == Operator::kLessOrEqual) return order <= 0;
      if (leaf.op == Operator::kGreater) return order > 0;
      return order >= 0;
    }
    case NodeKind::kRange: {
      const int low = Order(value, leaf.low);
      const int high = Order(value, leaf.high);
      return low >= (leaf.low_exclusive ? 1 : 0) && high <= (leaf.high_exclusive ? -1 : 0);
    }
    case NodeKind::kIsA:
      return TestIsA("t/" + std::get<Coded>(value).slug, leaf.concept_name);
    case NodeKind::kWithin:
      return std::get<Date>(value) <= kToday &&
             std::get<Date>(value) >= Back(leaf.amount, leaf.unit);
    default:
      return true;
  }
}

}  // namespace

const FactSchema& TestSchema() {
  static const FactSchema* const kSchema = new FactSchema(MakeSchema());
  return *kSchema;
}

Context TestContext() { return {TestSchema(), kToday, TestIsA}; }

bool TestIsA(std::string_view concept_name, std::string_view ancestor) {
  if (concept_name == ancestor) return TestHasConcept(concept_name);
  if (concept_name == "t/skull") return ancestor == "t/bone" || ancestor == "t/organ";
  return ancestor == "t/organ" && (concept_name == "t/bone" || concept_name == "t/liver");
}

bool TestHasConcept(std::string_view name) {
  return name == "t/bone" || name == "t/skull" || name == "t/liver" || name == "t/organ";
}

absl::StatusOr<std::string> ResolveTest(std::string_view written, NameUse use) {
  const bool full = written.find('/') != std::string_view::npos;
  return full ? std::string(written) : "t/" + std::string(written);
}

ExpressionPtr Tree(std::string_view text) {
  const absl::StatusOr<ExpressionPtr> tree = Parse(text, ResolveTest);
  EXPECT_THAT(tree, IsOk()) << text;
  return tree.ok() ? *tree : nullptr;
}

Facts FactsIn(std::string_view text) {
  Facts facts;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(", "));
    text.remove_prefix(std::min(text.size(), one.size() + 2));
    const size_t equals = one.find('=');
    const std::string name = "t/" + std::string(one.substr(0, equals));
    const ExpressionPtr leaf = Tree("x = " + std::string(one.substr(equals + 1)));
    if (leaf != nullptr) facts.insert_or_assign(name, leaf->value);
  }
  return facts;
}

const std::vector<Value>& Domain(const std::string& fact) {
  static const auto* const kDomains = new std::map<std::string, std::vector<Value>>(MakeDomains());
  return kDomains->at(fact);
}

std::optional<bool> EvaluateSimply(const Expression& node, const Facts& facts) {
  if (node.is_leaf()) {
    if (facts.count(node.fact) == 0) return std::nullopt;
    return LeafHolds(node, facts.at(node.fact));
  }
  size_t held = 0;
  size_t failed = 0;
  for (const ExpressionPtr& part : node.parts) {
    const std::optional<bool> result = EvaluateSimply(*part, facts);
    held += result == true ? 1 : 0;
    failed += result == false ? 1 : 0;
  }
  if (node.kind == NodeKind::kNot) {
    return held + failed == 0 ? std::nullopt : std::optional<bool>(failed == 1);
  }
  if (node.kind == NodeKind::kAllOf) {
    if (failed > 0) return false;
    return held == node.parts.size() ? std::optional<bool>(true) : std::nullopt;
  }
  if (held > 0) return true;
  return failed == node.parts.size() ? std::optional<bool>(false) : std::nullopt;
}

ExpressionPtr RandomTrees::Leaf(const std::string& fact) {
  const FactType type = TestSchema().Find(fact)->type;
  if (Below(8) == 0) return Known(fact);
  const std::vector<Value>& domain = Domain(fact);
  // Thresholds leave room on both sides, so that the domain has values there.
  const auto threshold = [&]() -> Value {
    if (type == FactType::kInteger) return static_cast<int64_t>(Below(4));
    if (type == FactType::kDecimal && Below(2) == 0) {
      return Quantity{{static_cast<int64_t>(Below(4)), 0}, "g/dL"};
    }
    if (type == FactType::kDecimal) {
      return Quantity{{static_cast<int64_t>(Below(7) * 5), 1}, "g/dL"};
    }
    if (type == FactType::kDate) return Date{kToday.days - 5 + static_cast<int32_t>(Below(9))};
    return domain[Below(domain.size())];
  };
  const bool number = type == FactType::kInteger || type == FactType::kDecimal;
  if (type == FactType::kDate && Below(2) == 0) {
    return Below(4) == 0 ? Within(fact, 1, CalendarUnit::kWeek)
                         : Within(fact, static_cast<int32_t>(1 + Below(6)), CalendarUnit::kDay);
  }
  if (type == FactType::kCoded && Below(2) == 0) {
    constexpr const char* kConcepts[] = {"t/bone", "t/organ", "t/skull", "t/liver"};
    return IsA(fact, kConcepts[Below(4)]);
  }
  if (number && Below(3) == 0) {
    Value low = threshold();
    Value high = threshold();
    if (Order(high, low) < 0) std::swap(low, high);
    return Range(fact, low, high, Below(3) == 0, Below(3) == 0);
  }
  const bool ordered = number || type == FactType::kDate;
  return Comparison(fact, static_cast<Operator>(Below(ordered ? 6 : 2)), threshold());
}

ExpressionPtr RandomTrees::Tree(const std::vector<std::string>& facts, size_t depth) {
  const size_t kind = depth <= 1 ? 9 : Below(10);
  if (kind >= 8) return Leaf(facts[Below(facts.size())]);
  if (kind == 0) return Not(Tree(facts, depth - 1));
  std::vector<ExpressionPtr> parts;
  for (size_t i = 1 + Below(4) + Below(2); i > 0; --i) parts.push_back(Tree(facts, depth - 1));
  return kind % 2 == 0 ? AllOf(std::move(parts)) : AnyOf(std::move(parts));
}

Facts RandomTrees::SomeFacts(const std::vector<std::string>& facts, size_t percent) {
  Facts some;
  for (const std::string& fact : facts) {
    const std::vector<Value>& domain = Domain(fact);
    if (Below(100) < percent) some.insert_or_assign(fact, domain[Below(domain.size())]);
  }
  return some;
}

std::vector<std::string> RandomTrees::Pick(size_t count) {
  std::vector<std::string> names = TestSchema().Names();
  while (names.size() > count)
    names.erase(names.begin() + static_cast<int64_t>(Below(names.size())));
  return names;
}

}  // namespace evident::criteria
