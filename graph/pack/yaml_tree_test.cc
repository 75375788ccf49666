#include "graph/pack/yaml_tree.h"

#include <string>

#include "base/limits.h"
#include "base/status.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace evident::graph {
namespace {

struct Bad {
  std::string name;
  std::string bytes;
  std::string place;
  std::string what;
};

class BadYaml : public testing::TestWithParam<Bad> {};

TEST_P(BadYaml, IsReportedAtItsPlace) {
  PackErrors errors;
  ParseYaml("a.yaml", GetParam().bytes, errors);
  const std::vector<Violation> violations = ErrorViolations(errors.ToStatus());
  ASSERT_EQ(violations.size(), 1u) << errors.ToStatus();
  EXPECT_EQ(violations[0].field, GetParam().place);
  EXPECT_NE(violations[0].description.find(GetParam().what), std::string::npos)
      << violations[0].description;
}

std::string Deep(size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

INSTANTIATE_TEST_SUITE_P(
    All, BadYaml,
    testing::Values(Bad{"Empty", "", "a.yaml:1:1", "empty file"},
                    Bad{"CommentsOnly", "# nothing\n", "a.yaml:1:1", "empty file"},
                    Bad{"Unclosed", "a: [1, 2\n", "a.yaml:2:1", "not readable as YAML"},
                    Bad{"BadIndent", "a:\n  b: 1\n c: 2\n", "a.yaml:3:2", "not readable as YAML"},
                    Bad{"TabIndent", "a:\n\tb: 1\n", "a.yaml:2:1", "a tab"},
                    Bad{"TabBehindUmlaut", "a: \xC3\xA4\tb\n", "a.yaml:1:5", "a tab"},
                    Bad{"BrokenUtf8", "a: 1\nb: \xC3(\n", "a.yaml:2:1", "not UTF-8"},
                    Bad{"NotNfc", "a: 1\nb: a\xCC\x88\n", "a.yaml:2:1", "NFC"},
                    Bad{"ByteOrderMark",
                        "\xEF\xBB\xBF"
                        "a: 1\n",
                        "a.yaml:1:1", "byte order mark"},
                    Bad{"Nul", std::string("a: \0", 4) + "\n", "a.yaml:1:4", "control character"},
                    Bad{"C1Control", "a: x\xC2\x85y\n", "a.yaml:1:5", "control character"},
                    Bad{"EscapedNotNfc", "a: 1\nb: \"e\\u0301\"\n", "a.yaml:2:4", "NFC"},
                    Bad{"EscapedNul", "a: [1, \"x\\0\"]\n", "a.yaml:1:8", "control character"},
                    Bad{"EscapedTab", "a: \"x\\ty\"\n", "a.yaml:1:4", "control character"},
                    Bad{"EscapedC1", "a: \"x\\u0085\"\n", "a.yaml:1:4", "control character"},
                    Bad{"EscapedDelete", "a: \"\\x7f\"\n", "a.yaml:1:4", "control character"},
                    Bad{"EscapedInKey", "a: 1\n\"k\\e\": 2\n", "a.yaml:2:1", "control character"},
                    Bad{"Anchor", "a: &x [1]\n", "a.yaml:1:4", "an anchor"},
                    Bad{"Alias", "a: *x\n", "a.yaml:1:4", "not readable as YAML"},
                    Bad{"Tag", "a: 1\nb: !!int 2\n", "a.yaml:2:4", "tags are not allowed"},
                    Bad{"MergeKey", "a:\n  <<: {b: 1}\n", "a.yaml:2:3", "merge key"},
                    Bad{"DuplicateKey", "a: 1\nb: 2\na: 3\n", "a.yaml:3:1", "already on line 1"},
                    Bad{"DuplicateKeyInFlow", "x: {a: 1, a: 2}\n", "a.yaml:1:11",
                        "already on line 1"},
                    Bad{"ListAsKey", "? [a]\n: 1\n", "a.yaml:1:3", "key that is not plain text"},
                    Bad{"EmptyKey", "a: 1\n\"\": 1\n", "a.yaml:2:1", "empty key"},
                    Bad{"SecondDocument", "a: 1\n---\nb: 1\n", "a.yaml:3:1", "second document"},
                    Bad{"TooDeep", Deep(kYamlDepthMax + 1), "a.yaml:1:17", "nested deeper than 16"},
                    Bad{"FarTooDeep", Deep(200'000), "a.yaml:1:17", "nested deeper than 16"}),
    [](const auto& info) { return info.param.name; });

TEST(YamlTree, KeepsScalarsAsWrittenWithTheirPlaces) {
  PackErrors errors;
  const auto root = ParseYaml("a.yaml", "a: 17.0\n\xC3\xA4: {b: [x, \"y z\"]}\nc:\n", errors);
  ASSERT_TRUE(root.has_value()) << errors.ToStatus();
  ASSERT_EQ(root->entries.size(), 3u);
  EXPECT_EQ(root->entries[0].value.text, "17.0");
  EXPECT_TRUE(root->entries[0].value.verbatim);
  const YamlNode& list = root->entries[1].value.entries[0].value;
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[1].text, "y z");
  EXPECT_EQ(list.items[1].line, 2);
  EXPECT_EQ(list.items[1].column, 12);
  EXPECT_FALSE(list.items[1].verbatim);
  EXPECT_EQ(root->entries[2].value.kind, YamlNode::Kind::kEmpty);
}

TEST(YamlTree, ReportsEveryDuplicateKeyAndKeepsTheFirst) {
  PackErrors errors;
  const auto root = ParseYaml("a.yaml", "a: 1\na: 2\na: 3\n", errors);
  ASSERT_TRUE(root.has_value());
  ASSERT_EQ(root->entries.size(), 1u);
  EXPECT_EQ(root->entries[0].value.text, "1");
  EXPECT_EQ(errors.count(), 2u);
}

TEST(YamlTree, RefusesFilesBeyondTheirLimits) {
  PackErrors errors;
  EXPECT_FALSE(ParseYaml("big.yaml", std::string(kPackFileBytesMax + 1, '#'), errors));
  std::string many = "[";
  for (size_t i = 0; i < kYamlNodesMax + 1; ++i) many += "1,";
  EXPECT_FALSE(ParseYaml("many.yaml", many + "]", errors));
  const std::vector<Violation> violations = ErrorViolations(errors.ToStatus());
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "big.yaml");
  EXPECT_NE(violations[1].description.find("more than 100000 values"), std::string::npos);
}

TEST(PackErrors, KeepsTheFirstHundredAndCountsTheRest) {
  PackErrors errors;
  for (int i = 0; i < 120; ++i) errors.Add({"a.yaml", 200 - i, 1}, "wrong");
  const absl::Status status = errors.ToStatus();
  EXPECT_THAT(status, HasReason("PACK_INVALID"));
  const std::vector<Violation> violations = ErrorViolations(status);
  ASSERT_EQ(violations.size(), kPackErrorsMax + 1);
  EXPECT_EQ(violations.front().field, "a.yaml:101:1");
  EXPECT_EQ(violations.back().description, "and 20 more");
  EXPECT_TRUE(PackErrors().ToStatus().ok());
}

}  // namespace
}  // namespace evident::graph
