#include "core/report/html.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "core/report/html_parts.hpp"
#include "core/report/json.hpp"

namespace handoff::report {

namespace {

/// Beside those that are claimed.
constexpr std::size_t kClustersShown = 5;

/// "2026-11-30 00:00 UTC"
std::string spoken_time(const std::string& utc) {
  return utc.size() < 16 ? utc : utc.substr(0, 10) + " " + utc.substr(11, 5) + " UTC";
}

class Page {
 public:
  Page(const Audit& audit, std::size_t rows_max) : audit_(audit), rows_max_(rows_max) {}

  std::string run() {
    head();
    numbers();
    section("The chain and its losses", "<div class=\"card scroll\">" + flow_svg(audit_) + "</div>");
    latencies();
    causes();
    clusters();
    section("Trend: " + escaped(audit_.trend.verdict),
            "<div class=\"card\"><p>" + escaped(audit_.trend.why) + "</p>" + weeks_svg(audit_) + "</div>");
    section("The findings", findings_table(audit_, rows_max_), "items");
    gone();
    sources();
    if (!audit_.id.empty()) out_ += "<p class=\"sub\">" + audit_.id + "</p>\n";
    out_ += "</main><script>" + std::string(kScript) + "</script></body></html>\n";
    return std::move(out_);
  }

 private:
  void section(const std::string& title, const std::string& content, const char* id = "") {
    out_ +=
        "<h2" + (*id ? " id=\"" + std::string(id) + "\"" : std::string()) + ">" + title + "</h2>\n" + content + "\n";
  }

  void head() {
    out_ +=
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light "
        "dark\"><title>Store credit audit, " +
        audit_.as_of.substr(0, 10) + "</title><style>" + std::string(kStyle) + "</style></head><body><main>\n";
    out_ += "<h1>Store credit audit</h1><p class=\"soft\">Credits issued from " + escaped(spoken_time(audit_.from)) +
            " to " + escaped(spoken_time(audit_.as_of)) + ". In flight means younger than: " + escaped(audit_.sla) +
            ".</p>\n";
    std::string verdict = "<span class=\"good\">No gap</span>";
    if (audit_.any_gap())
      verdict = "<span class=\"bad\">" +
                number_link("gap", "any", audit_.credits_with_gap, counted(audit_.credits_with_gap, "item")) +
                " with a gap</span>";
    else if (!audit_.compared())
      verdict = "<span class=\"bad\">Nothing was compared</span>";
    verdict += audit_.compared() ? " in " + counted(audit_.credits, "credit")
                                 : ": the registers issued no credit in that time";
    out_ += "<p class=\"verdict\">" + verdict + "</p>\n";
    for (const std::string& warning : audit_.warnings) out_ += "<p class=\"warn\">" + escaped(warning) + "</p>\n";
    in_short();
  }

  /// What somebody reads who reads nothing else.
  void in_short() {
    std::vector<std::string> lines;
    std::map<std::string, Tally> at_stake;
    for (const Numbers& one : audit_.numbers) at_stake[one.currency] += one.items_with_gap;
    std::string money;
    for (const auto& [currency, tally] : at_stake)
      if (tally.items > 0)
        money += (money.empty() ? "" : ", ") + grouped_amount(tally.minor, exponent_of(currency)) + " " +
                 escaped(currency) + " in " + filter_link("currency", currency, counted(tally.items, "item"));
    if (!money.empty()) lines.push_back("At stake: " + money + ".");
    std::array<std::size_t, kCauses> order{};
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order,
                      [&](std::size_t a, std::size_t b) { return audit_.causes[a].items > audit_.causes[b].items; });
    std::string why;
    int named = 0;
    for (std::size_t c : order)
      if (c != at(Cause::in_flight) && audit_.causes[c].items > 0 && named++ < 3)
        why += (why.empty() ? "" : ", ") + std::string(kCauseWords[c]) + " (" +
               filter_link("cause", kCauseNames[c], grouped(audit_.causes[c].items)) + ")";
    if (!why.empty()) lines.push_back("Mostly: " + why + ".");
    std::string where;
    for (const Cluster& one : audit_.clusters)
      if (one.claimed && one.dimension == "store")
        where += (where.empty() ? "" : ", ") + escaped(one.value) + " (" +
                 filter_link("store", one.value, grouped(one.gaps)) + " of " + counted(one.credits, "credit") + ")";
    if (!where.empty()) lines.push_back("Stores with more than chance brings: " + where + ".");
    if (!audit_.trend.verdict.empty() && audit_.any_gap())
      lines.push_back("Trend: " + escaped(audit_.trend.verdict) + ".");
    if (audit_.causes[at(Cause::in_flight)].items > 0)
      lines.push_back(
          filter_link("cause", kCauseNames[at(Cause::in_flight)], grouped(audit_.causes[at(Cause::in_flight)].items)) +
          " more are under way and younger than their SLA: no gap yet.");
    if (lines.empty()) return;
    out_ += "<ul class=\"short\">";
    for (const std::string& line : lines) out_ += "<li>" + line + "</li>";
    out_ += "</ul>\n";
  }

