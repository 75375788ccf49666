// An entry of the audit log on one line.
#ifndef EVIDENT_CLIENT_CLI_ENTRY_LINE_H_
#define EVIDENT_CLIENT_CLI_ENTRY_LINE_H_

#include <string>

#include "evident/v1/audit.pb.h"

namespace evident::cli {

// "entries/log.1-7  2026-11-27T23:00:00Z  READ  /evident.v1...  status 0"
std::string EntryLine(const v1::Entry& entry);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_ENTRY_LINE_H_
