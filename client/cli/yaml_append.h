// Adding an entry to a map of a YAML file that people edit too: comments and order stay.
#ifndef EVIDENT_CLIENT_CLI_YAML_APPEND_H_
#define EVIDENT_CLIENT_CLI_YAML_APPEND_H_

#include <string>

#include "absl/status/statusor.h"

namespace evident::cli {

// `text` with `key: value` (value in YAML flow style) at the end of its last top-level key `map`.
// ALREADY_EXISTS: the map has the key. FAILED_PRECONDITION: `map` is not the last key or not in
// block style indented by two. INVALID_ARGUMENT: not YAML.
absl::StatusOr<std::string> AppendToMap(const std::string& text, const std::string& map,
                                        const std::string& key, const std::string& value);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_YAML_APPEND_H_
