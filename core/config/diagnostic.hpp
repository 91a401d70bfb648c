#pragma once
// What is wrong with a configuration, where, and what to write instead. The same text for lint, run and reload.

#include <handoff/sdk/json.hpp>
#include <string>
#include <vector>

#include "core/config/position.hpp"

namespace handoff::config {

enum class Severity { error, warning };

/// `message` says what is wrong, `hint` what to write (may be empty). `line` 0 means the file as a whole. Never holds a
/// secret: values of secrets are not quoted.
struct Diagnostic {
  Diagnostic() = default;
  Diagnostic(const Position& at, Severity how, std::string what, std::string instead)
      : file(at.file), line(at.line), col(at.col), severity(how), message(std::move(what)), hint(std::move(instead)) {}
  std::string file;
  int line = 0;
  int col = 0;
  Severity severity = Severity::error;
  std::string message;
  std::string hint;
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};
using Diagnostics = std::vector<Diagnostic>;

/// "handoff.toml:12:3: error: unknown key "slaa" in hops; did you mean "sla"?\n", one line each, in the given order.
std::string render(const Diagnostics& diagnostics);

/// [{"file", "line", "col", "severity", "message", "hint"}, ...]
json::Value to_json(const Diagnostics& diagnostics);

/// By file, line and column; complaints about one place keep their order.
void sort(Diagnostics& diagnostics);
bool has_error(const Diagnostics& diagnostics);

}  // namespace handoff::config
