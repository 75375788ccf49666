// Packs: either the whole pack is fine and can be published, or every error has its place.
#include <map>

#include "base/limits.h"
#include "base/status.h"
#include "graph/model/invariants.h"
#include "graph/model/rows.h"
#include "graph/pack/example_pack.h"
#include "graph/pack/reader.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

constexpr std::string_view kFileLine = "=== ";

std::string Join(const graph::PackFiles& files) {
  std::string text;
  for (const auto& [path, bytes] : files) text += std::string(kFileLine) + path + "\n" + bytes;
  return text;
}

// Files as Join wrote them: a line "=== path", then the file's lines.
graph::PackFiles Split(std::string_view input) {
  graph::PackFiles files;
  std::string* file = nullptr;
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    if (line.substr(0, kFileLine.size()) == kFileLine) {
      file = &files[std::string(line.substr(kFileLine.size()))];
    } else if (file != nullptr) {
      *file += std::string(line) + "\n";
    }
  }
  return files;
}

void RunPack(std::string_view input) {
  const graph::PackFiles files = Split(input);
  const absl::StatusOr<graph::Pack> pack = graph::ReadPack(files);
  if (!pack.ok()) {
    RequireRefusal(pack.status(),
                   {absl::StatusCode::kInvalidArgument, absl::StatusCode::kResourceExhausted},
                   {"PACK_INVALID", "PACK_TOO_LARGE"});
    const std::vector<Violation> violations = ErrorViolations(pack.status());
    Require(violations.size() <= kPackErrorsMax + 1, "errors are capped");
    for (const Violation& violation : violations) {
      Require(!violation.description.empty(), "an error says what is wrong");
    }
    return;
  }
  Require(pack->required.empty(), "no pack that is required is there");
  const absl::Status graph = graph::CheckGraph(pack->draft);
  Require(graph.ok(), "what is read can be published: " + graph.ToString());
  const absl::StatusOr<graph::Rows> rows = graph::BuildRows(pack->draft);
  Require(rows.ok(), "what is read can be stored: " + rows.status().ToString());
}

Seeds PackSeeds() {
  const graph::PackFiles whole = graph::ExamplePack();
  Require(graph::ReadPack(Split(Join(whole))).ok(), "the example is read");
  Seeds seeds = {Join(whole)};
  // Each file beside the head of the pack alone: links lead nowhere, and it is quick to read.
  for (const auto& [path, bytes] : whole) {
    graph::PackFiles two = {{path, bytes}};
    two["pack.yaml"] = whole.at("pack.yaml");
    seeds.push_back(Join(two));
  }
  const auto with = [&](std::string_view path, const std::string& bytes) {
    graph::PackFiles files = {{std::string(path), bytes}};
    files.try_emplace("pack.yaml", whole.at("pack.yaml"));
    seeds.push_back(Join(files));
  };
  with("pack.yaml", whole.at("pack.yaml") + "requires: [another-pack]\n");
  with("concepts/all.yaml",
       "a: {kind: condition, name: \"e\\u0301\", is_a: [b]}\n"
       "b: {kind: condition, name: \"\\0\", is_a: [a]}\n");
  std::string chain;
  for (int i = 0; i <= static_cast<int>(kIsADepthMax) + 1; ++i) {
    const std::string link = i == 0 ? "" : ", is_a: n" + std::to_string(i - 1);
    chain += "n" + std::to_string(i) + ": {kind: condition, name: C" + link + "}\n";
  }
  with("concepts/all.yaml", chain);
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(pack, RunPack, PackSeeds);
