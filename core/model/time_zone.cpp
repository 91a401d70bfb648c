#include "core/model/time_zone.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <optional>

#include "core/model/read_file.hpp"

namespace handoff {

namespace {

constexpr std::string_view kFolder = "/usr/share/zoneinfo/";
constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kHeader = 44, kFileMax = 1 << 20;

/// Big-endian; bytes past the end are zero, and `short_` says so.
class Bytes {
 public:
  explicit Bytes(std::string_view text) : text_(text) {}
  std::int64_t number(std::size_t at, std::size_t size) {
    if (at + size > text_.size()) {
      short_ = true;
      return 0;
    }
    auto out = static_cast<std::uint64_t>(size == 4 && (text_[at] & 0x80) ? ~std::uint64_t{0} : 0);
    for (std::size_t i = 0; i < size; ++i) out = out << 8 | static_cast<unsigned char>(text_[at + i]);
    return static_cast<std::int64_t>(out);
  }
  std::int64_t byte(std::size_t at) { return number(at, 1); }
  bool is_short() const { return short_; }

 private:
  std::string_view text_;
  bool short_ = false;
};

struct Counts {
  std::size_t utc, standard, leaps, changes, types, letters;
  std::size_t bytes(std::size_t width) const {
    return changes * width + changes + types * 6 + letters + leaps * (width + 4) + standard + utc;
  }
};

Counts counts_at(Bytes& in, std::size_t header) {
  auto count = [&](std::size_t i) {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(in.number(header + 20 + i * 4, 4), 0, 1 << 16));
  };
  return {count(0), count(1), count(2), count(3), count(4), count(5)};
}

/// The line behind the tables: a zone as POSIX writes it, "EST5EDT,M3.2.0,M11.1.0".
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  std::optional<TimeZone::Rule> rule() {
    TimeZone::Rule out;
    if (!name()) return std::nullopt;
    std::optional<std::int64_t> west = clock_time();
    if (!west) return std::nullopt;
    out.standard = -*west;
    out.summer = out.standard + 3600;
    if (rest_.empty()) return out;
    if (!name()) return std::nullopt;
    if (!rest_.starts_with(',')) {
      west = clock_time();
      if (!west) return std::nullopt;
      out.summer = -*west;
    }
    out.changes = true;
    bool good = day(out.begin) && day(out.end) && rest_.empty();
    return good ? std::optional(out) : std::nullopt;
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool name() {
    std::size_t end = rest_.starts_with('<') ? rest_.find('>') + 1 : rest_.find_first_of("0123456789+-,");
    if (end == 0 || rest_.empty()) return false;
    rest_.remove_prefix(std::min(end, rest_.size()));
    return true;
  }
  std::optional<int> whole() {
    int out = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && digits < 3 && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits)
      out = out * 10 + (rest_[digits] - '0');
    rest_.remove_prefix(digits);
    return digits == 0 ? std::nullopt : std::optional(out);
  }
  /// [+-]hh[:mm[:ss]], in seconds.
  std::optional<std::int64_t> clock_time() {
    bool minus = take('-');
    if (!minus) take('+');
    std::optional<int> part = whole();
    if (!part) return std::nullopt;
    std::int64_t out = *part * 3600;
    for (std::int64_t unit : {60, 1}) {
      if (!take(':')) break;
      part = whole();
      if (!part) return std::nullopt;
      out += *part * unit;
    }
    return minus ? -out : out;
  }
  bool day(TimeZone::Day& out) {
    if (!take(',')) return false;
    auto next = [&](int& to) {
      std::optional<int> value = whole();
      to = value.value_or(0);
      return value.has_value();
    };
    bool good = take('M') ? next(out.month) && take('.') && next(out.week) && take('.') && next(out.weekday)
                          : ((out.no_leap = take('J')), next(out.day));
    if (out.no_leap) --out.day;
    good = good && out.month <= 12 && out.week <= 5 && out.weekday <= 6 && out.day >= 0;
    if (!good || !take('/')) return good;
    std::optional<std::int64_t> second = clock_time();
    out.second = second.value_or(0);
    return second.has_value();
  }
  std::string_view rest_;
};

std::int64_t seconds_of(std::chrono::sys_days day) { return day.time_since_epoch().count() * kDay; }