  /// The currency with most credits first; of a currency the types by their credits.
  std::vector<const Numbers*> numbers_in_order() const {
    std::map<std::string, std::int64_t> credits;
    std::vector<const Numbers*> out;
    for (const Numbers& one : audit_.numbers) {
      credits[one.currency] += one.have[0].items;
      out.push_back(&one);
    }
    std::ranges::stable_sort(out, {}, [&](const Numbers* one) {
      return std::tuple(-credits[one->currency], std::string_view(one->currency), -one->have[0].items);
    });
    return out;
  }

  /// Of a kind of which no register issued anything: what others have of it.
  std::string without_issue(const Numbers& one) const {
    int exponent = exponent_of(one.currency);
    std::string out;
    for (std::size_t s = 1; s < kSides; ++s)
      if (one.extra[s].items > 0)
        out +=
            "<dt>" + std::string(kSideWords[s]) + "</dt><dd>" + grouped_amount(one.extra[s].minor, exponent) + "</dd>";
    return out.empty() ? out : "<p class=\"soft\">No register issued any of these:</p><dl>" + out + "</dl>";
  }

  void numbers() {
    std::string cards;
    for (const Numbers* shown : numbers_in_order()) {
      const Numbers& one = *shown;
      int exponent = exponent_of(one.currency);
      std::string entries = one.have[0].items == 0 ? without_issue(one) : "";
      auto line = [&](std::string_view what, const Tally& tally, const char* css = "") {
        return "<dt>" + std::string(what) + "</dt><dd class=\"" + css + "\">" + grouped_amount(tally.minor, exponent) +
               "</dd>";
      };
      cards += "<div class=\"card\"><h3>" + escaped(one.currency) + ", " +
               (one.balance_type.empty() ? "type not said" : escaped(one.balance_type)) + " &middot; " +
               (entries.empty() ? counted(one.have[0].items, "credit") : "without an issue") + "</h3>";
      std::string lines = line("issued at the registers", one.have[0]);
      static constexpr std::pair<Side, std::string_view> kLines[] = {{Side::platform, "available at the platform"},
                                                                     {Side::storefront, "reflected online"},
                                                                     {Side::payments, "recorded by payments"},
                                                                     {Side::erp, "in the books"}};
      for (auto [side, what] : kLines)
        if (audit_.given[at(side)]) lines += line(what, one.have[at(side)]);
      cards += (entries.empty() ? "<dl>" + lines + "</dl>" : entries) + "<dl class=\"gap\"><dt>" +
               number_link("money", one.currency + " " + one.balance_type, one.items_with_gap.items,
                           counted(one.items_with_gap.items, "item") + " with a gap") +
               "</dt><dd class=\"" + (one.items_with_gap.items > 0 ? "bad" : "good") + "\">" +
               grouped_amount(one.items_with_gap.minor, exponent) + "</dd></dl></div>\n";
    }
    section("The numbers", "<div class=\"cards\">" + cards + "</div>");
  }

