// What every command of the command line shares: how to reach the server, and how to print.
#ifndef EVIDENT_CLIENT_CLI_SESSION_H_
#define EVIDENT_CLIENT_CLI_SESSION_H_

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cli/exit_code.h"
#include "client/client.h"
#include "google/protobuf/message.h"

namespace evident::cli {

// A context: a server and an identity, from a YAML file (docs/operating.md) and options that win
// over it.
struct Context {
  client::ConnectionOptions connection;
  std::string verifier_key_file;  // the log's verifier key, handed over in person; empty: not known
};

class Session {
 public:
  // Adds the options that every command takes.
  void AddOptions(CLI::App& app);

  // The context that options, environment and file name. NOT_FOUND: no such file or context.
  // INVALID_ARGUMENT: a file that is not as documented.
  absl::StatusOr<Context> ResolveContext() const;

  // A client for that context.
  absl::StatusOr<std::unique_ptr<client::Client>> Connect() const;

  bool json() const { return output_ == "json"; }

  // Sets what the process exits with. Commands call exactly one of these when they are done.
  void Done(ExitCode code = kExitDone) { exit_code_ = code; }
  void Fail(const absl::Status& status);  // prints the error with every violation to standard error
  void FailVerification(const absl::Status& status);  // the same, and kExitNotVerified

  // The message as JSON, fields as in the .proto, one object.
  void PrintJson(const google::protobuf::Message& message) const;
  void PrintJsonLine(const google::protobuf::Message& message) const;  // the same, on one line

  ExitCode exit_code() const { return exit_code_; }

 private:
  std::string config_file_;
  std::string context_name_;
  std::string server_;
  std::string ca_file_;
  std::string cert_file_;
  std::string key_file_;
  std::string verifier_key_file_;
  std::string output_ = "text";
  bool plaintext_ = false;
  int64_t timeout_ms_ = 30'000;
  ExitCode exit_code_ = kExitDone;
};

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_SESSION_H_
