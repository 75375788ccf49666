// Which build this is.
#ifndef EVIDENT_SERVER_BUILD_INFO_H_
#define EVIDENT_SERVER_BUILD_INFO_H_

#include "base/version.h"

namespace evident::server {

inline constexpr char kServerBuild[] = "evidentd " EVIDENT_VERSION;

}  // namespace evident::server

#endif  // EVIDENT_SERVER_BUILD_INFO_H_