/// By the clock on the wall, in seconds since 1970.
std::int64_t moment(const TimeZone::Day& day, std::chrono::year year) {
  using namespace std::chrono;
  if (day.month == 0) {
    bool leap_day = day.no_leap && year.is_leap() && day.day >= 59;
    return seconds_of(sys_days(year / January / 1)) + (day.day + (leap_day ? 1 : 0)) * kDay + day.second;
  }
  auto month_of = year / month(static_cast<unsigned>(day.month));
  weekday wanted(static_cast<unsigned>(day.weekday));
  sys_days at = day.week == 5 ? sys_days(month_of / wanted[last])
                              : sys_days(month_of / wanted[static_cast<unsigned>(std::max(day.week, 1))]);
  return seconds_of(at) + day.second;
}

std::int64_t offset_by(const TimeZone::Rule& rule, std::int64_t unix_s) {
  using namespace std::chrono;
  if (!rule.changes) return rule.standard;
  year_month_day local(floor<days>(sys_seconds(seconds(unix_s + rule.standard))));
  std::int64_t begin = moment(rule.begin, local.year()) - rule.standard;
  std::int64_t end = moment(rule.end, local.year()) - rule.summer;
  bool north = begin < end;
  bool summer = north ? unix_s >= begin && unix_s < end : unix_s >= begin || unix_s < end;
  return summer ? rule.summer : rule.standard;
}

bool is_zone_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() != '/' && name.find("..") == std::string_view::npos &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
                  c == '-' || c == '+';
         });
}

}  // namespace

std::expected<TimeZone, std::string> TimeZone::parse(std::string_view file) {
  if (!file.starts_with("TZif") || file.size() < kHeader)
    return std::unexpected("it is no file of the time zone database");
  if (file[4] < '2') return std::unexpected("it is of version 1 of its form, which ends in 2038");
  Bytes in(file);
  std::size_t header = kHeader + counts_at(in, 0).bytes(4);
  Counts counts = counts_at(in, header);
  std::size_t times = header + kHeader, indices = times + counts.changes * 8, types = indices + counts.changes;
  TimeZone out;
  auto offset = [&](std::size_t type) { return in.number(types + type * 6, 4); };
  out.first_ = offset(0);
  for (std::size_t i = 0; i < counts.changes; ++i)
    out.changes_.push_back({in.number(times + i * 8, 8), offset(static_cast<std::size_t>(in.byte(indices + i)))});
  std::size_t line = header + kHeader + counts.bytes(8);
  if (in.is_short() || line >= file.size() || file[line] != '\n') return std::unexpected("it is cut short");
  std::string_view text = file.substr(line + 1);
  text = text.substr(0, text.find('\n'));
  std::optional<Rule> rule = Line(text).rule();
  if (!rule && !text.empty()) return std::unexpected("its last line cannot be read");
  if (!rule) {  // nothing is said of the time after the tables
    rule.emplace();
    rule->standard = out.changes_.empty() ? out.first_ : out.changes_.back().offset;
  }
  out.rule_ = *rule;
  return out;
}

std::expected<TimeZone, std::string> TimeZone::load(const std::string& name) {
  std::error_code ignored;
  std::string path = std::string(kFolder) + name;
  if (!std::filesystem::is_directory(kFolder, ignored))
    return std::unexpected("this machine has no time zone database; install tzdata");
  if (!is_zone_name(name) || !std::filesystem::is_regular_file(path, ignored))
    return std::unexpected("no such zone in the time zone database");
  if (std::filesystem::file_size(path, ignored) > kFileMax) return std::unexpected("it is too large");
  std::expected<std::string, Unread> text = read_file(path, kFileMax);
  if (!text) return std::unexpected("it cannot be read: " + text.error().why);
  return parse(*text);
}

std::int64_t TimeZone::offset_at(std::int64_t unix_s) const {
  if (changes_.empty() || unix_s >= changes_.back().at) return offset_by(rule_, unix_s);
  auto next = std::ranges::upper_bound(changes_, unix_s, {}, &Change::at);
  return next == changes_.begin() ? first_ : std::prev(next)->offset;
}

std::int64_t TimeZone::offset_of(std::int64_t local_s) const {
  std::int64_t before = offset_at(local_s - kDay),
               after = offset_at(local_s + kDay);  // no zone changes twice in two days
  return offset_at(local_s - before) == before ? before : offset_at(local_s - after) == after ? after : before;
}

}  // namespace handoff
