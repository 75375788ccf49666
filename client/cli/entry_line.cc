#include "client/cli/entry_line.h"

#include "base/clock.h"
#include "base/unicode.h"

namespace evident::cli {

std::string EntryLine(const v1::Entry& entry) {
  const v1::LeafInfo& info = entry.info();
  std::string line = Printable(entry.name()) + "  " + FormatTimeNs(info.commit_time_ns()) + "  " +
                     v1::EntryKind_Name(info.kind()).substr(sizeof("ENTRY_KIND_") - 1) + "  " +
                     (info.method().empty() ? "-" : info.method()) + "  status " +
                     std::to_string(info.grpc_status());
  if (info.outcome() != v1::OUTCOME_UNSPECIFIED) {
    line += "  " + v1::Outcome_Name(info.outcome()).substr(sizeof("OUTCOME_") - 1);
  }
  return line;
}

}  // namespace evident::cli
