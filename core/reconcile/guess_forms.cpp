// How the values of a column are written.

#include <algorithm>

#include "core/reconcile/amount_text.hpp"
#include "core/reconcile/guess_parts.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

std::optional<AmountFormat> amount_format_of(const Values& values, bool minor_units, int digits) {
  for (auto [decimal, thousands] :
       {std::pair('.', '\0'), {',', '\0'}, {'.', ','}, {',', '.'}, {',', ' '}, {'.', '\''}}) {
    AmountFormat format{decimal, thousands, minor_units};
    if (!mostly(values, [&](const std::string& v) { return parse_amount(v, 3, format).has_value(); })) continue;
    // "12,345" is no amount of three decimals where a comma may part thousands, unless the currency has as many.
    bool sure = thousands != 0 ||
                mostly(values, [&](const std::string& v) { return parse_amount(v, digits, format).has_value(); });
    if (sure) return format;
  }
  return std::nullopt;
}

std::optional<TimeForm> time_form_of(const Values& values, bool number_allowed) {
  using config::TimeFormat;
  auto fits = [&](TimeFormat format) {
    return mostly(values, [&](const std::string& v) { return parse_time(v, format, 0).has_value(); });
  };
  TimeForm out;
  auto colon = [](const std::string& v) { return v.find(':') != std::string::npos; };
  out.clock = mostly(values, colon);
  if (fits(TimeFormat::iso)) {
    out.zoned = mostly(values, [](const std::string& v) {
      return v.ends_with('Z') || v.ends_with("UTC") || v.ends_with("GMT") || v.find('+') != std::string::npos ||
             v.rfind('-') + 1 > 10;
    });
    return out;
  }
  bool dmy = fits(TimeFormat::dmy), mdy = fits(TimeFormat::mdy);
  if (dmy || mdy) {
    out.format = dmy ? TimeFormat::dmy : TimeFormat::mdy;
    out.day_or_month = dmy && mdy;
    return out;
  }
  auto digits = [](std::size_t least, std::size_t most) {
    return [least, most](const std::string& v) { return v.size() >= least && v.size() <= most; };
  };
  out.clock = out.zoned = true;
  if (number_allowed && fits(TimeFormat::epoch_s) && mostly(values, digits(9, 10))) {
    out.format = TimeFormat::epoch_s;
    return out;
  }
  if (number_allowed && fits(TimeFormat::epoch_ms) && mostly(values, digits(12, 13))) {
    out.format = TimeFormat::epoch_ms;
    return out;
  }
  return std::nullopt;
}

}  // namespace handoff::reconcile
