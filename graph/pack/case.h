// A case of a pack: a patient and what must come out for them (docs/formats/pack.md). Data only;
// the workbench runs it.
#ifndef EVIDENT_GRAPH_PACK_CASE_H_
#define EVIDENT_GRAPH_PACK_CASE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evident/v1/answer.pb.h"
#include "evident/v1/value.pb.h"
#include "graph/pack/errors.h"

namespace evident::graph {

// What must come out at one decision point. A flag that is absent is not looked at.
struct ExpectedOutcome {
  std::string decision_point;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  std::optional<bool> conditional;
  std::optional<bool> class_only;
};

struct ExpectedSilence {
  std::string decision_point;
  std::string fact;
  std::optional<std::vector<std::string>> statements;  // complete when given; of silent_on only
};

struct ExpectedRemoval {
  std::string statement;
  std::string intervention;
  std::string by;  // the removing statement; empty: the component's own criterion
};

// Lists that are given are complete.
struct ExpectedProvenance {
  std::string statement;
  std::optional<std::vector<std::string>> references;
  std::optional<std::vector<std::string>> evidence;
  std::optional<std::vector<std::string>> unresolved;  // marks
  std::optional<bool> complete;
};

// The declaring side, then the other.
using ConflictPair = std::pair<std::string, std::string>;

// All names are full names. Lists are "among" lists unless they are optional: those are complete
// when given.
struct PackExpectation {
  std::vector<std::string> applies;
  std::vector<std::string> undecided;
  std::vector<std::string> absent;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;  // of the whole answer; unspecified: not looked at
  std::vector<ExpectedOutcome> outcomes;
  std::optional<std::vector<ConflictPair>> standing_conflicts;
  std::optional<std::vector<ConflictPair>> possible_conflicts;
  std::vector<std::string> missing;  // the first missing facts, in order
  std::vector<std::string> not_missing;
  std::vector<v1::Fact> derived;
  std::vector<v1::Fact> dropped;       // of those inherited
  std::vector<std::string> held_back;  // statements
  std::vector<std::string> warned_of;  // statements that the notice on held-back warnings names
  std::optional<std::vector<ExpectedSilence>> not_covered;
  std::optional<std::vector<ExpectedSilence>> silent_on;
  std::vector<ExpectedRemoval> removed;
  std::vector<std::string> contested;
  std::vector<std::string> offered;
  std::vector<std::string> not_offered;
  std::vector<ExpectedProvenance> provenance;
  std::vector<std::string> refused;  // not empty: the question contradicts itself over these facts
};

struct PackCase {
  std::string slug;
  PackPlace place;
  std::string description;
  std::string follows;  // slug of the case that it follows; empty: none

  // As a question would give them: what is inherited is already merged in, what this case says won.
  std::vector<std::string> concepts;
  std::vector<v1::Fact> facts;  // by name, `linked` ones included

  std::string ask;               // the question in words; empty: none
  std::vector<v1::Fact> linked;  // exactly what those words state, by name
  std::string as_of;             // YYYY-MM-DD; empty: the day it is run
  v1::Audience audience = v1::AUDIENCE_CLINICIAN;
  v1::Filters filters;
  PackExpectation expect;
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_CASE_H_
