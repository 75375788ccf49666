// What comes with a call beside its message: page tokens, trace contexts, names in certificates,
// addresses of peers.
#include <algorithm>

#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "server/auth.h"
#include "server/page_token.h"
#include "server/trace_parent.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

void RunPageToken(std::string_view input) {
  const absl::StatusOr<server::PagePosition> position = server::ReadPageToken("scope", input);
  if (position.ok()) {
    Require(server::MakePageToken("scope", *position) == input, "a token is written back");
    Require(!server::ReadPageToken("other", input).ok(), "a token is for one list");
  } else {
    RequireRefusal(position.status(), {absl::StatusCode::kInvalidArgument}, {"PAGE_TOKEN_INVALID"});
  }
  const std::string own = server::MakePageToken(input, {1, 2});
  Require(Must(server::ReadPageToken(input, own), "a token is read") == server::PagePosition{1, 2},
          "any list has tokens");
}

void RunTraceParent(std::string_view input) {
  const std::string id = server::TraceIdOf(input);
  if (id.empty()) return;
  const bool hex = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  Require(id.size() == 32 && hex && id != std::string(32, '0'), "a trace id is one");
  Require(input.substr(3, 32) == id, "it stands in the value");
}

void RunIdentity(std::string_view input) {
  const std::string name(input);
  for (const server::PeerCredentials& peer : {server::PeerCredentials{true, {name}, {"d"}, {"c"}},
                                              server::PeerCredentials{true, {}, {name}, {"c"}},
                                              server::PeerCredentials{true, {}, {}, {name}}}) {
    const absl::StatusOr<std::string> identity = server::IdentityOf(peer);
    if (!identity.ok()) {
      RequireRefusal(identity.status(), {absl::StatusCode::kUnauthenticated},
                     {"IDENTITY_MISSING", "IDENTITY_INVALID"});
      continue;
    }
    Require(identity->size() <= kNameBytesMax && IsValidUtf8(*identity), "an identity is text");
    Require(identity->find('\n') == std::string::npos, "of one line");
    Require(identity->substr(identity->size() - name.size()) == name, "the certificate's name");
  }
  const std::string host = server::PeerHost(input);
  Require(input.substr(0, host.size()) == host, "a host begins its address");
  Require(server::PeerHost(host + ":1") == host, "the port alone is left out");
}

void RunCallText(std::string_view input) {
  RunPageToken(input);
  RunTraceParent(input);
  RunIdentity(input);
}

Seeds CallTextSeeds() {
  return {server::MakePageToken("scope", {7, 300}),
          server::MakePageToken("other", {0, 0}),
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
          "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
          "spiffe://hospital/ward-7",
          "ward.example",
          "M\xc3\xbcller",
          "ipv4:192.0.2.1:51234",
          "ipv6:%5B::1%5D:80"};
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(call_text, RunCallText, CallTextSeeds);