  void latencies() {
    std::string rows;
    for (const Hop& hop : audit_.hops) {
      auto cell = [&](std::int64_t seconds) {
        return hop.measured == 0
                   ? std::string("<td class=\"n\" data-n=\"-1\">&ndash;</td>")
                   : "<td class=\"n\" data-n=\"" + std::to_string(seconds) + "\">" + escaped(spoken(seconds)) + "</td>";
      };
      std::string marks;
      if (hop.resolves_identity)
        marks += "identity is resolved here: " +
                 number_link("unlinked", "yes", hop.unlinked, counted(hop.unlinked, "credit")) +
                 " of nobody or somebody else";
      if (std::string by = measured_by(hop.measured, hop.by_log); !by.empty())
        marks += (marks.empty() ? "" : "; ") + by;
      if (hop.coarse) marks += (marks.empty() ? "" : "; ") + std::string("its export tells no time of day");
      if (hop.early > 0)
        marks += (marks.empty() ? "" : "; ") + counted(hop.early, "credit") +
                 " there before issued or sent on: the two systems' clocks differ";
      rows += "<tr><td>" + std::string(kSideWords[at(hop.from)]) + " &rarr; " + std::string(kSideWords[at(hop.to)]) +
              "</td>" + cell(hop.p50_s) + cell(hop.p95_s) + cell(hop.p99_s) + "<td class=\"n\">" +
              grouped(hop.measured) + "</td><td class=\"n\">" +
              number_link("lost", kSideNames[at(hop.to)], hop.lost, grouped(hop.lost)) + "</td><td class=\"n\">" +
              share(hop.lost, hop.due) + "</td><td>" + marks + "</td></tr>\n";
    }
    if (rows.empty()) return;
    section(
        "How long each handoff takes",
        "<div class=\"card scroll\"><table><thead><tr><th>handoff</th><th class=\"n\">p50</th><th class=\"n\">p95</th><th "
        "class=\"n\">p99</th><th class=\"n\">measured</th><th class=\"n\">lost</th><th "
        "class=\"n\">share</th><th></th></tr></thead><tbody>" +
            rows + "</tbody></table></div>" + logs());
  }

  std::string logs() const {
    std::string rows;
    for (const LogFigures& one : audit_.logs) {
      auto cell = [&](std::int64_t ms) {
        return "<td class=\"n\">" + (one.measured == 0 ? std::string("&ndash;") : grouped(ms) + " ms") + "</td>";
      };
      rows += "<tr><td>" + std::string(kSideWords[at(one.side)]) + "</td><td class=\"n\">" + grouped(one.ok) +
              "</td><td class=\"n\">" + grouped(one.failed) + "</td>" + cell(one.p50_ms) + cell(one.p95_ms) +
              cell(one.p99_ms) + "</tr>\n";
    }
    if (rows.empty()) return {};
    return "<h3>What the logs say of the tries</h3><div class=\"card scroll\"><table><thead><tr><th>at</th><th "
           "class=\"n\">answered</th><th class=\"n\">failed</th><th class=\"n\">p50</th><th class=\"n\">p95</th><th "
           "class=\"n\">p99</th></tr></thead><tbody>" +
           rows + "</tbody></table></div>";
  }

  void causes() {
    std::int64_t most = 1;
    for (std::size_t c = 0; c < at(Cause::in_flight); ++c) most = std::max(most, audit_.causes[c].items);
    std::string rows;
    for (std::size_t c = 0; c < kCauses; ++c) {
      const Tally& one = audit_.causes[c];
      if (one.items == 0) continue;
      bool flight = c == at(Cause::in_flight);
      rows += "<tr><td>" + filter_link("cause", kCauseNames[c], plain_cause(c)) + "</td><td>" +
              escaped(kCauseWords[c]) + "</td><td class=\"n\">" +
              filter_link("cause", kCauseNames[c], grouped(one.items)) +
              "</td><td style=\"width:40%\"><span class=\"bar\" style=\"width:" +
              std::to_string(std::clamp<std::int64_t>(one.items * 100 / most, 1, 100)) + "%" +
              (flight ? ";background:var(--band2)" : "") + "\"></span></td></tr>\n";
    }
    if (rows.empty()) rows = "<tr><td>Nothing to explain.</td></tr>";
    section(
        "Findings by cause",
        "<div class=\"card scroll\"><table><thead><tr><th>cause</th><th>what it is</th><th class=\"n\">findings</th><th></th></tr></thead><tbody>" +
            rows + "</tbody></table></div>");
  }

  static std::string chance(std::uint64_t ppt) {
    if (ppt >= 100'000'000'000) return std::to_string(ppt / 10'000'000'000) + " %";  // from one in ten on
    if (ppt < 1'000'000) return "&lt; 0.0001 %";
    return decimal(static_cast<Sum>(ppt / 1'000'000), 4) + " %";
  }

