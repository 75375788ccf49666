// The packs that ship, and the example of the page on packs. Tests only.
#ifndef EVIDENT_WORKBENCH_TEST_PACKS_H_
#define EVIDENT_WORKBENCH_TEST_PACKS_H_

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/status_matchers.h"
#include "decision/decide.h"
#include "decision/question.h"
#include "gmock/gmock.h"
#include "graph/pack/example_pack.h"
#include "gtest/gtest.h"
#include "workbench/cases.h"

namespace evident::workbench {

constexpr int64_t kTestNowNs = 1'773'100'800'000'000'000;  // 2026-03-10
constexpr uint64_t kPageBytesMax = 1u << 20;

inline std::string KnowledgeDir() { return graph::SourceDir() + "/knowledge"; }

inline graph::Pack LoadPack(const std::string& name) {
  const auto files = graph::LoadPackFiles(KnowledgeDir() + "/" + name);
  EXPECT_THAT(files, IsOk());
  auto pack = graph::ReadPack(files.ok() ? *files : graph::PackFiles());
  EXPECT_THAT(pack, IsOk());
  return pack.ok() ? *std::move(pack) : graph::Pack();
}

// Names of the folders under knowledge/, sorted.
inline std::vector<std::string> PackNames() {
  std::vector<std::string> names;
  std::error_code none;  // without the folder there are no packs, and tests over them fail
  for (const auto& entry : std::filesystem::directory_iterator(KnowledgeDir(), none)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Every pack that ships.
inline std::vector<graph::Pack> ShippedPacks() {
  std::vector<graph::Pack> packs;
  for (const std::string& name : PackNames()) packs.push_back(LoadPack(name));
  return packs;
}

inline std::shared_ptr<const decision::KnowledgeIndex> Compile(const graph::Pack& pack) {
  const auto knowledge = CompilePacks({&pack});
  EXPECT_THAT(knowledge, IsOk());
  if (!knowledge.ok()) return nullptr;
  auto index = decision::KnowledgeIndex::Build(*knowledge);
  EXPECT_THAT(index, IsOk());
  return index.ok() ? *std::move(index) : nullptr;
}

inline decision::Decision DecideQuestion(const decision::KnowledgeIndex& index,
                                         const v1::ResolvedQuestion& question) {
  auto decision = decision::Decide(index, question, [] { return absl::OkStatus(); });
  EXPECT_THAT(decision, IsOk());
  return decision.ok() ? *std::move(decision) : decision::Decision();
}

// The case's question; empty when there is no such case.
inline v1::ResolvedQuestion QuestionOf(const graph::Pack& pack, const std::string& slug,
                                       const decision::KnowledgeIndex& index) {
  for (const graph::PackCase& one : pack.cases) {
    if (one.slug != slug) continue;
    auto question = ResolveCase(pack, one, index, kTestNowNs);
    EXPECT_THAT(question, IsOk()) << slug;
    if (question.ok()) return *std::move(question);
  }
  ADD_FAILURE() << pack.name << " has no case " << slug;
  return {};
}

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_TEST_PACKS_H_
