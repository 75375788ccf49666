// `evident graph check`, run as the program runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "client/cli/test_command.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"
#include "graph/release/release_manager.h"

namespace evident::cli {
namespace {

using testing::HasSubstr;

class GraphCheckTest : public testing::Test {
 protected:
  // Two releases of one concept.
  void SetUp() override {
    options_.path = dir_.path() + "/knowledge";
    options_.create = true;
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, graph::ReleaseManager::Open(options_));
    for (const char* const display : {"One", "Two"}) {
      v1::NodeRecord node;
      node.set_name("p/a");
      node.set_pack("p");
      node.mutable_clinical_concept()->set_kind(v1::CONCEPT_KIND_CONDITION);
      node.mutable_clinical_concept()->set_display(display);
      graph::PublishRequest request;
      request.pack = "p";
      request.draft.nodes = {node};
      request.label = "a label";
      request.author = "author";
      EVIDENT_ASSERT_OK(releases->Publish(request));
    }
    EVIDENT_ASSERT_OK(releases->Close());
  }

  TempDir dir_;
  graph::GraphDatabaseOptions options_;
};

TEST_F(GraphCheckTest, ASoundDatabaseIsSaidToBeSound) {
  const Outcome text = RunCommand({"graph", "check", options_.path});
  EXPECT_EQ(text.code, kExitDone) << text.out << text.err;
  EXPECT_THAT(text.out, HasSubstr("releases: 2; in the newest nodes: 1, edges: 0"));
  EXPECT_THAT(text.out, HasSubstr("the knowledge is sound"));
  const auto json =
      nlohmann::json::parse(RunCommand({"--output", "json", "graph", "check", options_.path}).out);
  EXPECT_EQ(json["releases"], 2);
  EXPECT_EQ(json["nodes"], 1);
  EXPECT_EQ(json["release_digest"].get<std::string>().size(), 64u);
  EXPECT_TRUE(json["problems"].empty());
}

TEST_F(GraphCheckTest, AnOldRowThatWasChangedIsNamedAndExitsAsNotVerified) {
  const std::string row = graph::NodeRow(graph::MakeNodeId(v1::NODE_KIND_CONCEPT, "p/a"));
  {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto database, graph::OpenGraphDatabase(options_));
    const std::string key = graph::AtRelease(row, ReleaseNumber(1));
    EVIDENT_ASSERT_OK_AND_ASSIGN(auto value, database->Get(graph::kNodesFamily, key));
    ASSERT_TRUE(value.has_value());
    value->replace(value->find("One"), 3, "Oxe");
    kv::WriteBatch batch;
    batch.Put(graph::kNodesFamily, key, *value);
    EVIDENT_ASSERT_OK(database->Write(batch, kv::Durability::kSync));
  }
  const Outcome text = RunCommand({"graph", "check", options_.path});
  EXPECT_EQ(text.code, kExitNotVerified) << text.out << text.err;
  EXPECT_THAT(text.out, HasSubstr("PROBLEM release 1: "));
  EXPECT_THAT(text.out, HasSubstr("nodes key " + HexEncode(row)));
  EXPECT_THAT(text.out, HasSubstr("(CONTENT_DIGEST_MISMATCH)"));
  const Outcome json = RunCommand({"--output", "json", "graph", "check", options_.path});
  EXPECT_EQ(json.code, kExitNotVerified);
  EXPECT_EQ(nlohmann::json::parse(json.out)["problems"].size(), 1u);
}

TEST_F(GraphCheckTest, WhatIsNoKnowledgeDatabaseIsAnError) {
  const Outcome missing = RunCommand({"graph", "check", dir_.path() + "/none"});
  EXPECT_EQ(missing.code, kExitBadInput) << missing.err;
  EXPECT_EQ(missing.out, "");
  EXPECT_EQ(RunCommand({"graph", "check"}).code, kExitUsage);
}

}  // namespace
}  // namespace evident::cli
