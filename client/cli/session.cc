#include "client/cli/session.h"

#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/context_file.h"

namespace evident::cli {
namespace {

void Override(std::string& value, const std::string& option) {
  if (!option.empty()) value = option;
}

// Empty for a message that cannot be written.
std::string JsonOf(const google::protobuf::Message& message, bool whitespace) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = whitespace;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto written = google::protobuf::util::MessageToJsonString(message, &json, options);
  return written.ok() ? json : std::string();
}

}  // namespace

void Session::AddOptions(CLI::App& app) {
  app.add_option("--config", config_file_, "File of contexts (default: $EVIDENT_CONFIG)");
  app.add_option("--context", context_name_, "Context of that file (default: its current one)");
  app.add_option("--server", server_, "host:port");
  app.add_option("--ca", ca_file_, "PEM of the authority that signed the server's certificate");
  app.add_option("--cert", cert_file_, "PEM of your certificate");
  app.add_option("--key", key_file_, "PEM of your key");
  app.add_option("--verifier-key", verifier_key_file_, "The log's verifier key");
  app.add_flag("--plaintext", plaintext_, "No TLS; servers accept it on loopback only");
  app.add_option("--timeout-ms", timeout_ms_, "For each call; 0: the server's default")
      ->check(CLI::Range(0, 300'000));
  app.add_option("--output", output_, "text or json")->check(CLI::IsMember({"text", "json"}));
}

absl::StatusOr<Context> Session::ResolveContext() const {
  Context context;
  const std::string file = config_file_.empty() ? DefaultContextFile() : config_file_;
  const char* const named = std::getenv("EVIDENT_CONFIG");
  const bool set = named != nullptr && *named != '\0';
  const bool wanted = !config_file_.empty() || !context_name_.empty();
  // A file that somebody named and that is not there is an error, not the lack of one.
  if (wanted || (server_.empty() && (set || std::filesystem::exists(file)))) {
    EVIDENT_ASSIGN_OR_RETURN(context, ReadContext(file, context_name_));
  }
  Override(context.connection.address, server_);
  Override(context.connection.ca_file, ca_file_);
  Override(context.connection.cert_file, cert_file_);
  Override(context.connection.key_file, key_file_);
  Override(context.verifier_key_file, verifier_key_file_);
  if (plaintext_) context.connection.plaintext = true;
  return context;
}

absl::StatusOr<std::unique_ptr<client::Client>> Session::Connect() const {
  EVIDENT_ASSIGN_OR_RETURN(const Context context, ResolveContext());
  if (context.connection.address.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "ADDRESS_MISSING",
                     "no server is known: give --server, or a context with --config");
  }
  EVIDENT_ASSIGN_OR_RETURN(std::unique_ptr<client::Client> client,
                           client::Client::Connect(context.connection));
  client->SetTimeoutMs(timeout_ms_);
  return client;
}

void Session::Fail(const absl::Status& status) {
  std::cerr << "evident: " << Printable(std::string(status.message())) << "\n";
  for (const Violation& violation : ErrorViolations(status)) {
    std::cerr << "  " << Printable(violation.field) << (violation.field.empty() ? "" : ": ")
              << Printable(violation.description) << "\n";
  }
  if (const std::string reason = ErrorReason(status); !reason.empty()) {
    std::cerr << "  (" << Printable(reason) << ")\n";
  }
  exit_code_ = ExitCodeOf(status);
}

void Session::FailVerification(const absl::Status& status) {
  Fail(status);
  exit_code_ = kExitNotVerified;
}

void Session::PrintJson(const google::protobuf::Message& message) const {
  std::cout << JsonOf(message, true);
}

void Session::PrintJsonLine(const google::protobuf::Message& message) const {
  std::cout << JsonOf(message, false) << "\n";
}

}  // namespace evident::cli
