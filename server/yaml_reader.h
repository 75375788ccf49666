// Strict reading of YAML files: every key is known, stands once and has the type that is expected;
// everything that is wrong is reported at once, with line and column.
#ifndef EVIDENT_SERVER_YAML_READER_H_
#define EVIDENT_SERVER_YAML_READER_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status.h"

namespace YAML {
class Node;
}

namespace evident::server {

// One file. Not thread safe.
class YamlReader {
 public:
  // `reason` is that of the errors, e.g. "CONFIG_INVALID".
  YamlReader(std::string path, std::string reason);

  // The document of the file. NOT_FOUND and other errors of ReadFile; INVALID_ARGUMENT for what is
  // not YAML.
  absl::StatusOr<YAML::Node> Load();

  // `text` as the document of the file.
  absl::StatusOr<YAML::Node> Parse(const std::string& text) const;

  // Reports what is wrong with `node` as a map: another type, keys outside `allowed` (empty: any),
  // keys that stand twice. True when it is a map.
  bool CheckMap(const YAML::Node& node, std::string_view what,
                std::initializer_list<std::string_view> allowed);

  // The value of `key`. Absent: reported when `required`, and empty.
  std::string Text(const YAML::Node& map, std::string_view key, bool required);
  // Absent: `fallback`. Outside of [min, max]: reported.
  int64_t Number(const YAML::Node& map, std::string_view key, int64_t fallback, int64_t min,
                 int64_t max);
  bool Flag(const YAML::Node& map, std::string_view key, bool fallback);
  // A list of texts, or one text in place of it.
  std::vector<std::string> Texts(const YAML::Node& map, std::string_view key, bool required);
  // `node` itself as a list of texts.
  std::vector<std::string> TextList(const YAML::Node& node, std::string_view what);

  void Report(const YAML::Node& at, std::string description);

  // INVALID_ARGUMENT with every violation when something was reported.
  absl::Status Finish() const;

 private:
  const std::string path_;
  const std::string reason_;
  std::vector<Violation> violations_;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_YAML_READER_H_
