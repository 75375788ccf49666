// What a release says of concepts and facts by themselves: their nodes by name, what lies above
// what, what is part of what, and the words for them. Releases that have the same ones share it.
#ifndef EVIDENT_DECISION_CONCEPT_TABLES_H_
#define EVIDENT_DECISION_CONCEPT_TABLES_H_

#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "decision/lexicon.h"
#include "graph/model/graph_reader.h"

namespace evident::decision {

// Immutable; thread safe.
struct ConceptTables {
  // The reader's errors.
  static absl::StatusOr<std::shared_ptr<const ConceptTables>> Build(
      const graph::GraphReader& reader);

  using Names = std::map<std::string, std::set<std::string>, std::less<>>;

  std::map<std::string, graph::NodePtr, std::less<>> concepts;  // by full name
  std::map<std::string, graph::NodePtr, std::less<>> facts;     // by full name
  Names ancestors;   // of a concept by is_a, itself included
  Names components;  // of a regimen, directly
  std::unique_ptr<const Lexicon> lexicon;
};

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_CONCEPT_TABLES_H_
