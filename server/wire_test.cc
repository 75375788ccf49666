// What travels: identities in, errors, requests and responses, page tokens.
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "evident/v1/decision_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/auth.h"
#include "server/method.h"
#include "server/page_token.h"
#include "server/recorder.h"
#include "server/trace_parent.h"
#include "server/wire_errors.h"

namespace evident::server {
namespace {

TEST(AuthTest, UriGoesBeforeDnsBeforeCommonName) {
  PeerCredentials peer{.tls = true, .uris = {"spiffe://h/w"}, .dns = {"d"}, .names = {"n"}};
  EXPECT_EQ(*IdentityOf(peer), "spiffe://h/w");
  peer.uris.clear();
  EXPECT_EQ(*IdentityOf(peer), "dns:d");
  peer.dns.clear();
  EXPECT_EQ(*IdentityOf(peer), "cn:n");
  peer.names.clear();
  EXPECT_THAT(IdentityOf(peer), HasReason("IDENTITY_MISSING"));
}

TEST(AuthTest, SeveralNamesAreNobody) {
  EXPECT_THAT(IdentityOf({.tls = true, .uris = {"a:b", "c:d"}, .names = {"n"}}),
              HasReason("IDENTITY_AMBIGUOUS"));
  EXPECT_THAT(IdentityOf({.tls = true, .dns = {"a", "b"}}), HasReason("IDENTITY_AMBIGUOUS"));
}

TEST(AuthTest, NamesThatCannotBePrintedAreNobody) {
  EXPECT_THAT(IdentityOf({.tls = true, .names = {"a\nb"}}), HasReason("IDENTITY_INVALID"));
  EXPECT_THAT(IdentityOf({.tls = true, .names = {"\xFF"}}), HasReason("IDENTITY_INVALID"));
  EXPECT_THAT(IdentityOf({.tls = true, .names = {std::string(300, 'a')}}),
              HasReason("IDENTITY_INVALID"));
}

TEST(AuthTest, UriCannotPassForAnIdentityOfAnotherKind) {
  for (const char* uri : {"cn:admin", "CN:admin", "dns:server.example", "Dns:x",
                          "loopback:anonymous", "LOOPBACK:anonymous", "cn", "dns"}) {
    EXPECT_THAT(IdentityOf({.tls = true, .uris = {uri}}), HasReason("IDENTITY_INVALID")) << uri;
  }
  EXPECT_EQ(*IdentityOf({.tls = true, .uris = {"cnx:admin"}}), "cnx:admin");
  EXPECT_EQ(*IdentityOf({.tls = true, .names = {"dns:x"}}), "cn:dns:x");
}

TEST(AuthTest, WithoutTlsTheCallerIsAnonymousWhateverItClaims) {
  EXPECT_EQ(*IdentityOf({.tls = false, .uris = {"spiffe://h/w"}}), "loopback:anonymous");
}

TEST(AuthTest, PeerHostDropsThePort) {
  EXPECT_EQ(PeerHost("ipv4:192.0.2.1:51234"), "ipv4:192.0.2.1");
  EXPECT_EQ(PeerHost("ipv6:[::1]:80"), "ipv6:[::1]");
  EXPECT_EQ(PeerHost("unix:/run/x"), "unix:/run/x");
  EXPECT_EQ(PeerHost(""), "");
}

google::rpc::BadRequest BadRequestOf(const WireStatus& wire, google::rpc::ErrorInfo* info) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(wire.details));
  EXPECT_EQ(details.code(), wire.code);
  google::rpc::BadRequest bad_request;
  for (const auto& any : details.details()) {
    EXPECT_TRUE(any.UnpackTo(info) || any.UnpackTo(&bad_request));
  }
  return bad_request;
}

TEST(WireErrorsTest, ReasonDomainAndViolationsTravel) {
  const WireStatus wire = ToWire(MakeError(absl::StatusCode::kInvalidArgument, "FACT_UNKNOWN",
                                           "there is no fact x", {{"facts[0]", "unknown"}}),
                                 0);
  EXPECT_EQ(wire.code, 3);
  EXPECT_EQ(wire.message, "there is no fact x");
  google::rpc::ErrorInfo info;
  const auto bad_request = BadRequestOf(wire, &info);
  EXPECT_EQ(info.reason(), "FACT_UNKNOWN");
  EXPECT_EQ(info.domain(), "evident");
  ASSERT_EQ(bad_request.field_violations_size(), 1);
  EXPECT_EQ(bad_request.field_violations(0).field(), "facts[0]");
}

