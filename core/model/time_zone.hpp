#pragma once
// What the clocks on the wall show somewhere: a zone of the IANA database as the system has it, in its own binary form
// (TZif, RFC 8536, version 2 or later). No clock is read here.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace handoff {

class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;
  /// "America/New_York". The error says what is wrong with the name or the file.
  static std::expected<TimeZone, std::string> load(const std::string& name);
  static std::expected<TimeZone, std::string> parse(std::string_view file);

  /// Seconds east of UTC at that moment.
  std::int64_t offset_at(std::int64_t unix_s) const;
  /// The same at what its clocks show, in seconds as if they were UTC. An hour that comes twice is the first of the two.
  std::int64_t offset_of(std::int64_t local_s) const;

  /// A day of the year at which the clocks change: the `week`th (5: the last) `weekday` (0: Sunday) of `month`; or with
  /// month 0 the `day`th of the year from 0, counting 29 February unless `no_leap`.
  struct Day {
    int month = 0, week = 0, weekday = 0, day = 0;
    bool no_leap = false;
    std::int64_t second = 7200;  // of that day, by the clock of before
  };
  /// What holds after the last change of the file.
  struct Rule {
    std::int64_t standard = 0, summer = 0;  // offsets
    bool changes = false;
    Day begin, end;  // of summer time
  };

 private:
  struct Change {
    std::int64_t at = 0, offset = 0;
  };
  std::vector<Change> changes_;  // in order
  std::int64_t first_ = 0;       // before the first change
  Rule rule_;
};

}  // namespace handoff
