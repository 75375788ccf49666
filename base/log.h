// The structured operating log: one JSON object a line on standard error. Never a request's
// content: that belongs to the audit log alone.
#ifndef EVIDENT_BASE_LOG_H_
#define EVIDENT_BASE_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace evident {

enum class LogLevel { kInfo, kWarning, kError };

struct LogField {
  std::string_view name;
  std::variant<int64_t, bool, std::string> value;
};

// {"time": ..., "level": "info", "event": "listening", "address": "127.0.0.1:7443"}. Thread safe.
// `event` is a short stable word or phrase.
void Log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

// Lines below `level` are dropped. Default kInfo.
void SetLogLevel(LogLevel level);

}  // namespace evident

#endif  // EVIDENT_BASE_LOG_H_
