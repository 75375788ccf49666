// The worked examples of docs/formats/criterion.md, over the facts that the page defines.
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include "base/file.h"
#include "base/status_matchers.h"
#include "base/suggest.h"
#include "criteria/check.h"
#include "criteria/deciding.h"
#include "criteria/derive.h"
#include "criteria/parse.h"
#include "criteria/print.h"

namespace evident::criteria {
namespace {

using Words = std::vector<std::string>;

std::string Page() {
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  const auto text = ReadFile(std::string(top == nullptr ? "." : top) + "/docs/formats/criterion.md",
                             size_t{1} << 20);
  EXPECT_THAT(text, IsOk());
  return text.ok() ? *text : std::string();
}

// The lines of the page's fenced block of this name, at least one.
std::vector<std::string> Block(const std::string& name) {
  std::istringstream page(Page());
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (inside && line == "```") break;
    if (inside) lines.push_back(line);
    if (line == "```text " + name) inside = true;
  }
  EXPECT_FALSE(lines.empty()) << "the page has no block " << name;
  return lines;
}

// The columns of a line of a block, which " | " separates, without the spaces around them.
Words Columns(const std::string& line, size_t count) {
  Words columns;
  for (size_t begin = 0; begin <= line.size();) {
    const size_t end = std::min(line.find('|', begin), line.size());
    const size_t first = line.find_first_not_of(' ', begin);
    const size_t last = line.find_last_not_of(' ', end - 1);
    const bool empty = first >= end || last == std::string::npos || last < first;
    columns.push_back(empty ? "" : line.substr(first, last + 1 - first));
    begin = end + 1;
  }
  EXPECT_EQ(columns.size(), count) << line;
  columns.resize(count);
  return columns;
}

Words Split(const std::string& line) {
  std::istringstream stream(line);
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string Full(std::string_view bare) { return "p/" + std::string(bare); }

// Concept to the one above it, both by full name; empty: none.
const std::map<std::string, std::string>& Concepts() {
  static const auto* const kConcepts = [] {
    auto* const concepts = new std::map<std::string, std::string>();
    for (const std::string& line : Block("concepts")) {
      const Words words = Split(line);
      (*concepts)[Full(words[0])] = words.size() > 1 ? Full(words[1]) : "";
    }
    return concepts;
  }();
  return *kConcepts;
}

bool IsA(std::string_view concept_name, std::string_view ancestor) {
  for (std::string at(concept_name); !at.empty(); at = Concepts().at(at)) {
    if (at == ancestor) return true;
  }
  return false;
}

void SetBounds(const std::string& text, FactDefinition& definition) {
  const size_t dots = text.find("..");
  const std::string low = text.substr(0, dots);
  const std::string high = text.substr(dots + 2);
  if (!low.empty()) definition.minimum = int64_t{std::stoll(low)};
  if (!high.empty()) definition.maximum = int64_t{std::stoll(high)};
}

// "name type details", the details by type: bounds, a unit in brackets, or values.
FactDefinition ReadDefinition(const std::string& line) {
  const std::map<std::string, FactType> types = {{"boolean", FactType::kBoolean},
                                                 {"integer", FactType::kInteger},
                                                 {"decimal", FactType::kDecimal},
                                                 {"coded", FactType::kCoded},
                                                 {"date", FactType::kDate}};
  const Words words = Split(line);
  FactDefinition definition;
  definition.name = Full(words[0]);
  definition.type = types.at(words[1]);
  for (size_t i = 2; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (definition.type == FactType::kInteger) SetBounds(word, definition);
    if (definition.type == FactType::kDecimal) definition.unit = word.substr(1, word.size() - 2);
    if (definition.type != FactType::kCoded) continue;
    const size_t equals = word.find('=');
    const bool stands = equals != std::string::npos;
    definition.allowed_values.push_back(
        {word.substr(0, equals), stands ? Full(word.substr(equals + 1)) : ""});
  }
  return definition;
}

const FactSchema& Schema() {
  static const FactSchema* const kSchema = [] {
    auto* const schema = new FactSchema();
    for (const std::string& line : Block("facts")) {
      EVIDENT_EXPECT_OK(schema->Add(ReadDefinition(line)));
    }
    return schema;
  }();
  return *kSchema;
}

Context PageContext() { return {Schema(), ParseDate("2026-08-31").value(), IsA}; }

absl::StatusOr<std::string> Resolve(std::string_view written, NameUse use) {
  if (written.find('/') != std::string_view::npos) return std::string(written);
  const std::string full = Full(written);
  const bool is_fact = use == NameUse::kFact;
  if (is_fact ? Schema().Find(full) != nullptr : Concepts().count(full) != 0) return full;
  Words known;
  for (const std::string& name : Schema().Names()) known.push_back(name.substr(2));
  return MakeError(absl::StatusCode::kInvalidArgument, "FACT_UNKNOWN",
                   std::string(is_fact ? "there is no fact " : "there is no concept ") +
                       std::string(written) + (is_fact ? NearestHint(written, known) : ""));
}

ExpressionPtr Read(const std::string& line) {
  const absl::StatusOr<ExpressionPtr> tree = Parse(line, Resolve);
  EXPECT_THAT(tree, IsOk()) << line;
  return tree.ok() ? *tree : nullptr;
}

// "ecog = 1, hemoglobin = 9.0 [g/dL]"
Facts ReadFacts(const std::string& text) {
  Facts facts;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(", ", begin), text.size());
    const ExpressionPtr leaf = Read(text.substr(begin, end - begin));
    if (leaf != nullptr) facts.insert_or_assign(leaf->fact, leaf->value);
    begin = end + 2;
  }
  for (const auto& [name, value] : facts) {
    EVIDENT_EXPECT_OK(CheckValue(*Schema().Find(name), value)) << text;
  }
  return facts;
}

