// The schemas agree with the reader: what it takes they take, and what they name it knows.
#include "graph/pack/pack_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "base/status_matchers.h"
#include "graph/pack/full_pack.h"
#include "graph/pack/starter_pack.h"
#include "graph/pack/yaml_tree.h"

namespace evident::graph {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// As much of JSON Schema as the schemas use.
class Validator {
 public:
  explicit Validator(const std::string& schema) : root_(json::parse(schema)) {}

  // What is wrong first; empty when nothing is.
  std::string Check(const YamlNode& node) const { return Check(root_, node, ""); }

 private:
  std::string Check(const json& schema, const YamlNode& node, const std::string& at) const {
    if (schema.contains("$ref")) {
      return Check(root_.at(json::json_pointer(schema["$ref"].get<std::string>().substr(1))), node,
                   at);
    }
    if (schema.contains("anyOf")) {
      std::string first;
      for (const json& one : schema["anyOf"]) {
        const std::string wrong = Check(one, node, at);
        if (wrong.empty()) return "";
        first += wrong + "; ";
      }
      return first;
    }
    if (schema.contains("enum")) {
      for (const json& one : schema["enum"]) {
        if (node.kind == YamlNode::Kind::kScalar && one == node.text) return "";
      }
      return at + ": " + node.text + " is none of " + schema["enum"].dump();
    }
    return schema["type"] == "object"  ? CheckMap(schema, node, at)
           : schema["type"] == "array" ? CheckList(schema, node, at)
                                       : CheckScalar(schema, node, at);
  }

  static std::string CheckScalar(const json& schema, const YamlNode& node, const std::string& at) {
    if (node.kind != YamlNode::Kind::kScalar) return at + ": no scalar";
    if (schema["type"] == "boolean" && node.text != "true" && node.text != "false") {
      return at + ": no boolean";
    }
    if (schema.contains("pattern") &&
        !std::regex_match(node.text, std::regex(schema["pattern"].get<std::string>()))) {
      return at + ": " + node.text + " is not " + schema["pattern"].get<std::string>();
    }
    return "";
  }

  std::string CheckList(const json& schema, const YamlNode& node, const std::string& at) const {
    if (node.kind != YamlNode::Kind::kList) return at + ": no list";
    for (const YamlNode& item : node.items) {
      if (std::string wrong = Check(schema["items"], item, at + "[]"); !wrong.empty()) return wrong;
    }
    return "";
  }

  std::string CheckMap(const json& schema, const YamlNode& node, const std::string& at) const {
    if (node.kind != YamlNode::Kind::kMap) return at + ": no map";
    for (const json& key : schema.value("required", json::array())) {
      bool there = false;
      for (const YamlEntry& entry : node.entries) there = there || key == entry.key;
      if (!there) return at + ": no " + key.get<std::string>();
    }
    for (const YamlEntry& entry : node.entries) {
      const std::string inside = at + "/" + entry.key;
      const bool named = schema.contains("properties") && schema["properties"].contains(entry.key);
      if (!named && !schema["additionalProperties"].is_object()) return inside + ": unknown key";
      const json& type = named ? schema["properties"][entry.key] : schema["additionalProperties"];
      if (std::string wrong = Check(type, entry.value, inside); !wrong.empty()) return wrong;
    }
    return "";
  }

  const json root_;
};

YamlNode Parsed(const std::string& path, const std::string& text) {
  PackErrors errors;
  std::optional<YamlNode> tree = ParseYaml(path, text, errors);
  EXPECT_TRUE(tree.has_value()) << errors.ToStatus();
  return tree ? *std::move(tree) : YamlNode();
}

std::string Checked(const std::string& path, const std::string& text) {
  const std::string name = path == "pack.yaml" ? "pack" : path.substr(0, path.find('/'));
  const absl::StatusOr<std::string> schema = PackSchema(name);
  if (!schema.ok()) return schema.status().ToString();
  return Validator(*schema).Check(Parsed(path, text));
}

TEST(PackSchemaTest, WhatTheReaderTakesTheSchemasTake) {
  std::vector<PackFiles> packs = {ExamplePack(), FullPack(), *StarterPack("p", "2026-01-31")};
  for (const char* const pack : {"cervical-cancer-metastatic", "fictional-emberfern-wilt"}) {
    packs.push_back(*LoadPackFiles(SourceDir() + "/knowledge/" + pack));
  }
  for (const PackFiles& files : packs) {
    for (const auto& [path, text] : files) {
      EXPECT_EQ(Checked(path, text), "") << path;
    }
  }
}

TEST(PackSchemaTest, MistakesAreFound) {
  EXPECT_THAT(Checked("people/a.yaml", "p: {nam: A}"), HasSubstr("no name"));
  EXPECT_THAT(Checked("people/a.yaml", "p: {name: A, nam: A}"), HasSubstr("/p/nam: unknown key"));
  EXPECT_THAT(Checked("references/a.yaml", "r: {title: A, standing: fine}"),
              HasSubstr("fine is none of"));
  EXPECT_THAT(Checked("guidelines/a.yaml",
                      "g: {title: A, sections: [{slug: a, title: A}], document_date: May}"),
              HasSubstr("May is not"));
}

// A key that the reader did not know would be reported as such, whatever else is wrong.
TEST(PackSchemaTest, WhatTheSchemasNameTheReaderKnows) {
  for (const std::string& name : SchemaNames()) {
    if (name == "pack") continue;
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string schema, PackSchema(name));
    const json properties = json::parse(schema)["additionalProperties"]["properties"];
    ASSERT_FALSE(properties.empty()) << name;
    for (const auto& [key, type] : properties.items()) {
      PackFiles files = ExamplePack();
      files[name + "/more.yaml"] = "another:\n  " + key + ": [[nonsense]]\n";
      const absl::StatusOr<Pack> pack = ReadPack(files);
      for (const Violation& violation : ErrorViolations(pack.status())) {
        EXPECT_THAT(violation.description, Not(HasSubstr("found the key"))) << name << " " << key;
      }
    }
  }
}

TEST(PackSchemaTest, AnUnknownNameIsRefusedWithTheNearestOne) {
  const auto schema = PackSchema("statement");
  EXPECT_THAT(schema, HasReason("SCHEMA_UNKNOWN"));
  EXPECT_THAT(schema.status().message(), HasSubstr("statements"));
}

}  // namespace
}  // namespace evident::graph
