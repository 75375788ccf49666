#include "criteria/derive.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "base/limits.h"
#include "criteria/print.h"
#include "criteria/requirements.h"

namespace evident::criteria {
namespace {

class Sorter {
 public:
  explicit Sorter(const FactSchema& schema) : schema_(schema) {}

  absl::Status Visit(const FactDefinition& definition) {
    Visited& here = visited_[definition.name];
    if (here.done) return absl::OkStatus();
    path_.push_back(definition.name);
    if (here.open) return Cycle();
    here.open = true;
    if (path_.size() > kDerivationDepthMax + 1) return TooDeep(path_.front());
    EVIDENT_RETURN_IF_ERROR(VisitRules(definition, here));
    here.done = true;
    path_.pop_back();
    return absl::OkStatus();
  }

  std::vector<const FactDefinition*> Take() { return std::move(order_); }

 private:
  struct Visited {
    bool open = false;
    bool done = false;
    size_t depth = 0;  // facts derived one from another, this one included
  };

  absl::Status VisitRules(const FactDefinition& definition, Visited& here) {
    if (definition.true_when == nullptr && definition.false_when == nullptr) {
      return absl::OkStatus();
    }
    if (definition.type != FactType::kBoolean) {
      return MakeError(absl::StatusCode::kInvalidArgument, "DERIVATION_TYPE",
                       definition.name + " has rules, but is " + TypeName(definition.type) +
                           "; only boolean facts are derived");
    }
    for (const ExpressionPtr& rule : {definition.true_when, definition.false_when}) {
      for (const std::string& fact : FactsOf(rule)) {
        const FactDefinition* const used = schema_.Find(fact);
        if (used == nullptr) continue;
        EVIDENT_RETURN_IF_ERROR(Visit(*used));
        here.depth = std::max(here.depth, visited_[fact].depth);
      }
    }
    if (++here.depth > kDerivationDepthMax) return TooDeep(definition.name);
    order_.push_back(&definition);
    return absl::OkStatus();
  }

  static absl::Status TooDeep(const std::string& fact) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DERIVATION_TOO_DEEP",
                     fact + " is derived through more than " + std::to_string(kDerivationDepthMax) +
                         " facts (kDerivationDepthMax)");
  }

  absl::Status Cycle() const {
    std::string text;
    auto begin = std::find(path_.begin(), path_.end(), path_.back());
    for (; begin != path_.end(); ++begin) text += (text.empty() ? "" : " -> ") + *begin;
    return MakeError(absl::StatusCode::kInvalidArgument, "DERIVATION_CYCLE",
                     "facts are derived from themselves: " + text);
  }

  const FactSchema& schema_;
  std::map<std::string, Visited> visited_;
  std::vector<std::string> path_;
  std::vector<const FactDefinition*> order_;
};

template <typename Names>
std::string Join(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// The rule by which a known fact would be another than it is; null when it is absent or has none.
ExpressionPtr RuleAgainst(const FactDefinition& definition, const Facts& facts) {
  const auto known = facts.find(definition.name);
  const bool* const value = known == facts.end() ? nullptr : std::get_if<bool>(&known->second);
  if (value == nullptr) return nullptr;
  return *value ? definition.false_when : definition.true_when;
}

// With each derived fact replaced by those that it rests on.
std::set<std::string> Supplied(std::set<std::string> facts,
                               const std::vector<Derivation>& derived) {
  // What a fact rests on was known before it was derived itself.
  for (auto one = derived.rbegin(); one != derived.rend(); ++one) {
    if (facts.erase(one->fact) > 0) facts.insert(one->because.begin(), one->because.end());
  }
  return facts;
}

std::optional<Derivation> Apply(const FactDefinition& definition, const Facts& facts,
                                const Context& context, std::vector<Violation>& contradictions) {
  const auto holds = [&](const ExpressionPtr& rule) {
    return rule != nullptr && Evaluate(rule, facts, context) == Truth::kTrue;
  };
  const bool is_true = holds(definition.true_when);
  const bool is_false = holds(definition.false_when);
  if (is_true && is_false) {
    std::set<std::string> involved = Grounds(definition.true_when, facts, context);
    involved.merge(Grounds(definition.false_when, facts, context));
    contradictions.push_back(
        {definition.name, "both its rules hold, by " + Join(involved) + ": they contradict"});
    return std::nullopt;
  }
  if (!is_true && !is_false) return std::nullopt;
  const ExpressionPtr& rule = is_true ? definition.true_when : definition.false_when;
  const std::set<std::string> grounds = Grounds(rule, facts, context);
  return Derivation{definition.name,
                    is_true,
                    (is_true ? "true when " : "false when ") + Print(rule, Names::kBare),
                    {grounds.begin(), grounds.end()}};
}

}  // namespace

