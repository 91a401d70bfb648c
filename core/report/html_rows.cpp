// The table of findings, and what the links of the page choose its rows by.

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "core/report/html_parts.hpp"

namespace handoff::report {

namespace {

/// On paper.
constexpr std::size_t kRowsPrinted = 200;

struct Mark {
  std::string_view key;
  std::string value;
};

/// A number of the page counts items, most of them once though an item may have several findings, and not what is under way.
/// A row carries a mark if it is the one that such a number counted: by a mark exactly as many rows are shown.
class Marker {
 public:
  explicit Marker(const Audit& audit) {
    for (const Finding& one : audit.findings) ++items_[one.item].findings;
  }

  /// In the order of the findings.
  std::vector<Mark> of(const Finding& one) {
    std::vector<Mark> out = {{"cause", std::string(kCauseNames[at(one.cause)])}};
    Seen& item = items_[one.item];
    if (item.findings > 1) {
      if (item.number == 0) item.number = ++numbers_;
      out.push_back({"item", std::to_string(item.number)});
    }
    if (one.seen > 0) out.push_back({"history", one.seen == 1 ? "new" : "standing"});
    bool due = one.cause != Cause::in_flight && one.cause != Cause::unreadable;
    if (due && !std::exchange(item.gap, true)) gap(one, out);
    bool nobody = one.kind == Kind::not_linked || one.cause == Cause::f1 || one.cause == Cause::f3;
    if (due && nobody && !std::exchange(item.unlinked, true)) out.push_back({"unlinked", "yes"});
    at_sides(one, item, out);
    return out;
  }

 private:
  struct Seen {
    int findings = 0, number = 0;
    bool gap = false, unlinked = false;
    BySide<bool> differs{};
  };

  static void gap(const Finding& one, std::vector<Mark>& out) {
    out.push_back({"gap", "any"});
    out.push_back({"currency", one.currency});
    out.push_back({"money", one.currency + " " + one.balance_type});
    if (one.kind == Kind::downstream_only) return;  // no store issued it: where gaps gather it is not counted
    out.push_back({"store", one.store});
    if (!one.terminal.empty()) out.push_back({"terminal", one.store + " / " + one.terminal});
    out.push_back({"staff", one.staff});
    out.push_back({"type", one.balance_type});
    out.push_back({"route", one.route});
    out.push_back({"version", one.version});
    if (one.hour >= 0) out.push_back({"hour", hour_name(static_cast<std::size_t>(one.hour))});
    if (one.week >= 0) out.push_back({"week", std::to_string(one.week)});
  }

  /// Whom a credit is linked to is no difference at a side.
  static void at_sides(const Finding& one, Seen& item, std::vector<Mark>& out) {
    if (one.kind == Kind::not_linked || one.kind == Kind::unreadable) return;
    for (std::size_t s = 1; s < kSides; ++s) {
      if (!one.wrong[s] || std::exchange(item.differs[s], true)) continue;
      std::string side(kSideNames[s]);
      if (one.young[s])
        out.push_back({"flight", side});
      else
        out.push_back({one.kind == Kind::downstream_only ? "extra" : "lacks", side});
      if (one.kind == Kind::missing && !one.young[s]) out.push_back({"lost", side});
    }
  }

