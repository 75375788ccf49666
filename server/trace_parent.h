// The W3C Trace Context of a call, so that an entry can be found from a trace and the other way.
#ifndef EVIDENT_SERVER_TRACE_PARENT_H_
#define EVIDENT_SERVER_TRACE_PARENT_H_

#include <string>
#include <string_view>

namespace evident::server {

// The trace id, 32 lower-case hex digits, of a `traceparent` value (W3C Trace Context, level 1).
// Empty when the value is malformed: the recommendation has such a value ignored, and a call is not
// refused for it.
std::string TraceIdOf(std::string_view traceparent);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TRACE_PARENT_H_
