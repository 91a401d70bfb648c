#include "tests/simulation/report.hpp"

#include <algorithm>

namespace handoff::simulation {

namespace {

std::string n(std::uint64_t value) { return std::to_string(value); }

/// The `permille`-th of the hours that seeds took to come to rest.
std::uint64_t settle_hours(const Tally& tally, std::uint64_t permille) {
  std::map<std::uint64_t, std::uint64_t> hours;
  std::uint64_t all = 0;
  for (const auto& [name, times] : tally.under("settle hours ")) {
    hours[std::stoull(name)] += times;
    all += times;
  }
  std::uint64_t seen = 0;
  for (const auto& [hour, times] : hours) {
    seen += times;
    if (seen * 1000 >= all * permille) return hour;
  }
  return 0;
}

struct Row {
  std::string id;
  std::uint64_t fired = 0;
};

std::vector<Row> faults_by_id(const Tally& tally, std::uint64_t& all) {
  std::vector<Row> rows;
  for (const auto& [name, times] : tally.under("fault ")) {
    if (!name.ends_with(" fired")) continue;
    std::string id = name.substr(0, name.find(' '));
    all += times;
    if (rows.empty() || rows.back().id != id) rows.push_back({id, 0});
    rows.back().fired += times;
  }
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) { return a.fired > b.fired; });
  return rows;
}

std::uint64_t total(const Tally& tally, const std::string& prefix) {
  std::uint64_t sum = 0;
  for (const auto& [name, times] : tally.under(prefix)) sum += times;
  return sum;
}

/// Of the crash points of INVARIANTS G those that were hit, and the fewest hits among them.
std::string crash_points(const Tally& tally) {
  std::uint64_t hit = 0, fewest = 0;
  for (const auto& [name, times] : tally.under("failpoint ")) {
    if (times == 0) continue;
    fewest = hit++ == 0 ? times : std::min(fewest, times);
  }
  return n(hit) + "/16 (min hits " + n(fewest) + ")";
}

}  // namespace

std::string summary(const Report& report) {
  const Tally& t = report.tally;
  std::uint64_t days = t.get("virtual ms") / static_cast<std::uint64_t>(kDay), all = 0;
  std::vector<Row> faults = faults_by_id(t, all);
  auto wall = static_cast<std::uint64_t>(std::max<std::int64_t>(report.wall_ms, 1));
  std::uint64_t credits = total(t, "credits "), held = t.get("credits held");
  std::string out = "sim: commit=" + report.commit + " seeds=" + n(report.seeds) + " days=" + n(days) + " (" +
                    n(days / 365) + "." + n(days % 365 * 10 / 365) + " y) wall=" + n(wall / 1000) + "s speedup=" +
                    n(t.get("virtual ms") / wall) + "x events/s=" + n(t.get("events") * 1000 / wall) +
                    " credits=" + n(credits) + " attempts=" + n(t.get("attempts")) + "\n     faults=" + n(all) + " (";
  for (const Row& row : faults) out += (&row == faults.data() ? "" : ", ") + row.id + " " + n(row.fired);
  out += ")\n     crash-points " + crash_points(t) + " crashes=" + n(total(t, "crash ")) +
         " restores=" + n(t.get("restored seeds")) + " (" + n(t.get("sends that a restore lost")) + " sends lost)" +
         " sometimes=" + n(t.under("sometimes ").size()) + "\n     redemption tries=" + n(t.get("redemption tries")) +
         " redemptions=" + n(t.get("redemptions")) + " ext=" + n(t.get("excess")) +
         " violations=" + n(report.findings.size()) + " held=" + n(held * 1'000'000 / std::max<std::uint64_t>(credits, 1)) +
         "ppm settle-p99=" + n(settle_hours(t, 990)) + "h determinism " + n(report.reruns_equal) + "/" + n(report.reruns) +
         " orders " + n(report.orders_equal) + "/" + n(report.orders);
  if (!report.plants.empty()) out += " planted " + report.plants;
  return out + "\n";
}

std::string as_json(const Report& report) {
  json::Object out;
  out.set("commit", report.commit);
  out.set("build", report.build);
  out.set("first_seed", static_cast<std::int64_t>(report.first));
  out.set("seeds", static_cast<std::int64_t>(report.seeds));
  out.set("wall_ms", report.wall_ms);
  out.set("determinism_reruns", static_cast<std::int64_t>(report.reruns));
  out.set("determinism_equal", static_cast<std::int64_t>(report.reruns_equal));
  out.set("orders_compared", static_cast<std::int64_t>(report.orders));
  out.set("orders_equal", static_cast<std::int64_t>(report.orders_equal));
  json::Array violations;
  for (const Finding& finding : report.findings) {
    json::Object row;
    row.set("seed", static_cast<std::int64_t>(finding.seed));
    row.set("rule", finding.rule);
    row.set("at_ms", finding.at);
    row.set("what", finding.what);
    violations.emplace_back(std::move(row));
  }
  out.set("violations", std::move(violations));
  out.set("counts", report.tally.json());
  return json::write(json::Value(std::move(out))) + "\n";
}

}  // namespace handoff::simulation
