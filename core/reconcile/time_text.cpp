#include "core/reconcile/time_text.hpp"

#include <algorithm>
#include <charconv>

namespace handoff::reconcile {

namespace {

/// Days since 1970-01-01 in the Gregorian calendar (Howard Hinnant's formula).
std::int64_t days_of(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  std::int64_t of_era = year - era * 400;
  std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

struct Date {
  std::int64_t year = 0;
  int month = 0, day = 0;
};

Date date_of(std::int64_t days) {
  days += 719'468;
  std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  std::int64_t of_era = days - era * 146'097;
  std::int64_t year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  auto shifted = static_cast<int>((5 * of_year + 2) / 153);
  int month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year + era * 400 + (month <= 2 ? 1 : 0), month, static_cast<int>(of_year - (153 * shifted + 2) / 5) + 1};
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Reads from the front of a text.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  /// `least` to `most` digits.
  bool number(int& out, int least, int most) {
    int digits = 0;
    out = 0;
    while (digits < most && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      out = out * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
      ++digits;
    }
    return digits >= least;
  }
  bool any_of(std::string_view signs) {
    if (rest_.empty() || signs.find(rest_.front()) == std::string_view::npos) return false;
    last_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  char last() const { return last_; }
  /// How many digits are next.
  std::size_t digits() const {
    return static_cast<std::size_t>(std::ranges::find_if_not(rest_, [](char c) { return c >= '0' && c <= '9'; }) -
                                    rest_.begin());
  }
  static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
  bool letter_at(std::size_t at) const { return at < rest_.size() && letter(rest_[at]); }
  /// The letters that are next, in lower case.
  std::string letters() {
    std::string out;
    while (letter_at(0)) {
      out += static_cast<char>(rest_.front() | 0x20);
      rest_.remove_prefix(1);
    }
    return out;
  }
  void blanks() {
    while (any_of(" ")) {
    }
  }
  void fraction() {
    if (!any_of(".,")) return;
    while (any_of("0123456789")) {
    }
  }
  bool done() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  char last_ = 0;
};

/// "23-Nov-2026", "Nov 23, 2026": after the day, or before it.
bool read_month(Scan& in, int& month) {
  static constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug",
                                                 "sep", "oct", "nov", "dec", "mai", "okt", "dez"};
  static constexpr int kNumbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 5, 10, 12};
  std::string name = in.letters();
  if (name.size() < 3) return false;
  auto found = std::ranges::find(kMonths, std::string_view(name).substr(0, 3));
  if (found == std::end(kMonths)) return false;
  month = kNumbers[found - std::begin(kMonths)];
  return true;
}

bool with_month_name(Scan& in, bool day_first, Date& out) {
  int year = 0, month = 0, day = 0;
  auto separated = [&in] {
    bool any = in.any_of(" -/.,");
    while (in.any_of(" -/.,")) {
    }
    return any;
  };
  if (day_first && (!in.number(day, 1, 2) || !separated())) return false;
  if (!read_month(in, month) || !separated()) return false;
  if (!day_first && (!in.number(day, 1, 2) || !separated())) return false;
  if (!in.number(year, 4, 4)) return false;
  out = {year, month, day};
  return true;
}

bool with_year_first(Scan& in, Date& out) {
  int year = 0, a = 0, b = 0;
  if (!in.number(year, 4, 4)) return false;
  bool compact = in.digits() > 0;  // 20261123
  if (compact ? !in.number(a, 2, 2) || !in.number(b, 2, 2)
              : !in.any_of("-/.") || !in.number(a, 1, 2) || !in.any_of("-/.") || !in.number(b, 1, 2))
    return false;
  out = {year, a, b};
  return true;
}

/// What can be no other date is read whatever the format: a year first, a month by its name, full stops. The format
/// tells only whether 11/12/2026 begins with the day.
bool read_date(Scan& in, config::TimeFormat format, Date& out) {
  int year = 0, a = 0, b = 0;
  std::size_t digits = in.digits();
  bool named = digits == 0 || in.letter_at(digits + 1) || in.letter_at(digits + 2);
  if (digits >= 4) {
    if (!with_year_first(in, out)) return false;
  } else if (named) {
    if (!with_month_name(in, digits > 0, out)) return false;
  } else {
    if (!in.number(a, 1, 2) || !in.any_of("./-")) return false;
    bool month_first = format == config::TimeFormat::mdy;
    if (format == config::TimeFormat::iso && in.last() != '.') return false;
    if (!in.number(b, 1, 2) || !in.any_of("./-") || !in.number(year, 4, 4)) return false;
    out = month_first ? Date{year, a, b} : Date{year, b, a};
  }
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (out.year < 1990 || out.year > 2100 || out.month < 1 || out.month > 12 || out.day < 1) return false;
  bool leap = out.year % 4 == 0 && (out.year % 100 != 0 || out.year % 400 == 0);
  return out.day <= kDays[out.month - 1] + (out.month == 2 && leap ? 1 : 0);
}

/// "10:00", "10:00:00.5", "10:00 PM"
bool read_clock(Scan& in, std::int64_t& out) {
  int hour = 0, minute = 0, second = 0;
  if (!in.number(hour, 1, 2) || !in.any_of(":") || !in.number(minute, 2, 2)) return false;
  if (in.any_of(":")) {
    if (!in.number(second, 2, 2)) return false;
    in.fraction();
  }
  in.blanks();
  if (in.any_of("aApP")) {
    bool afternoon = in.last() == 'p' || in.last() == 'P';
    if (!in.any_of("mM") || hour < 1 || hour > 12) return false;
    hour = hour % 12 + (afternoon ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || second > 60) return false;
  out = hour * kHour + minute * 60 + second;
  return true;
}

/// "Z", "UTC", "+01:00", "+0100", "-05".
bool read_zone(Scan& in, std::int64_t& offset_s) {
  if (in.rest() == "Z" || in.rest() == "z" || in.rest() == "UTC" || in.rest() == "GMT") {
    offset_s = 0;
    return true;
  }
  if (!in.any_of("+-")) return false;
  std::int64_t sign = in.last() == '-' ? -1 : 1;
  int hours = 0, minutes = 0;
  if (!in.number(hours, 2, 2)) return false;
  in.any_of(":");
  if (!in.done() && !in.number(minutes, 2, 2)) return false;
  if (!in.done() || hours > 14 || minutes > 59) return false;
  offset_s = sign * (hours * kHour + minutes * 60);
  return true;
}

/// Two digits at `at`, or something beyond 99.
int pair(const char* at) {
  auto tens = static_cast<unsigned>(at[0] - '0'), ones = static_cast<unsigned>(at[1] - '0');
  return tens > 9 || ones > 9 ? 1000 : static_cast<int>(tens * 10 + ones);
}

/// "2026-11-23T10:00:00Z" and "2026-11-23T10:00:00-05:00" on days that every month has: nearly every time there is.
bool plain_iso(std::string_view text, Moment& out) {
  if (text.size() != 20 && text.size() != 25) return false;
  const char* at = text.data();
  if (at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ') || at[13] != ':' || at[16] != ':') return false;
  int century = pair(at), year = pair(at + 2), month = pair(at + 5), day = pair(at + 8);
  int hour = pair(at + 11), minute = pair(at + 14), second = pair(at + 17);
  if (century != 20 || year > 99 || month < 1 || month > 12 || day < 1 || day > 28) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  if (text.size() == 20) {
    if (at[19] != 'Z') return false;
  } else {
    int ahead_h = pair(at + 20), ahead_min = pair(at + 23);
    if ((at[19] != '+' && at[19] != '-') || at[22] != ':' || ahead_h > 14 || ahead_min > 59) return false;
    out.offset_s = (at[19] == '-' ? -1 : 1) * (ahead_h * kHour + ahead_min * 60);
  }
  out.utc_s = days_of(2000 + year, month, day) * kDay + hour * kHour + minute * 60 + second - out.offset_s;
  return true;
}

std::optional<Moment> epoch(std::string_view text, std::int64_t unit, std::int64_t offset_s) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value / unit > 4'102'444'800)
    return std::nullopt;
  return Moment{value / unit, offset_s};
}

std::string two(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

/// In whatever form a person or a program may have written it.
std::optional<Moment> any_time(std::string_view text, config::TimeFormat format, std::int64_t offset_s,
                               const TimeZone* zone) {
  if (format == config::TimeFormat::epoch_s || format == config::TimeFormat::epoch_ms) {
    auto out = epoch(text, format == config::TimeFormat::epoch_s ? 1 : 1000, offset_s);
    if (out && zone != nullptr) out->offset_s = zone->offset_at(out->utc_s);
    return out;
  }
  Scan in(text);
  Date date;
  if (!read_date(in, format, date)) return std::nullopt;
  Moment out{0, offset_s};
  std::int64_t clock = 0;
  bool zoned = false;
  if (!in.done()) {
    in.any_of("Tt,");
    in.blanks();
    if (!read_clock(in, clock)) return std::nullopt;
    in.blanks();
    zoned = !in.done();
    out.by_map = !zoned;
    if (zoned && !read_zone(in, out.offset_s)) return std::nullopt;
  }
  std::int64_t local_s = days_of(date.year, date.month, date.day) * kDay + clock;
  if (zone != nullptr && !zoned) out.offset_s = zone->offset_of(local_s);
  out.utc_s = local_s - out.offset_s;
  return out;
}

}  // namespace

std::optional<Moment> parse_time(std::string_view text, config::TimeFormat format, std::int64_t offset_s,
                                 const TimeZone* zone) {
  std::optional<Moment> out(std::in_place);
  if (format != config::TimeFormat::iso || !plain_iso(text, *out)) out = any_time(text, format, offset_s, zone);
  return out;
}

std::optional<Moment> parse_time(std::string_view text, const config::ExportMap& map, config::TimeFormat format,
                                 std::string_view store) {
  std::optional<Moment> out(std::in_place);
  if (format == config::TimeFormat::iso && plain_iso(text, *out)) return out;  // it names its zone
  std::int64_t offset_s = map.utc_offset_s;
  const config::NamedZone* zone = map.zone.get();
  if (!map.store_offsets.empty())
    if (auto own = map.store_offsets.find(std::string(store)); own != map.store_offsets.end())
      offset_s = own->second, zone = nullptr;
  if (!map.store_zones.empty())
    if (auto own = map.store_zones.find(std::string(store)); own != map.store_zones.end()) zone = own->second.get();
  out = any_time(text, format, offset_s, zone == nullptr ? nullptr : &zone->clocks);
  return out;
}

std::string clocks_changed(std::int64_t from_s, std::int64_t until_s, std::int64_t offset_s) {
  bool europe = offset_s >= kHour && offset_s <= 3 * kHour,
       america = offset_s <= -kHour * 5 / 2 && offset_s >= -9 * kHour;
  constexpr std::int64_t kFirstSunday = 3 * kDay;  // 1970-01-04
  auto sunday_until = [](std::int64_t day_s) { return day_s - (day_s - kFirstSunday) % kWeek; };
  for (std::int64_t year = date_of(from_s / kDay).year; year <= date_of(until_s / kDay).year && (europe || america);
       ++year) {
    std::int64_t spring = sunday_until(days_of(year, 3, europe ? 31 : 14) * kDay),
                 autumn = sunday_until(days_of(year, europe ? 10 : 11, europe ? 31 : 7) * kDay);
    for (std::int64_t day_s : {spring, autumn})
      if (day_s > from_s && day_s < until_s) return date_text(day_s);
  }
  return {};
}

std::string date_text(std::int64_t local_s) {
  Date date = date_of(floor_div(local_s, kDay));
  return std::to_string(date.year) + "-" + two(date.month) + "-" + two(date.day);
}

std::string utc_text(std::int64_t utc_s) {
  std::string out = local_text(utc_s, 0);
  return out.substr(0, 19) + "Z";
}

std::string local_text(std::int64_t utc_s, std::int64_t offset_s) {
  std::int64_t local = utc_s + offset_s, clock = local - floor_div(local, kDay) * kDay;
  std::int64_t ahead = offset_s < 0 ? -offset_s : offset_s;
  return date_text(local) + "T" + two(clock / kHour) + ":" + two(clock / 60 % 60) + ":" + two(clock % 60) +
         (offset_s < 0 ? "-" : "+") + two(ahead / kHour) + ":" + two(ahead / 60 % 60);
}

std::int64_t week_begin(std::int64_t local_s) {
  constexpr std::int64_t kFirstMonday = 4 * kDay;  // 1970-01-05
  return floor_div(local_s - kFirstMonday, kWeek) * kWeek + kFirstMonday;
}

int hour_of_week(std::int64_t local_s) { return static_cast<int>((local_s - week_begin(local_s)) / kHour); }

}  // namespace handoff::reconcile
