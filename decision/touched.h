// What a change of the knowledge may change of answers.
#ifndef EVIDENT_DECISION_TOUCHED_H_
#define EVIDENT_DECISION_TOUCHED_H_

#include <set>
#include <string>
#include <vector>

#include "decision/knowledge_index.h"

namespace evident::decision {

// Which answers may come out otherwise in one release than in another. Never too few: an answer
// that may not is the same in both, but for the release that it names.
class Touched {
 public:
  // `after` was built sharing with `before`, and what they do not share counts as changed. Both
  // outlive it.
  Touched(const KnowledgeIndex& before, const KnowledgeIndex& after);

  // Whether an answer about these concepts, full names, may come out otherwise.
  bool May(const std::vector<std::string>& concepts) const;

 private:
  bool AnyOf(const KnowledgeIndex& index, const std::vector<std::string>& concepts) const;

  const KnowledgeIndex& before_;
  const KnowledgeIndex& after_;
  bool all_ = false;                  // what all answers share has changed
  std::set<std::string> statements_;  // full names of those that have, in either release
};

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_TOUCHED_H_
