#include "workbench/cases.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/digest.h"
#include "base/status.h"
#include "decision/decide.h"
#include "decision/question.h"
#include "graph/model/memory_graph.h"
#include "graph/model/rows.h"
#include "workbench/case_check.h"

namespace evident::workbench {
namespace {

using graph::PackCase;

bool Same(const v1::Value& a, const v1::Value& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

bool Has(const std::vector<v1::Fact>& facts, const v1::Fact& fact) {
  return std::any_of(facts.begin(), facts.end(), [&](const v1::Fact& one) {
    return one.name() == fact.name() && Same(one.value(), fact.value());
  });
}

class Runner {
 public:
  Runner(const std::vector<PackCase>& cases, const decision::KnowledgeIndex& index, int64_t now_ns)
      : cases_(cases), index_(index), now_ns_(now_ns) {
    for (size_t i = 0; i < cases.size(); ++i) by_slug_.emplace(cases[i].slug, i);
  }

  CaseResult Run(const PackCase& one) {
    CaseResult result{one.slug, one.place.ToString(), {}};
    const absl::StatusOr<v1::ResolvedQuestion> question = Resolve(one);
    if (!one.expect.refused.empty()) {
      CheckRefusal(question.status(), one.expect.refused, result.mismatches);
      return result;
    }
    if (!question.ok()) {
      result.mismatches.push_back("the question is refused: " + question.status().ToString());
      return result;
    }
    const absl::StatusOr<decision::Decision> decision =
        decision::Decide(index_, *question, [] { return absl::OkStatus(); });
    if (!decision.ok()) {
      result.mismatches.push_back("no decision: " + decision.status().ToString());
      return result;
    }
    result.mismatches = CheckCase(one, decision->answer);
    return result;
  }

 private:
  // Cases that follow one another are resolved from the first on; reading the pack refused circles.
  absl::StatusOr<v1::ResolvedQuestion> Resolve(const PackCase& one) {
    std::vector<const PackCase*> chain = {&one};
    for (auto before = by_slug_.find(one.follows); before != by_slug_.end();
         before = by_slug_.find(chain.back()->follows)) {
      chain.push_back(&cases_[before->second]);
      if (chain.size() > cases_.size()) break;
    }
    std::optional<v1::ResolvedQuestion> earlier;
    for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
      EVIDENT_ASSIGN_OR_RETURN(earlier,
                               ResolveAlone(**link, earlier.has_value() ? &*earlier : nullptr));
    }
    return *std::move(earlier);
  }

  // States what is neither inherited nor to be linked from the words.
  absl::StatusOr<v1::ResolvedQuestion> ResolveAlone(const PackCase& one,
                                                    const v1::ResolvedQuestion* earlier) const {
    std::vector<v1::Fact> known = one.linked;
    v1::QuestionFrame frame;
    if (earlier == nullptr) {
      for (const std::string& name : one.concepts) frame.add_concepts(name);
    } else {
      for (const v1::QuestionFact& fact : earlier->facts()) known.push_back(fact.fact());
    }
    for (const v1::Fact& fact : one.facts) {
      if (!Has(known, fact)) *frame.add_facts() = fact;
    }
    frame.set_audience(one.audience);
    frame.set_as_valid_on(one.as_of);
    decision::QuestionInputs inputs;
    inputs.received_ns = now_ns_;
    inputs.earlier = earlier;
    inputs.text = one.ask.empty() ? nullptr : &one.ask;
    return decision::ResolveQuestion(frame, index_, inputs);
  }

  const std::vector<PackCase>& cases_;
  const decision::KnowledgeIndex& index_;
  const int64_t now_ns_;
  std::map<std::string, size_t> by_slug_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const decision::KnowledgeIndex>> CompileAlone(
    const graph::Pack& pack) {
  EVIDENT_ASSIGN_OR_RETURN(const graph::Rows rows, graph::BuildRows(pack.draft));
  storage::v1::ReleaseRecord release;
  release.set_number(1);
  release.set_label(pack.label);
  release.add_packs(pack.name);
  const Digest content = graph::ContentDigest(rows);
  release.set_content_digest(std::string(content.view()));
  EVIDENT_ASSIGN_OR_RETURN(const Digest digest, graph::ReleaseDigest(Digest{}, release));
  release.set_release_digest(std::string(digest.view()));
  EVIDENT_ASSIGN_OR_RETURN(auto graph, graph::MemoryGraph::Build(pack.draft, std::move(release)));
  return decision::KnowledgeIndex::Build(std::move(graph));
}

std::vector<CaseResult> RunCases(const std::vector<PackCase>& cases,
                                 const decision::KnowledgeIndex& index, int64_t now_ns) {
  Runner runner(cases, index, now_ns);
  std::vector<CaseResult> results;
  for (const PackCase& one : cases) results.push_back(runner.Run(one));
  return results;
}

}  // namespace evident::workbench