std::vector<Violation> Violations(const ExpressionPtr& tree) {
  return Check(tree, Schema(),
               [](std::string_view name) { return Concepts().count(std::string(name)) != 0; });
}

std::string BareSets(const FactSets& sets) {
  std::string text;
  for (const std::vector<std::string>& set : sets) {
    std::string one;
    for (const std::string& fact : set) one += (one.empty() ? "" : " + ") + fact.substr(2);
    text += (text.empty() ? "" : ", ") + one;
  }
  return text.empty() ? "nothing" : text;
}

TEST(CriterionPageTest, LinesAreWrittenCanonically) {
  for (const std::string& line : Block("canonical")) {
    const Words columns = Columns(line, 2);
    const ExpressionPtr tree = Read(columns[0]);
    EXPECT_EQ(Print(tree, Names::kBare), columns[1]) << line;
    EXPECT_EQ(Print(Read(columns[1]), Names::kBare), columns[1]) << line;
    EXPECT_TRUE(Equal(Read(Print(tree, Names::kFull)), tree)) << line;
    for (const Violation& violation : Violations(tree)) ADD_FAILURE() << violation.description;
  }
}

TEST(CriterionPageTest, LinesHaveTheTruthThatIsGiven) {
  const std::map<std::string, Truth> truths = {
      {"true", Truth::kTrue}, {"false", Truth::kFalse}, {"unknown", Truth::kUnknown}};
  for (const std::string& line : Block("truth")) {
    const Words columns = Columns(line, 3);
    const ExpressionPtr tree = Read(columns[0]);
    EXPECT_TRUE(Violations(tree).empty()) << line;
    ASSERT_EQ(truths.count(columns[2]), 1u) << line;
    EXPECT_EQ(Evaluate(tree, ReadFacts(columns[1]), PageContext()), truths.at(columns[2])) << line;
  }
}

TEST(CriterionPageTest, TruthTablesAreKleenes) {
  const auto word = [](size_t truth) {
    constexpr const char* kWords[] = {"false", "unknown", "true"};
    return std::string(kWords[truth]);
  };
  const auto value = [](const char* fact, size_t truth) {
    return truth == 1 ? Facts() : Facts{{fact, truth == 2}};
  };
  std::set<std::string> rows;
  for (const std::string& line : Block("tables")) {
    const Words columns = Columns(line, 5);
    rows.insert(columns[0] + " " + columns[1] + " " + columns[2] + " " + columns[3] + " " +
                columns[4]);
  }
  const ExpressionPtr a = Comparison("p/a", Operator::kEqual, true);
  const ExpressionPtr b = Comparison("p/b", Operator::kEqual, true);
  std::set<std::string> expected = {"a b a and b a or b not a"};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      Facts facts = value("p/a", i);
      facts.merge(value("p/b", j));
      const auto of = [&](const ExpressionPtr& tree) {
        return word(static_cast<size_t>(Evaluate(tree, facts, PageContext())));
      };
      expected.insert(word(i) + " " + word(j) + " " + of(AllOf({a, b})) + " " + of(AnyOf({a, b})) +
                      " " + of(Not(a)));
    }
  }
  EXPECT_EQ(rows, expected);
}

