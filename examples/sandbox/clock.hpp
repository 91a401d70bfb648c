#pragma once
// The sandbox's time. It runs with the wall clock and can be moved forward by the control port, so that a token or an
// idempotency key can expire without anybody waiting.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

class Clock {
 public:
  std::int64_t now_ms() const {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count() + advanced_ms_;
  }
  std::int64_t now_s() const { return now_ms() / 1000; }
  void advance_ms(std::int64_t ms) { advanced_ms_ += ms; }

 private:
  std::atomic<std::int64_t> advanced_ms_ = 0;
};

/// 2026-11-23T10:00:00.123Z
std::string iso_from_ms(std::int64_t ms);
/// 2026-11-23T10:00:00Z
std::string iso_seconds_from_ms(std::int64_t ms);
/// Reads RFC 3339 with an optional fraction and an offset; a bare date is midnight UTC.
std::optional<std::int64_t> ms_from_iso(std::string_view text);

}  // namespace sandbox
