#include <algorithm>
#include <map>
#include <tuple>

#include "base/status.h"
#include "decision/evaluation.h"
#include "graph/model/criterion_codec.h"

namespace evident::decision {
namespace {

// What depends on one missing fact.
struct Use {
  std::vector<size_t> points;      // places in the index, in order
  std::vector<size_t> statements;  // places in the index, in order
};

class Ranker {
 public:
  explicit Ranker(Evaluation& evaluation) : evaluation_(evaluation) {}

  absl::Status Run() {
    for (const PointResult& point : evaluation_.points) {
      for (const std::string& fact : point.missing_facts) uses_[fact].points.push_back(point.at);
    }
    for (const StatementResult& result : evaluation_.statements) {
      EVIDENT_RETURN_IF_ERROR(evaluation_.proceed());
      AddStatement(result);
    }
    std::vector<const std::pair<const std::string, Use>*> ranked;
    for (const auto& use : uses_) ranked.push_back(&use);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto* a, const auto* b) { return Rank(*a) < Rank(*b); });
    for (const auto* const use : ranked) Write(use->first, use->second);
    return absl::OkStatus();
  }

 private:
  // Facts that divide a decision first, in its order; then by how many statements they decide;
  // names are in order already.
  static std::tuple<size_t, size_t> Rank(const std::pair<const std::string, Use>& use) {
    const size_t point = use.second.points.empty() ? SIZE_MAX : use.second.points.front();
    return {point, SIZE_MAX - use.second.statements.size()};
  }

  void AddStatement(const StatementResult& result) {
    std::set<std::string> facts;
    const auto add_sets = [&facts](const criteria::FactSets& sets) {
      for (const auto& set : sets) facts.insert(set.begin(), set.end());
    };
    if (result.undecided()) add_sets(result.sets.decides);
    const StatementPlan& plan = evaluation_.plan(result);
    for (size_t i = 0; i < result.options.size(); ++i) {
      const OptionResult& option = result.options[i];
      if (option.state == v1::OPTION_STATE_REMOVED) continue;
      for (size_t j = 0; j < option.components.size(); ++j) {
        const ComponentResult& component = option.components[j];
        const bool is_open = component.own == criteria::Truth::kUnknown &&
                             component.state != v1::OPTION_STATE_REMOVED;
        if (!is_open) continue;
        add_sets(criteria::FindDecidingSets(plan.content->options[i].components[j].condition,
                                            evaluation_.facts, evaluation_.context)
                     .decides);
      }
    }
    for (const std::string& fact : facts) uses_[fact].statements.push_back(result.at);
  }

  static void AddValues(const v1::FactDefinition& fact, v1::MissingFact& missing) {
    for (const v1::AllowedValue& allowed : fact.allowed_values()) {
      missing.add_values(allowed.slug());
    }
    for (const auto& [present, bound] : {std::pair(fact.has_minimum(), &fact.minimum()),
                                         std::pair(fact.has_maximum(), &fact.maximum())}) {
      if (!present) continue;
      const auto value = graph::DecodeValue(*bound);
      if (value.ok()) missing.add_values(criteria::ToString(*value));
    }
  }

  void Write(const std::string& name, const Use& use) {
    v1::MissingFact missing;
    missing.set_name(name);
    const auto found = evaluation_.index.facts().find(name);
    if (found != evaluation_.index.facts().end()) {
      const v1::FactDefinition& fact = found->second->fact();
      missing.set_display(fact.display());
      missing.set_question(fact.question());
      missing.set_type(fact.type());
      missing.set_unit(fact.unit());
      missing.set_undefined_term(fact.undefined_term());
      AddValues(fact, missing);
    }
    for (const size_t at : use.statements) {
      missing.add_statements(evaluation_.index.statements()[at].name());
    }
    for (const size_t at : use.points) {
      missing.add_decision_points(evaluation_.index.decision_points()[at].name());
    }
    evaluation_.missing.push_back(std::move(missing));
  }

  Evaluation& evaluation_;
  std::map<std::string, Use> uses_;
};

}  // namespace

absl::Status RankMissingFacts(Evaluation& evaluation) { return Ranker(evaluation).Run(); }

}  // namespace evident::decision
