// Durable intake: credits per second that are on disk and answered, against a server that only echoes.

#include <cstring>
#include <stdexcept>
#include <thread>

#include "tests/bench/bench.hpp"

namespace handoff::bench {

namespace {

Plan round_of(const Size& size) {
  Plan out;
  out.time = std::chrono::milliseconds(size.round_ms);
  return out;
}

/// Credits of this many customers at once: their look-ups are not what is measured.
void warm_up(Bed& bed, std::uint64_t& next, int customers) {
  Plan plan;
  plan.requests = static_cast<std::uint64_t>(customers);
  generate(bed.credits(), plan, [&](std::uint64_t) { return bed.credit(next++); });
  auto known = [&] { return bed.store().number("SELECT count(*) FROM credits WHERE state = 'routed'"); };
  for (int tries = 0; known() < customers && tries < 300; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  if (known() < customers) throw std::runtime_error("the warm-up's customers are not all known");
}

double intake_round(Bed& bed, const Plan& plan, std::uint64_t& next, std::vector<double>* latencies = nullptr,
                    Bed::Names names = Bed::Names::two) {
  Sample sample = generate(bed.credits(), plan, [&](std::uint64_t) { return bed.credit(next++, names); });
  if (sample.by_status[201] != sample.answers) throw std::runtime_error("not every credit was taken with 201");
  if (latencies) latencies->insert(latencies->end(), sample.latency_ms.begin(), sample.latency_ms.end());
  return sample.rate();
}

std::int64_t commits_and_rows(Bed& bed, const char* what) { return bed.store().number(what); }

/// Rows and syncs, with every sync counted; apart from the timed rounds, which nobody watches.
void count_writes(const Size& size, Figures& figures) {
  Bed::Options options;
  options.config = paused();
  options.customers = size.customers;
  support::TempDir counting;
  options.environment = {{"LD_PRELOAD", SYNC_COUNT}, {"SYNC_COUNT_FILE", counting.file("count")}};
  Bed bed(options);
  std::uint64_t next = 0;
  warm_up(bed, next, size.customers);
  auto syncs = [&] {
    std::uint64_t count = 0;
    std::string bytes = support::read_file(counting.file("count"));
    if (bytes.size() == sizeof count) std::memcpy(&count, bytes.data(), sizeof count);
    return static_cast<double>(count);
  };
  auto rows = [&] { return static_cast<double>(commits_and_rows(bed, "SELECT count(*) FROM journal")); };
  double syncs_before = syncs(), rows_before = rows();
  std::uint64_t first = next;
  intake_round(bed, round_of(size), next);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  auto credits = static_cast<double>(next - first);
  figures.add("intake: journal rows per credit", (rows() - rows_before) / credits, "rows");
  figures.add("intake: syncs per credit, 64 connections", (syncs() - syncs_before) / credits, "syncs");
}

/// Stored credits of the year before until there are so many; without a clock.
void fill(Bed& bed, std::uint64_t& next, std::int64_t credits) {
  Plan plan;
  std::int64_t have = bed.store().number("SELECT count(*) FROM credits");
  if (have >= credits) return;
  plan.requests = static_cast<std::uint64_t>(credits - have);
  Sample sample = generate(bed.credits(), plan, [&](std::uint64_t i) {
    return bed.credit(next++, Bed::Names::two, 365 - static_cast<int>(i * 365 / plan.requests));
  });
  if (sample.by_status[201] != sample.answers) throw std::runtime_error("not every credit was taken with 201");
}

void measure_large_store(const Size& size, Bed& bed, std::uint64_t& next, double empty_rate, Figures& figures) {
  std::int64_t rows_per_credit =
      std::max<std::int64_t>(1, bed.store().number("SELECT count(*) / (SELECT count(*) FROM credits) FROM journal"));
  fill(bed, next, size.stored / rows_per_credit);
  std::vector<double> starts;
  for (int i = 0; i < 3; ++i) {
    bed.restart();
    starts.push_back(bed.hub().ready_seconds());
  }
  figures.add("start to ready, " + std::to_string(bed.store().number("SELECT count(*) FROM journal")) + " journal rows",
              median(starts), "s", 2.0);
  fill(bed, next, size.stored);
  std::vector<double> rates;
  for (int i = 0; i < size.rounds; ++i) rates.push_back(intake_round(bed, round_of(size), next));
  figures.add("intake with " + std::to_string(size.stored) + " credits stored", median(rates), "credits/s", empty_rate,
              "wanted 0.9 of the empty rate");
  figures.add("resident memory then", resident_mib(bed.hub().process().pid()), "MiB");
}

/// A customer named by one identifier is looked for at the shop, each time.
void measure_looking(const Size& size, Figures& figures) {
  Bed::Options options;
  options.config = paused();
  options.customers = size.customers;
  Bed bed(options);
  std::uint64_t next = 0;
  std::vector<double> rates;
  for (int i = 0; i < size.rounds; ++i)
    rates.push_back(intake_round(bed, round_of(size), next, nullptr, Bed::Names::one));
  figures.add("intake by one identifier: a look-up each", median(rates), "credits/s");
}

void measure_drain(const Size& size, Figures& figures) {
  Bed::Options options;
  options.config = paused();
  options.customers = size.customers;
  Bed bed(options);
  std::uint64_t next = 0;
  warm_up(bed, next, size.customers);
  Plan plan;
  plan.requests = static_cast<std::uint64_t>(size.journeys);
  intake_round(bed, plan, next);
  std::int64_t waiting = bed.store().active();
  bed.restart(unlimited());
  auto begin = std::chrono::steady_clock::now();
  bool done = bed.settle(std::chrono::seconds(300));
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  figures.add("backlog drained, all hops, vendors without delay",
              static_cast<double>(waiting - bed.store().active()) / seconds, "credits/s", 0,
              done ? "" : "NOT DRAINED in 300 s");
}

}  // namespace

void measure_intake(const Size& size, Figures& figures) {
  support::Process::Options start;
  start.arguments = {BENCH_ECHO};
  support::Process echo(start);
  Target echo_target;
  echo_target.port = static_cast<std::uint16_t>(std::stoi(echo.line(std::chrono::seconds(10)).value_or("0")));
  echo_target.path = "/v1/register/credits";

  Bed::Options options;
  options.config = paused();
  options.customers = size.customers;
  Bed bed(options);
  std::uint64_t next = 0, echoed = 0;
  warm_up(bed, next, size.customers);
  echo_target.headers = bed.credits().headers;
  std::vector<double> rates, echoes, ratios, latencies;
  double cpu = 0, credits = 0;
  for (int i = 0; i < size.rounds; ++i) {
    echoes.push_back(generate(echo_target, round_of(size), [&](std::uint64_t) { return bed.credit(echoed++); }).rate());
    double cpu_before = cpu_seconds(bed.hub().process().pid());
    std::uint64_t first = next;
    rates.push_back(intake_round(bed, round_of(size), next, &latencies));
    cpu += cpu_seconds(bed.hub().process().pid()) - cpu_before;
    credits += static_cast<double>(next - first);
    ratios.push_back(rates.back() / echoes.back());
  }
  figures.add("bare Beast echo server", median(echoes), "requests/s");
  figures.add("durable intake, 64 connections", median(rates), "credits/s", median(echoes), "wanted 0.30");
  figures.add("  median of the rounds' own ratios", median(ratios), "");
  figures.add("  latency p50", quantile(latencies, 0.5), "ms");
  figures.add("  latency p99", quantile(latencies, 0.99), "ms");
  figures.add("  CPU of handoffd per credit", cpu * 1000 / credits, "ms");
  measure_large_store(size, bed, next, median(rates), figures);
  measure_looking(size, figures);
  count_writes(size, figures);
  measure_drain(size, figures);
}

}  // namespace handoff::bench
