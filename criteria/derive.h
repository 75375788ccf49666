// Facts that follow from others: a boolean fact's true_when and false_when, used only when the fact
// is absent.
#ifndef EVIDENT_CRITERIA_DERIVE_H_
#define EVIDENT_CRITERIA_DERIVE_H_

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
  // `contradictions` it appends supplied facts that contradict what follows from others, facts for
  // which both rules hold, and absent facts for which no value is left; the field is the fact's
  // full name and the description names the facts by which the rules hold, of the last kind the
  // supplied ones. Where there is one, nothing is derived for that fact.
  std::vector<Derivation> Derive(Facts& facts, const Context& context,
                                 std::vector<Violation>& contradictions) const;

  // What the facts, which were derived, exclude for those that are absent: what
  // Context::eliminations takes.
  Eliminations Eliminate(const Facts& facts, const Context& context) const;

 private:
  // Adds what follows from rules that hold.
  void DeriveForward(Facts& facts, const Context& context, std::vector<Derivation>& derived,
                     std::vector<Violation>& contradictions) const;
  // Adds what follows from rules that cannot hold; whether it added something.
  bool DeriveBackward(Facts& facts, const Context& context, std::vector<Derivation>& derived) const;
  // Absent facts for which no value is left.
  void FindImpossible(const Facts& facts, const Context& context,
                      const std::vector<Derivation>& derived,
                      std::vector<Violation>& contradictions) const;

  std::vector<const FactDefinition*> order_;
};

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_DERIVE_H_
