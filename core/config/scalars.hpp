#pragma once
// Small values written as text: pure, each with the reason why it is none. Private to this folder.

#include <chrono>
#include <cstdint>
#include <expected>
#include <handoff/sdk/money.hpp>
#include <string>
#include <string_view>

#include "core/config/settings.hpp"

namespace handoff::config {

/// "1500ms", "30s", "5m", "24h", "30d": a whole number and a unit.
std::expected<Duration, std::string> parse_duration(std::string_view text);
/// "1.5 s" in the file's own words: "1500ms".
std::string duration_text(Duration duration);

struct Address {
  std::string host;
  std::uint16_t port = 0;
};
/// "127.0.0.1:8480", "[::1]:8480", "localhost:8480".
std::expected<Address, std::string> parse_address(std::string_view text);
bool is_loopback(std::string_view host);
/// Listens on every interface.
bool is_wildcard(std::string_view host);

/// "25.00 USD": positive, in the currency's digits.
std::expected<Money, std::string> parse_money(std::string_view text);

/// "+01:00".
std::expected<std::chrono::minutes, std::string> parse_utc_offset(std::string_view text);

/// "22:00" in minutes of the day.
std::expected<int, std::string> parse_clock_time(std::string_view text);

/// An ISO 3166-1 alpha-2 code. The error is what to write, if that can be told.
std::expected<std::string, std::string> parse_region(std::string_view text);

/// Names of connectors, routes and hops: lower-case letters, digits, '-' and '_', a letter first, 32 at most.
bool is_name(std::string_view text);
inline constexpr std::string_view kNameRule =
    "names are lower-case letters, digits, - and _, begin with a letter, "
    "and have at most 32 characters";
bool is_locale(std::string_view text);
bool is_email(std::string_view text);
/// http or https, a host, no user part, no spaces.
bool is_http_url(std::string_view text);
/// Of an http address: "desk.acme.example", "[::1".
std::string host_of(std::string_view url);
bool is_variable_name(std::string_view text);

}  // namespace handoff::config
