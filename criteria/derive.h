// Facts that follow from others: a boolean fact's true_when and false_when, used only when the fact
// is absent.
#ifndef EVIDENT_CRITERIA_DERIVE_H_
#define EVIDENT_CRITERIA_DERIVE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/status.h"
#include "criteria/evaluate.h"

namespace evident::criteria {

// A fact that was derived.
struct Derivation {
  std::string fact;  // full name
  bool value = false;
  // "true when ..." or "false when ...", or "false when x = ..., as it is ... when ..."; bare names
  std::string rule;
  std::vector<std::string> because;  // full names of the facts by which the rule holds, sorted
};

// The order in which facts are derived: what a rule tests comes before what it derives, else by
// name.
class DerivationPlan {
 public:
  // INVALID_ARGUMENT: DERIVATION_CYCLE naming the facts of a cycle, DERIVATION_TYPE for rules of a
  // fact that is not boolean. RESOURCE_EXHAUSTED (DERIVATION_TOO_DEEP) past kDerivationDepthMax.
  // The schema must outlive the plan.
  static absl::StatusOr<DerivationPlan> Create(const FactSchema& schema);

  // Adds what follows to `facts` and returns it by name: facts whose rule holds, and boolean facts
  // that must be as they are lest a rule of a known fact hold that says otherwise. To
  // `contradictions` it appends supplied facts that contradict what follows from others, and facts
  // for which both rules hold; the field is the fact's full name and the description names the
  // facts by which the rules hold. Where there is one, nothing is derived for that fact.
  std::vector<Derivation> Derive(Facts& facts, const Context& context,
                                 std::vector<Violation>& contradictions) const;

  // The rules that cannot hold for the facts, which were derived: what Context::impossible takes.
  std::map<std::string, std::vector<ExpressionPtr>, std::less<>> Impossible(
      const Facts& facts, const Context& context) const;

 private:
  // Adds what follows from rules that hold.
  void DeriveForward(Facts& facts, const Context& context, std::vector<Derivation>& derived,
                     std::vector<Violation>& contradictions) const;
  // Adds what follows from rules that cannot hold; whether it added something.
  bool DeriveBackward(Facts& facts, const Context& context, std::vector<Derivation>& derived) const;

  std::vector<const FactDefinition*> order_;
};

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_DERIVE_H_
