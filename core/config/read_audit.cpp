// [audit]: when the hub audits itself.

#include <algorithm>
#include <array>
#include <charconv>

#include "core/config/readers.hpp"
#include "core/config/scalars.hpp"
#include "core/model/identity.hpp"

namespace handoff::config {

namespace {

constexpr std::array<std::string_view, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
constexpr std::string_view kWeekly = "on = \"monday 06:00\"", kDaily = "on = \"06:00\"";

/// "06:00"
std::optional<std::chrono::minutes> time_of_day(std::string_view text) {
  int hour = 0, minute = 0;
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  auto number = [](std::string_view digits, int& to) {
    return std::from_chars(digits.data(), digits.data() + 2, to).ptr == digits.data() + 2;
  };
  if (!number(text, hour) || !number(text.substr(3), minute) || hour > 23 || minute > 59) return std::nullopt;
  return std::chrono::minutes(hour * 60 + minute);
}

void read_on(Section& in, Programme& out) {
  std::string_view example = out.weekly ? kWeekly : kDaily;
  Text on = in.text("on", example, Need::required);
  if (on.at.line == 0) return;
  std::string_view text = *on, day;
  if (std::size_t space = text.find(' '); space != std::string_view::npos) {
    day = text.substr(0, space);
    text.remove_prefix(space + 1);
  }
  std::optional<std::chrono::minutes> time = time_of_day(text);
  auto named = std::ranges::find(kDays, day);
  bool right = time && (out.weekly ? named != kDays.end() : day.empty());
  if (!right) {
    in.report().error(on.at, quote(*on) + " is not when " + (out.weekly ? "a week" : "a day") + " begins",
                      "write " + std::string(example) + ", in the retailer's utc_offset");
    return;
  }
  out.weekday = out.weekly ? static_cast<int>(named - kDays.begin()) : 0;
  out.at = *time;
}

/// A date of TOML, or one in quotes.
void read_until(Section& in, Programme& out) {
  const Member* member = in.find("until");
  if (member == nullptr) return;
  bool text = member->value.kind == Node::Kind::string || member->value.kind == Node::Kind::moment;
  std::optional<int> days = text ? days_from_date(member->value.text) : std::nullopt;
  out.until_at = member->value.at;
  if (days)
    out.until_day = *days;
  else
    in.report().error(member->value.at, "until is not a date", "write until = 2027-03-01, the last day");
}

}  // namespace

void read_audit(Section& root, Settings& out) {
  Section in = root.section("audit", "[audit]");
  if (auto window = in.duration("window", "window = \"30d\"")) out.audit_window = **window;
  Programme programme;
  Text every = in.text("every", "every = \"week\"");
  programme.weekly = *every != "day";
  programme.every_at = every.at;
  if (every.at.line != 0 && *every != "week" && *every != "day")
    in.report().error(every.at, "every cannot be " + quote(*every), "write \"week\" or \"day\"");
  if (every.at.line != 0) {
    read_on(in, programme);
    read_until(in, programme);
    out.audit_programme = programme;
  } else if (in.find("on") != nullptr || in.find("until") != nullptr) {
    in.missing("every", "every = \"week\"");
    in.find("until");
  }
  in.finish();
}

}  // namespace handoff::config
