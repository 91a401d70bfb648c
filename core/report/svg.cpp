// The drawings of the report.

#include <algorithm>

#include "core/report/html_parts.hpp"

namespace handoff::report {

namespace {

constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/// Thousandths, because a drawing needs more than whole pixels: 1500 is "1.500".
std::string milli(std::int64_t n) { return decimal(n, 3); }

std::string text_at(std::int64_t x, std::int64_t y, const std::string& text, const char* more = "") {
  return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" " + more + ">" + escaped(text) +
         "</text>";
}

/// `drawn` as a link to its findings.
std::string linked(std::string_view key, std::string_view value, const std::string& drawn) {
  std::string link = filter_link(key, value, "");
  return link.insert(link.size() - std::string_view("</a>").size(), drawn);
}

std::string rect(std::int64_t x, std::int64_t y, std::int64_t w, std::int64_t h, const std::string& style) {
  return "<rect x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" width=\"" + std::to_string(w) +
         "\" height=\"" + std::to_string(h) + "\" rx=\"3\" style=\"" + style + "\"/>";
}

struct Station {
  Side side;
  std::int64_t have = 0, gap = 0, young = 0, extra = 0;
};

std::vector<Station> stations(const Audit& audit) {
  std::vector<Station> out;
  for (Side side : {Side::pos, Side::platform, Side::storefront, Side::payments, Side::erp}) {
    if (!audit.given[at(side)]) continue;
    Station station{side};
    for (const Numbers& one : audit.numbers) {
      station.have += one.have[at(side)].items;
      station.gap += one.gap[at(side)].items;
      station.young += one.in_flight[at(side)].items;
      station.extra += one.extra[at(side)].items;
    }
    out.push_back(station);
  }
  return out;
}

constexpr std::int64_t kBand = 96;  // height of all that was issued

/// A band of `part` of `all`, never invisible.
std::int64_t thick(std::int64_t part, std::int64_t all) {
  if (part <= 0 || all <= 0) return 0;
  return std::max<std::int64_t>(5, kBand * part / all);
}

std::string curve(std::int64_t x0, std::int64_t y0, std::int64_t x1, std::int64_t y1, std::int64_t h) {
  std::string middle = std::to_string((x0 + x1) / 2);
  return "<path d=\"M" + std::to_string(x0) + " " + std::to_string(y0) + " C" + middle + " " + std::to_string(y0) +
         " " + middle + " " + std::to_string(y1) + " " + std::to_string(x1) + " " + std::to_string(y1) + " L" +
         std::to_string(x1) + " " + std::to_string(y1 + h) + " C" + middle + " " + std::to_string(y1 + h) + " " +
         middle + " " + std::to_string(y0 + h) + " " + std::to_string(x0) + " " + std::to_string(y0 + h) +
         " Z\" style=\"fill:var(--loss)\"/>";
}

}  // namespace

std::string hour_name(std::size_t hour) {
  std::size_t of_day = hour % 24;
  return std::string(kDays[hour / 24]) + (of_day < 10 ? " 0" : " ") + std::to_string(of_day) + " h";
}

std::string flow_svg(const Audit& audit) {
  std::vector<Station> all = stations(audit);
  constexpr std::int64_t kStep = 230, kTop = 58, kNode = 14;
  std::int64_t width = kStep * static_cast<std::int64_t>(all.size() - 1) + 170;
  std::string out = "<svg viewBox=\"0 0 " + std::to_string(width) +
                    " 262\" role=\"img\" aria-label=\"What was issued and what each system has\">";
  std::int64_t issued = all.front().have;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Station& station = all[i];
    auto x = static_cast<std::int64_t>(i) * kStep + 10;
    std::int64_t height = thick(station.have, issued);
    if (i > 0) {
      out += rect(x - kStep + kNode, kTop, kStep - kNode, height, "fill:var(--band)");
      std::int64_t lost = thick(station.gap, issued);
      if (lost > 0) out += curve(x - kStep + kNode, kTop + kBand - lost, x - 24, 196, lost);
      std::int64_t y = 206;
      auto line = [&](const char* key, std::int64_t number, const char* what) {
        if (number == 0) return;
        out += linked(key, kSideNames[at(station.side)], text_at(x - 20, y, grouped(number) + what));
        y += 18;
      };
      line("lacks", station.gap, " lost or other");
      line("flight", station.young, " in flight");
      line("extra", station.extra, " without an issue");
    }
    out += rect(x, kTop, kNode, kBand, "fill:var(--band2)");
    out += text_at(x, 22,
                   i == 0 ? "issued at the registers" : std::string("at ") + std::string(kSideWords[at(station.side)]),
                   "class=\"soft\"");
    out += text_at(x, 44, grouped(station.have), "style=\"font-size:17px;font-weight:600\"");
  }
  return out + "</svg>";
}

