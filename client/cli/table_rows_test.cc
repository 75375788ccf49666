#include "client/cli/table_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"

namespace evident::cli {
namespace {

v1::ReleaseDimensions Part(const std::string& digest, std::vector<std::string> statements,
                           bool complete) {
  v1::ReleaseDimensions part;
  part.set_release(3);
  part.set_release_digest(digest);
  part.set_complete(complete);
  for (const std::string& name : statements) part.add_statements()->set_statement(name);
  return part;
}

TEST(ReleaseRowsTest, PartsOfAReleaseBecomeItsTablesInOrderOfNames) {
  ReleaseRows rows;
  EXPECT_FALSE(rows.Add(Part("d", {"p/b"}, false)));
  EXPECT_TRUE(rows.Add(Part("d", {"p/a"}, true)));
  const std::vector<TableRows> tables = rows.Take();
  ASSERT_EQ(tables.size(), 4u);
  EXPECT_EQ(tables[0].table, "releases");
  EXPECT_EQ(tables[0].rows[0]["statement_count"], 2);
  EXPECT_EQ(tables[0].rows[0]["release_digest"], HexEncode("d"));
  ASSERT_EQ(tables[1].rows.size(), 2u);
  EXPECT_EQ(tables[1].rows[0]["statement"], "p/a");
  EXPECT_EQ(tables[1].rows[1]["release"], 3);
  EXPECT_TRUE(tables[2].rows.empty());
  // Taken: the next one begins anew.
  EXPECT_TRUE(rows.Add(Part("e", {"p/c"}, true)));
  EXPECT_EQ(rows.Take()[1].rows.size(), 1u);
}

TEST(ReleaseRowsTest, WhatTheSourceDoesNotSayIsNull) {
  v1::ReleaseDimensions part = Part("d", {"p/graded", "p/plain"}, true);
  part.mutable_statements(0)->mutable_grade()->set_scheme("GRADE");
  part.mutable_statements(0)->mutable_grade()->set_value("strong");
  part.mutable_statements(0)->add_references("pmid:1");
  part.add_references()->set_reference("p/r");
  v1::ConceptDimension& concept_row = *part.add_concepts();
  concept_row.set_name("p/fever");
  v1::Code& code = *concept_row.add_codes();
  code.set_system("http://example.test");
  code.set_code("1");
  ReleaseRows rows;
  ASSERT_TRUE(rows.Add(part));
  const std::vector<TableRows> tables = rows.Take();
  EXPECT_EQ(tables[1].rows[0]["strength"], "strong");
  EXPECT_EQ(tables[1].rows[0]["rests_on"][0], "pmid:1");
  EXPECT_TRUE(tables[1].rows[1]["strength"].is_null());
  EXPECT_TRUE(tables[1].rows[1]["certainty"].is_null());
  EXPECT_EQ(tables[2].rows[0]["codes"][0]["code"], "1");
  EXPECT_TRUE(tables[3].rows[0]["year"].is_null());
  EXPECT_TRUE(tables[3].rows[0]["pmid"].is_null());
}

TEST(ReleaseRowsTest, AReleaseThatTheDatabaseDoesNotHaveIsARow) {
  v1::ReleaseDimensions part = Part("d", {}, true);
  part.set_unknown(true);
  ReleaseRows rows;
  ASSERT_TRUE(rows.Add(part));
  const std::vector<TableRows> tables = rows.Take();
  EXPECT_EQ(tables[0].rows[0]["in_database"], false);
  EXPECT_TRUE(tables[0].rows[0]["time"].is_null());
}

}  // namespace
}  // namespace evident::cli
