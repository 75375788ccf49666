// No source knows a drug, a disease, a fact or a statement of a pack that ships: another pack of
// another subject is answered without a change of code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/pack/reader.h"

namespace evident::workbench {
namespace {

namespace fs = std::filesystem;

constexpr size_t kTermBytesMin = 4;
constexpr size_t kInsideWordsBytesMin = 8;  // such terms are looked for inside longer words too

// Words of the packs that are words of the house or of plain English as well.
const std::set<std::string>& Allowed() {
  static const std::set<std::string> kWords = {"board",  "company",    "curl",     "ending",
                                               "plan",   "monitoring", "recovery", "stage",
                                               "strain", "tonic"};
  return kWords;
}

// The source tree itself, also where the tests are given links into it.
fs::path Top() {
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  const fs::path page = fs::path(top == nullptr ? "." : top) / "docs" / "formats" / "pack.md";
  return fs::canonical(page).parent_path().parent_path().parent_path();
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// " word word ": lower case, whatever is no letter or digit as one space; with `split` a new word
// at each capital that follows a small letter.
std::string Words(std::string_view text, bool split) {
  std::string out = " ";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!IsLetter(c) && !IsDigit(c)) {
      if (out.back() != ' ') out += ' ';
      continue;
    }
    const bool begins = split && IsUpper(c) && i > 0 && IsLetter(text[i - 1]) &&
                        !IsUpper(text[i - 1]) && out.back() != ' ';
    if (begins) out += ' ';
    out += IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (out.back() != ' ') out += ' ';
  return out;
}

// The text without its comments: an example in one is no knowledge. Literals are kept.
std::string WithoutComments(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "//") {
      i = std::min(text.find('\n', i), text.size());
    } else if (text.substr(i, 2) == "/*") {
      i = std::min(text.find("*/", i), text.size() - 1) + 1;
    } else if (text[i] == '"' || text[i] == '\'') {
      const size_t begin = i++;
      while (i < text.size() && text[i] != text[begin] && text[i] != '\n') {
        i += text[i] == '\\' ? 2 : 1;
      }
      out += text.substr(begin, i + 1 - begin);
      continue;
    }
    if (i < text.size()) out += text[i];
  }
  return out;
}

// The terms that stand in a source, in the form in which they were looked for.
std::vector<std::string> FindTerms(std::string_view source, const std::set<std::string>& terms) {
  const std::string code = WithoutComments(source);
  const std::string split = Words(code, true);
  const std::string whole = Words(code, false);
  std::vector<std::string> found;
  for (const std::string& term : terms) {
    const std::string inside = term.substr(1, term.size() - 2);
    const bool long_word =
        inside.size() >= kInsideWordsBytesMin && inside.find(' ') == std::string::npos;
    if (split.find(term) != std::string::npos || whole.find(term) != std::string::npos ||
        (long_word && whole.find(inside) != std::string::npos)) {
      found.push_back(inside);
    }
  }
  return found;
}

void AddTerm(std::string_view text, std::set<std::string>& terms) {
  const std::string words = Words(text, false);
  const std::string inside = words.size() < 2 ? "" : words.substr(1, words.size() - 2);
  if (inside.size() >= kTermBytesMin && Allowed().count(inside) == 0) terms.insert(words);
}

std::string_view Slug(std::string_view name) { return name.substr(name.find('/') + 1); }

void AddTermsOf(const v1::NodeRecord& node, std::set<std::string>& terms) {
  if (node.has_clinical_concept()) {
    AddTerm(Slug(node.name()), terms);
    AddTerm(node.clinical_concept().display(), terms);
    for (const std::string& synonym : node.clinical_concept().synonyms()) AddTerm(synonym, terms);
  } else if (node.has_fact()) {
    AddTerm(Slug(node.name()), terms);
    AddTerm(node.fact().display(), terms);
    for (const std::string& label : node.fact().labels()) AddTerm(label, terms);
    for (const v1::Phrase& phrase : node.fact().phrases()) AddTerm(phrase.phrase(), terms);
    for (const v1::AllowedValue& value : node.fact().allowed_values()) {
      AddTerm(value.display(), terms);
    }
  } else if (node.has_statement()) {
    AddTerm(Slug(node.name()), terms);
  }
}

