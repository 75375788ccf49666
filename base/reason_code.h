// Codes of reasons, as feedback gives them.
#ifndef EVIDENT_BASE_REASON_CODE_H_
#define EVIDENT_BASE_REASON_CODE_H_

#include <string_view>

#include "base/limits.h"

namespace evident {

// 1 to kNameBytesMax bytes of a-z, 0-9 and "-".
inline bool IsReasonCode(std::string_view code) {
  return !code.empty() && code.size() <= kNameBytesMax &&
         code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

}  // namespace evident

#endif  // EVIDENT_BASE_REASON_CODE_H_
