#include "client/cli/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace evident::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr int64_t kDay = 86'400'000'000'000;

ReportItem Found(const std::string& id) {
  ReportItem item;
  item.id = id;
  item.name = "decisions/log.1-7";
  item.info.set_commit_time_ns(20'000 * kDay);
  item.info.set_outcome(v1::OUTCOME_RECOMMENDED);
  item.explanation.emplace();
  item.explanation->mutable_body()->set_client_reference(id);
  item.verified = "Verified.";
  item.file = "001";
  return item;
}

ReportItem Missing(const std::string& id) {
  ReportItem item;
  item.id = id;
  return item;
}

ReportItem Erased(const std::string& id) {
  ReportItem item = Found(id);
  item.explanation.reset();
  item.erased = true;
  item.erased_ns = 20'001 * kDay;
  item.file.clear();
  return item;
}

Report Of(std::vector<ReportItem> items) {
  Report report;
  report.log = "log/1";
  report.zone = absl::UTCTimeZone();
  report.items = std::move(items);
  return report;
}

TEST(ReportTest, OpensWithWhatWasFound) {
  EXPECT_EQ(ReportSummary(Of({Found("a"), Found("a"), Found("b")})), "found 2 of 2");
  EXPECT_EQ(ReportSummary(Of({Found("a"), Missing("b"), Erased("c"), Erased("d")})),
            "found 3 of 4; 1 not found; 2 erased on 2024-10-05, proof intact");
  ReportItem old = Erased("e");
  old.erased = false;
  old.erased_ns.reset();
  old.pruned = true;
  EXPECT_EQ(ReportSummary(Of({Found("a"), old})), "found 2 of 2; 1 removed by age");
  EXPECT_THAT(ReportPage(Of({old})), HasSubstr("older than the site keeps it"));
  ReportItem bad = Found("a");
  bad.failed = "it does not fit";
  EXPECT_EQ(ReportSummary(Of({bad})), "found 1 of 1; 1 NOT VERIFIED");
}

TEST(ReportTest, PageSaysEachThingAndTrustsNoWords) {
  ReportItem item = Found("<script>alert(1)</script>");
  item.explanation->mutable_body()->mutable_caller()->set_identity("cn:\"x\" & <b>");
  GivenFeedback given;
  given.statements.emplace_back();
  given.statements[0].set_statement("p/s1");
  given.statements[0].set_comment("<img src=x>");
  item.feedback.push_back(given);
  const std::string page = ReportPage(Of({item, Missing("lost"), Erased("gone")}));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, HasSubstr("No decision of this id"));
  EXPECT_THAT(page, HasSubstr("erased on 2024-10-05"));
  EXPECT_THAT(page, HasSubstr("receipts/001.receipt"));
  EXPECT_THAT(page, Not(HasSubstr("http")));  // it needs nothing from elsewhere
}

TEST(ReportTest, TableIsCsv) {
  ReportItem item = Found("a,\"b\"");
  EXPECT_EQ(
      ReportTable(Of({item, Missing("lost")})),
      "id,status,decision,time,outcome,release,verified,file\r\n"
      "\"a,\"\"b\"\"\",found,decisions/log.1-7,2024-10-04 00:00:00 +00:00,recommended,0,yes,001\r\n"
      "lost,not found,,,,,,\r\n");
}

TEST(ReportTest, ReadsTheFirstColumnOfIds) {
  EXPECT_THAT(*ReadIds("id\nr1,x\r\n\n\"r,2\",y\nr1\n\"r\"\"3\"\nlast"),
              ElementsAre("r1", "r,2", "r\"3", "last"));
  EXPECT_THAT(*ReadIds(""), ElementsAre());
  EXPECT_THAT(ReadIds("a\n" + std::string(300, 'x')),
              FailsWith(absl::StatusCode::kInvalidArgument, "line 2"));
  EXPECT_THAT(ReadIds("a\n\xff"), FailsWith(absl::StatusCode::kInvalidArgument, "line 2"));
}

}  // namespace
}  // namespace evident::cli