std::set<std::string> TermsOfShippedPacks() {
  std::set<std::string> terms;
  for (const auto& entry : fs::directory_iterator(Top() / "knowledge")) {
    if (!entry.is_directory()) continue;
    const auto files = graph::LoadPackFiles(entry.path().string());
    EXPECT_THAT(files, IsOk());
    const auto pack = graph::ReadPack(files.ok() ? *files : graph::PackFiles());
    EXPECT_THAT(pack, IsOk());
    if (!pack.ok()) continue;
    AddTerm(pack->name, terms);
    for (const v1::NodeRecord& node : pack->draft.nodes) AddTermsOf(node, terms);
  }
  return terms;
}

// Tests, and what they share, may name anything.
bool IsOfTests(const std::string& file) {
  const auto ends = [&](std::string_view end) {
    return file.size() >= end.size() &&
           file.compare(file.size() - end.size(), end.size(), end) == 0;
  };
  return ends("_test.cc") || file.rfind("test_", 0) == 0 || file == "example_pack.h";
}

std::vector<fs::path> Sources() {
  const std::set<std::string> kinds = {".cc", ".h", ".proto"};
  std::vector<fs::path> sources;
  for (const char* const room : {"proto", "base", "kv", "criteria", "graph", "decision",
                                 "workbench", "audit", "server", "client"}) {
    for (const auto& entry : fs::recursive_directory_iterator(Top() / room)) {
      const fs::path& path = entry.path();
      if (kinds.count(path.extension().string()) == 0) continue;
      if (!IsOfTests(path.filename().string())) sources.push_back(path);
    }
  }
  return sources;
}

TEST(SourceWordsTest, NoSourceKnowsASubjectOfThePacks) {
  const std::set<std::string> terms = TermsOfShippedPacks();
  EXPECT_GT(terms.size(), 100u);
  const std::vector<fs::path> sources = Sources();
  EXPECT_GT(sources.size(), 100u);
  for (const fs::path& path : sources) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string text, ReadFile(path.string(), 4u << 20));
    for (const std::string& term : FindTerms(text, terms)) {
      ADD_FAILURE() << path.lexically_relative(Top()).string() << " knows \"" << term << "\"";
    }
  }
}

TEST(SourceWordsTest, FindsTermsHoweverTheyAreWritten) {
  const std::set<std::string> terms = {" glimmer fever ", " lumenol "};
  for (const char* const source :
       {"if (name == \"x/glimmer-fever\") {", "bool glimmer_fever = false;", "int GlimmerFever();",
        "f(\"Glimmer  Fever\");"}) {
    EXPECT_THAT(FindTerms(source, terms), testing::ElementsAre("glimmer fever")) << source;
  }
  EXPECT_THAT(FindTerms("DoseOfLumenol(x)", terms), testing::ElementsAre("lumenol"));
  // Long terms are found inside longer words, short ones are not.
  EXPECT_THAT(FindTerms("int prelumenolite;", {" umenolit "}), testing::ElementsAre("umenolit"));
  EXPECT_THAT(FindTerms("int prelumenolite;", terms), testing::IsEmpty());
}

TEST(SourceWordsTest, CommentsAreExamplesAndLiteralsAreNot) {
  const std::set<std::string> terms = {" lumenol "};
  EXPECT_THAT(FindTerms("int a;  // as `lumenol`\n/* lumenol */ int b;", terms),
              testing::IsEmpty());
  EXPECT_THAT(FindTerms("f(\"http://lumenol\");", terms), testing::ElementsAre("lumenol"));
  EXPECT_THAT(FindTerms("f('\"', \"lumenol\");  // x", terms), testing::ElementsAre("lumenol"));
}

}  // namespace
}  // namespace evident::workbench
