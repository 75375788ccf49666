// Look-ups over an answer for rendering: cards by name, numbers of references, headings of
// sections.
#ifndef EVIDENT_CLIENT_CLI_ANSWER_INDEX_H_
#define EVIDENT_CLIENT_CLI_ANSWER_INDEX_H_

#include <map>
#include <string>

#include "evident/v1/answer.pb.h"

namespace evident::cli {

// Keeps pointers into the answer, which must outlive it.
class AnswerIndex {
 public:
  explicit AnswerIndex(const v1::Answer& answer);

  // Null when the answer has no such card.
  const v1::EvidenceCard* Evidence(const std::string& name) const;

  // The number under which the answer lists the reference, from 1; 0 when it does not.
  int ReferenceNumber(const std::string& name) const;

  // "Parent / Child", or the slug itself when the guideline's card does not have it.
  std::string SectionTitle(const std::string& guideline, const std::string& section) const;

  // How a decision point is shown; its slug when it is not listed.
  std::string DecisionPoint(const std::string& name) const;

  // The headline of a statement of the answer, or its slug.
  std::string Headline(const std::string& statement) const;

 private:
  std::map<std::string, const v1::EvidenceCard*> evidence_;
  std::map<std::string, int> references_;
  std::map<std::string, std::string> sections_;  // "<guideline> <slug>" -> title with its parent's
  std::map<std::string, std::string> decision_points_;
  std::map<std::string, std::string> headlines_;
};

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_ANSWER_INDEX_H_
