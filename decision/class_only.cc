#include "decision/class_only.h"

#include <algorithm>

#include "decision/option_states.h"

namespace evident::decision {
namespace {

bool IsRegimen(const ComponentPlan& component) {
  const v1::InterventionKind kind = component.node->intervention_kind();
  const bool added = component.edge.optional() || !component.edge.add_on_to().empty();
  return !added && (kind == v1::INTERVENTION_KIND_DRUG || kind == v1::INTERVENTION_KIND_REGIMEN);
}

class ClassFinder {
 public:
  ClassFinder(const Evaluation& evaluation, size_t point)
      : evaluation_(evaluation), point_(point) {}

  // Whether drugs or regimens are named for this decision at all, whoever they are for. Where none
  // is, a class is no lack of one.
  bool NamesRegimens() const {
    for (const StatementResult& result : evaluation_.statements) {
      const StatementPlan& plan = evaluation_.plan(result);
      if (!SpeaksFor(plan)) continue;
      for (const OptionPlan& option : plan.content->options) {
        if (std::any_of(option.components.begin(), option.components.end(), IsRegimen)) return true;
      }
    }
    return false;
  }

  bool IsLeft() const {
    bool has_class = false;
    for (const StatementResult& result : evaluation_.statements) {
      const StatementPlan& plan = evaluation_.plan(result);
      if (!result.applies() || !SpeaksFor(plan) || !IsFollowed(plan)) continue;
      for (size_t i = 0; i < result.options.size(); ++i) {
        if (!Counts(result.options[i])) continue;
        for (size_t j = 0; j < plan.content->options[i].components.size(); ++j) {
          const ComponentPlan& component = plan.content->options[i].components[j];
          if (result.options[i].components[j].state == v1::OPTION_STATE_REMOVED) continue;
          if (IsRegimen(component)) return false;
          has_class =
              has_class || component.node->intervention_kind() == v1::INTERVENTION_KIND_CLASS;
        }
      }
    }
    return has_class;
  }

 private:
  // Whether a statement speaks for something at this decision, to decide it or in detail.
  bool SpeaksFor(const StatementPlan& plan) const {
    const auto& points = plan.content->decision_points;
    return IsFor(plan.statement().polarity()) &&
           std::count(points.begin(), points.end(), point_) > 0;
  }

  // A detail is followed only with something of what it details.
  bool IsFollowed(const StatementPlan& plan) const {
    return plan.parents.empty() ||
           std::any_of(plan.parents.begin(), plan.parents.end(), [&](size_t parent) {
             const auto found = evaluation_.places.find(parent);
             if (found == evaluation_.places.end()) return false;
             const StatementResult& one = evaluation_.statements[found->second];
             return one.applies() && Survives(one);
           });
  }

  const Evaluation& evaluation_;
  const size_t point_;
};

}  // namespace

bool IsClassOnly(const Evaluation& evaluation, size_t point) {
  const ClassFinder finder(evaluation, point);
  return finder.NamesRegimens() && finder.IsLeft();
}

}  // namespace evident::decision
