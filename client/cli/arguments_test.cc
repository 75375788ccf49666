// What people write: facts, contexts, entries of YAML files; and what failures exit with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/status.h"
#include "base/status_matchers.h"
#include "client/cli/context_file.h"
#include "client/cli/exit_code.h"
#include "client/cli/fact_argument.h"
#include "client/cli/yaml_append.h"

namespace evident::cli {
namespace {

using testing::HasSubstr;

v1::Value ValueOf(const std::string& argument) {
  const auto fact = ParseFactArgument(argument);
  EXPECT_THAT(fact, IsOk()) << argument;
  return fact.ok() ? fact->value() : v1::Value();
}

TEST(FactArgumentTest, SpellingDecidesTheType) {
  EXPECT_TRUE(ValueOf("a=true").boolean());
  EXPECT_EQ(ValueOf("a=false").kind_case(), v1::Value::kBoolean);
  EXPECT_EQ(ValueOf("a=-3").integer(), -3);
  EXPECT_EQ(ValueOf("a=9.0[g/dL]").decimal().value().unscaled(), 90);
  EXPECT_EQ(ValueOf("a=9.0[g/dL]").decimal().value().scale(), 1);
  EXPECT_EQ(ValueOf("a=9.0[g/dL]").decimal().unit(), "g/dL");
  EXPECT_EQ(ValueOf("a=2026-01-31").date(), "2026-01-31");
  EXPECT_EQ(ValueOf("a=good").coded(), "good");
  EXPECT_EQ(ValueOf("a=b=c").coded(), "b=c") << "the first sign splits";
}

TEST(FactArgumentTest, RefusesWhatIsNoFact) {
  for (const char* bad : {"", "a", "=1", "a=", "a=9.5", "a=9x[g]", "a=2026-13-01"}) {
    const auto fact = ParseFactArgument(bad);
    EXPECT_EQ(fact.status().code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(std::string(fact.status().message()), HasSubstr("fact '")) << bad;
  }
}

TEST(ExitCodeTest, TellsWhoseFaultItWas) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), kExitDone);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("")), kExitBadInput);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), kExitBadInput);
  EXPECT_EQ(ExitCodeOf(absl::PermissionDeniedError("")), kExitNotPermitted);
  EXPECT_EQ(ExitCodeOf(absl::UnauthenticatedError("")), kExitNotPermitted);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("")), kExitUnavailable);
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError("")), kExitUnavailable);
  EXPECT_EQ(ExitCodeOf(absl::DataLossError("")), kExitFailed);
}

TEST(ExitCodeTest, WhatIsTooLargeIsNotWorthAnotherTry) {
  const auto code = [](const char* reason) {
    return ExitCodeOf(MakeError(absl::StatusCode::kResourceExhausted, reason, ""));
  };
  for (const char* reason : {"REQUEST_BYTES", "PACK_TOO_LARGE", "PACK_FILE_BYTES",
                             "QUESTION_TOO_LARGE", "RESPONSE_BYTES"}) {
    EXPECT_EQ(code(reason), kExitBadInput) << reason;
  }
  for (const char* reason :
       {"IN_FLIGHT_CALLS", "WORKERS_BUSY", "IMPORTS_IN_FLIGHT", "FILE_FAILED"}) {
    EXPECT_EQ(code(reason), kExitUnavailable) << reason;
  }
}

class ContextFileTest : public testing::Test {
 protected:
  absl::StatusOr<Context> Read(const std::string& text, const std::string& name = "") {
    EVIDENT_EXPECT_OK(WriteFileAtomically(path_, text, 0600));
    return ReadContext(path_, name);
  }
  TempDir dir_;
  const std::string path_ = dir_.path() + "/config.yaml";
};

constexpr char kTwo[] =
    "current: ward\n"
    "contexts:\n"
    "  ward: {server: 'h:1', ca: ca.crt, certificate: me.crt, key: /k/me.key, verifier_key: v}\n"
    "  lab: {server: 'h:2', plaintext: true}\n";

TEST_F(ContextFileTest, GivesTheCurrentContextOrTheOneAskedFor) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Context ward, Read(kTwo));
  EXPECT_EQ(ward.connection.address, "h:1");
  EXPECT_EQ(ward.connection.ca_file, dir_.path() + "/ca.crt") << "beside the file";
  EXPECT_EQ(ward.connection.key_file, "/k/me.key");
  EXPECT_EQ(ward.verifier_key_file, dir_.path() + "/v");
  EXPECT_FALSE(ward.connection.plaintext);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Context lab, Read(kTwo, "lab"));
  EXPECT_EQ(lab.connection.address, "h:2");
  EXPECT_TRUE(lab.connection.plaintext);
}

TEST_F(ContextFileTest, NamesWhatItHasAndWhereItIsWrong) {
  const auto unknown = Read(kTwo, "wart");
  EXPECT_THAT(unknown, HasReason("CONTEXT_UNKNOWN"));
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("ward, lab"));
  const auto key = Read("contexts:\n  a:\n    servr: x\n", "a");
  EXPECT_THAT(std::string(key.status().message()), HasSubstr(path_ + ":3:5: unknown key servr"));
  EXPECT_THAT(std::string(key.status().message()), HasSubstr("server")) << "the nearest key";
  for (const char* bad : {"", "a", "[a]", "contexts: 1", "other: 1\ncontexts: {}",
                          "contexts: {a: 1}", "contexts: {a: {plaintext: perhaps}}",
                          "contexts: {a: {server: [1]}}", "contexts: {a: {server: 'x"}) {
    EXPECT_FALSE(Read(bad, "a").ok()) << bad;
  }
  EXPECT_EQ(ReadContext(dir_.path() + "/none", "").status().code(), absl::StatusCode::kNotFound);
}

TEST(YamlAppendTest, AddsAnEntryAndKeepsWhatPeopleWrote) {
  const std::string before = "# ours\na: 1\nmap:\n  x: {k: 1}  # kept\n";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string after, AppendToMap(before, "map", "y", "{k: 2}"));
  EXPECT_EQ(after, before + "  \"y\": {k: 2}\n");
  EXPECT_THAT(AppendToMap(after, "map", "y", "{}"), HasReason("IDENTITY_EXISTS"));
}

TEST(YamlAppendTest, RefusesFilesThatItWouldChangeOtherwise) {
  for (const char* text : {"map:\n  x: 1\nlast: 2\n", "map: {x: 1}\n", "map:\n    x: 1\n", "a: 1\n",
                           "map:\n  x: |\n    text\n   \n   more"}) {
    const auto extended = AppendToMap(text, "map", "y", "1");
    EXPECT_FALSE(extended.ok()) << text << "became\n" << extended.value_or("");
  }
  EXPECT_EQ(AppendToMap("a: [", "map", "y", "1").status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace evident::cli
