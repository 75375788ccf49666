// Questions, in words and in parts: refused with every violation, or resolved and decided.
#include <algorithm>

#include "base/status.h"
#include "base/unicode.h"
#include "decision/decide.h"
#include "decision/knowledge_index.h"
#include "decision/question.h"
#include "evident/v1/decision_service.pb.h"
#include "graph/pack/example_pack.h"
#include "tests/fuzz/fuzz_target.h"
#include "workbench/cases.h"

namespace evident::fuzz {
namespace {

constexpr int64_t kReceivedNs = 1'767'225'600'000'000'000;  // 2026-01-01

const graph::Pack& Example() {
  static const auto* const pack =
      new graph::Pack(Must(graph::ReadPack(graph::ExamplePack()), "the example is read"));
  return *pack;
}

const decision::KnowledgeIndex& Index() {
  static const auto* const index = new std::shared_ptr<const decision::KnowledgeIndex>(
      Must(decision::KnowledgeIndex::Build(
               Must(workbench::CompilePacks({&Example()}), "the example is compiled")),
           "the example is indexed"));
  return **index;
}

void RequireLinked(const v1::Linking& linking, std::string_view text) {
  Require(linking.text() == text, "the words are kept");
  uint32_t before = 0;
  for (const v1::Link& link : linking.links()) {
    Require(link.begin() >= before && link.begin() < link.end() && link.end() <= text.size(),
            "links stand in order and apart");
    Require(text.substr(link.begin(), link.end() - link.begin()) == link.words(),
            "a link's words stand at its place");
    before = link.end();
  }
}

void RequireDecided(const v1::ResolvedQuestion& question) {
  Require(decision::FactsOf(question).ok(), "a resolved question's facts are read");
  const auto proceed = [] { return absl::OkStatus(); };
  const decision::Decision one =
      Must(decision::Decide(Index(), question, proceed), "a resolved question is decided");
  const decision::Decision two =
      Must(decision::Decide(Index(), question, proceed), "and decided again");
  Require(one.answer_bytes == two.answer_bytes, "equal questions have equal answers");
  v1::Answer answer;
  Require(answer.ParseFromString(one.answer_bytes), "an answer parses");
}

void RunQuestion(std::string_view input) {
  v1::AskRequest request;
  if (!request.ParseFromArray(input.data(), static_cast<int>(input.size()))) return;
  const std::string& text = request.text();
  decision::QuestionInputs inputs;
  inputs.received_ns = kReceivedNs;
  inputs.text = text.empty() ? nullptr : &text;
  const absl::StatusOr<v1::ResolvedQuestion> question =
      decision::ResolveQuestion(request.question(), Index(), inputs);
  if (!question.ok()) {
    const bool bad = question.status().code() == absl::StatusCode::kInvalidArgument;
    const bool large = question.status().code() == absl::StatusCode::kResourceExhausted;
    Require(bad || large, "a refusal has one of two codes: " + question.status().ToString());
    Require(!ErrorReason(question.status()).empty(), "a refusal has a reason");
    return;
  }
  if (inputs.text != nullptr) RequireLinked(question->linking(), text);
  RequireDecided(*question);
}

// The example's cases, their facts as given and their words.
Seeds QuestionSeeds() {
  Seeds seeds;
  for (const graph::PackCase& one : Example().cases) {
    v1::AskRequest request;
    request.set_text(one.ask);
    for (const std::string& name : one.concepts) request.mutable_question()->add_concepts(name);
    for (const v1::Fact& fact : one.facts) *request.mutable_question()->add_facts() = fact;
    request.mutable_question()->set_as_valid_on(one.as_of);
    request.mutable_question()->set_audience(one.audience);
    seeds.push_back(request.SerializeAsString());
  }
  for (const auto& [name, node] : Index().facts()) {
    v1::AskRequest request;
    request.set_text(node->fact().display() + " 3, not " + node->fact().question());
    for (const std::string& label : node->fact().labels()) {
      request.set_text(request.text() + " " + label + " >= 2; " + label + " 1-2, no " + label);
    }
    seeds.push_back(request.SerializeAsString());
  }
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(question, RunQuestion, QuestionSeeds);
