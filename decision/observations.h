// Coded observations as facts: what a site's own codes mean, and what the codes of a pack do.
#ifndef EVIDENT_DECISION_OBSERVATIONS_H_
#define EVIDENT_DECISION_OBSERVATIONS_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/digest.h"
#include "decision/knowledge_index.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::decision {

// What one code of a site says of one fact.
struct CodeBinding {
  std::string fact;                // full name
  std::optional<v1::Value> value;  // what the code alone says; or else
  std::map<std::string, v1::Value, std::less<>>
      values;  // by the observation's value code, or its value as text; empty: the value as it is
};

// A site's file of bindings. Immutable.
struct SiteMapping {
  Digest digest;  // of the file's bytes
  std::map<std::pair<std::string, std::string>, std::vector<CodeBinding>>
      bindings;  // by system and code
};

struct ObservedFact {
  std::string fact;
  v1::Value value;  // of whatever type; CheckValue tells whether it is the fact's
  bool by_site = false;
};

// The facts that an observation states: by the site's mapping, null for none, as far as this
// release has its facts; or else by the one fact of the release that has the code. Empty when
// neither binds the code. A code without a value states that a boolean fact is true.
// INVALID_ARGUMENT: (OBSERVATION_MALFORMED) no code, two values, names past kNameBytesMax;
// (OBSERVATION_UNREADABLE) the code is bound, and its value is not one that the binding knows;
// (OBSERVATION_AMBIGUOUS) two facts of the release have the code.
absl::StatusOr<std::vector<ObservedFact>> FactsOfObservation(const v1::Observation& observation,
                                                             const KnowledgeIndex& index,
                                                             const SiteMapping* mapping);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_OBSERVATIONS_H_
