// What a curator should look at in a pack or a draft before it is published: every rule reads the
// compiled knowledge, none knows a particular fact or drug. docs/formats/lint.md.
#ifndef EVIDENT_WORKBENCH_LINT_H_
#define EVIDENT_WORKBENCH_LINT_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model/graph_reader.h"

namespace evident::workbench {

enum class Severity {
  kNote,     // worth knowing
  kWarning,  // to be mended, or answered for
  kError,    // must not be published
};

struct LintRule {
  std::string_view id;  // "unresolved-citation"; stable
  Severity severity;
  std::string_view about;  // one sentence
};

// Every rule, in the order of findings.
const std::vector<LintRule>& LintRules();

struct Finding {
  std::string rule;
  Severity severity = Severity::kNote;
  std::string node;   // full name of what it is about
  std::string place;  // "file:line:column"; empty when it is not known
  std::string message;
};

struct LintInput {
  std::shared_ptr<const graph::GraphReader> knowledge;  // the packs and all that they require
  std::set<std::string> packs;                          // whose nodes are looked at; empty: all
  std::string today;                                    // YYYY-MM-DD
  std::map<std::string, std::string> places;            // of nodes, by full name
};

// Findings by rule, then by node, then message. Equal input gives equal findings. The errors of
// KnowledgeIndex::Build and of the reader; INVALID_ARGUMENT for a day that is none.
absl::StatusOr<std::vector<Finding>> Lint(const LintInput& input);

// "note", "warning", "error".
std::string_view SeverityWord(Severity severity);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_LINT_H_