TEST(WireErrorsTest, OkHasNoDetails) {
  const WireStatus wire = ToWire(absl::OkStatus(), 1000);
  EXPECT_EQ(wire.code, 0);
  EXPECT_EQ(wire.details, "");
}

TEST(WireErrorsTest, ViolationsBeyondTwentyAreCounted) {
  const std::vector<Violation> many(25, Violation{"f", "d"});
  google::rpc::ErrorInfo info;
  const auto bad_request = BadRequestOf(
      ToWire(MakeError(absl::StatusCode::kInvalidArgument, "X", "m", many), 1000), &info);
  ASSERT_EQ(bad_request.field_violations_size(), 21);
  EXPECT_EQ(bad_request.field_violations(20).description(), "and 5 more");
}

TEST(WireErrorsTest, ReceiptAndDetailsTogetherStayUnderTheCap) {
  const std::vector<Violation> many(500, Violation{std::string(400, 'f'), std::string(4000, 'd')});
  const std::string message(100'000, '\x7F');
  for (const size_t receipt : {size_t{0}, size_t{1000}, size_t{2500}}) {
    const WireStatus wire =
        ToWire(MakeError(absl::StatusCode::kInvalidArgument, "X", message, many), receipt);
    const size_t encoded =
        Base64Encode(wire.details).size() + wire.message.size() * 3 + receipt * 4 / 3;
    EXPECT_LE(encoded, kReceiptTrailerBytesMax) << receipt;
    google::rpc::ErrorInfo info;
    const auto bad_request = BadRequestOf(wire, &info);
    ASSERT_GE(bad_request.field_violations_size(), 1);
    EXPECT_THAT(bad_request.field_violations().rbegin()->description(), testing::EndsWith(" more"));
  }
}

TEST(WireErrorsTest, StatusWithoutReasonGetsItsCodesName) {
  EXPECT_EQ(WireReason(absl::InternalError("x")), "INTERNAL");
}

TEST(WireErrorsTest, TextThatIsNotUtf8DoesNotTravel) {
  EXPECT_EQ(ToWire(absl::InternalError("\xFF\xFE"), 0).message, "(not UTF-8)");
}

TEST(ParseRequestTest, UnknownFieldsAreNamedByPathAndNumber) {
  v1::RecommendRequest request;
  request.mutable_question()->add_facts()->set_name("p/f");
  std::string bytes = request.SerializeAsString();
  // Field 77 of the fact inside the question.
  v1::Fact fact;
  fact.set_name("p/f");
  fact.GetReflection()->MutableUnknownFields(&fact)->AddVarint(77, 1);
  *request.mutable_question()->add_facts() = fact;
  request.GetReflection()->MutableUnknownFields(&request)->AddVarint(9, 1);
  bytes = request.SerializeAsString();
  v1::RecommendRequest parsed;
  const absl::Status status = ParseRequest(bytes, parsed);
  EXPECT_THAT(status, HasReason("UNKNOWN_FIELD"));
  std::vector<std::string> fields;
  for (const Violation& violation : ErrorViolations(status)) fields.push_back(violation.field);
  EXPECT_THAT(fields, testing::UnorderedElementsAre("9", "question.facts[1].77"));
}

// Each unknown field takes two bytes of a request.
TEST(ParseRequestTest, UnknownFieldsBeyondTheFirstAreCountedAlone) {
  constexpr size_t kFields = kRequestBytesMax / 2;
  std::string bytes;
  for (size_t i = 0; i < kFields; ++i) bytes += std::string("\x78\x01", 2);
  v1::RecommendRequest request;
  const absl::Status status = ParseRequest(bytes, request);
  EXPECT_THAT(status, HasReason("UNKNOWN_FIELD"));
  EXPECT_EQ(ErrorViolations(status).size(), kViolationsShownMax);
  google::rpc::ErrorInfo info;
  const auto bad_request = BadRequestOf(ToWire(status, 0), &info);
  ASSERT_EQ(bad_request.field_violations_size(), static_cast<int>(kViolationsShownMax) + 1);
  EXPECT_EQ(bad_request.field_violations().rbegin()->description(),
            "and " + std::to_string(kFields - kViolationsShownMax) + " more");
}

TEST(ParseRequestTest, GarbageAndBrokenUtf8AreMalformed) {
  v1::AskRequest request;
  EXPECT_THAT(ParseRequest("\xFF\xFF\xFF", request), HasReason("REQUEST_MALFORMED"));
  EXPECT_THAT(ParseRequest(std::string("\x0A\x01\xFF", 3), request),
              HasReason("REQUEST_MALFORMED"));
  EVIDENT_EXPECT_OK(ParseRequest("", request));
}

TEST(DraftEntryTest, LongReasonsAndForeignMethodsAreKeptShortAndReadable) {
  FakeClock clock{1};
  const Call call("id", "/\xFF" + std::string(1000, 'm'), 1, 2, nullptr, clock);
  std::string message;
  while (message.size() < (1u << 20)) message += "\u20AC";
  const EntryDraft draft = DraftEntry(call, audit::LeafKind::kRefusal,
                                      MakeError(absl::StatusCode::kInvalidArgument, "R", message));
  EXPECT_LE(draft.body.reason().size(), kRecordedReasonBytesMax);
  EXPECT_GE(draft.body.reason().size(), kRecordedReasonBytesMax - 3);
  EXPECT_LE(draft.body.method().size(), kMethodBytesMax);
  v1::EntryBody read;
  EXPECT_TRUE(read.ParseFromString(draft.body.SerializeAsString())) << "all of it is UTF-8";
}

TEST(AnswerResponseTest, FieldOneHoldsExactlyTheAnswersBytes) {
  v1::Receipt receipt;
  receipt.set_entry("decisions/x.1-0");
  for (const std::string& answer : {std::string(), std::string("\x01\x02\xFF\x00", 4)}) {
    const std::string bytes = AnswerResponse(answer, receipt.SerializeAsString());
    v1::VerifiableResponse response;
    ASSERT_TRUE(response.ParseFromString(bytes));
    EXPECT_EQ(response.answer(), answer);
    EXPECT_EQ(response.receipt().entry(), "decisions/x.1-0");
  }
}

TEST(PageTokenTest, TokenRoundTripsInItsScopeOnly) {
  const PagePosition position{7, 1u << 20};
  const std::string token = MakePageToken("log/ListEntries/a", position);
  EXPECT_EQ(*ReadPageToken("log/ListEntries/a", token), position);
  EXPECT_THAT(ReadPageToken("log/ListEntries/b", token), HasReason("PAGE_TOKEN_INVALID"));
}

TEST(PageTokenTest, AnyChangedCharacterIsRefused) {
  const std::string token = MakePageToken("s", {1, 2});
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(ReadPageToken("s", changed), HasReason("PAGE_TOKEN_INVALID")) << i;
  }
  EXPECT_THAT(ReadPageToken("s", ""), HasReason("PAGE_TOKEN_INVALID"));
  EXPECT_THAT(ReadPageToken("s", token + "A"), HasReason("PAGE_TOKEN_INVALID"));
}

