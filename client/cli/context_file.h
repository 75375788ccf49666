// The command line's configuration: a YAML file of contexts.
//
//   current: ward
//   contexts:
//     ward: {server: "evident.example:7443", ca: ca.crt, certificate: me.crt, key: me.key,
//            server_name: evident.example, verifier_key: log.verifier, plaintext: false}
//
// Relative paths are relative to the file's folder.
#ifndef EVIDENT_CLIENT_CLI_CONTEXT_FILE_H_
#define EVIDENT_CLIENT_CLI_CONTEXT_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/session.h"

namespace evident::cli {

// The context `name` of the file, or its current one when `name` is empty. NOT_FOUND: no such file,
// or no such context (the others are named). INVALID_ARGUMENT: broken YAML, an unknown key or
// another type, with line and column.
absl::StatusOr<Context> ReadContext(const std::string& path, const std::string& name);

// $EVIDENT_CONFIG, else $XDG_CONFIG_HOME/evident/config.yaml, else ~/.config/evident/config.yaml.
std::string DefaultContextFile();

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_CONTEXT_FILE_H_
