// Whether a file is still the one that was read.
#ifndef EVIDENT_SERVER_FILE_STAMP_H_
#define EVIDENT_SERVER_FILE_STAMP_H_

#include <string>

namespace evident::server {

// Changes whenever the file, or what a symbolic link on its path leads to, is written, replaced or
// given another owner or mode; empty when it cannot be looked at.
std::string FileStamp(const std::string& path);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_FILE_STAMP_H_
