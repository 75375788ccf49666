// A line on standard error that tells how far long work is, where somebody looks at it.
#ifndef EVIDENT_CLIENT_CLI_PROGRESS_H_
#define EVIDENT_CLIENT_CLI_PROGRESS_H_

#include <cstddef>
#include <string>

namespace evident::cli {

// Shows `done` of `all` as a bar in front of `what`, over the line before; ends the line when all
// is done. Does nothing when standard error is no terminal.
void ShowProgress(const std::string& what, size_t done, size_t all);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_PROGRESS_H_