TEST(CriterionPageTest, BadLinesAreRefusedAtTheColumnThatIsGiven) {
  for (const std::string& line : Block("refused")) {
    const Words columns = Columns(line, 3);
    const absl::StatusOr<ExpressionPtr> tree = Parse(columns[0], Resolve);
    EXPECT_THAT(tree, HasReason("CRITERION_SYNTAX")) << line;
    const std::vector<Violation> violations = ErrorViolations(tree.status());
    ASSERT_EQ(violations.size(), 1u) << line;
    EXPECT_EQ(violations[0].field, "column " + columns[1]) << line;
    EXPECT_EQ(violations[0].description, columns[2]) << line;
  }
}

TEST(CriterionPageTest, LinesThatDoNotFitTheirFactsAreRefusedAtPublishing) {
  for (const std::string& line : Block("unfit")) {
    const Words columns = Columns(line, 2);
    std::string all;
    for (const Violation& violation : Violations(Read(columns[0]))) {
      all += (all.empty() ? "" : "; ") + violation.description;
    }
    EXPECT_EQ(all, columns[1]) << line;
  }
}

// The page's facts and those of its rules: "name true_when|false_when criterion".
FactSchema SchemaWithRules() {
  FactSchema schema;
  for (const auto& [name, definition] : Schema().all()) EVIDENT_EXPECT_OK(schema.Add(definition));
  for (const std::string& line : Block("rules")) {
    const Words words = Split(line);
    FactDefinition definition;
    definition.name = Full(words[0]);
    const ExpressionPtr rule = Read(line.substr(line.find(words[1]) + words[1].size()));
    (words[1] == "true_when" ? definition.true_when : definition.false_when) = rule;
    EVIDENT_EXPECT_OK(schema.Add(definition));
  }
  return schema;
}

// What comes of facts by the page's rules.
struct Derived {
  FactSchema schema = SchemaWithRules();
  Context context{schema, PageContext().as_of, IsA};
  Facts facts;
  std::vector<Violation> contradictions;

  explicit Derived(const std::string& given) {
    for (size_t begin = 0; begin < given.size();) {
      const size_t end = std::min(given.find(", ", begin), given.size());
      const auto leaf = Parse(
          given.substr(begin, end - begin),
          [](std::string_view name, NameUse) -> absl::StatusOr<std::string> { return Full(name); });
      EXPECT_THAT(leaf, IsOk()) << given;
      if (leaf.ok()) facts.insert_or_assign((*leaf)->fact, (*leaf)->value);
      begin = end + 2;
    }
    const absl::StatusOr<DerivationPlan> plan = DerivationPlan::Create(schema);
    EXPECT_THAT(plan, IsOk());
    if (!plan.ok()) return;
    plan->Derive(facts, context, contradictions);
    context.eliminations = plan->Eliminate(facts, context);
  }
};

TEST(CriterionPageTest, LinesAreDecidedByWhatFactsExclude) {
  constexpr const char* kWords[] = {"false", "unknown", "true"};
  for (const std::string& line : Block("elimination")) {
    const Words columns = Columns(line, 4);
    const ExpressionPtr tree = Read(columns[0]);
    const Derived derived(columns[1]);
    EXPECT_TRUE(derived.contradictions.empty()) << line;
    const Truth truth = Evaluate(tree, derived.facts, derived.context);
    EXPECT_EQ(kWords[static_cast<size_t>(truth)], columns[2]) << line;
    std::string because;
    const auto found = derived.context.eliminations.find(tree->fact);
    if (found != derived.context.eliminations.end()) {
      for (const Ruling* const ruling : found->second.Reasons(*tree, derived.context)) {
        because += (because.empty() ? "" : "; ") + InWords(*ruling);
      }
    }
    EXPECT_EQ(because, columns[3]) << line;
  }
}

TEST(CriterionPageTest, FactsThatContradictAreRefused) {
  for (const std::string& line : Block("impossible")) {
    const Words columns = Columns(line, 2);
    const Derived derived(columns[0]);
    ASSERT_EQ(derived.contradictions.size(), 1u) << line;
    const Violation& violation = derived.contradictions[0];
    EXPECT_EQ(violation.field.substr(2) + ": " + violation.description, columns[1]) << line;
  }
}

TEST(CriterionPageTest, UnknownLinesNameWhatDecidesThem) {
  for (const std::string& line : Block("deciding")) {
    const Words columns = Columns(line, 4);
    const DecidingSets sets =
        FindDecidingSets(Read(columns[0]), ReadFacts(columns[1]), PageContext());
    EXPECT_TRUE(sets.exact) << line;
    EXPECT_EQ(BareSets(sets.decides), columns[2]) << line;
    EXPECT_EQ(BareSets(sets.to_apply), columns[3]) << line;
  }
}

}  // namespace
}  // namespace evident::criteria