TEST(PageTokenTest, PageSizeHasADefaultAndACap) {
  EXPECT_EQ(*PageSize(0), kPageSizeDefault);
  EXPECT_EQ(*PageSize(kPageSizeMax), kPageSizeMax);
  EXPECT_THAT(PageSize(-1), HasReason("PAGE_SIZE_INVALID"));
  EXPECT_THAT(PageSize(kPageSizeMax + 1), HasReason("PAGE_SIZE_INVALID"));
}

TEST(TraceParentTest, TakesTheTraceIdOfWellFormedValuesAlone) {
  const std::string id = "0af7651916cd43dd8448eb211c80319c";
  const std::string rest = "-b7ad6b7169203331-01";
  EXPECT_EQ(TraceIdOf("00-" + id + rest), id);
  EXPECT_EQ(TraceIdOf("cc-" + id + rest), id);
  EXPECT_EQ(TraceIdOf("cc-" + id + rest + "-what-comes"), id);
  for (const std::string& bad :
       {std::string(), "00-" + id, "00-" + id + rest + "-more", "cc-" + id + rest + "more",
        "ff-" + id + rest, "0g-" + id + rest, "00_" + id + rest,
        "00-0AF7651916CD43DD8448EB211C80319C" + rest, "00-" + std::string(32, '0') + rest,
        "00-" + id + "-0000000000000000-01", "00-" + id + "-b7ad6b7169203331-0x"}) {
    EXPECT_EQ(TraceIdOf(bad), "") << bad;
  }
}

}  // namespace
}  // namespace evident::server
