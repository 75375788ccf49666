// Which build this is.
#ifndef EVIDENT_SERVER_BUILD_INFO_H_
#define EVIDENT_SERVER_BUILD_INFO_H_

namespace evident::server {

inline constexpr char kServerBuild[] = "evidentd 0.1.0";

}  // namespace evident::server

#endif  // EVIDENT_SERVER_BUILD_INFO_H_