  std::unordered_map<std::string_view, Seen> items_;
  int numbers_ = 0;
};

std::string details(const Audit& audit, const Finding& one, int exponent) {
  std::string out =
      "<details><summary>" + escaped(one.evidence.empty() ? std::string() : one.evidence.front()) + "</summary><ul>";
  for (std::size_t i = 1; i < one.evidence.size(); ++i) out += "<li>" + escaped(one.evidence[i]) + "</li>";
  out += "<li>sure of the cause: " + decimal(one.confidence, 1) + " %</li>";
  for (std::size_t s = 0; s < kSides; ++s)
    if (audit.given[s])
      out += "<li>" + std::string(kSideWords[s]) + ": " +
             (one.present[s] ? grouped_amount(one.shows[s], exponent) : std::string("nothing")) + "</li>";
  if (one.seen > 0)
    out += "<li>in " + counted(one.seen, "audit") + ", first in that of " + escaped(one.first_seen) + "</li>";
  if (!one.customer.empty()) out += "<li>customer " + escaped(one.customer) + "</li>";
  if (!one.author.empty()) out += "<li>author " + escaped(one.author) + "</li>";
  for (const Row& row : one.rows)
    out += "<li class=\"mono\">" + escaped(row.file) + ":" + std::to_string(row.line) + "</li>";
  for (const Candidate& candidate : one.candidates)
    out += "<li>maybe " + escaped(candidate.reference.empty() ? "a row without reference" : candidate.reference) +
           " at " + std::string(kSideWords[at(candidate.side)]) + " (" + escaped(candidate.row.file) + ":" +
           std::to_string(candidate.row.line) + "): " + escaped(candidate.why) + "</li>";
  return out + "</ul><p>" + escaped(one.task) + "</p></details>";
}

/// A key that comes again holds its values with a bar between.
std::string attributes(std::vector<Mark> marks) {
  std::ranges::stable_sort(marks, {}, &Mark::key);
  std::string out;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (marks[i].value.empty()) continue;
    bool first = i == 0 || marks[i - 1].key != marks[i].key;
    if (first) out += (out.empty() ? " data-" : "\" data-") + std::string(marks[i].key) + "=\"";
    out += (first ? "" : "|") + escaped(marks[i].value);
  }
  return out.empty() ? out : out + "\"";
}

std::string row(const Audit& audit, const Finding& one, const std::vector<Mark>& marks) {
  int exponent = exponent_of(one.currency);
  std::string cause = "<span class=\"tag\">" + plain_cause(at(one.cause)) + "</span>";
  for (const Mark& mark : marks)
    if (mark.key == "item") cause += " " + filter_link("item", mark.value, "of several");
  return "<tr id=\"" + escaped(one.id) + "\"" + attributes(marks) + "><td>" + cause + "</td><td class=\"mono\">" +
         escaped(one.reference.empty() ? "(none)" : one.reference) + "</td><td class=\"n\" data-n=\"" +
         decimal(size_of(one.difference, one.currency), 0) + "\">" + grouped_amount(one.difference, exponent) + " " +
         escaped(one.currency) + "</td><td>" + escaped(one.store) + "</td><td>" + escaped(one.terminal) + "</td><td>" +
         escaped(one.staff) + "</td><td>" + escaped(one.issued_at.substr(0, 16)) + "</td><td>" +
         details(audit, one, exponent) + "</td></tr>\n";
}

}  // namespace

std::string plain_cause(std::size_t cause) {
  std::string out(kCauseNames[cause]);
  std::ranges::replace(out, '_', ' ');
  return out;
}

std::string findings_table(const Audit& audit, std::size_t rows_max) {
  auto all = static_cast<std::int64_t>(audit.findings.size());
  std::size_t shown = std::min(audit.findings.size(), rows_max);
  std::string out =
      "<div class=\"controls\"><input id=\"find\" type=\"search\" placeholder=\"reference, store, word\" aria-label=\"Find\">"
      "<button id=\"what\" hidden></button><span id=\"count\" class=\"soft\"></span></div>";
  if (shown < audit.findings.size())
    out += "<p class=\"soft\">The " + grouped(static_cast<std::int64_t>(shown)) + " largest of " + grouped(all) +
           "; all are in findings.csv.</p>";
  if (audit.findings.size() > kRowsPrinted)
    out += "<p class=\"soft paper\">On paper: the " + std::to_string(kRowsPrinted) +
           " largest, without what is under way; all are in findings.csv.</p>";
  out +=
      "<div class=\"card scroll\"><table id=\"findings\"><thead><tr><th>cause</th><th>reference</th><th class=\"n\">difference</th>"
      "<th>store</th><th>terminal</th><th>staff</th><th>issued</th><th>what</th></tr></thead><tbody>";
  Marker marker(audit);
  std::map<std::string, std::int64_t> beyond;  // the page, by the link that would choose them
  for (std::size_t i = 0; i < audit.findings.size(); ++i) {
    std::vector<Mark> marks = marker.of(audit.findings[i]);
    if (i < shown)
      out += row(audit, audit.findings[i], marks);
    else
      for (const Mark& mark : marks) ++beyond[std::string(mark.key) + ":" + mark.value];
  }
  out += "</tbody></table></div>\n";
  if (beyond.empty()) return out;
  out += "<ul id=\"beyond\" hidden><li data-f=\"\">" + std::to_string(all - static_cast<std::int64_t>(shown)) + "</li>";
  for (const auto& [link, rows] : beyond)
    out += "<li data-f=\"" + escaped(link) + "\">" + std::to_string(rows) + "</li>";
  return out + "</ul>\n";
}

}  // namespace handoff::report
