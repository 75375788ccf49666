#include "server/site_mapping.h"

#include <yaml-cpp/yaml.h>

#include <optional>
#include <utility>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "decision/question.h"
#include "graph/model/value_text.h"
#include "server/yaml_reader.h"

namespace evident::server {
namespace {

std::optional<v1::Value> ReadValue(YamlReader& reader, const YAML::Node& node,
                                   const std::string& what) {
  if (!node.IsScalar()) {
    reader.Report(node, what + " must be one value");
    return std::nullopt;
  }
  absl::StatusOr<v1::Value> value = graph::ParseValueText(node.Scalar());
  if (value.ok()) return *std::move(value);
  reader.Report(node, what + ": " + std::string(value.status().message()));
  return std::nullopt;
}

decision::CodeBinding ReadBinding(YamlReader& reader, const YAML::Node& node) {
  decision::CodeBinding binding;
  binding.fact = reader.Text(node, "fact", true);
  if (!binding.fact.empty() && binding.fact.find('/') == std::string::npos) {
    reader.Report(node["fact"], "'fact' must be a full name, <pack>/<slug>");
  }
  if (node["value"] && node["values"]) {
    reader.Report(node["values"], "'values' does not go with 'value'");
  }
  if (node["value"]) binding.value = ReadValue(reader, node["value"], "'value'");
  const YAML::Node values = node["values"];
  if (!values || !reader.CheckMap(values, "'values'", {})) return binding;
  if (values.size() == 0) reader.Report(values, "'values' must not be empty");
  for (const auto& one : values) {
    const std::string key = one.first.IsScalar() ? one.first.Scalar() : std::string();
    const auto value = ReadValue(reader, one.second, "the value of '" + key + "'");
    if (value) binding.values.emplace(key, *value);
  }
  return binding;
}

void ReadObservation(YamlReader& reader, const YAML::Node& node, decision::SiteMapping& mapping) {
  if (!reader.CheckMap(node, "an observation", {"system", "code", "fact", "value", "values"})) {
    return;
  }
  const std::string system = reader.Text(node, "system", true);
  const std::string code = reader.Text(node, "code", true);
  for (const std::string* const text : {&system, &code}) {
    if (text->size() <= kNameBytesMax) continue;
    reader.Report(node, "a code and its system have at most " + std::to_string(kNameBytesMax) +
                            " bytes (kNameBytesMax)");
  }
  decision::CodeBinding binding = ReadBinding(reader, node);
  std::vector<decision::CodeBinding>& bindings = mapping.bindings[{system, code}];
  for (const decision::CodeBinding& other : bindings) {
    if (other.fact != binding.fact) continue;
    reader.Report(node, "'" + system + "|" + code + "' is bound to " + binding.fact + " twice");
  }
  bindings.push_back(std::move(binding));
}

}  // namespace

absl::StatusOr<SiteMappingFile> SiteMappingFile::Load(const std::string& path) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kSiteMappingBytesMax));
  YamlReader reader(path, "SITE_MAPPING_INVALID");
  EVIDENT_ASSIGN_OR_RETURN(const YAML::Node root, reader.Parse(text));
  SiteMappingFile file;
  file.mapping_.digest = Sha256(text);
  if (reader.CheckMap(root, "the site mapping", {"observations"})) {
    const YAML::Node list = root["observations"];
    if (!list || !list.IsSequence() || list.size() > kSiteMappingsMax) {
      reader.Report(root, "'observations' must be a list of at most " +
                              std::to_string(kSiteMappingsMax) + " codes (kSiteMappingsMax)");
    } else {
      for (const YAML::Node& one : list) ReadObservation(reader, one, file.mapping_);
    }
  }
  EVIDENT_RETURN_IF_ERROR(reader.Finish());
  return file;
}

std::vector<std::string> SiteMappingFile::MisfitsIn(const decision::KnowledgeIndex& index) const {
  std::vector<std::string> misfits;
  for (const auto& [code, bindings] : mapping_.bindings) {
    const std::string what = code.first + "|" + code.second + ": ";
    for (const decision::CodeBinding& binding : bindings) {
      if (index.facts().find(binding.fact) == index.facts().end()) {
        misfits.push_back(what + "there is no fact " + binding.fact);
        continue;
      }
      const auto check = [&](const std::string& lead, const v1::Value& value) {
        const auto checked = decision::CheckedValue(index, binding.fact, value);
        if (!checked.ok()) misfits.push_back(what + lead + std::string(checked.status().message()));
      };
      if (binding.value) check("", *binding.value);
      for (const auto& [key, value] : binding.values) check("'" + key + "': ", value);
    }
  }
  return misfits;
}

}  // namespace evident::server