  std::string cluster_table(std::string_view dimension, const char* key, std::size_t most = kClustersShown) const {
    std::string rows;
    std::size_t shown = 0;
    for (const Cluster& one : audit_.clusters) {
      if (one.dimension != dimension || one.gaps == 0 || (!one.claimed && shown++ >= most)) continue;
      std::string name = filter_link(key, one.value, one.value);
      rows += "<tr><td>" + (one.claimed ? "<strong>" + name + "</strong>" : name) + "</td><td class=\"n\">" +
              filter_link(key, one.value, grouped(one.gaps)) + "</td><td class=\"n\">" +
              decimal(one.expected_milli / 100, 1) + "</td><td class=\"n\">" + grouped(one.credits) +
              "</td><td class=\"n\">" + chance(one.adjusted_ppt) + "</td><td>" +
              (one.claimed ? "<span class=\"bad\">cluster</span>" : "<span class=\"soft\">as chance has it</span>") +
              "</td></tr>\n";
    }
    if (rows.empty()) return {};
    return "<div class=\"card scroll\"><h3>By " + std::string(dimension) +
           "</h3><table><thead><tr><th></th><th class=\"n\">gaps</th><th class=\"n\">expected</th><th class=\"n\">credits</th>"
           "<th class=\"n\">chance</th><th></th></tr></thead><tbody>" +
           rows + "</table></div>\n";
  }

  void clusters() {
    std::string content =
        "<p class=\"soft\">A cluster is claimed when as many gaps would come by chance in at most 1 % of months, "
        "corrected for " +
        grouped(audit_.tests) + " tests.</p>";
    content +=
        "<div class=\"two\"><div class=\"card scroll\"><h3>Share of gaps by hour of the week, in the store's "
        "time</h3>" +
        heat_svg(audit_) + "</div>" + cluster_table("hour of week", "hour", 4) + cluster_table("store", "store") +
        cluster_table("terminal", "terminal") + cluster_table("staff", "staff") +
        cluster_table("balance type", "type") + cluster_table("route", "route") + cluster_table("version", "version") +
        "</div>";
    section("Where they gather", content);
  }

  /// The gap of the first audit, of the one before and of this one.
  std::string against_baseline() {
    auto gap = [](const Snapshot& of, const Counted& one) {
      const Counted* same = same_in(of, one);
      if (same == nullptr) return std::string("<td class=\"n\">-</td>");
      return "<td class=\"n\">" + grouped(same->gap.items) + " (" + escaped(same->gap.amount) + ")</td>";
    };
    const Snapshot now = snapshot_of(audit_), &first = audit_.past.front(), &last = audit_.past.back();
    std::string rows;
    for (const Counted& one : now.numbers)
      rows += "<tr><td>" + escaped(one.currency) + "</td><td>" +
              escaped(one.balance_type.empty() ? "(not said)" : one.balance_type) + "</td>" + gap(first, one) +
              gap(last, one) + gap(now, one) + "</tr>\n";
    return "<div class=\"card scroll\"><h3>Items with a gap, and their sum</h3><table><thead><tr><th>currency</th><th>type</th>"
           "<th class=\"n\">baseline, " +
           escaped(first.as_of.substr(0, 10)) + "</th><th class=\"n\">the audit before, " +
           escaped(last.as_of.substr(0, 10)) + "</th><th class=\"n\">now</th></tr></thead><tbody>" + rows +
           "</tbody></table></div>";
  }

