#pragma once
// Where the command line reads and writes, so that tests can stand in for a terminal.

#include <cstdint>
#include <functional>
#include <handoff/sdk/json.hpp>
#include <iosfwd>
#include <string>
#include <string_view>

#include "core/report/json.hpp"

namespace handoff::cli {

enum Exit : int { kFine = 0, kFindings = 1, kUsage = 2, kCouldNot = 3 };

struct Console {
  std::ostream& out;
  std::ostream& err;
  bool colour = false;      // `out` is a terminal and NO_COLOR is not set
  bool err_is_tty = false;  // progress bars
  int width = 0;            // of the terminal; 0: not one, nothing is cut or wrapped
  std::function<std::string(const char*)> env;
  std::function<std::int64_t()> now_ms;
};

/// The process's own.
Console system_console();

enum class Tone { plain, strong, good, bad, faint };
std::string paint(const Console& console, Tone tone, const std::string& text);

using report::pretty;

}  // namespace handoff::cli
