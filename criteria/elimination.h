// What follows for an absent fact from rules that cannot hold: values that it cannot have.
#ifndef EVIDENT_CRITERIA_ELIMINATION_H_
#define EVIDENT_CRITERIA_ELIMINATION_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "criteria/expression.h"
#include "criteria/truth.h"
#include "criteria/value.h"

namespace evident::criteria {

struct Context;

// A rule that cannot hold, since the known boolean fact would be another than it is if it did.
struct Ruling {
  std::string fact;  // full name
  bool value = false;
  ExpressionPtr rule;
};

// "barred = false, as it is true when bleeding or pressure"; bare names.
std::string InWords(const Ruling& ruling);

// Of one absent fact. What was found out is remembered, so that each condition and each value is
// looked at once; hence not thread safe, not even between copies. `context` is always the one that
// it was made for.
class Elimination {
 public:
  // `known` are the facts that the rules are evaluated with; each rule tests `fact`, which is not
  // among them. It is changed and put back while a value is tried.
  Elimination(std::string fact, std::vector<Ruling> rulings, std::shared_ptr<Facts> known);

  const std::vector<Ruling>& rulings() const { return rulings_; }

  // The first ruling that excludes the value; null: the fact can have it.
  const Ruling* Against(const Value& value, const Context& context) const;

  // Whether the fact cannot have any value.
  bool LeavesNone(const Context& context) const;

  // How a leaf over the fact comes out for all values that are left. Unknown when they differ in
  // that, when no value is left, and for kKnown.
  Truth Of(const Expression& leaf, const Context& context) const;

  // Why it does: the rulings that exclude all other values, in order. Empty while it is unknown.
  std::vector<const Ruling*> Reasons(const Expression& leaf, const Context& context) const;

 private:
  std::vector<Value> Representatives(const Expression* leaf, const Context& context) const;
  Truth Find(const Expression& leaf, const Context& context) const;

  std::string fact_;
  std::vector<Ruling> rulings_;
  std::shared_ptr<Facts> known_;
  mutable std::map<std::string, size_t> against_;  // by value as written: the ruling's place
  mutable std::map<std::string, Truth> of_;        // by leaf as written
};

// By the absent fact's full name.
using Eliminations = std::map<std::string, Elimination, std::less<>>;

}  // namespace evident::criteria

#endif  // EVIDENT_CRITERIA_ELIMINATION_H_
