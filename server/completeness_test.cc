// Calls sent = entries found, for every method that the server offers, counted from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "audit/proof/rpc_numbers.h"
#include "base/limits.h"
#include "google/protobuf/descriptor.h"
#include "server/grpc_services.h"
#include "server/test_served_pack.h"

namespace evident::server {
namespace {

// Every method of every service that is listed for reflection.
std::vector<const google::protobuf::MethodDescriptor*> AllMethods() {
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  for (const char* const service : ServiceNames()) {
    const auto* const found =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
    EXPECT_NE(found, nullptr) << service;
    for (int i = 0; found != nullptr && i < found->method_count(); ++i) {
      methods.push_back(found->method(i));
    }
  }
  return methods;
}

std::string FullName(const google::protobuf::MethodDescriptor& method) {
  return "/" + method.service()->full_name() + "/" + method.name();
}

class CompletenessTest : public ServedPackTest {
 protected:
  // What ends a call: not the opening of a stream, nor an intent, nor what an effect says of
  // itself.
  static bool Ends(v1::EntryKind kind) {
    return kind != v1::ENTRY_KIND_STREAM_OPEN && kind != v1::ENTRY_KIND_INTENT &&
           kind != v1::ENTRY_KIND_ERASURE;
  }

  using Counts = std::map<std::pair<std::string, uint32_t>, size_t>;  // by method and status

  Counts EntriesFrom(uint64_t begin, uint64_t end) const {
    Counts counts;
    v1::ListEntriesRequest request;
    request.set_begin(begin);
    request.set_end(end);
    request.set_page_size(static_cast<int>(kPageSizeMax));
    const RawReply reply = As("auditor", "AuditService/ListEntries", request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::ListEntriesResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    EXPECT_EQ(response.next_page_token(), "");
    for (const v1::Entry& entry : response.entries()) {
      if (!Ends(entry.info().kind())) continue;
      ++counts[{entry.info().method(), entry.info().grpc_status()}];
    }
    return counts;
  }
};

TEST_F(CompletenessTest, EveryMethodHasANumberOfItsOwn) {
  for (const auto* const method : AllMethods()) {
    const uint16_t number = audit::RpcNumberOf(FullName(*method));
    EXPECT_NE(number, audit::kUnknownRpc) << FullName(*method);
    EXPECT_EQ(audit::RpcMethodOf(number), FullName(*method));
  }
}

TEST_F(CompletenessTest, CallsSentAreEntriesFoundByMethodAndStatus) {
  const std::vector<const google::protobuf::MethodDescriptor*> methods = AllMethods();
  ASSERT_GE(methods.size(), 47u);
  const std::string unknown_field("\xfa\x07\x01x", 4);  // field 127
  const std::string oversize(kRequestBytesMax + 1, '\x01');
  const uint64_t begin = server_->LogSize();
  Counts sent;
  size_t calls = 0;
  const auto count = [&](const std::string& method, const RawReply& reply) {
    ++sent[{method, static_cast<uint32_t>(reply.status.error_code())}];
    ++calls;
  };
  for (const auto* const method : methods) {
    const std::string name = FullName(*method);
    for (const char* const caller : {"admin", "auditor", "nobody"}) {
      TestClient client = server_->As(caller);
      count(name, client.HeadersOnly(name));
      // A message that opens a stream of answers would be read as one answer: those have tests of
      // their own.
      if (method->server_streaming() || method->client_streaming()) continue;
      count(name, client.Call(name, ""));
      count(name, client.Call(name, "\xff\xff\xff"));
      count(name, client.Call(name, unknown_field));
      count(name, client.Call(name, oversize));
    }
  }
  const Counts found = EntriesFrom(begin + 1, begin + 1 + 4 * calls);
  EXPECT_GT(calls, 400u);
  for (const auto& [key, count_sent] : sent) {
    const auto entry = found.find(key);
    EXPECT_EQ(entry == found.end() ? 0 : entry->second, count_sent)
        << key.first << " with status " << key.second;
  }
  size_t entries = 0;
  for (const auto& [key, one] : found) entries += one;
  EXPECT_EQ(entries, calls);
}

}  // namespace
}  // namespace evident::server