std::string heat_svg(const Audit& audit) {
  constexpr std::int64_t kCell = 21, kLeft = 40, kTop = 18;
  std::int64_t highest = 1;  // share of gaps in parts of 10,000
  auto share = [&](std::size_t hour) {
    return audit.credits_by_hour[hour] < 5 ? 0 : audit.gaps_by_hour[hour] * 10'000 / audit.credits_by_hour[hour];
  };
  for (std::size_t hour = 0; hour < 168; ++hour) highest = std::max(highest, share(hour));
  std::string out = "<svg viewBox=\"0 0 " + std::to_string(kLeft + 24 * kCell) + " " +
                    std::to_string(kTop + 7 * kCell) +
                    "\" role=\"img\" aria-label=\"Share of gaps by hour of the week\">";
  for (std::int64_t hour = 0; hour < 24; hour += 3)
    out += text_at(kLeft + hour * kCell, 12, std::to_string(hour) + " h", "class=\"soft\"");
  for (std::size_t day = 0; day < 7; ++day) {
    auto y = kTop + static_cast<std::int64_t>(day) * kCell;
    out += text_at(0, y + 15, kDays[day], "class=\"soft\"");
    for (std::size_t hour = 0; hour < 24; ++hour) {
      std::size_t i = day * 24 + hour;
      auto x = kLeft + static_cast<std::int64_t>(hour) * kCell;
      std::string style = audit.credits_by_hour[i] == 0
                              ? "fill:var(--line);fill-opacity:.25"
                              : "fill:var(--heat);fill-opacity:" + milli(60 + 940 * share(i) / highest);
      std::string cell = "<rect x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" width=\"" +
                         std::to_string(kCell - 2) + "\" height=\"" + std::to_string(kCell - 2) +
                         "\" rx=\"2\" style=\"" + style + "\"><title>" + hour_name(i) + ": " +
                         counted(audit.gaps_by_hour[i], "gap") + " of " + counted(audit.credits_by_hour[i], "credit") +
                         "</title></rect>";
      out += audit.gaps_by_hour[i] == 0 ? cell : linked("hour", hour_name(i), cell);
    }
  }
  return out + "</svg>";
}

std::string weeks_svg(const Audit& audit) {
  constexpr std::int64_t kStep = 104, kHigh = 110, kTop = 22;
  std::int64_t highest = 1;  // gaps in parts of 100,000 credits
  auto share = [](const Week& week) { return week.credits == 0 ? 0 : week.gaps * 100'000 / week.credits; };
  for (const Week& week : audit.trend.weeks) highest = std::max(highest, share(week));
  std::string width =
      std::to_string(std::max<std::int64_t>(520, 10 + kStep * static_cast<std::int64_t>(audit.trend.weeks.size())));
  std::string out = "<svg style=\"width:" + width + "px\" viewBox=\"0 0 " + width +
                    " 186\" role=\"img\" aria-label=\"Gaps by week\">";
  for (std::size_t i = 0; i < audit.trend.weeks.size(); ++i) {
    const Week& week = audit.trend.weeks[i];
    auto x = 6 + static_cast<std::int64_t>(i) * kStep;
    std::int64_t height = std::max<std::int64_t>(1, kHigh * share(week) / highest);
    out += rect(x, kTop + kHigh - height, kStep - 30, height, "fill:var(--loss)");
    out += text_at(x, kTop + kHigh - height - 6, decimal(share(week), 3) + " %");
    out += text_at(x, kTop + kHigh + 17, week.monday, "class=\"soft\"");
    std::string count = text_at(x, kTop + kHigh + 34, grouped(week.gaps) + " of " + grouped(week.credits));
    out += week.gaps == 0 ? count : linked("week", std::to_string(i), count);
  }
  return out + "</svg>";
}

}  // namespace handoff::report
