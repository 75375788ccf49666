// What boolean facts must be so that a rule does not hold.
#ifndef EVIDENT_CRITERIA_REQUIREMENTS_H_
#define EVIDENT_CRITERIA_REQUIREMENTS_H_

#include <set>
#include <string>
#include <vector>

#include "criteria/derive.h"

namespace evident::criteria {

// The facts by which a rule that is decided comes out as it does.
std::set<std::string> Grounds(const ExpressionPtr& rule, const Facts& facts,
                              const Context& context);

// Both must outlive it. Not thread safe.
class Requirements {
 public:
  Requirements(const Facts& facts, const Context& context) : facts_(facts), context_(context) {}

  // Of absent boolean facts: what each must be since `rule`, by which the known boolean fact
  // `definition` would be another, cannot hold. Only what is certain for each by itself.
  std::vector<Derivation> Of(const FactDefinition& definition, const ExpressionPtr& rule);

 private:
  void Require(const Expression& node, bool holds);
  void RequireOne(const Expression& node, bool holds);
  void RequireLeaf(const Expression& leaf, bool holds);

  const Facts& facts_;
  const Context& context_;
  std::set<std::string> grounds_;
  std::string why_;
  std::vector<Derivation> found_;
};

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_REQUIREMENTS_H_
