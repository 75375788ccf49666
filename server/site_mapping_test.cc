// A site's own codes: the file, and what a question with observations makes of it.
#include "server/site_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/file.h"
#include "base/status_matchers.h"
#include "evident/v1/decision_service.pb.h"
#include "server/test_served_pack.h"

namespace evident::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kMapping[] = R"(observations:
  - {system: "urn:site", code: WS, fact: duskmoth/wing_score}
  - {system: "urn:site", code: WS2, fact: duskmoth/wing_score, value: 2}
  - {system: "urn:site", code: AMB, fact: duskmoth/amberol_intolerant, values: {"Y": true, "N": false}}
  - {system: "urn:site", code: GONE, fact: duskmoth/no_such_fact}
)";

class SiteMappingTest : public testing::Test {
 protected:
  absl::StatusOr<SiteMappingFile> Load(const std::string& text) {
    EXPECT_THAT(WriteFileAtomically(path_, text, 0600), IsOk());
    return SiteMappingFile::Load(path_);
  }

  TempDir dir_;
  const std::string path_ = dir_.path() + "/mapping.yaml";
};

TEST_F(SiteMappingTest, AFileBindsCodesToFacts) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const SiteMappingFile file, Load(kMapping));
  EXPECT_EQ(file.count(), 4u);
  const auto& bindings = file.mapping().bindings;
  EXPECT_EQ(bindings.at({"urn:site", "WS2"})[0].value->integer(), 2);
  EXPECT_TRUE(bindings.at({"urn:site", "AMB"})[0].values.at("Y").boolean());
  EXPECT_EQ(file.mapping().digest, Sha256(kMapping));
}

TEST_F(SiteMappingTest, EverythingThatIsWrongIsToldWithItsPlace) {
  const auto file = Load(R"(observations:
  - {system: "urn:site", code: A, fact: no-pack}
  - {system: "urn:site", code: B, fact: p/x, value: 1, values: {a: 2}}
  - {system: "urn:site", fact: p/x}
  - {system: "urn:site", code: C, fact: p/x, values: {}}
  - {system: "urn:site", code: D, fact: p/x, value: 1.5}
  - {system: "urn:site", code: E, fact: p/x}
  - {system: "urn:site", code: E, fact: p/x}
  - {system: "urn:site", code: F, fact: p/x, unit: mg}
)");
  ASSERT_THAT(file, HasReason("SITE_MAPPING_INVALID"));
  const std::string message(file.status().message());
  for (const char* const part :
       {"mapping.yaml:2:", "full name", "does not go with 'value'", "'code' is missing",
        "must not be empty", "9.0[g/dL]", "twice", "unknown key 'unit'"}) {
    EXPECT_THAT(message, HasSubstr(part));
  }
  EXPECT_THAT(Load("codes: []\n"), HasReason("SITE_MAPPING_INVALID"));
  EXPECT_THAT(Load("observations: 3\n"), HasReason("SITE_MAPPING_INVALID"));
}

class ObservationsTest : public ServedPackTest {
 protected:
  void Configure(TestSite& site) override {
    site.config.site_mapping_file = site.path() + "/mapping.yaml";
    Write(kMapping);
  }

  void Write(const std::string& text) {
    EVIDENT_ASSERT_OK(WriteFileAtomically(site_->config.site_mapping_file, text, 0600));
  }

  static v1::Observation& Add(v1::RecommendRequest& request, const std::string& code) {
    v1::Observation& observation = *request.mutable_question()->add_observations();
    observation.mutable_code()->set_system("urn:site");
    observation.mutable_code()->set_code(code);
    return observation;
  }

  RawReply Ask(v1::RecommendRequest request) {
    request.mutable_question()->add_concepts("duskmoth-fever");
    return As("decider", "DecisionService/Recommend", request);
  }

  v1::ResolvedQuestion Resolved(const v1::RecommendRequest& request) {
    const RawReply reply = Ask(request);
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    v1::RecommendResponse response;
    EXPECT_TRUE(response.ParseFromString(reply.response));
    return response.answer().question();
  }
};

