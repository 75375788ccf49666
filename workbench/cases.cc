#include "workbench/cases.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/status.h"
#include "decision/decide.h"
#include "decision/question.h"
#include "graph/model/memory_graph.h"
#include "graph/model/rows.h"

namespace evident::workbench {
namespace {

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return "[" + text + "]";
}

bool Has(const std::vector<v1::Fact>& facts, const v1::Fact& fact) {
  return std::any_of(facts.begin(), facts.end(), [&](const v1::Fact& one) {
    return one.SerializeAsString() == fact.SerializeAsString();
  });
}

bool Names(const std::vector<v1::Fact>& facts, const std::string& name) {
  return std::any_of(facts.begin(), facts.end(),
                     [&](const v1::Fact& one) { return one.name() == name; });
}

// What the case itself gives: facts of its words are left to the linker, and inherited ones to the
// decision it follows.
v1::QuestionFrame FrameOf(const graph::PackCase& one, const graph::PackCase* earlier) {
  v1::QuestionFrame frame;
  for (const std::string& name : one.concepts) frame.add_concepts(name);
  for (const v1::Fact& fact : one.facts) {
    const bool linked = !one.ask.empty() && Names(one.linked, fact.name());
    const bool inherited = earlier != nullptr && Has(earlier->facts, fact);
    if (!linked && !inherited) *frame.add_facts() = fact;
  }
  frame.set_audience(one.audience);
  if (one.filters.ByteSizeLong() > 0) *frame.mutable_filters() = one.filters;
  frame.set_as_valid_on(one.as_of);
  return frame;
}

// Facts that were linked, against those that the case says the words state.
void CompareLinking(const graph::PackCase& one, const v1::ResolvedQuestion& question,
                    std::vector<std::string>& failures) {
  if (one.ask.empty()) return;
  std::set<std::string> found;
  for (const v1::Link& link : question.linking().links()) {
    for (const v1::Fact& fact : link.facts()) {
      found.insert(fact.name() + " " + fact.value().ShortDebugString());
    }
  }
  std::set<std::string> wanted;
  for (const v1::Fact& fact : one.linked) {
    wanted.insert(fact.name() + " " + fact.value().ShortDebugString());
  }
  if (found == wanted) return;
  failures.push_back("linked facts: expected " + Join({wanted.begin(), wanted.end()}) + ", got " +
                     Join({found.begin(), found.end()}));
}

void CompareRefusal(const graph::PackCase& one, const absl::Status& status,
                    std::vector<std::string>& failures) {
  std::string text(status.message());
  for (const Violation& violation : ErrorViolations(status)) text += "; " + violation.description;
  for (const std::string& fact : one.expect.refused) {
    if (text.find(fact) == std::string::npos) {
      failures.push_back("the refusal does not name " + fact + ": " + text);
    }
  }
}

const graph::PackCase* FindCase(const graph::Pack& pack, const std::string& slug) {
  for (const graph::PackCase& one : pack.cases) {
    if (one.slug == slug) return &one;
  }
  return nullptr;
}

absl::StatusOr<v1::Answer> AnswerTo(const absl::StatusOr<v1::ResolvedQuestion>& question,
                                    const decision::KnowledgeIndex& index) {
  EVIDENT_RETURN_IF_ERROR(question.status());
  EVIDENT_ASSIGN_OR_RETURN(decision::Decision decision,
                           decision::Decide(index, *question, [] { return absl::OkStatus(); }));
  return std::move(decision.answer);
}

CaseResult RunCase(const graph::Pack& pack, const graph::PackCase& one,
                   const decision::KnowledgeIndex& index, int64_t received_ns) {
  const absl::StatusOr<v1::ResolvedQuestion> question = ResolveCase(pack, one, index, received_ns);
  CaseResult result{one.slug, one.place.ToString(), {}, AnswerTo(question, index)};
  if (!one.expect.refused.empty()) {
    if (question.ok()) {
      result.failures.push_back("expected a refusal over " + Join(one.expect.refused));
    } else {
      CompareRefusal(one, question.status(), result.failures);
    }
    return result;
  }
  if (!question.ok()) {
    result.failures.push_back("refused: " + std::string(question.status().message()));
    return result;
  }
  CompareLinking(one, *question, result.failures);
  if (!result.answer.ok()) {
    result.failures.push_back("failed: " + std::string(result.answer.status().message()));
    return result;
  }
  for (std::string& failure : CompareAnswer(one.expect, *result.answer)) {
    result.failures.push_back(std::move(failure));
  }
  return result;
}

}  // namespace

