// How the values of a column are written.

#include <algorithm>

#include "core/reconcile/amount_text.hpp"
#include "core/reconcile/guess_parts.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

/// The likeliest first: of two in which as many amounts can be read the first one is taken.
constexpr AmountFormat kForms[] = {
    {'.'}, {','}, {'.', ','}, {',', '.'}, {',', ' '}, {'.', '\''}, {'.', 0, false, true}, {',', 0, false, true}};

/// The other way to read "1.250"; of all that cannot be read so, nothing.
std::optional<AmountFormat> rival_of(const AmountFormat& format) {
  if (format.three_decimals) return AmountFormat{format.decimal == '.' ? ',' : '.', format.decimal};
  bool plain = (format.decimal == '.' && format.thousands == ',') || (format.decimal == ',' && format.thousands == '.');
  return plain ? std::optional(AmountFormat{format.thousands, 0, false, true}) : std::nullopt;
}

}  // namespace

bool are_amounts(const Values& values) {
  constexpr int kDigits = 3;  // of whichever currency
  return std::ranges::any_of(kForms, [&](const AmountFormat& form) {
    return !form.three_decimals &&
           mostly(values, [&](const std::string& v) { return parse_amount(v, kDigits, form).has_value(); });
  });
}

std::optional<AmountForm> amount_form_of(const Values& values, bool minor_units,
                                         const std::function<int(std::size_t)>& digits) {
  auto reads = [&](std::size_t row, const AmountFormat& form) {
    return !values[row].empty() && parse_amount(values[row], digits(row), form);
  };
  auto count = [&](const AmountFormat& form) {
    std::size_t out = 0;
    for (std::size_t row = 0; row < values.size(); ++row) out += reads(row, form) ? 1 : 0;
    return out;
  };
  AmountForm out;
  std::size_t most = 0;
  for (AmountFormat form : kForms) {
    form.minor_units = minor_units;
    std::size_t here = minor_units && form.three_decimals ? 0 : count(form);
    if (here > most) most = here, out.format = form;
  }
  auto filled =
      static_cast<std::size_t>(std::ranges::count_if(values, [](const std::string& v) { return !v.empty(); }));
  if (most == 0 || most * 10 < filled * 9) return std::nullopt;
  auto rival = minor_units ? std::nullopt : rival_of(out.format);
  if (!rival || count(*rival) * 20 < most * 19) return out;
  for (std::size_t row = 0; row < values.size() && out.untold.empty(); ++row)
    if (reads(row, *rival) && reads(row, out.format)) out.untold = values[row];
  if (!out.format.three_decimals) out.format = *rival;
  return out;
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
