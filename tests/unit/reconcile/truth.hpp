#pragma once
// truth.csv: what somebody planted in the exports beside it. docs/reference/audit-measured.md has the format.

#include <algorithm>
#include <expected>
#include <fstream>
#include <string>
#include <vector>

#include "core/reconcile/time_text.hpp"
#include "core/report/audit.hpp"
#include "examples/exports/month.hpp"
#include "tests/unit/reconcile/other_month.hpp"

namespace handoff::reconcile {

/// The fields of a line, a quoted one without its quotes.
inline std::vector<std::string> truth_fields(const std::string& line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      out.emplace_back();
    else if (c != '\r')
      out.back() += c;
  }
  return out;
}

inline std::expected<std::vector<exports::Planted>, std::string> read_truth(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::unexpected(path + ": is not there, or empty");
  std::vector<std::string> names = truth_fields(line);
  std::vector<exports::Planted> out;
  for (int number = 2; std::getline(file, line); ++number) {
    std::vector<std::string> fields = truth_fields(line);
    auto refuse = [&](const std::string& what) {
      return std::unexpected(path + ":" + std::to_string(number) + ": " + what);
    };
    auto field = [&](std::string_view name) {
      auto at = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
      return at < names.size() && at < fields.size() ? fields[at] : std::string();
    };
    exports::Planted one{field("reference"), 0, field("kind"), field("cause"), field("amount"), field("currency")};
    std::ranges::transform(one.reference, one.reference.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    if (std::string issued = field("issued_at"); !issued.empty()) {
      auto time = parse_time(issued, config::TimeFormat::iso, 0);
      if (!time) return refuse("issued_at is no time like 2026-11-05T14:03:00Z");
      one.issued_s = time->utc_s;
    }
    if (std::ranges::find(report::kKindNames, one.kind) == report::kKindNames.end())
      return refuse("'" + one.kind + "' is no kind");
    if (std::ranges::find(report::kCauseNames, one.cause) == report::kCauseNames.end())
      return refuse("'" + one.cause + "' is no cause");
    out.push_back(std::move(one));
  }
  return out;
}

/// The second generator's month, as the first one describes its own.
inline exports::Month write_other_month(std::uint64_t seed, const std::string& folder) {
  exports::OtherMonth(seed, folder).run();
  exports::Month out;
  out.pos = {"pos.csv"};
  out.platform = {"platform.jsonl"};
  out.erp = {"erp.csv"};
  out.storefront = {"storefront.csv"};
  out.as_of = "2026-12-01T00:00:00Z";
  out.truth = read_truth(folder + "/truth.csv").value();
  return out;
}

}  // namespace handoff::reconcile
