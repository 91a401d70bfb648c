#include "core/app/cli/console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

namespace handoff::cli {

namespace {

int terminal_width() {
  winsize size = {};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

Console system_console() {
  bool tty = isatty(STDOUT_FILENO) == 1;
  Console console{.out = std::cout, .err = std::cerr, .env = environment, .now_ms = [] {
                    auto now = std::chrono::system_clock::now().time_since_epoch();
                    return std::int64_t{std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
                  }};
  console.colour = tty && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  console.err_is_tty = isatty(STDERR_FILENO) == 1;
  console.width = tty ? terminal_width() : 0;
  return console;
}

std::string paint(const Console& console, Tone tone, const std::string& text) {
  if (!console.colour || tone == Tone::plain || text.empty()) return text;
  const char* code = tone == Tone::strong ? "1" : tone == Tone::good ? "32" : tone == Tone::bad ? "31" : "2";
  return "\033[" + std::string(code) + "m" + text + "\033[0m";
}

}  // namespace handoff::cli
