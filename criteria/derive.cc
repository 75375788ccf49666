#include "criteria/derive.h"

#include <algorithm>
#include <map>
#include <optional>

#include "criteria/print.h"

namespace evident::criteria {
namespace {

enum class Mark { kUnseen, kOpen, kDone };

class Sorter {
 public:
  explicit Sorter(const FactSchema& schema) : schema_(schema) {}

  absl::Status Visit(const FactDefinition& definition) {
    Mark& mark = marks_[definition.name];
    if (mark == Mark::kDone) return absl::OkStatus();
    path_.push_back(definition.name);
    if (mark == Mark::kOpen) return Cycle();
    mark = Mark::kOpen;
    for (const ExpressionPtr& rule : {definition.true_when, definition.false_when}) {
      for (const std::string& fact : FactsOf(rule)) {
        const FactDefinition* const used = schema_.Find(fact);
        if (used != nullptr) EVIDENT_RETURN_IF_ERROR(Visit(*used));
      }
    }
    marks_[definition.name] = Mark::kDone;
    path_.pop_back();
    if (definition.true_when != nullptr || definition.false_when != nullptr) {
      order_.push_back(&definition);
    }
    return absl::OkStatus();
  }

  std::vector<const FactDefinition*> Take() { return std::move(order_); }

 private:
  absl::Status Cycle() const {
    std::string text;
    auto begin = std::find(path_.begin(), path_.end(), path_.back());
    for (; begin != path_.end(); ++begin) text += (text.empty() ? "" : " -> ") + *begin;
    return MakeError(absl::StatusCode::kInvalidArgument, "DERIVATION_CYCLE",
                     "facts are derived from themselves: " + text);
  }

  const FactSchema& schema_;
  std::map<std::string, Mark> marks_;
  std::vector<std::string> path_;
  std::vector<const FactDefinition*> order_;
};

std::vector<std::string> KnownFacts(const ExpressionPtr& rule, const Facts& facts) {
  std::vector<std::string> known;
  for (const std::string& fact : FactsOf(rule)) {
    if (facts.find(fact) != facts.end()) known.push_back(fact);
  }
  return known;
}

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::optional<Derivation> Apply(const FactDefinition& definition, const Facts& facts,
                                const Context& context, std::vector<Violation>& contradictions) {
  const auto holds = [&](const ExpressionPtr& rule) {
    return rule != nullptr && Evaluate(rule, facts, context) == Truth::kTrue;
  };
  const bool is_true = holds(definition.true_when);
  const bool is_false = holds(definition.false_when);
  if (is_true && is_false) {
    std::vector<std::string> involved = KnownFacts(definition.true_when, facts);
    for (std::string& fact : KnownFacts(definition.false_when, facts)) involved.push_back(fact);
    contradictions.push_back(
        {definition.name, "both its rules hold, by " + Join(involved) + ": they contradict"});
    return std::nullopt;
  }
  if (!is_true && !is_false) return std::nullopt;
  const ExpressionPtr& rule = is_true ? definition.true_when : definition.false_when;
  return Derivation{definition.name, is_true,
                    (is_true ? "true when " : "false when ") + Print(rule, Names::kBare),
                    KnownFacts(rule, facts)};
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

std::vector<Derivation> DerivationPlan::Derive(Facts& facts, const Context& context,
                                               std::vector<Violation>& contradictions) const {
  std::vector<Derivation> derived;
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
  std::sort(derived.begin(), derived.end(),
            [](const Derivation& a, const Derivation& b) { return a.fact < b.fact; });
  return derived;
}

}  // namespace evident::criteria
