#include "tests/simulation/report.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

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

constexpr int kCrashPoints = 16;
/// `look` is where each begins; `freeze` is passed through, since no shipped connector can freeze.
constexpr const char* kSagaStates[] = {"look",      "relink",  "approval", "freeze", "void",
                                       "confirmed", "reissue", "done",     "closed", "cancelled"};
/// What has to happen in some seed, or the generators are too tame.
constexpr const char* kGoals[] = {"a doubt outlived its key's window",
                                  "a late original arrived after a not-found read",
                                  "a redemption landed in a repair",
                                  "a restore lost a repair",
                                  "a void was acknowledged, not done, and sent again",
                                  "recovery died three times in a row",
                                  "what a lost hub had sent was adopted",
                                  "what a lost hub had sent was not_applied"};

std::string point(int k) { return "K" + n(static_cast<std::uint64_t>(k)); }

/// All sixteen of INVARIANTS G, those that were never hit too.
std::string crash_points(const Tally& tally) {
  std::uint64_t hit = 0, fewest = tally.get("failpoint K1");
  std::string all;
  for (int k = 1; k <= kCrashPoints; ++k) {
    std::uint64_t times = tally.get("failpoint " + point(k));
    hit += times > 0;
    fewest = std::min(fewest, times);
    all += (k == 1 ? "" : ", ") + point(k) + " " + n(times);
  }
  return n(hit) + "/16 (min hits " + n(fewest) + ": " + all + ")";
}

template <std::size_t Size>
std::string reached(const Tally& tally, const std::string& prefix, const char* const (&names)[Size]) {
  std::uint64_t hit = 0;
  for (const char* name : names) hit += tally.get(prefix + name) > 0;
  return n(hit) + "/" + n(Size);
}

std::uint64_t violations(const Report& report, const char* rule) {
  return static_cast<std::uint64_t>(std::ranges::count(report.findings, rule, &Finding::rule));
}

std::string planted(const std::vector<PlantRow>& plants) {
  auto found = std::ranges::count_if(plants, [](const PlantRow& row) { return row.seeds > 0; });
  return plants.empty() ? "not tried" : n(static_cast<std::uint64_t>(found)) + "/" + n(plants.size());
}

}  // namespace

std::string replay(std::uint64_t seed, const char* how) { return "make sim REPLAY=" + n(seed) + how; }

std::vector<std::string> lacking(const Report& report) {
  const Tally& t = report.tally;
  std::vector<std::string> out;
  auto ask = [&](const std::string& what, std::uint64_t times, std::uint64_t wanted) {
    if (times < wanted) out.push_back(what + ": " + n(times) + " of " + n(wanted));
  };
  for (int k = 1; k <= kCrashPoints; ++k) ask("crash point " + point(k), t.get("failpoint " + point(k)), kHitsMin);
  for (const char* state : kSagaStates)
    ask(std::string("saga state ") + state, t.get(std::string("saga ") + state), kHitsMin);
  for (const FaultKind& kind : catalogue().subspan(1)) {
    std::string name = std::string("fault ") + kind.id + " " + kind.name;
    ask(name + " reached", t.get(name + " reached"), kHitsMin);
  }
  for (const char* goal : kGoals) ask(std::string("sometimes ") + goal, t.get(std::string("sometimes ") + goal), 1);
  return out;
}

std::vector<PlantRow> read_plants(const std::string& path) {
  std::vector<PlantRow> out;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    PlantRow row;
    std::string seeds;
    std::istringstream cells(line);
    if (!line.starts_with('B')) continue;
    std::getline(cells, row.id, '\t');
    std::getline(cells, seeds, '\t');
    std::getline(cells, row.rule, '\t');
    std::getline(cells, row.what, '\t');
    if (seeds == "not planted") continue;
    row.seeds = std::strtoull(seeds.c_str(), nullptr, 10);
    out.push_back(std::move(row));
  }
  return out;
}

std::string summary(const Report& report) {
  const Tally& t = report.tally;
  std::uint64_t days = t.get("virtual ms") / static_cast<std::uint64_t>(kDay), all = 0;
  std::vector<Row> faults = faults_by_id(t, all);
  auto wall = static_cast<std::uint64_t>(std::max<std::int64_t>(report.wall_ms, 1));
  std::uint64_t credits = total(t, "credits "), held = t.get("credits held");
  std::string out = "sim: commit=" + report.commit + " seeds=" + n(report.seeds) + " days=" + n(days) + " (" +
                    n(days / 365) + "." + n(days % 365 * 10 / 365) + " y) wall=" + n(wall / 1000) +
                    "s speedup=" + n(t.get("virtual ms") / wall) + "x events/s=" + n(t.get("events") * 1000 / wall) +
                    " credits=" + n(credits) + " attempts=" + n(t.get("attempts")) + "\n     faults=" + n(all) + " (";
  for (const Row& row : faults) out += (&row == faults.data() ? "" : ", ") + row.id + " " + n(row.fired);
  out += ")\n     crash-points " + crash_points(t) + " crashes=" + n(total(t, "crash ")) +
         " restores=" + n(t.get("restored seeds")) + " (" + n(t.get("sends that a restore lost")) + " sends lost)" +
         "\n     saga-states " + reached(t, "saga ", kSagaStates) + " sometimes " + reached(t, "sometimes ", kGoals) +
         "\n     redemption tries=" + n(t.get("redemption tries")) + " redemptions=" + n(t.get("redemptions")) +
         " double=" + n(violations(report, "M1")) + " lost=" + n(violations(report, "M2")) +
         " ext=" + n(t.get("excess")) + " violations=" + n(report.findings.size()) +
         " held=" + n(held * 1'000'000 / std::max<std::uint64_t>(credits, 1)) +
         "ppm settle-p99=" + n(settle_hours(t, 990)) + "h determinism " + n(report.reruns_equal) + "/" +
         n(report.reruns) + " orders " + n(report.orders_equal) + "/" + n(report.orders) + " planted " +
         planted(report.plants);
  return out + "\n";
}

std::string as_json(const Report& report) {
  json::Object out;
  out.set("commit", report.commit);
  out.set("compiler", report.compiler);
  out.set("flags", report.flags);
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
    row.set("event", static_cast<std::int64_t>(finding.event));
    row.set("replay", finding.command);
    row.set("what", finding.what);
    violations.emplace_back(std::move(row));
  }
  out.set("violations", std::move(violations));
  json::Array plants, short_of;
  for (const PlantRow& plant : report.plants) {
    json::Object row;
    row.set("id", plant.id);
    row.set("seeds", static_cast<std::int64_t>(plant.seeds));
    row.set("found_as", plant.rule);
    row.set("what", plant.what);
    plants.emplace_back(std::move(row));
  }
  for (const std::string& what : lacking(report)) short_of.emplace_back(what);
  out.set("planted", std::move(plants));
  out.set("lacking", std::move(short_of));
  out.set("counts", report.tally.json());
  return json::write(json::Value(std::move(out))) + "\n";
}

}  // namespace handoff::simulation
