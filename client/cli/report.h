// A report on decisions for readers without engineering background: one printable page, a table,
// and the files to check both by.
#ifndef EVIDENT_CLIENT_CLI_REPORT_H_
#define EVIDENT_CLIENT_CLI_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "evident/v1/audit.pb.h"
#include "evident/v1/decision_service.pb.h"

namespace evident::cli {

// Feedback on a decision, as an entry of its own.
struct GivenFeedback {
  int64_t time_ns = 0;
  std::string caller;
  std::vector<v1::StatementFeedback> statements;
};

// What came of one of the ids that were asked for. Of an id with several decisions there are
// several.
struct ReportItem {
  std::string id;    // as asked for
  std::string name;  // of the decision's entry; empty: nothing was found
  v1::LeafInfo info;
  std::optional<v1::Explanation> explanation;  // nullopt: not found, erased or pruned
  std::optional<int64_t> erased_ns;            // when its key was destroyed
  bool erased = false;
  bool pruned = false;   // its body was removed by age
  std::string verified;  // in plain words: what was checked and holds
  std::string failed;    // what does not hold; empty: nothing
  std::string file;      // its files in receipts/, without ending; empty: none
  std::vector<GivenFeedback> feedback;
};

struct Report {
  std::string log;  // its origin
  uint64_t log_size = 0;
  int64_t made_ns = 0;
  std::string from;  // as asked for; empty: no bound
  std::string to;
  absl::TimeZone zone;
  std::vector<ReportItem> items;
};

// "found 36 of 37 ids; 1 not found; 2 decisions erased, proof intact"
std::string ReportSummary(const Report& report);

// One HTML file that needs no other, and prints.
std::string ReportPage(const Report& report);

// RFC 4180, a line for each item: id, status, decision, time, outcome, release, verified, file.
std::string ReportTable(const Report& report);

// How to check the files, in words.
std::string ReportInstructions(const Report& report);

// The first column of a CSV file, a heading "id" apart; empty lines are passed over, ids that stand
// again count once. INVALID_ARGUMENT (IDS_INVALID) naming the line.
absl::StatusOr<std::vector<std::string>> ReadIds(const std::string& text);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_REPORT_H_