absl::StatusOr<DerivationPlan> DerivationPlan::Create(const FactSchema& schema) {
  Sorter sorter(schema);
  for (const auto& [name, definition] : schema.all()) {
    EVIDENT_RETURN_IF_ERROR(sorter.Visit(definition));
  }
  DerivationPlan plan;
  plan.order_ = sorter.Take();
  return plan;
}

void DerivationPlan::DeriveForward(Facts& facts, const Context& context,
                                   std::vector<Derivation>& derived,
                                   std::vector<Violation>& contradictions) const {
  for (const FactDefinition* const definition : order_) {
    std::optional<Derivation> result = Apply(*definition, facts, context, contradictions);
    if (!result.has_value()) continue;
    const auto supplied = facts.find(definition->name);
    if (supplied == facts.end()) {
      facts.emplace(definition->name, result->value);
      derived.push_back(*std::move(result));
    } else if (supplied->second != Value(result->value)) {
      contradictions.push_back({definition->name, "it was given as " + ToString(supplied->second) +
                                                      ", but is " + result->rule +
                                                      ", which holds by " + Join(result->because)});
    }
  }
}

bool DerivationPlan::DeriveBackward(Facts& facts, const Context& context,
                                    std::vector<Derivation>& derived) const {
  bool grown = false;
  for (auto one = order_.rbegin(); one != order_.rend(); ++one) {
    const ExpressionPtr rule = RuleAgainst(**one, facts);
    if (rule == nullptr) continue;
    for (Derivation& result : Requirements(facts, context).Of(**one, rule)) {
      if (!facts.emplace(result.fact, result.value).second) continue;
      derived.push_back(std::move(result));
      grown = true;
    }
  }
  return grown;
}

void DerivationPlan::FindImpossible(const Facts& facts, const Context& context,
                                    const std::vector<Derivation>& derived,
                                    std::vector<Violation>& contradictions) const {
  for (const auto& [fact, elimination] : Eliminate(facts, context)) {
    if (!elimination.LeavesNone(context)) continue;
    std::set<std::string> involved;
    std::string why;
    for (const Ruling& ruling : elimination.rulings()) {
      involved.insert(ruling.fact);
      involved.merge(FactsOf(ruling.rule));
      why += (why.empty() ? "" : "; ") + InWords(ruling);
    }
    std::erase_if(involved, [&](const std::string& name) { return facts.count(name) == 0; });
    contradictions.push_back({fact, "no value is left for it, by " +
                                        Join(Supplied(std::move(involved), derived)) + ": " + why});
  }
}

std::vector<Derivation> DerivationPlan::Derive(Facts& facts, const Context& context,
                                               std::vector<Violation>& contradictions) const {
  std::vector<Derivation> derived;
  const size_t before = contradictions.size();
  // Each further round has added a fact that was absent, so there are no more than facts are
  // defined.
  do {
    DeriveForward(facts, context, derived, contradictions);
  } while (contradictions.size() == before && DeriveBackward(facts, context, derived));
  if (contradictions.size() == before) FindImpossible(facts, context, derived, contradictions);
  std::sort(derived.begin(), derived.end(),
            [](const Derivation& a, const Derivation& b) { return a.fact < b.fact; });
  return derived;
}

Eliminations DerivationPlan::Eliminate(const Facts& facts, const Context& context) const {
  std::map<std::string, std::vector<Ruling>> rulings;
  for (const FactDefinition* const definition : order_) {
    const ExpressionPtr rule = RuleAgainst(*definition, facts);
    if (rule == nullptr || Evaluate(rule, facts, context) != Truth::kUnknown) continue;
    const bool value = std::get<bool>(facts.find(definition->name)->second);
    for (const std::string& fact : FactsOf(rule)) {
      if (facts.find(fact) == facts.end()) {
        rulings[fact].push_back({definition->name, value, rule});
      }
    }
  }
  Eliminations eliminations;
  const auto known = std::make_shared<Facts>(facts);
  for (auto& [fact, rules] : rulings) {
    eliminations.emplace(fact, Elimination(fact, std::move(rules), known));
  }
  return eliminations;
}

}  // namespace evident::criteria
