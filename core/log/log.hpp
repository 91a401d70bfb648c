#pragma once
// The one door to the log. A line is one record: control characters are taken out. Callers pass no secrets and no
// personal data (INVARIANTS B6); bodies and identifiers do not belong here. [any thread]

#include <string>
#include <string_view>

namespace handoff::log {

enum class Level { debug, info, warning, error };

/// Lines go to standard error, where systemd or a shell takes them. `json`: one JSON object a line.
void start(Level least, bool json);
void line(Level level, std::string_view text);
inline void info(std::string_view text) { line(Level::info, text); }
inline void warning(std::string_view text) { line(Level::warning, text); }
inline void error(std::string_view text) { line(Level::error, text); }

}  // namespace handoff::log