// The reader refuses cases that follow themselves.
absl::StatusOr<v1::ResolvedQuestion> ResolveCase(const graph::Pack& pack,
                                                 const graph::PackCase& one,
                                                 const decision::KnowledgeIndex& index,
                                                 int64_t received_ns) {
  const graph::PackCase* const before = FindCase(pack, one.follows);
  std::optional<v1::ResolvedQuestion> earlier;
  if (before != nullptr) {
    EVIDENT_ASSIGN_OR_RETURN(earlier, ResolveCase(pack, *before, index, received_ns));
  }
  decision::QuestionInputs inputs;
  inputs.received_ns = received_ns;
  inputs.earlier = earlier.has_value() ? &*earlier : nullptr;
  inputs.text = one.ask.empty() ? nullptr : &one.ask;
  return decision::ResolveQuestion(FrameOf(one, before), index, inputs);
}

absl::StatusOr<std::shared_ptr<const graph::GraphReader>> CompilePacks(
    const std::vector<const graph::Pack*>& packs) {
  graph::GraphDraft whole;
  for (const graph::Pack* const pack : packs) {
    whole.nodes.insert(whole.nodes.end(), pack->draft.nodes.begin(), pack->draft.nodes.end());
    whole.edges.insert(whole.edges.end(), pack->draft.edges.begin(), pack->draft.edges.end());
  }
  EVIDENT_ASSIGN_OR_RETURN(const graph::Rows rows, graph::BuildRows(whole));
  storage::v1::ReleaseRecord record;
  record.set_number(1);
  record.set_content_digest(std::string(graph::ContentDigest(rows).view()));
  EVIDENT_ASSIGN_OR_RETURN(const Digest digest, graph::ReleaseDigest(Digest{}, record));
  record.set_release_digest(std::string(digest.view()));
  EVIDENT_ASSIGN_OR_RETURN(auto compiled, graph::MemoryGraph::Build(whole, record));
  return std::shared_ptr<const graph::GraphReader>(std::move(compiled));
}

std::vector<CaseResult> RunCases(const graph::Pack& pack, const decision::KnowledgeIndex& index,
                                 int64_t received_ns) {
  std::vector<CaseResult> results;
  for (const graph::PackCase& one : pack.cases) {
    results.push_back(RunCase(pack, one, index, received_ns));
  }
  return results;
}

absl::StatusOr<std::vector<CaseResult>> RunCases(
    const graph::Pack& pack, std::shared_ptr<const graph::GraphReader> knowledge,
    int64_t received_ns) {
  EVIDENT_ASSIGN_OR_RETURN(const auto index, decision::KnowledgeIndex::Build(std::move(knowledge)));
  return RunCases(pack, *index, received_ns);
}

absl::StatusOr<std::optional<CaseResult>> FirstFailure(
    const graph::Pack& pack, std::shared_ptr<const graph::GraphReader> knowledge,
    int64_t received_ns) {
  EVIDENT_ASSIGN_OR_RETURN(const auto index, decision::KnowledgeIndex::Build(std::move(knowledge)));
  for (const graph::PackCase& one : pack.cases) {
    CaseResult result = RunCase(pack, one, *index, received_ns);
    if (!result.failures.empty()) return std::optional<CaseResult>(std::move(result));
  }
  return std::optional<CaseResult>();
}

}  // namespace evident::workbench
