#include "core/config/diagnostic.hpp"

#include <algorithm>
#include <tuple>

namespace handoff::config {

namespace {

std::string_view word(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

}  // namespace

std::string render(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& one : diagnostics) {
    out += text(Position{one.file, one.line, one.col}) + ": " + std::string(word(one.severity)) + ": " + one.message;
    if (!one.hint.empty()) out += "; " + one.hint;
    out += '\n';
  }
  return out;
}

json::Value to_json(const Diagnostics& diagnostics) {
  json::Array out;
  for (const Diagnostic& one : diagnostics) {
    json::Object object;
    object.set("file", one.file).set("line", one.line).set("col", one.col).set("severity", word(one.severity));
    object.set("message", one.message).set("hint", one.hint);
    out.emplace_back(std::move(object));
  }
  return out;
}

void sort(Diagnostics& diagnostics) {
  std::vector<std::size_t> order(diagnostics.size());
  std::ranges::generate(order, [next = std::size_t{0}]() mutable { return next++; });
  std::ranges::sort(order, {}, [&](std::size_t i) {
    const Diagnostic& one = diagnostics[i];
    return std::tuple(std::string_view(one.file), one.line, one.col, i);
  });
  Diagnostics sorted;
  for (std::size_t i : order) sorted.push_back(std::move(diagnostics[i]));
  diagnostics = std::move(sorted);
}

bool has_error(const Diagnostics& diagnostics) {
  return std::ranges::any_of(diagnostics, [](const Diagnostic& one) { return one.severity == Severity::error; });
}

}  // namespace handoff::config
