#pragma once
// How long a vendor asks to wait, in every form that Retry-After can have (RFC 9110, 10.2.3).

#include <array>
#include <chrono>
#include <cstdint>
#include <handoff/sdk/call.hpp>
#include <optional>
#include <string_view>

namespace handoff {

namespace detail {

inline std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  if (text.empty() || text.size() > 9) return std::nullopt;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// "Mon, 23 Nov 2026 10:00:07 GMT" in Unix milliseconds; nothing for any other form.
inline std::optional<std::int64_t> http_date_ms(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(25) != " GMT" || text[3] != ',') return std::nullopt;
  unsigned month = 0;
  while (month < 12 && kMonths[month] != text.substr(8, 3)) ++month;
  std::optional<int> day = whole_number(text.substr(5, 2)), year = whole_number(text.substr(12, 4));
  std::optional<int> hour = whole_number(text.substr(17, 2)), minute = whole_number(text.substr(20, 2)),
                     second = whole_number(text.substr(23, 2));
  if (month == 12 || !day || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(month + 1),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + *hour) * 60 + *minute) * 60'000 + *second * 1000;
}

}  // namespace detail

/// Milliseconds, from `now_ms` where the vendor names a moment; without it moments are not obeyed. 0: it did not say, or
/// nothing that can be obeyed; more than an hour counts as that (INVARIANTS P14).
inline std::uint64_t retry_after_ms(const Reply& reply, std::optional<std::int64_t> now_ms = std::nullopt) {
  constexpr std::int64_t kMostMs = 3'600'000;
  std::string_view text = reply.header("retry-after");
  std::int64_t wait_ms = 0;
  if (std::optional<int> seconds = detail::whole_number(text))
    wait_ms = std::int64_t{*seconds} * 1000;
  else if (std::optional<std::int64_t> moment = detail::http_date_ms(text))
    wait_ms = now_ms ? *moment - *now_ms : 0;
  return wait_ms > 0 && wait_ms <= kMostMs ? static_cast<std::uint64_t>(wait_ms) : 0;
}

/// When the vendor wrote the answer, by its own clock, in Unix milliseconds: its Date header (RFC 9110, 6.6.1). Nothing
/// where there is none that can be read.
inline std::optional<std::int64_t> said_at_ms(const Reply& reply) { return detail::http_date_ms(reply.header("date")); }

}  // namespace handoff