TEST_F(ObservationsTest, CodesBecomeFactsAndSayWhereTheyCameFrom) {
  v1::RecommendRequest request;
  Add(request, "WS").mutable_value()->set_integer(2);
  Add(request, "AMB").mutable_value_code()->set_code("N");
  Add(request, "BLOOD-TYPE").mutable_value_code()->set_code("0");
  const v1::ResolvedQuestion question = Resolved(request);
  ASSERT_EQ(question.facts_size(), 2);
  EXPECT_EQ(question.facts(0).fact().name(), "duskmoth/amberol_intolerant");
  EXPECT_FALSE(question.facts(0).fact().value().boolean());
  EXPECT_EQ(question.facts(1).fact().value().integer(), 2);
  EXPECT_EQ(question.facts(1).origin(), v1::FACT_ORIGIN_MAPPED);
  EXPECT_EQ(question.facts(1).code().code(), "WS");
  ASSERT_EQ(question.unmapped_size(), 1) << "what nothing binds is told, and does no harm";
  EXPECT_EQ(question.unmapped(0).code(), "BLOOD-TYPE");
  EXPECT_EQ(question.site_mapping(), Sha256(kMapping).view());
}

TEST_F(ObservationsTest, ACodeAloneMaySayTheValue) {
  v1::RecommendRequest request;
  Add(request, "WS2");
  EXPECT_EQ(Resolved(request).facts(0).fact().value().integer(), 2);
  Add(request, "WS").mutable_value()->set_integer(3);
  const RawReply contradiction = Ask(request);
  EXPECT_EQ(contradiction.Reason(), "QUESTION_INVALID");
  EXPECT_THAT(contradiction.ViolationOf("observations[1]"), HasSubstr("given twice"));
}

TEST_F(ObservationsTest, WhatIsBoundAndCannotBeReadIsRefused) {
  v1::RecommendRequest request;
  Add(request, "AMB").mutable_value_code()->set_code("MAYBE");
  Add(request, "WS");
  Add(request, "WS").mutable_value()->set_integer(70);
  Add(request, "WS2").mutable_value()->set_integer(5);
  Add(request, "");
  const RawReply reply = Ask(request);
  EXPECT_EQ(reply.Reason(), "QUESTION_INVALID");
  EXPECT_THAT(reply.ViolationOf("observations[0]"), HasSubstr("N, Y"));
  EXPECT_THAT(reply.ViolationOf("observations[1]"), HasSubstr("needs a value"));
  EXPECT_THAT(reply.ViolationOf("observations[2].value"), HasSubstr("70"));
  EXPECT_THAT(reply.ViolationOf("observations[3]"), HasSubstr("by its code alone"));
  EXPECT_THAT(reply.ViolationOf("observations[4]"), HasSubstr("needs a code"));
}

TEST_F(ObservationsTest, TheFileIsReadAgainWhenItChanges) {
  v1::RecommendRequest request;
  Add(request, "WS3");
  EXPECT_EQ(Resolved(request).unmapped_size(), 1);
  Write(
      "observations:\n  - {system: 'urn:site', code: WS3, fact: duskmoth/wing_score, value: 3}\n");
  server_->server().Tick();
  EXPECT_EQ(Resolved(request).facts(0).fact().value().integer(), 3);
  Write("observations: broken\n");
  server_->server().Tick();
  EXPECT_EQ(Resolved(request).facts(0).fact().value().integer(), 3) << "the one before stays";
}

TEST_F(ObservationsTest, AServerDoesNotStartWithABrokenFile) {
  EVIDENT_ASSERT_OK(server_->Stop());
  Write("observations: broken\n");
  StartStage stage{};
  EXPECT_THAT(Server::Start(site_->config, {}, stage), HasReason("SITE_MAPPING_INVALID"));
  EXPECT_EQ(stage, StartStage::kConfiguration);
}

}  // namespace
}  // namespace evident::server
