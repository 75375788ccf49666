// What the client and the command line read: errors of a server, facts as arguments, its own files.
#include <grpcpp/support/status.h>

#include "base/status.h"
#include "client/cli/batch_file.h"
#include "client/cli/context_file.h"
#include "client/cli/fact_argument.h"
#include "client/cli/question_options.h"
#include "client/cli/yaml_append.h"
#include "client/rpc_status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/input_file.h"

namespace evident::fuzz {
namespace {

void RequireReason(const absl::Status& status, std::string_view what) {
  Require(status.ok() || !ErrorReason(status).empty(),
          std::string(what) + ": " + status.ToString());
}

void RunRpcStatus(const std::string& details) {
  const grpc::Status sent(grpc::StatusCode::NOT_FOUND, "not there", details);
  const absl::Status status = client::FromGrpc(sent);
  Require(status.code() == absl::StatusCode::kNotFound && status.message() == "not there",
          "code and message stand by themselves");
}

void RunClientText(std::string_view input) {
  const std::string text(input);
  RunRpcStatus(text);
  const absl::StatusOr<v1::Fact> fact = cli::ParseFactArgument(text);
  if (fact.ok()) {
    Require(text.substr(0, fact->name().size()) == fact->name(), "a fact's name stands first");
    Require(fact->value().kind_case() != v1::Value::KIND_NOT_SET, "a fact has a value");
  }
  RequireReason(fact.status(), "a refused fact has a reason");
  const absl::StatusOr<v1::Observation> observation = cli::ParseObservation(text);
  Require(!observation.ok() || !observation->code().code().empty(), "an observation has a code");
  RequireReason(observation.status(), "a refused observation has a reason");
  const auto batch = cli::ReadBatch(text, "batch.ndjson", v1::QuestionFrame());
  Require(!batch.ok() || !batch->empty(), "a batch has questions");
  RequireReason(batch.status(), "a refused batch has a reason");
  const auto appended = cli::AppendToMap(text, "contexts", "new", "{server: s}");
  if (appended.ok()) {
    Require(appended->find(text.substr(0, text.find_last_not_of(" \n") + 1)) == 0,
            "what was there stays");
    Require(!cli::AppendToMap(*appended, "contexts", "new", "{server: s}").ok(),
            "a key is added once");
  }
  RequireReason(appended.status(), "a refused map has a reason");
  RequireReason(cli::ReadContext(InputFile(input), "").status(), "a refused file has a reason");
}

Seeds ClientTextSeeds() {
  google::rpc::ErrorInfo info;
  info.set_domain("evident");
  info.set_reason("NODE_NOT_FOUND");
  google::rpc::BadRequest bad_request;
  bad_request.add_field_violations()->set_field("name");
  google::rpc::Status status;
  status.add_details()->PackFrom(info);
  status.add_details()->PackFrom(bad_request);
  return {status.SerializeAsString(),
          "ecog=1",
          "p/level=9.0[g/dL]",
          "seen=2026-01-31",
          "x=-0.5[1]",
          "urn:s|A=9.0[g/dL]",
          "urn:s|A=urn:s|Y",
          "{\"client_reference\": \"c\", \"facts\": {\"ecog\": 1, \"x\": {\"value\": \"9.0\", "
          "\"unit\": "
          "\"g\"}}}\n\n{\"subject\": \"s\", \"concepts\": [\"a\"]}\n",
          "current: ward\ncontexts:\n  ward: {server: \"h:1\", ca: ca.crt, plaintext: false}\n",
          "# comment\ncontexts:\n  a:\n    server: s  # more\n  b: {server: t}\n"};
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(client_text, RunClientText, ClientTextSeeds);
