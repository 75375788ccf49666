#include "tests/crash/load.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <future>
#include <random>
#include <utility>

#include "client/connection.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::crash {
namespace {

constexpr char kRecommend[] = "/evident.v1.DecisionService/Recommend";
constexpr char kAsk[] = "/evident.v1.DecisionService/Ask";
constexpr char kGetStatus[] = "/evident.v1.AdminService/GetStatus";
constexpr char kUnknown[] = "/evident.v1.DecisionService/NotThere";
constexpr std::chrono::seconds kPatience{30};

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::string bytes;
  std::vector<grpc::Slice> slices;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// A decision's receipt stands beside its answer, any other one in the trailer.
void TakeReply(const grpc::ClientContext& context, std::string response, bool ok,
               Acknowledged& call) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find("evident-receipt-bin");
  if (found != trailers.end()) call.receipt.assign(found->second.data(), found->second.size());
  if (!ok) return;
  v1::VerifiableResponse decision;
  if (call.method != kRecommend && call.method != kAsk) {
    call.answer = std::move(response);
  } else if (decision.ParseFromString(response)) {
    call.answer = decision.answer();
    call.receipt = decision.receipt().SerializeAsString();
  }
}

struct Question {
  std::string method;
  std::string request;
  int expected = 0;  // google.rpc.Code
  bool by_clerk = false;
};

std::string Recommendation(const std::string& about, int curl) {
  v1::RecommendRequest request;
  request.mutable_question()->add_concepts(about);
  v1::Fact& fact = *request.mutable_question()->add_facts();
  fact.set_name("frond_curl");
  fact.mutable_value()->set_integer(curl);
  request.mutable_question()->set_subject("plant-" + std::to_string(curl));
  return request.SerializeAsString();
}

std::string Words(int curl) {
  v1::AskRequest request;
  request.set_text("What is to be done for ember wilt with a frond curl of " +
                   std::to_string(curl) + ", no tonic so far, not dormant?");
  return request.SerializeAsString();
}

Question NextQuestion(std::mt19937_64& random) {
  const int curl = static_cast<int>(random() % 11);
  switch (random() % 10) {
    case 0:
      return {kRecommend, Recommendation("no-such-wilt", curl), 3};
    case 1:
      return {kRecommend, Recommendation("emberfern-wilt", curl), 7, true};
    case 2:
      return {kAsk, "\xff\xff\xff no message", 3};
    case 3:
      return {kUnknown, "bytes", 12};
    case 4:
    case 5:
      return {kGetStatus, ""};
    case 6:
    case 7:
      return {kAsk, Words(curl)};
    default:
      return {kRecommend, Recommendation("emberfern-wilt", curl)};
  }
}

}  // namespace

RawReply CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                 const std::string& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  const grpc::Slice slice(request);
  const grpc::ByteBuffer sent(&slice, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  grpc::GenericStub stub(channel);
  stub.UnaryCall(&context, method, grpc::StubOptions(), &sent, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  RawReply reply{{method, request, std::nullopt, ""},
                 status.error_code(),
                 status.error_message(),
                 !status.error_details().empty()};
  TakeReply(context, BytesOf(response), status.ok(), reply.call);
  return reply;
}

Load::Load(const Site& site, int port, uint64_t seed) {
  for (int i = 0; i < kCallers; ++i) {
    callers_.emplace_back([this, &site, port, seed = seed * kCallers + i] {
      Run(client::OpenChannel(site.ConnectionOf("admin", port)),
          client::OpenChannel(site.ConnectionOf("clerk", port)), seed);
    });
  }
}

Load::~Load() {
  for (std::thread& caller : callers_) {
    if (caller.joinable()) caller.join();
  }
}

void Load::Run(const Channel& admin, const Channel& clerk, uint64_t seed) {
  std::mt19937_64 random(seed);
  for (bool first = true;; first = false) {
    const Question question = NextQuestion(random);
    const Channel& channel = question.by_clerk ? clerk : admin;
    RawReply reply = channel.ok() ? CallRaw(*channel, question.method, question.request)
                                  : RawReply{{}, 2, channel.status().ToString(), false};
    const std::string method = question.method == kUnknown ? "" : question.method;
    if (!Keep(std::move(reply), {method, question.expected}, first)) return;
  }
}

bool Load::Keep(RawReply reply, const Outcome& expected, bool first) {
  MutexLock lock(mutex_);
  if (first) {
    ++under_way_;
    changed_.NotifyAll();
  }
  if (reply.call.receipt.empty()) {
    if (reply.status == static_cast<int>(grpc::StatusCode::UNAVAILABLE) && !reply.from_server) {
      ++result_.cut_off[expected];
    } else {
      result_.strange.push_back(reply.call.method + " without a receipt: " +
                                std::to_string(reply.status) + " " + reply.message);
    }
    return false;
  }
  if (reply.status != expected.second) {
    result_.strange.push_back(reply.call.method + ": " + std::to_string(reply.status) + " " +
                              reply.message);
  }
  const bool decision = reply.call.method == kRecommend || reply.call.method == kAsk;
  ++result_.told[{expected.first, reply.status}];
  if (reply.status != 0) ++result_.refusals;
  if (reply.status == 0 && decision) ++result_.decisions;
  result_.acknowledged.push_back(std::move(reply.call));
  return true;
}

int Load::Result::CutOff() const {
  int all = 0;
  for (const auto& [outcome, calls] : cut_off) all += calls;
  return all;
}

void Load::WaitUntilUnderWay() {
  MutexLock lock(mutex_);
  while (under_way_ < kCallers) changed_.Wait(mutex_);
}

Load::Result Load::Finish() {
  for (std::thread& caller : callers_) caller.join();
  MutexLock lock(mutex_);
  return std::move(result_);
}

}  // namespace evident::crash
