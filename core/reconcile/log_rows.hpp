#pragma once
// The rows of the integration's own logs, one after the other, as the map reads them.

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/reconcile/input.hpp"
#include "core/reconcile/request.hpp"

namespace handoff::reconcile {

/// One try to reach a system. Texts are valid during the call that hands it over.
struct LogRow {
  report::Side side = report::Side::platform;
  bool ok = false;
  std::int64_t time_s = 0;  // UTC; 0: not said
  std::string_view key;     // of the credit; empty: it names none
  std::string_view word, message;
  std::optional<std::int64_t> took_ms;
  std::string_view file;
  std::uint64_t line = 0;
};

/// What was passed over on the way: sentences for people.
using LogWarnings = std::vector<std::string>;

/// Calls `each` with every row about a system that the map knows. Rows that cannot be read become a warning; half of a log
/// or more: refused, it is the wrong map.
std::expected<LogWarnings, Refusal> read_logs(const Request& request, const std::function<void(const LogRow&)>& each);

}  // namespace handoff::reconcile
