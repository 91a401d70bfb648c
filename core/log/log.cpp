#include "core/log/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <handoff/sdk/json.hpp>

namespace handoff::log {

namespace {

bool json_lines = false;

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

void start(Level least, bool json) {
  json_lines = json;
  auto logger = std::make_shared<spdlog::logger>("handoff", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(to_spdlog(least));
  logger->set_pattern(json ? "{\"at\":\"%Y-%m-%dT%H:%M:%S.%e%z\",\"level\":\"%l\",\"text\":%v}"
                           : "%Y-%m-%d %H:%M:%S.%e %l: %v");
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

void line(Level level, std::string_view text) {
  std::string clean;
  if (json_lines) {
    json::write_string(clean, text);
  } else {
    for (char c : text) clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  spdlog::log(to_spdlog(level), "{}", clean);
}

}  // namespace handoff::log
