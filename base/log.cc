#include "base/log.h"

#include <unistd.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace evident {
namespace {

std::atomic<LogLevel> least_level{LogLevel::kInfo};

const char* LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

}  // namespace

void SetLogLevel(LogLevel level) { least_level = level; }

void Log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < least_level) return;
  nlohmann::ordered_json line;
  line["time"] = FormatTimeNs(Clock::System().NowNs());
  line["level"] = LevelName(level);
  line["event"] = std::string(event);
  for (const LogField& field : fields) {
    std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
  }
  // One write a line keeps the lines of several threads whole. A failed write has nowhere to be
  // told.
  const std::string text =
      line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace evident