  void gone() {
    if (!audit_.has_history) return;
    std::string rows;
    for (std::size_t i = 0; i < audit_.gone.size() && i < rows_max_; ++i) {
      const Gone& one = audit_.gone[i];
      rows += "<tr><td><span class=\"tag\">" + escaped(one.cause) + "</span></td><td class=\"mono\">" +
              escaped(one.reference) + "</td><td class=\"n\">" + escaped(one.difference + " " + one.currency) +
              "</td><td>" + escaped(one.store) + "</td><td>" + escaped(one.first_seen.substr(0, 10)) +
              "</td><td class=\"n\">" + grouped(one.seen) + "</td><td>" + escaped(one.evidence) + "</td></tr>\n";
    }
    std::string text = number_link("history", "new", audit_.fresh(), grouped(audit_.fresh())) + " new, " +
                       number_link("history", "standing", audit_.standing(), grouped(audit_.standing())) +
                       " found before, " + grouped(static_cast<std::int64_t>(audit_.gone.size())) + " gone" +
                       (audit_.before.empty() ? std::string() : " since the audit of " + escaped(audit_.before)) +
                       ". " + grouped(audit_.not_looked_at) +
                       " that are open were not compared again: outside of this audit, or not in its files.";
    std::string baseline = audit_.past.empty() ? std::string() : against_baseline();
    if (audit_.gone.size() > rows_max_)
      text += " Of those gone the page holds " + grouped(static_cast<std::int64_t>(rows_max_)) +
              "; all are in summary.json.";
    section(
        "Since the last audit",
        "<p class=\"soft\">" + text + "</p>" + baseline +
            (rows.empty() ? std::string()
                          : "<div class=\"card scroll\"><table><thead><tr><th>cause</th><th>reference</th><th "
                            "class=\"n\">difference</th><th>store</th><th>first seen</th><th class=\"n\">audits</th>"
                            "<th>gone, because</th></tr></thead><tbody>" +
                                rows + "</tbody></table></div>"));
  }

  void sources() {
    std::string rows;
    for (const Source& one : audit_.sources)
      rows += "<tr><td>" + std::string(kSideWords[at(one.side)]) + "</td><td class=\"mono\">" + escaped(one.file) +
              "</td><td class=\"n\">" + grouped(one.rows) + "</td><td class=\"n\">" + grouped(one.unreadable) +
              "</td></tr>\n";
    std::string content =
        "<div class=\"card scroll\"><table><thead><tr><th>system</th><th>file</th><th class=\"n\">rows</th>"
        "<th class=\"n\">unreadable</th></tr></thead><tbody>" +
        rows + "</tbody></table></div>";
    if (!audit_.unreadable.empty()) {
      content += "<h3>Rows that could not be read</h3><ul>";
      for (const Unreadable& one : audit_.unreadable)
        content += "<li class=\"mono\">" + escaped(one.row.file) + ":" + std::to_string(one.row.line) + ": " +
                   escaped(one.why) + "</li>";
      content += "</ul>";
    }
    content += "<p class=\"soft\" style=\"margin-top:12px\">Left out: " + grouped(audit_.before_window) +
               " issued before the window, " + grouped(audit_.after_cut_off) + " rows after the cut-off, " +
               grouped(audit_.repeated_rows) + " rows that two files repeat.</p>";
    for (const std::string& note : audit_.notes) content += "<p class=\"soft\">" + escaped(note) + "</p>";
    section("Sources and how it was counted", content);
  }

  const Audit& audit_;
  std::size_t rows_max_;
  std::string out_;
};

}  // namespace

std::string spoken(std::int64_t seconds) {
  auto two = [](std::int64_t a, const char* unit, std::int64_t b, const char* less) {
    return std::to_string(a) + unit + (b == 0 ? std::string() : " " + std::to_string(b) + less);
  };
  if (seconds < 60) return two(seconds, " s", 0, "");
  if (seconds < 3600) return two(seconds / 60, " min", seconds % 60, " s");
  if (seconds < 86'400) return two(seconds / 3600, " h", seconds % 3600 / 60, " min");
  return two(seconds / 86'400, " d", seconds % 86'400 / 3600, " h");
}

std::string share(std::int64_t part, std::int64_t all) {
  return all <= 0 ? "-" : decimal(part * 100'000 / all, 3) + " %";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  return out;
}

std::string counted(std::int64_t number, const std::string& noun) {
  return grouped(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string grouped(std::int64_t number) { return grouped_amount(number, 0); }

std::string filter_link(std::string_view key, std::string_view value, std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string target;
  for (char c : value) {
    bool plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
    if (plain) {
      target += c;
    } else {
      target += '%';
      target += kHex[static_cast<unsigned char>(c) >> 4];
      target += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  return "<a href=\"#f=" + std::string(key) + ":" + target + "\">" + escaped(text) + "</a>";
}

std::string number_link(std::string_view key, std::string_view value, std::int64_t number, std::string_view text) {
  return number == 0 ? escaped(text) : filter_link(key, value, text);
}

std::string html(const Audit& audit, std::size_t rows_max) { return Page(audit, rows_max).run(); }

}  // namespace handoff::report
