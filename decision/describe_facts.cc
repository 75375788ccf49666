#include "decision/describe_facts.h"

#include <map>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "criteria/print.h"
#include "decision/names.h"

namespace evident::decision {

absl::StatusOr<v1::DescribeFactsResponse> DescribeFacts(
    const v1::DescribeFactsRequest& request, const KnowledgeIndex& index,
    const std::function<absl::Status()>& proceed) {
  if (static_cast<size_t>(request.concepts_size()) > kConceptsPerQuestionMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "QUESTION_TOO_LARGE",
                     "facts are described for at most " + std::to_string(kConceptsPerQuestionMax) +
                         " concepts at a time (kConceptsPerQuestionMax)");
  }
  std::vector<Violation> violations;
  std::vector<std::string> concepts;
  for (int i = 0; i < request.concepts_size(); ++i) {
    absl::StatusOr<std::string> name = ResolveConcept(index, request.concepts(i));
    if (name.ok()) {
      concepts.push_back(*std::move(name));
    } else {
      violations.push_back(
          {"concepts[" + std::to_string(i) + "]", std::string(name.status().message())});
    }
  }
  if (request.concepts().empty()) violations.push_back({"concepts", "at least one is asked for"});
  if (!violations.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "QUESTION_INVALID",
                     "the facts to send: " + violations[0].field + ": " + violations[0].description,
                     violations);
  }
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<size_t> candidates, index.CandidatesToShow(concepts));
  std::map<std::string, std::vector<size_t>> users;  // of each fact, in order
  for (const size_t at : candidates) {
    EVIDENT_RETURN_IF_ERROR(proceed());
    for (const std::string& name : index.FactsOf({at})) users[name].push_back(at);
  }
  v1::DescribeFactsResponse response;
  response.set_release(index.reader().release().number());
  for (const auto& [name, statements] : users) {
    v1::FactDescription& fact = *response.add_facts();
    fact.set_name(name);
    const auto node = index.facts().find(name);
    if (node != index.facts().end()) *fact.mutable_definition() = node->second->fact();
    for (const size_t at : statements) fact.add_statements(index.statements()[at].name());
    const criteria::FactDefinition* const definition = index.schema().Find(name);
    if (definition == nullptr) continue;
    if (definition->true_when != nullptr) {
      fact.add_derived_by("true when " +
                          criteria::Print(definition->true_when, criteria::Names::kBare));
    }
    if (definition->false_when != nullptr) {
      fact.add_derived_by("false when " +
                          criteria::Print(definition->false_when, criteria::Names::kBare));
    }
  }
  return response;
}

}  // namespace evident::decision
