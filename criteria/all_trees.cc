#include "criteria/all_trees.h"

#include "criteria/test_trees.h"

namespace evident::criteria {
namespace {

using Leaves = std::vector<ExpressionPtr>;

void AddComparisons(const std::string& fact, size_t operators, const std::vector<Value>& thresholds,
                    Leaves& out) {
  for (size_t op = 0; op < operators; ++op) {
    for (const Value& threshold : thresholds) {
      out.push_back(Comparison(fact, static_cast<Operator>(op), threshold));
    }
  }
}

void AddRanges(const std::string& fact, const std::vector<Value>& ascending, Leaves& out) {
  for (size_t low = 0; low < ascending.size(); ++low) {
    for (size_t high = low; high < ascending.size(); ++high) {
      for (const bool low_exclusive : {false, true}) {
        for (const bool high_exclusive : {false, true}) {
          out.push_back(
              Range(fact, ascending[low], ascending[high], low_exclusive, high_exclusive));
        }
      }
    }
  }
}

std::vector<Value> Levels() {
  std::vector<Value> levels;
  for (const Decimal& decimal : {Decimal{0, 0}, Decimal{10, 1}, Decimal{15, 1}, Decimal{150, 2},
                                 Decimal{2, 0}, Decimal{300, 2}}) {
    levels.emplace_back(Quantity{decimal, "g/dL"});
  }
  return levels;
}

void AddDates(const std::string& fact, Leaves& out) {
  std::vector<Value> days;
  for (const int32_t away : {-5, -1, 0, 3}) days.emplace_back(Date{kToday.days + away});
  AddComparisons(fact, 6, days, out);
  for (int32_t amount = 1; amount <= 8; ++amount) {
    out.push_back(Within(fact, amount, CalendarUnit::kDay));
  }
  for (const CalendarUnit unit : {CalendarUnit::kWeek, CalendarUnit::kMonth, CalendarUnit::kYear}) {
    out.push_back(Within(fact, 1, unit));
    out.push_back(Within(fact, 2, unit));
  }
}

void ForEachFrom(const std::vector<std::string>& names, size_t next, Facts& facts,
                 const std::function<void(const Facts&)>& visit) {
  if (next == names.size()) {
    visit(facts);
    return;
  }
  ForEachFrom(names, next + 1, facts, visit);
  for (const Value& value : Domain(names[next])) {
    facts.insert_or_assign(names[next], value);
    ForEachFrom(names, next + 1, facts, visit);
  }
  facts.erase(names[next]);
}

}  // namespace

std::vector<ExpressionPtr> AllLeaves() {
  Leaves leaves;
  for (const std::string& name : TestSchema().Names()) leaves.push_back(Known(name));
  for (const char* const name : {"t/alpha", "t/beta", "t/gamma"}) {
    AddComparisons(name, 2, Domain(name), leaves);
  }
  AddComparisons("t/grade", 6, Domain("t/grade"), leaves);
  AddRanges("t/grade", Domain("t/grade"), leaves);
  AddComparisons("t/count", 6, {int64_t{0}, int64_t{1}, int64_t{4}}, leaves);
  AddComparisons("t/level", 6, Levels(), leaves);
  AddRanges("t/level", Levels(), leaves);
  AddComparisons("t/site", 2, Domain("t/site"), leaves);
  for (const char* const name : {"t/bone", "t/liver", "t/organ", "t/skull"}) {
    leaves.push_back(IsA("t/site", name));
  }
  AddDates("t/seen", leaves);
  return leaves;
}

std::vector<ExpressionPtr> AllTrees(const std::vector<ExpressionPtr>& leaves, size_t levels) {
  if (levels <= 1) return leaves;
  const std::vector<ExpressionPtr> parts = AllTrees(leaves, levels - 1);
  std::vector<ExpressionPtr> trees = leaves;
  for (const ExpressionPtr& part : parts) {
    trees.push_back(Not(part));
    trees.push_back(AllOf({part}));
    trees.push_back(AnyOf({part}));
    for (const ExpressionPtr& other : parts) {
      trees.push_back(AllOf({part, other}));
      trees.push_back(AnyOf({part, other}));
    }
  }
  return trees;
}

void ForEachFacts(const std::vector<std::string>& names,
                  const std::function<void(const Facts&)>& visit) {
  Facts facts;
  ForEachFrom(names, 0, facts, visit);
}

bool Reaches(const Expression& tree, const std::vector<std::string>& chosen, size_t next,
             bool either, Facts& facts) {
  const std::optional<bool> result = EvaluateSimply(tree, facts);
  if (result.has_value()) return either || *result;
  if (next == chosen.size()) return false;
  bool reached = false;
  for (const Value& value : Domain(chosen[next])) {
    facts.insert_or_assign(chosen[next], value);
    reached = Reaches(tree, chosen, next + 1, either, facts);
    if (reached) break;
  }
  facts.erase(chosen[next]);
  return reached;
}

std::vector<std::vector<std::string>> Subsets(const std::vector<std::string>& all) {
  std::vector<std::vector<std::string>> subsets;
  for (size_t bits = 0; bits < (size_t{1} << all.size()); ++bits) {
    std::vector<std::string> subset;
    for (size_t i = 0; i < all.size(); ++i) {
      if ((bits >> i & 1) != 0) subset.push_back(all[i]);
    }
    subsets.push_back(std::move(subset));
  }
  std::sort(subsets.begin(), subsets.end(),
            [](const std::vector<std::string>& a, const std::vector<std::string>& b) {
              return a.size() != b.size() ? a.size() < b.size() : a < b;
            });
  return subsets;
}

}  // namespace evident::criteria
