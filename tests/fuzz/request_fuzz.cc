// Requests as they come in, and the errors that go out: no field is dropped without a word.
#include <memory>

#include "base/status.h"
#include "evident/v1/admin_service.pb.h"
#include "evident/v1/audit_service.pb.h"
#include "evident/v1/curation_service.pb.h"
#include "evident/v1/decision_service.pb.h"
#include "evident/v1/knowledge_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/method.h"
#include "server/wire_errors.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

using google::protobuf::Message;

const std::vector<const Message*>& Requests() {
  static const auto* const requests =
      new std::vector<const Message*>{&v1::GetStatusRequest::default_instance(),
                                      &v1::GetEntryRequest::default_instance(),
                                      &v1::ListEntriesRequest::default_instance(),
                                      &v1::GetInclusionProofRequest::default_instance(),
                                      &v1::GetConsistencyProofRequest::default_instance(),
                                      &v1::ImportPackRequest::default_instance(),
                                      &v1::RecommendRequest::default_instance(),
                                      &v1::AskRequest::default_instance(),
                                      &v1::DescribeFactsRequest::default_instance(),
                                      &v1::ExplainRequest::default_instance(),
                                      &v1::ReplayRequest::default_instance(),
                                      &v1::RecordFeedbackRequest::default_instance(),
                                      &v1::GetNodeRequest::default_instance(),
                                      &v1::ListReleasesRequest::default_instance()};
  return *requests;
}

void RequireOnTheWire(const absl::Status& status) {
  constexpr size_t kReceiptBytes = 1024;
  const server::WireStatus wire = server::ToWire(status, kReceiptBytes);
  Require(wire.code == static_cast<int>(status.code()), "the code goes out as it is");
  google::rpc::Status details;
  Require(details.ParseFromString(wire.details), "details parse");
  google::rpc::ErrorInfo info;
  Require(details.details_size() > 0 && details.details(0).UnpackTo(&info) &&
              info.reason() == server::WireReason(status),
          "the reason goes out");
  // Details travel in base64, the message percent-encoded.
  Require(
      kReceiptBytes + wire.details.size() / 3 * 4 + wire.message.size() <= kReceiptTrailerBytesMax,
      "message, details and receipt fit the trailer");
}

// The first byte chooses the message.
void RunRequest(std::string_view input) {
  if (input.empty()) return;
  const std::string_view bytes = input.substr(1);
  const size_t chosen = static_cast<unsigned char>(input[0]) % Requests().size();
  const std::unique_ptr<Message> request(Requests()[chosen]->New());
  const absl::Status parsed = server::ParseRequest(bytes, *request);
  if (!parsed.ok()) {
    RequireRefusal(parsed, {absl::StatusCode::kInvalidArgument},
                   {"REQUEST_MALFORMED", "UNKNOWN_FIELD"});
    Require(ErrorReason(parsed) == "REQUEST_MALFORMED" || !ErrorViolations(parsed).empty(),
            "every unknown field is named");
    RequireOnTheWire(parsed);
    return;
  }
  const std::string again = request->SerializeAsString();
  const std::unique_ptr<Message> other(request->New());
  Require(server::ParseRequest(again, *other).ok(), "what is taken is taken again");
  Require(other->SerializeAsString() == again, "and is the same");
}

Seeds RequestSeeds() {
  v1::AskRequest ask;
  ask.set_text("What helps?");
  ask.mutable_question()->add_concepts("p/one");
  ask.mutable_question()->add_facts()->set_name("p/grade");
  ask.mutable_question()->mutable_facts(0)->mutable_value()->set_integer(1);
  ask.mutable_question()->mutable_release()->set_name("releases/1");
  ask.mutable_question()->mutable_filters()->add_issuers("p/issuer");
  v1::ImportPackRequest import;
  import.mutable_file()->set_path("pack.yaml");
  Seeds seeds;
  for (size_t i = 0; i < Requests().size(); ++i) {
    const std::string number(1, static_cast<char>(i));
    seeds.push_back(number);
    const std::string& name = Requests()[i]->GetDescriptor()->name();
    if (name == "AskRequest") seeds.push_back(number + ask.SerializeAsString());
    if (name == "ImportPackRequest") seeds.push_back(number + import.SerializeAsString());
    // Field 1 as text, as a message and as a number; field 15, which none has.
    for (const char* const field :
         {"\x0a\x03p/a", "\x0a\x05\x0a\x03p/a", "\x08\x07", "\x7a\x01x"}) {
      seeds.push_back(number + field);
    }
  }
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(request, RunRequest, RequestSeeds);
