#include "client/cli/context_file.h"

#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/status.h"
#include "base/suggest.h"

namespace evident::cli {
namespace {

constexpr size_t kFileBytesMax = 1u << 20;

absl::Status Refuse(const std::string& path, const YAML::Mark& mark, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "CONTEXT_FILE_INVALID",
                   path + ":" + std::to_string(mark.line + 1) + ":" +
                       std::to_string(mark.column + 1) + ": " + why);
}

std::string Beside(const std::string& file, const std::string& path) {
  if (path.empty()) return path;
  return (std::filesystem::path(file).parent_path() / path).string();
}

absl::StatusOr<Context> ReadFields(const std::string& path, const YAML::Node& node) {
  static const std::vector<std::string> kKeys = {
      "server", "ca", "certificate", "key", "server_name", "verifier_key", "plaintext"};
  Context context;
  client::ConnectionOptions& connection = context.connection;
  for (const auto& field : node) {
    const auto key = field.first.as<std::string>();
    if (!field.second.IsScalar())
      return Refuse(path, field.second.Mark(), key + " takes one value");
    const auto value = field.second.as<std::string>();
    if (key == "server") {
      connection.address = value;
    } else if (key == "ca") {
      connection.ca_file = Beside(path, value);
    } else if (key == "certificate") {
      connection.cert_file = Beside(path, value);
    } else if (key == "key") {
      connection.key_file = Beside(path, value);
    } else if (key == "server_name") {
      connection.server_name = value;
    } else if (key == "verifier_key") {
      context.verifier_key_file = Beside(path, value);
    } else if (key == "plaintext") {
      if (!YAML::convert<bool>::decode(field.second, connection.plaintext)) {
        return Refuse(path, field.second.Mark(), "plaintext is true or false");
      }
    } else {
      return Refuse(path, field.first.Mark(), "unknown key " + key + NearestHint(key, kKeys));
    }
  }
  return context;
}

absl::StatusOr<Context> ReadTree(const std::string& path, const YAML::Node& root,
                                 std::string name) {
  if (!root.IsMap() || !root["contexts"] || !root["contexts"].IsMap()) {
    return Refuse(path, root.Mark(), "expected a map with the key contexts");
  }
  for (const auto& field : root) {
    const auto key = field.first.as<std::string>();
    if (key != "current" && key != "contexts") {
      return Refuse(path, field.first.Mark(), "unknown key " + key);
    }
  }
  if (name.empty() && root["current"]) name = root["current"].as<std::string>();
  std::vector<std::string> known;
  for (const auto& context : root["contexts"]) {
    known.push_back(context.first.as<std::string>());
    if (known.back() != name) continue;
    if (!context.second.IsMap()) return Refuse(path, context.second.Mark(), "expected a map");
    return ReadFields(path, context.second);
  }
  std::string all;
  for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
  return MakeError(absl::StatusCode::kNotFound, "CONTEXT_UNKNOWN",
                   path + " has no context '" + name + "'; it has: " + all);
}

}  // namespace

absl::StatusOr<Context> ReadContext(const std::string& path, const std::string& name) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kFileBytesMax));
  try {
    return ReadTree(path, YAML::Load(text), name);
  } catch (const YAML::Exception& error) {
    return Refuse(path, error.mark, error.msg);
  }
}

std::string DefaultContextFile() {
  const char* const file = std::getenv("EVIDENT_CONFIG");
  if (file != nullptr && *file != '\0') return file;
  if (const char* const folder = std::getenv("XDG_CONFIG_HOME")) {
    return std::string(folder) + "/evident/config.yaml";
  }
  const char* const home = std::getenv("HOME");
  return std::string(home == nullptr ? "." : home) + "/.config/evident/config.yaml";
}

}  // namespace evident::cli
